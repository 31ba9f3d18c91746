//! The conversation of the opened user.

use super::remote::Remote;
use crate::console::layout::conversation::Wrapped;
use crate::console::msg::Ticket;
use crate::domain::{Conversation, Message, MessageId, Problem, SmoochId};

/// Whether older messages are on their way.
#[derive(Debug, Clone, PartialEq)]
pub enum Older {
    /// There may be some, nobody has asked.
    Idle,
    /// Asked.
    Loading(Ticket),
    /// Missing, and why.
    Failed(Problem),
    /// The first message is there.
    None,
}

/// What has been loaded of a conversation, and where in it the agent stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The conversation's own facts.
    pub conversation: Conversation,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Whether older messages are on their way.
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
    /// Whose messages.
    pub user: Option<SmoochId>,
    /// What has been loaded.
    pub remote: Remote<Opened>,
}

impl Default for MessagesPane {
    fn default() -> Self {
        Self {
            user: None,
            remote: Remote::Idle,
        }
    }
}

impl MessagesPane {
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
    pub const fn thread_mut(&mut self) -> Option<&mut Thread> {
        match self.remote.good_mut() {
            Some(good) => match &mut good.value {
                Opened::Thread(thread) => Some(thread),
                Opened::NoConversation => None,
            },
            None => None,
        }
    }
}
