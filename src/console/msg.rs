//! Facts that happened. Each comes with the moment at which it happened.

use jiff::Timestamp;

use super::keymap::Key;
use crate::domain::{
    App, Connection, Found, KnownUser, LookupId, MatchedBy, MessagePage, Pause, Problem, SmoochId,
    Untrusted,
};
use crate::domain::{Coverage, Fate};
use crate::search::Results;

/// A fact and when it happened; `update` knows no other clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamped {
    /// When.
    pub at: Timestamp,
    /// What.
    pub msg: Msg,
}

/// The number of a request; an answer whose number is no longer waited for is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ticket(pub u64);

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// The first frame stands.
    Started,
    /// A key.
    KeyPressed(Key),
    /// Text pasted in one piece; it fires no keys.
    Pasted(String),
    /// The terminal has a new size, in cells.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The API client is ready, or cannot be.
    Connected(Result<Box<Connection>, Problem>),
    /// The directory has grown or changed.
    DirectoryChanged,
    /// Everybody who is kept on this machine has been read, as far as they can be.
    DirectoryRead,
    /// A search has been answered.
    SearchDone {
        /// Which search.
        ticket: Ticket,
        /// Its answer.
        results: Results,
    },
    /// A user has been looked up.
    UserLoaded {
        /// Which request.
        ticket: Ticket,
        /// The user, or why not.
        result: Box<Result<Found, Problem>>,
    },
    /// A user who is looked up was known before.
    UserRecalled {
        /// What was looked up.
        lookup: LookupId,
        /// What was known, and since when.
        known: Box<KnownUser>,
        /// That the id is an old one, if it is.
        matched_by: Option<MatchedBy>,
    },
    /// It is known on this machine what became of an id that leads to nobody who is known here.
    FateTold {
        /// What was looked up.
        lookup: LookupId,
        /// What became of it.
        fate: Fate,
    },
    /// Messages of a user were read before.
    PageRecalled {
        /// Whose.
        user: SmoochId,
        /// The newest page as it was.
        page: MessagePage,
        /// When the API told it.
        at: Timestamp,
    },
    /// What is known on this machine was counted; nothing where nothing is kept.
    KnownCounted(Option<Box<Coverage>>),
    /// What was asked of the directory could not be done.
    StoreNews(Untrusted),
    /// Something is wrong with the files in which the directory is kept, and stays so.
    StoreTrouble(Untrusted),
    /// A page of messages has come.
    MessagesLoaded {
        /// Which request.
        ticket: Ticket,
        /// The page, or why not.
        result: Result<MessagePage, Problem>,
    },
    /// The app has been described.
    AppLoaded(Box<Result<App, Problem>>),
    /// The API has asked for a pause, or one is over.
    Paused(Option<Pause>),
    /// A moment that was asked for has come.
    TimerFired(Timer),
    /// A user was pinned, or the pin was taken away.
    PinToggled {
        /// Whether there is a pin now.
        pinned: bool,
    },
    /// Text went to the terminal's clipboard, or could not.
    Copied {
        /// What it was, in words.
        what: &'static str,
        /// Why it failed, if it did.
        error: Option<String>,
    },
    /// A part of the program failed; the screen stands.
    TaskFailed(Untrusted),
}

/// Moments that `update` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// The cursor has rested on a user for a while.
    Rest(Ticket),
    /// A spinner appears or turns.
    Spinner,
    /// The clock in the header changes.
    Minute,
    /// The countdown of a pause goes on.
    Countdown,
}
