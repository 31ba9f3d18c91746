//! A message as one line of text.
//!
//! In: a message and the user's resolved name. Out: a safe line that starts with the time, the side
//! and, where not all of the message could be read, a `!`: the console's own words, before any text
//! of a stranger. What could not be read is said elsewhere, because a customer could write the same
//! words at the end of a message.

use jiff::Timestamp;

use super::super::json_line::time;
use super::super::output::separated;
use crate::domain::message::Answer;
use crate::domain::name::resolve_author_name;
use crate::domain::{
    Action, ActionKind, Content, Coordinates, DisplayName, Field, Item, Media, Message, Place,
    Quoted, Side, Untrusted,
};
use crate::text::SafeText;

/// The line of one message.
pub(super) fn line(message: &Message, user: &DisplayName) -> SafeText {
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
    SafeText::join([
        SafeText::own(format_args!("{received}  {side}{mark} ")),
        SafeText::of(&resolve_author_name(message, user)),
        SafeText::own(": "),
        separated(said(message), "  "),
    ])
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

/// The content of a message: the part of its type, its text, its buttons and the quoted message.
fn said(message: &Message) -> impl Iterator<Item = SafeText> {
    let mut parts = Vec::new();
    parts.extend(content_words(&message.content));
    parts.extend(message.text.as_ref().map(SafeText::of));
    parts.extend(message.actions.iter().map(action_words));
    parts.extend(message.payload.as_ref().map(|it| tagged("payload ", it)));
    parts.extend(message.quoted.as_ref().map(quoted_words));
    if parts.is_empty() {
        parts.push(SafeText::own("(no text)"));
    }
    parts.into_iter()
}

fn content_words(content: &Content) -> Option<SafeText> {
    let words = match content {
        Content::Text => return None,
        Content::Image(media) => media_words("[image]", media),
        Content::File(media) => media_words("[file]", media),
        Content::Carousel { items, .. } => items_words("[carousel]", items),
        Content::List { items } => items_words("[list]", items),
        Content::Location { coordinates, place } => {
            location_words(coordinates.as_ref(), place.as_ref())
        }
        Content::Form { fields, .. } => fields_words("[form]", fields),
        Content::FormResponse { fields, .. } => fields_words("[form response]", fields),
        Content::Unknown { kind: Some(kind) } => tagged("", kind),
        Content::Unknown { kind: None } => SafeText::own("[no type]"),
    };
    Some(words)
}

fn media_words(word: &str, media: &Media) -> SafeText {
    let facts = [&media.alt_text, &media.url].into_iter().flatten();
    let parts = std::iter::once(SafeText::own(word)).chain(facts.map(SafeText::of));
    separated(parts, " ")
}

fn items_words(word: &str, items: &[Item]) -> SafeText {
    let count = SafeText::own(format_args!("{word} {}", items.len()));
    let titles = items.iter().filter_map(|item| item.title.as_ref());
    separated(
        std::iter::once(count).chain(titles.map(SafeText::of)),
        " · ",
    )
}

fn location_words(coordinates: Option<&Coordinates>, place: Option<&Place>) -> SafeText {
    let point = coordinates.map(|at| SafeText::own(format_args!("{}, {}", at.lat, at.long)));
    let named = place
        .into_iter()
        .flat_map(|place| [&place.name, &place.address]);
    let parts = std::iter::once(SafeText::own("[location]"))
        .chain(point)
        .chain(named.flatten().map(SafeText::of));
    separated(parts, " ")
}

fn fields_words(word: &str, fields: &[Field]) -> SafeText {
    let parts = std::iter::once(SafeText::own(word)).chain(fields.iter().map(field_words));
    separated(parts, " ")
}

fn field_words(field: &Field) -> SafeText {
    let question = field.label.as_ref().or(field.name.as_ref());
    let answer = match &field.answer {
        Some(Answer::Text(text) | Answer::Email(text)) => Some(SafeText::of(text)),
        Some(Answer::Select(options)) => {
            let labels = options.iter().filter_map(|option| option.label.as_ref());
            Some(separated(labels.map(SafeText::of), ", "))
        }
        None => None,
    };
    separated(question.map(SafeText::of).into_iter().chain(answer), " = ")
}

fn action_words(action: &Action) -> SafeText {
    let target = match &action.kind {
        ActionKind::Link { uri }
        | ActionKind::Webview { uri, .. }
        | ActionKind::Buy { uri, .. } => uri.as_ref(),
        ActionKind::Postback { payload } | ActionKind::Reply { payload, .. } => payload.as_ref(),
        ActionKind::Other { uri, payload, .. } => uri.as_ref().or(payload.as_ref()),
        ActionKind::Share | ActionKind::LocationRequest => None,
    };
    let words = action.text.iter().chain(target).map(SafeText::of);
    SafeText::join([
        SafeText::own("("),
        separated(words, " → "),
        SafeText::own(")"),
    ])
}

fn quoted_words(quoted: &Quoted) -> SafeText {
    match quoted {
        Quoted::Message(message) => match &message.text {
            Some(text) => tagged("answers ", text),
            None => SafeText::own("[answers a message without text]"),
        },
        Quoted::External(id) => tagged("answers message ", id),
    }
}

fn tagged(word: &str, value: &Untrusted) -> SafeText {
    SafeText::join([
        SafeText::own(format_args!("[{word}")),
        SafeText::of(value),
        SafeText::own("]"),
    ])
}
