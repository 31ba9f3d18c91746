//! Answers and events of v1.1 (and what v1 adds to them).
//!
//! In: the body of an answer. Out: the domain value in it, or the reason why the answer as a whole
//! means nothing. A part that cannot be read degrades the item it belongs to, never its siblings.

mod app;
mod bound;
mod content;
mod delivery;
mod message;
mod user;

use serde_json::value::RawValue;

use super::WireError;
use super::json::{body_text, parse_root};
use super::reader::Reader;
use super::redact::Scope;
use crate::domain::facts::Delivery;
use crate::domain::{App, Conversation, Message, Untrusted, User};

pub use bound::Bound;
pub(in crate::wire) use user::{read_user, read_user_of};

/// A page of messages as the API sent it, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagesPage {
    /// The conversation's own facts.
    pub conversation: Conversation,
    /// Oldest first, whatever the order in which they came.
    pub messages: Vec<Message>,
    /// `previous`: there are older messages. Only its presence counts; it is never followed.
    pub previous: Option<Untrusted>,
    /// `next`: there are newer messages. Only its presence counts; it is never followed.
    pub next: Option<Untrusted>,
    /// What could not be read beside the messages, in words.
    pub degraded: Vec<Untrusted>,
}

/// Reads `{"appUser": …}`, or a bare user.
pub fn parse_user(body: &[u8]) -> Result<User, WireError> {
    with_root(body, Scope::People, |root| {
        if root.has("appUser") || !root.has("_id") {
            let user = root.nested("appUser", user::read_user);
            user.ok_or(WireError::Missing("appUser"))?
        } else {
            user::read_user(root)
        }
        .ok_or(WireError::Missing("_id"))
    })
}

/// Reads a page of messages.
pub fn parse_messages_page(body: &[u8]) -> Result<MessagesPage, WireError> {
    with_root(body, Scope::People, |root| {
        if !root.has("messages") {
            return Err(WireError::Missing("messages"));
        }
        let messages = message::read_messages(root, "messages").ok_or(WRONG_MESSAGES)?;
        let conversation = root.nested("conversation", user::read_conversation);
        Ok(MessagesPage {
            conversation: conversation.unwrap_or_else(user::no_conversation_facts),
            messages,
            previous: root.word("previous"),
            next: root.word("next"),
            degraded: root.take_notes(),
        })
    })
}

const WRONG_MESSAGES: WireError = WireError::WrongShape("messages");

/// Reads `{"app": …}`.
pub fn parse_app(body: &[u8]) -> Result<App, WireError> {
    with_root(body, Scope::Settings, |root| {
        let app = root.nested("app", app::read_app);
        app.ok_or(WireError::Missing("app"))?
            .ok_or(WireError::Missing("_id"))
    })
}

/// Reads what one call of a webhook reports of users, as facts.
pub(crate) fn parse_delivery(body: &[u8]) -> Result<Delivery, WireError> {
    with_root(body, Scope::People, |root| {
        delivery::read_delivery(root).ok_or(WireError::Missing("trigger"))
    })
}

fn with_root<T>(
    body: &[u8],
    scope: Scope,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, WireError>,
) -> Result<T, WireError> {
    let text = body_text(body);
    if let Some(mut root) = Reader::open_text(&text, scope) {
        return read(&mut root);
    }
    // It is not an object: the longer way has the words for it.
    let raw: &RawValue = parse_root(&text)?;
    let mut root = Reader::open(raw, scope).ok_or(WireError::WrongShape("the answer"))?;
    read(&mut root)
}
