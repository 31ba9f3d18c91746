//! What `update` asks of the world, as plain data.

use std::time::Duration;

use super::msg::{Ticket, Timer};
use crate::domain::{DisplayName, LookupId, PageRequest, SmoochId};

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

/// What `update` asks of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Search the directory.
    Search {
        /// The request's number.
        ticket: Ticket,
        /// What to search for.
        text: String,
        /// How many hits are wanted.
        most: usize,
    },
    /// Bring back what is kept of a user on this machine.
    RecallUser(LookupId),
    /// Look a user up in the API.
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
        /// Whose.
        user: SmoochId,
        /// Which page.
        page: PageRequest,
    },
    /// Fetch the app and its settings.
    FetchApp,
    /// Ask the API about the users of whom only the id is known.
    LearnImported,
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
    /// Bring back what others wrote into the directory meanwhile.
    RecallNews,
    /// Count what is known on this machine.
    CountKnown,
    /// Stop a request.
    Cancel(Slot),
    /// Put text on the terminal's clipboard.
    CopyText {
        /// What it is, in words.
        what: &'static str,
        /// The text, already safe.
        text: String,
    },
    /// Say when a moment has come.
    Wake {
        /// Which.
        timer: Timer,
        /// After how long.
        after: Duration,
    },
    /// Give the terminal back to the shell until the agent returns.
    Suspend,
    /// Paint every cell anew.
    Redraw,
    /// End the program.
    Quit,
}
