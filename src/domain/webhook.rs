//! The events that webhooks deliver.

use jiff::Timestamp;

use super::{AppId, Client, Conversation, Message, RawJson, SmoochId, Untrusted, User, UserId};

/// A user as an event names them: often without the profile.
#[derive(Debug, Clone, PartialEq)]
pub enum EventUser {
    /// Ids only: the event says nothing about the profile, not that it is empty.
    Truncated {
        /// `_id`.
        id: SmoochId,
        /// `userId`.
        user_id: Option<UserId>,
        /// Whether a conversation exists.
        conversation_started: Option<bool>,
    },
    /// The whole user.
    Full(Box<User>),
}

impl EventUser {
    /// `_id`.
    pub fn id(&self) -> &SmoochId {
        match self {
            Self::Truncated { id, .. } => id,
            Self::Full(user) => &user.id,
        }
    }

    /// `userId`.
    pub fn user_id(&self) -> Option<&UserId> {
        match self {
            Self::Truncated { user_id, .. } => user_id.as_ref(),
            Self::Full(user) => user.user_id.as_ref(),
        }
    }
}

/// One delivery of a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookEvent {
    /// `trigger`, as it came.
    pub trigger: Untrusted,
    /// The app it is about.
    pub app_id: Option<AppId>,
    /// `version` of the payload; older payloads have none.
    pub version: Option<Untrusted>,
    /// `timestamp`: when it happened, where the event says so.
    pub at: Option<Timestamp>,
    /// What happened.
    pub kind: EventKind,
    /// What could not be read, in words.
    pub degraded: Vec<Untrusted>,
    /// The event as it came, with secrets replaced.
    pub json: RawJson,
}

/// What a webhook tells.
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// Messages were written.
    Messages {
        /// Who is spoken with.
        user: Option<EventUser>,
        /// Where the user wrote; only where the webhook includes it.
        client: Option<Box<Client>>,
        /// The conversation.
        conversation: Option<Conversation>,
        /// What was written.
        messages: Vec<Message>,
    },
    /// Users were found to be one person.
    Merge {
        /// Who stays.
        surviving: Option<EventUser>,
        /// Who is gone.
        discarded: Vec<EventUser>,
    },
    /// Anything else: the trigger and the raw event say what.
    Other {
        /// The user it is about, when there is one.
        user: Option<EventUser>,
        /// The client it is about, when there is one.
        client: Option<Box<Client>>,
    },
}
