//! Ways to a user beside their clients: linked channels, business systems, links and codes.
//!
//! Codes open somebody's conversation, so they are kept in [`Secret`] and never shown.

use std::fmt;

use super::{IntegrationId, Platform, RawJson, Untrusted};

/// A value that must not be shown, logged or compared by eye.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Keeps a secret.
    pub fn new(secret: impl Into<Box<str>>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that has to send it.
    pub fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([secret])")
    }
}

/// One channel that is linked to a user, with the user's address there.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// `type`.
    pub kind: Platform,
    /// The integration it belongs to.
    pub integration_id: Option<IntegrationId>,
    /// Where the user is found on it.
    pub address: Option<ChannelAddress>,
    /// What could not be read, in words.
    pub degraded: Vec<Untrusted>,
    /// The channel as it came, with secrets replaced.
    pub json: RawJson,
}

/// The user's address on a channel; which of these is given depends on the channel's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelAddress {
    /// `phoneNumber`: twilio, messagebird.
    PhoneNumber(Untrusted),
    /// `userId`: messenger, viber, line, wechat, twitter. Not the business's `userId`.
    ChannelUserId(Untrusted),
    /// `address`: mailgun.
    Email(Untrusted),
    /// `username`: whatsapp.
    Username(Untrusted),
    /// `chatId`: telegram.
    ChatId(Untrusted),
}

/// A system of the business in which a conversation shows up.
#[derive(Debug, Clone, PartialEq)]
pub struct BusinessSystem {
    /// `type`: `slack`, `zendesk`, `helpscout` and the like.
    pub kind: Option<Untrusted>,
    /// Where the conversation is found there.
    pub place: Option<BusinessPlace>,
    /// What could not be read, in words.
    pub degraded: Vec<Untrusted>,
    /// The entry as it came, with secrets replaced.
    pub json: RawJson,
}

/// Where a conversation is found in a business system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusinessPlace {
    /// `channelId`: slack.
    ChannelId(Untrusted),
    /// `ticketId`: zendesk.
    TicketId(Untrusted),
    /// `roomId`: hipchat.
    RoomId(Untrusted),
    /// `conversationId`: helpscout.
    ConversationId(Untrusted),
}

/// A link that joins a channel to a user.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkRequest {
    /// `type`.
    pub kind: Platform,
    /// The integration it belongs to.
    pub integration_id: Option<IntegrationId>,
    /// The code that whoever sends it proves to be the user with.
    pub code: Option<Secret>,
    /// The address to open; it holds the code.
    pub url: Option<Secret>,
    /// What could not be read, in words.
    pub degraded: Vec<Untrusted>,
    /// The entry as it came, with secrets replaced.
    pub json: RawJson,
}

/// A code with which an app takes over a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthCode(pub Secret);
