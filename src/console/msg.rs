//! Facts that happened. Each comes with the moment at which it happened.

use jiff::Timestamp;

use super::keymap::Key;
use crate::domain::{
    App, Connection, ConversationKey, Coverage, Fate, Found, KnownUser, LookupId, MatchedBy,
    MessagePage, Pause, Pin, Problem, SmoochId, Untrusted,
};
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
    /// The first frame is on the screen.
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
    /// Everybody kept on this machine has been read, except rows that cannot be.
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
    /// A user who has been looked up is known with what other reports say beside the answer.
    UserJoined {
        /// Which request was answered.
        ticket: Ticket,
        /// The user, with the answer and all the rest.
        known: Box<KnownUser>,
    },
    /// This machine already knows a user who is being looked up.
    UserRecalled {
        /// What was looked up.
        lookup: LookupId,
        /// What is known, and since when.
        known: Box<KnownUser>,
        /// [`MatchedBy::Merged`] when the id is an old one that leads to this user.
        matched_by: Option<MatchedBy>,
    },
    /// This machine knows no user under an id, but knows what became of it.
    FateKnown {
        /// What was looked up.
        lookup: LookupId,
        /// What became of it.
        fate: Fate,
    },
    /// This machine keeps messages of a conversation.
    PageRecalled {
        /// Of which conversation.
        conversation: ConversationKey,
        /// The newest page as it was.
        page: MessagePage,
        /// When the API answered with it.
        at: Timestamp,
    },
    /// The directory on this machine was counted; `None` where nothing is kept.
    KnownCounted(Option<Box<Coverage>>),
    /// The directory could not do what it was asked.
    StoreNews(Untrusted),
    /// The directory's files are in trouble, and stay so.
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
    /// A user who was opened before is still known, as far as this machine can tell.
    StillKnown(SmoochId),
    /// Users who were known here are not any more: they were forgotten or purged meanwhile.
    UsersGone(Vec<SmoochId>),
    /// A timer has fired.
    TimerFired(Timer),
    /// A user was pinned, or the pin was taken away.
    PinToggled(Pin),
    /// A pin could not be written, or not be taken away.
    PinFailed {
        /// What was asked for.
        pin: Pin,
        /// Why not, and what to do about it.
        why: Untrusted,
    },
    /// Text was copied, or the terminal was asked to, or neither could be done.
    Copied {
        /// What it was, in words.
        what: &'static str,
        /// How many bytes it has.
        size: usize,
        /// Which way it went, or why it could not.
        result: Result<Clipboard, CopyFailed>,
    },
    /// A part of the program failed; the screen is still whole.
    TaskFailed(Untrusted),
}

/// Which way copied text went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clipboard {
    /// Into tmux's buffer, and tmux asked the terminal.
    Tmux,
    /// Into tmux's buffer alone: this tmux is too old to ask the terminal.
    TmuxBuffer,
    /// The terminal was asked; it never says whether it did.
    Terminal,
    /// The terminal was asked, and GNU screen is between.
    TerminalBehindScreen,
    /// The terminal was asked, because tmux did not take the text, and why not.
    TerminalBehindTmux(Untrusted),
}

/// Why nothing was copied and nobody was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyFailed(pub Untrusted);

/// Timers: those that `update` asks for, and that of the ages, which follows from what is shown.
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
    /// An age on the screen changes.
    Age,
}
