//! The conversation of the opened user.

use super::remote::Remote;
use crate::console::layout::conversation::Wrapped;
use crate::console::msg::Ticket;
use crate::domain::{Conversation, ConversationKey, Cursor, Message, MessageId, Problem, SmoochId};

/// Where the messages before the loaded ones are, and whether they are on their way.
#[derive(Debug, Clone, PartialEq)]
pub enum Older {
    /// There may be some, and nobody has asked for them.
    Idle {
        /// Where they begin.
        from: Cursor,
    },
    /// They are asked for.
    Loading {
        /// Where they begin.
        from: Cursor,
        /// Which request.
        ticket: Ticket,
    },
    /// They could not be fetched.
    Failed {
        /// Where they begin.
        from: Cursor,
        /// Why not.
        problem: Problem,
    },
    /// The first message of all is loaded.
    None,
}

impl Older {
    /// What a page says of the messages before it.
    pub(crate) fn before(page: Option<Cursor>) -> Self {
        page.map_or(Self::None, |from| Self::Idle { from })
    }

    /// Where the older messages begin, if there are any.
    pub(crate) const fn from(&self) -> Option<&Cursor> {
        match self {
            Self::Idle { from } | Self::Loading { from, .. } | Self::Failed { from, .. } => {
                Some(from)
            }
            Self::None => None,
        }
    }

    /// Whether they are asked for.
    pub(crate) const fn is_loading(&self) -> bool {
        matches!(self, Self::Loading { .. })
    }

    /// Whether they are asked for with this request.
    pub(crate) fn waits_for(&self, request: Ticket) -> bool {
        matches!(self, Self::Loading { ticket, .. } if *ticket == request)
    }
}

/// What has been loaded of a conversation, and the agent's place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The conversation's own facts.
    pub conversation: Conversation,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// The messages before these.
    pub older: Older,
    /// The messages wrapped for the pane's width.
    pub wrapped: Wrapped,
    /// Which message the cursor is on.
    pub selected: usize,
    /// The first row that is shown.
    pub top: usize,
}

impl Thread {
    /// The message that the cursor is on.
    pub fn selected_message(&self) -> Option<&Message> {
        self.messages.get(self.selected)
    }

    /// The ids of the loaded messages.
    pub fn ids(&self) -> impl Iterator<Item = &MessageId> {
        self.messages
            .iter()
            .filter_map(|message| message.id.as_ref())
    }
}

/// What the API answered about a user's messages.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// The user has never written.
    NoConversation,
    /// A conversation.
    Thread(Box<Thread>),
}

/// The messages pane.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagesPane {
    /// Which conversation is open.
    pub conversation: Option<ConversationKey>,
    /// What has been loaded.
    pub remote: Remote<Opened>,
}

impl Default for MessagesPane {
    fn default() -> Self {
        Self {
            conversation: None,
            remote: Remote::Idle,
        }
    }
}

impl MessagesPane {
    /// Whose conversation is open.
    pub fn user(&self) -> Option<&SmoochId> {
        self.conversation.as_ref().map(|open| &open.user)
    }

    /// What has been loaded, if there is a conversation.
    pub const fn thread(&self) -> Option<&Thread> {
        match self.remote.good() {
            Some(good) => match &good.value {
                Opened::Thread(thread) => Some(thread),
                Opened::NoConversation => None,
            },
            None => None,
        }
    }

    /// What has been loaded, to be changed.
    pub(crate) const fn thread_mut(&mut self) -> Option<&mut Thread> {
        match self.remote.good_mut() {
            Some(good) => match &mut good.value {
                Opened::Thread(thread) => Some(thread),
                Opened::NoConversation => None,
            },
            None => None,
        }
    }
}
