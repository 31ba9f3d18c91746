//! `get`: looks users up by either id.
//!
//! In: ids from the arguments and from standard input. Out: one block of words or one JSON object
//! for each user found. An id that leads nowhere is reported, and the next one is tried.

mod ids;
mod record;
mod words;

use std::io::{BufRead, Write};

use super::connect::Connected;
use super::failure::note;
use super::{Exit, Failure, Format, Output};
use crate::cli::GetArgs;
use crate::domain::facts::Source;
use crate::domain::{
    ConversationKey, Found, KnownUser, MessagePage, Naming, PageRequest, Problem, User, WholeReport,
};
use crate::text::SafeText;
use record::UserRecord;

/// Looks up every id and prints what it leads to.
pub(super) async fn run<W: Write>(
    args: GetArgs,
    to: &Connected,
    stdin: impl BufRead,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut blocks = 0_usize;
    for id in ids::read_ids(args.ids, stdin) {
        let found = match id {
            Ok(id) => to.fetch_found(id).await,
            Err(failure) => Err(failure),
        };
        let (known, matched_by) = match found {
            Ok(found) => {
                let matched_by = found.matched_by;
                let (known, problem) = name_found(found, to).await;
                if let Some(problem) = problem {
                    exit = exit.max(tell_unsure_name(&problem, to));
                }
                (known, matched_by)
            }
            Err(failure) => {
                exit = exit.max(failure.tell());
                continue;
            }
        };
        tell_degraded(&known.user);
        match out.format() {
            Format::Json => out.json(&UserRecord::of(&known, matched_by, to.connection.api))?,
            Format::Words => {
                let mut block = words::block(&known, matched_by);
                if blocks > 0 {
                    block.insert(0, SafeText::default());
                }
                out.lines(&block)?;
            }
        }
        blocks += 1;
    }
    Ok(exit)
}

/// Resolves the name, reading the newest messages when the profile gives none: the API's own
/// choice of a name is found only there (API document, section 8.4).
async fn name_found(found: Found, to: &Connected) -> (KnownUser, Option<Problem>) {
    let Found { user, asked_at, .. } = found;
    let may_have_written = user.conversation_started != Some(false);
    let page = if user.naming() == Naming::Unnamed && may_have_written {
        let conversation = ConversationKey::default_of(&user.id);
        to.asker
            .fetch_messages(&conversation, PageRequest::Newest)
            .await
    } else {
        Ok(MessagePage::NoConversation)
    };
    if let Ok(page @ MessagePage::Messages { .. }) = &page {
        to.asker.remember_spoken_name(&user.id, page).await;
    }
    let (messages, problem) = match page {
        Ok(MessagePage::Messages { messages, .. }) => (messages, None),
        Ok(MessagePage::NoConversation) => (Vec::new(), None),
        Err(problem) => (Vec::new(), Some(problem)),
    };
    let known = KnownUser {
        name: to.display_name(&user, &messages).await,
        confirmed_at: asked_at,
        source: Source::Api,
        notes: Vec::new(),
        whole: WholeReport::InTheUser,
        beside: Vec::new(),
        user,
    };
    (known, problem)
}

/// The user is shown, but the messages could still have given another name.
fn tell_unsure_name(problem: &Problem, to: &Connected) -> Exit {
    let failure = Failure::of_problem(problem, &to.connection);
    if let Failure::Told { what, next, exit } = failure {
        let because = "the name may not be right, because the messages could not be read: ";
        let what = SafeText::join([SafeText::own(because), what]);
        Failure::Told { what, next, exit }.tell()
    } else {
        failure.tell()
    }
}

fn tell_degraded(user: &User) {
    for why in &user.degraded {
        let parts = ["not everything of this user could be read: "].map(SafeText::own);
        note(&SafeText::join(
            parts.into_iter().chain([SafeText::of(why)]),
        ));
    }
}

#[cfg(test)]
mod tests;
