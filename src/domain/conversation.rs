//! Conversations and pages of messages.

use jiff::Timestamp;

use super::{ConversationId, Message, MessageId};

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

/// Which messages to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageRequest {
    /// The newest page.
    Newest,
    /// The page of messages older than what is known.
    ///
    /// Two messages may share a millisecond, so the bound alone cannot tell which are new: the API
    /// is asked once more for the oldest known millisecond, and known messages are dropped.
    Before {
        /// When the oldest known message was received.
        oldest: Timestamp,
        /// Messages that are known already; those near `oldest` are enough.
        known: Vec<MessageId>,
    },
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
        /// Whether there may be older messages than these.
        has_older: bool,
    },
}
