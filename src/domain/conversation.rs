//! Conversations and pages of messages.

use jiff::Timestamp;

use super::{ConversationId, LookupId, Message, SmoochId};

/// A conversation's own facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// `_id`; absent on some stray payloads.
    pub id: Option<ConversationId>,
    /// How many messages **the user** has not read.
    pub unread_by_user: Option<u64>,
    /// When the business last read.
    pub business_last_read: Option<Timestamp>,
    /// When the user last read.
    pub user_last_read: Option<Timestamp>,
}

/// Which conversation is meant, before anything is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConversationKey {
    /// Whose conversation it is.
    pub user: SmoochId,
    /// Which of that user's conversations.
    pub conversation: ConversationRef,
}

/// One of a user's conversations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConversationRef {
    /// The first one: the only one that v1.1 knows.
    Default,
    /// The one with this id.
    Id(ConversationId),
}

impl ConversationKey {
    /// The user's default conversation.
    pub fn default_of(user: &SmoochId) -> Self {
        Self {
            user: user.clone(),
            conversation: ConversationRef::Default,
        }
    }

    /// The user's id, to look the user up with.
    pub(crate) fn user_lookup(&self) -> LookupId {
        LookupId::from(&self.user)
    }
}

/// Where the messages before a page are found.
///
/// Each version of the API makes it from an answer and reads it again when the next page is asked
/// for. Everybody in between keeps it and hands it back, and never looks inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(Box<str>);

impl Cursor {
    /// Wraps what the API needs to find the next page.
    pub fn new(token: impl Into<Box<str>>) -> Self {
        Self(token.into())
    }

    /// What was wrapped.
    pub(crate) fn token(&self) -> &str {
        &self.0
    }
}

/// Which messages to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRequest {
    /// The newest page.
    Newest,
    /// The newest messages that were received before a moment.
    Before(Timestamp),
    /// The messages before a page that was fetched earlier.
    Older(Cursor),
}

/// A page of messages, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub enum MessagePage {
    /// The user has never written: a normal state, not a problem.
    NoConversation,
    /// Messages of the conversation.
    Messages {
        /// The conversation's own facts.
        conversation: Conversation,
        /// Oldest first.
        messages: Vec<Message>,
        /// Where older messages are found; `None` when there are none.
        older: Option<Cursor>,
    },
}
