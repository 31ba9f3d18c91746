//! The JSON record of a message, `smooch-console/message/1`.
//!
//! In: a message. Out: the record. Programs rely on its keys, order and types. It contains a name
//! only if one was stored with the message: a guess must not look like a fact.

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::json_line::{characters, raw, time};
use crate::domain::name::clean;
use crate::domain::{Content, Message, MessageId, Side, Untrusted};

const SCHEMA: &str = "smooch-console/message/1";

/// A message, as programs read it.
#[derive(Serialize)]
pub(super) struct MessageRecord<'a> {
    schema: &'static str,
    id: Option<&'a str>,
    received: Option<String>,
    author: AuthorRecord<'a>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    text: Option<&'a str>,
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    degraded: Option<String>,
    raw: Box<RawValue>,
}

#[derive(Serialize)]
struct AuthorRecord<'a> {
    side: &'static str,
    name: Option<String>,
    id: Option<&'a str>,
}

impl<'a> MessageRecord<'a> {
    /// The record of a message.
    pub(super) fn of(message: &'a Message) -> Self {
        let author = &message.author;
        let source = message.source.as_ref().and_then(|from| from.kind.as_ref());
        let name = author.name.as_ref().and_then(clean);
        Self {
            schema: SCHEMA,
            id: message.id.as_ref().map(MessageId::expose),
            received: message.received.map(time),
            author: AuthorRecord {
                side: side(&author.side),
                name: name.map(|name| characters(&name.text).to_owned()),
                id: author.id.as_ref().map(characters),
            },
            kind: kind(&message.content),
            text: message.text.as_ref().map(characters),
            source: source.map(characters),
            degraded: reasons(&message.degraded),
            raw: raw(&message.json),
        }
    }
}

fn side(side: &Side) -> &'static str {
    match side {
        Side::User => "user",
        Side::Business => "business",
        Side::Internal => "internal",
        Side::Other(_) => "other",
    }
}

/// The type in the API's own spelling.
fn kind(content: &Content) -> Option<&str> {
    match content {
        Content::Text => Some("text"),
        Content::Image(_) => Some("image"),
        Content::File(_) => Some("file"),
        Content::Carousel { .. } => Some("carousel"),
        Content::List { .. } => Some("list"),
        Content::Location { .. } => Some("location"),
        Content::Form { .. } => Some("form"),
        Content::FormResponse { .. } => Some("formResponse"),
        Content::Unknown { kind, .. } => kind.as_ref().map(characters),
    }
}

fn reasons(degraded: &[Untrusted]) -> Option<String> {
    let reasons: Vec<&str> = degraded.iter().map(characters).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}
