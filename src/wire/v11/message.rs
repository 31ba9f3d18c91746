//! Messages: what all types share, who wrote them and what they answer.

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::content::{read_actions, read_content};
use crate::domain::{
    Author, ClientId, Content, IntegrationId, Message, MessageId, Properties, Quoted, RawJson,
    Side, Source, Untrusted, name,
};
use crate::wire::json::{Shape, parse_elements};
use crate::wire::reader::Reader;
use crate::wire::redact::{Scope, redact};

/// How deep messages may be nested: a quoted one, and the one that it quotes.
const MOST_QUOTES: usize = 2;

/// Reads a list of messages, oldest first; `None` when it is no list.
pub(super) fn read_messages(root: &mut Reader<'_>, member: &str) -> Option<Vec<Message>> {
    let list = root.raw(member)?;
    let mut messages: Vec<Message> = parse_elements(list)?
        .into_iter()
        .map(read_message)
        .collect();
    put_in_order(&mut messages);
    Some(messages)
}

/// Sorts by time; a message without one stays behind its neighbour.
fn put_in_order(messages: &mut Vec<Message>) {
    let mut latest: Option<Timestamp> = None;
    let mut timed: Vec<(Option<Timestamp>, Message)> = messages
        .drain(..)
        .map(|message| {
            latest = message.received.or(latest);
            (latest, message)
        })
        .collect();
    timed.sort_by_key(|(time, _)| *time);
    messages.extend(timed.into_iter().map(|(_, message)| message));
}

/// Reads one message, whatever it is: what is no object becomes a degraded message.
pub(super) fn read_message(raw: &RawValue) -> Message {
    read_quotable(raw, MOST_QUOTES)
}

fn read_quotable(raw: &RawValue, quotes_left: usize) -> Message {
    let Some(mut message) = Reader::open(raw, Scope::People) else {
        return unreadable(raw);
    };
    for member in ["_id", "role", "type", "received"] {
        if !message.has(member) {
            message.note(member, "missing");
        }
    }
    Message {
        id: message.id_as("_id", MessageId::new),
        received: message.time("received"),
        author: read_author(&mut message),
        text: message.text("text").filter(|text| !name::is_blank(text)),
        content: read_content(&mut message),
        actions: read_actions(&mut message),
        payload: message.word("payload"),
        source: message.nested("source", read_source),
        quoted: read_quoted(&mut message, quotes_left),
        metadata: message.properties("metadata"),
        json: message.json(),
        degraded: message.take_notes(),
    }
}

fn unreadable(raw: &RawValue) -> Message {
    let words = format!("expected a message, got {}", Shape::of(raw).words());
    Message {
        id: None,
        received: None,
        author: Author {
            side: Side::Other(Untrusted::default()),
            id: None,
            name: None,
            avatar_url: None,
            email: None,
            subtype: None,
        },
        text: None,
        content: Content::Unknown {
            kind: None,
            parts: Box::default(),
        },
        actions: Vec::new(),
        payload: None,
        source: None,
        quoted: None,
        metadata: Properties::default(),
        degraded: vec![Untrusted::from(words)],
        json: RawJson::new(redact(raw.get(), Scope::People)),
    }
}

fn read_author(message: &mut Reader<'_>) -> Author {
    Author {
        side: side_of(message.text("role").unwrap_or_default()),
        id: message.id("authorId"),
        name: message.text("name"),
        avatar_url: message.word("avatarUrl"),
        email: message.word("email"),
        subtype: None,
    }
}

fn side_of(role: Untrusted) -> Side {
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    match role.expose() {
        "appUser" => Side::User,
        "appMaker" => Side::Business,
        "whisper" => Side::Internal,
        _ => Side::Other(role),
    }
}

fn read_source(source: &mut Reader<'_>) -> Source {
    Source {
        kind: source.word("type"),
        integration_id: source.id_as("integrationId", IntegrationId::new),
        client_id: source.id_as("id", ClientId::new),
        original_message_id: source.id("originalMessageId"),
        original_timestamp: source.time("originalMessageTimestamp"),
    }
}

fn read_quoted(message: &mut Reader<'_>, quotes_left: usize) -> Option<Quoted> {
    let (quoted, problem) = message.nested("quotedMessage", |quoted| {
        if let Some(id) = quoted.id("externalMessageId") {
            return (Some(Quoted::External(id)), None);
        }
        let content = if quoted.has("content") {
            "content"
        } else {
            "message"
        };
        if let Some(id) = read_quoted_id(quoted, content) {
            return (Some(Quoted::ById(id)), None);
        }
        match (quoted.raw(content), quotes_left.checked_sub(1)) {
            (Some(raw), Some(left)) => {
                let message = read_quotable(raw, left);
                (Some(Quoted::Message(Box::new(message))), None)
            }
            (Some(_), None) => (None, Some("quoted too deep to be read")),
            (None, _) => (None, Some("neither a message nor the id of one")),
        }
    })?;
    if let Some(words) = problem {
        message.note("quotedMessage", words);
    }
    quoted
}

/// The id of a quoted message that comes without the message: as the content's only member that
/// says anything, in place of the content, or beside it.
fn read_quoted_id(quoted: &mut Reader<'_>, content: &str) -> Option<MessageId> {
    /// Who, when and where from, but not what.
    const FRAME: [&str; 7] = [
        "_id", "id", "role", "authorId", "name", "received", "source",
    ];
    if !quoted.has(content) {
        let member = ["messageId", "_id", "id"]
            .into_iter()
            .find(|name| quoted.has(name));
        return quoted.id_as(member?, MessageId::new);
    }
    if matches!(Shape::of(quoted.raw(content)?), Shape::Text | Shape::Number) {
        return quoted.id_as(content, MessageId::new);
    }
    let id = quoted.nested(content, |content| {
        let member = ["_id", "id"].into_iter().find(|name| content.has(name))?;
        let is_alone = !content.has_others_than(&FRAME);
        is_alone.then(|| content.id_as(member, MessageId::new))?
    });
    id.flatten()
}
