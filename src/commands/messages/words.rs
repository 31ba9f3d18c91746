//! A message as lines of text.
//!
//! In: a message, the messages around it and the user's resolved name. Out: safe lines. The first
//! starts with the time, the side and, where not all of the message could be read, a `!`: the
//! console's own words, before any text of a stranger. The others say what else the message has, and
//! start with blanks, so that nothing in them poses as the first line of a message; a text with line
//! breaks stays one line. What could not be read is said elsewhere, because a customer could write
//! the same words at the end of a message.

use jiff::Timestamp;

use super::super::json_line::time;
use super::super::output::separated;
use crate::domain::name::resolve_author_name;
use crate::domain::{DisplayName, Message, Side};
use crate::text::SafeText;
use crate::text::message::{Breaks, Loaded, Role, Said, said};

/// Blanks before the second and every later line of a message.
const INDENT: usize = 4;

/// The lines of one message.
pub(super) fn lines(message: &Message, user: &DisplayName, loaded: &Loaded<'_>) -> Vec<SafeText> {
    let side = match &message.author.side {
        Side::User => "user    ",
        Side::Business => "business",
        Side::Internal => "internal",
        Side::Other(_) => "other   ",
    };
    let received = message.received.map_or_else(
        || format!("{:24}", "time unknown"),
        |at: Timestamp| time(at),
    );
    let mark = if message.degraded.is_empty() {
        ' '
    } else {
        '!'
    };
    let said = said(message, loaded, Breaks::Marked).into_iter();
    let mut said: Vec<Said> = said.filter(|said| said.role != Role::Warning).collect();
    // What was said comes before what it answers.
    if message.quoted.is_some() && said.len() > 1 {
        said.swap(0, 1);
    }
    let mut said = said.into_iter();
    let first = said.next().map(|said| said.text);
    let first = first.unwrap_or_else(|| SafeText::own("(no text)"));
    let first = SafeText::join([
        SafeText::own(format_args!("{received}  {side}{mark} ")),
        SafeText::of(&resolve_author_name(message, user)),
        SafeText::own(": "),
        first,
    ]);
    let others = said.map(|said| {
        let indent = " ".repeat(INDENT + usize::from(said.indent));
        SafeText::join([SafeText::own(indent), said.text])
    });
    std::iter::once(first).chain(others).collect()
}

/// What could not be read of a message; `None` if all of it could.
pub(super) fn not_read(message: &Message) -> Option<SafeText> {
    if message.degraded.is_empty() {
        return None;
    }
    let id = message.id.as_ref().map(|id| SafeText::of(id.untrusted()));
    let reasons = message.degraded.iter().map(SafeText::of);
    Some(SafeText::join([
        SafeText::own("not everything of message "),
        id.unwrap_or_else(|| SafeText::own("without an id")),
        SafeText::own(" could be read: "),
        separated(reasons, "; "),
    ]))
}
