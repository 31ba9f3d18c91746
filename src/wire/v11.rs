//! Answers and events of v1.1 (and what v1 adds to them).
//!
//! In: the body of an answer. Out: the domain value in it, or the reason why the answer as a whole
//! means nothing. A part that cannot be read degrades the item it belongs to, never its siblings.

mod app;
mod bound;
mod channel;
mod content;
mod integration;
mod message;
mod user;
mod user_event;
mod webhook;

use serde_json::value::RawValue;

use super::WireError;
use super::json::{body_text, parse_root};
use super::reader::Reader;
use super::redact::Scope;
use crate::domain::facts::Delivery;
use crate::domain::{
    App, AuthCode, BusinessSystem, Channel, Conversation, Integration, LinkRequest, Message,
    Untrusted, User, Webhook, WebhookEvent,
};

pub use bound::Bound;

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

/// What the API made of a posted message.
#[derive(Debug, Clone, PartialEq)]
pub struct PostedMessages {
    /// The message itself.
    pub message: Message,
    /// More messages that the API made of the same request.
    pub extra_messages: Vec<Message>,
    /// The conversation's own facts.
    pub conversation: Option<Conversation>,
}

/// One page of a list that is read with an offset.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing<T> {
    /// What is on the page.
    pub items: Vec<T>,
    /// Whether more follow; `None` where the API does not say.
    pub has_more: Option<bool>,
    /// How many came before.
    pub offset: Option<u64>,
    /// What could not be read, in words.
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

/// Reads the answer to a posted message.
pub fn parse_posted_messages(body: &[u8]) -> Result<PostedMessages, WireError> {
    with_root(body, Scope::People, |root| {
        let message = root.raw("message").ok_or(WireError::Missing("message"))?;
        Ok(PostedMessages {
            message: message::read_message(message),
            extra_messages: message::read_messages(root, "extraMessages").unwrap_or_default(),
            conversation: root.nested("conversation", user::read_conversation),
        })
    })
}

/// Reads `{"app": …}`.
pub fn parse_app(body: &[u8]) -> Result<App, WireError> {
    with_root(body, Scope::Settings, |root| {
        let app = root.nested("app", app::read_app);
        app.ok_or(WireError::Missing("app"))?
            .ok_or(WireError::Missing("_id"))
    })
}

/// Reads a page of apps; one without an id is left out, with a note.
pub fn parse_apps(body: &[u8]) -> Result<Listing<App>, WireError> {
    let apps = parse_listing(body, "apps", app::read_app)?;
    Ok(Listing {
        items: apps.items.into_iter().flatten().collect(),
        has_more: apps.has_more,
        offset: apps.offset,
        degraded: apps.degraded,
    })
}

/// Reads a page of integrations.
pub fn parse_integrations(body: &[u8]) -> Result<Listing<Integration>, WireError> {
    parse_listing(body, "integrations", integration::read_integration)
}

/// Reads `{"webhook": …}`.
pub fn parse_webhook(body: &[u8]) -> Result<Webhook, WireError> {
    with_root(body, Scope::Settings, |root| {
        let webhook = root.nested("webhook", webhook::read_webhook);
        webhook.ok_or(WireError::Missing("webhook"))
    })
}

/// Reads what one call of a webhook reports of users.
pub(crate) fn parse_delivery(body: &[u8]) -> Result<Delivery, WireError> {
    parse_webhook_event(body).map(user_event::delivery_of)
}

/// Reads one call of a webhook.
pub fn parse_webhook_event(body: &[u8]) -> Result<WebhookEvent, WireError> {
    with_root(body, Scope::People, |root| {
        webhook::read_event(root).ok_or(WireError::Missing("trigger"))
    })
}

/// Reads the channels that are linked to a user.
pub fn parse_channels(body: &[u8]) -> Result<Listing<Channel>, WireError> {
    parse_listing(body, "channels", channel::read_channel)
}

/// Reads the business systems in which a user's conversation shows up.
pub fn parse_business_systems(body: &[u8]) -> Result<Listing<BusinessSystem>, WireError> {
    parse_listing(body, "businessSystems", channel::read_business_system)
}

/// Reads links that join a channel to a user.
pub fn parse_link_requests(body: &[u8]) -> Result<Listing<LinkRequest>, WireError> {
    parse_listing(body, "linkRequests", channel::read_link_request)
}

/// Reads a code with which an app takes over a user.
pub fn parse_auth_code(body: &[u8]) -> Result<AuthCode, WireError> {
    with_root(body, Scope::Settings, |root| {
        let code = channel::read_secret(root, "authCode");
        code.map(AuthCode).ok_or(WireError::Missing("authCode"))
    })
}

fn parse_listing<T>(
    body: &[u8],
    member: &'static str,
    read: impl Fn(&mut Reader<'_>) -> T,
) -> Result<Listing<T>, WireError> {
    with_root(body, Scope::Settings, |root| {
        let list = root.raw(member).ok_or(WireError::Missing(member))?;
        if super::json::parse_elements(list).is_none() {
            return Err(WireError::WrongShape(member));
        }
        Ok(Listing {
            items: root.each(member, read),
            has_more: root.flag("hasMore"),
            offset: root.count("offset"),
            degraded: root.take_notes(),
        })
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
