//! What `update` asks of the world, as plain data.

use std::time::Duration;

use super::msg::{Ticket, Timer};
use crate::domain::{ConversationKey, DisplayName, LookupId, PageRequest, SmoochId};
use crate::search::Order;

/// Where a request belongs; a newer one in a slot cancels the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The search of the directory.
    Search,
    /// The user whose profile is shown.
    Profile,
    /// The newest messages of the opened user.
    Messages,
    /// Older messages of the opened user.
    Older,
}

/// What `update` asks of the world. Each variant is the business of one executor.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The terminal.
    Terminal(TerminalEffect),
    /// Set a timer.
    Wake {
        /// Which.
        timer: Timer,
        /// After how long.
        after: Duration,
    },
    /// Search everybody who is known.
    Search {
        /// The request's number.
        ticket: Ticket,
        /// What to search for.
        text: String,
        /// How many hits are wanted.
        most: usize,
        /// In which order.
        order: Order,
    },
    /// Ask the API.
    Ask(Ask),
    /// What is known and kept on this machine.
    Directory(DirectoryEffect),
    /// Stop a request.
    Cancel(Slot),
}

/// What is asked of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEffect {
    /// Put text on the terminal's clipboard.
    CopyText {
        /// What it is, in words.
        what: &'static str,
        /// The text, already safe.
        text: String,
    },
    /// Give the terminal back to the shell until the agent returns.
    Suspend,
    /// Paint every cell anew.
    Redraw,
    /// End the program.
    Quit,
}

/// What is asked of the API.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// Look a user up.
    FetchUser {
        /// The request's number.
        ticket: Ticket,
        /// Either id.
        id: LookupId,
    },
    /// Fetch a page of messages.
    FetchMessages {
        /// The request's number.
        ticket: Ticket,
        /// The slot: newest or older.
        slot: Slot,
        /// Of which conversation.
        conversation: ConversationKey,
        /// Which page.
        page: PageRequest,
    },
    /// Fetch the app and its settings.
    FetchApp,
}

impl Ask {
    /// Where the request belongs, if a newer one cancels it.
    pub(crate) const fn slot(&self) -> Option<Slot> {
        match self {
            Self::FetchUser { .. } => Some(Slot::Profile),
            Self::FetchMessages { slot, .. } => Some(*slot),
            Self::FetchApp => None,
        }
    }
}

/// What is asked of the directory on this machine.
#[derive(Debug, Clone, PartialEq)]
pub enum DirectoryEffect {
    /// Bring back what is kept of a user.
    RecallUser(LookupId),
    /// Bring back what others wrote into the directory meanwhile.
    RecallNews {
        /// Users who were opened: some of them may be gone.
        opened: Vec<SmoochId>,
    },
    /// Find out whether a user who was opened before is still known.
    CheckKnown(SmoochId),
    /// Keep the name that was resolved with the user's messages.
    LearnName {
        /// Whose.
        id: SmoochId,
        /// The name.
        name: DisplayName,
    },
    /// Remember that the agent opened a user.
    NoteOpened(SmoochId),
    /// Pin a user, or take the pin away.
    TogglePin(SmoochId),
    /// Count what is known.
    CountKnown,
}
