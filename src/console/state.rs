//! Everything the screen is drawn from. Changed by `update` alone.

pub(crate) mod history;
pub(crate) mod keys;
pub mod messages;
pub(crate) mod overlay;
pub mod profile;
pub(crate) mod remote;
pub(crate) mod users;

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action::Mode;
use super::geometry::{Pane, Screen, Size, drawn_part};
use super::keymap::Keymap;
use super::msg::Ticket;
use super::text_box::TextBox;
use crate::domain::{App, Connection, Pause, Problem};
use crate::text::{SafeText, time};

pub use history::History;
pub use keys::{Keys, Press, Taker};
pub use messages::{MessagesPane, Older, Thread};
pub use overlay::Overlay;
pub use profile::{Profile, ProfilePane, Subject, Visit};
pub use remote::{Good, Remote};
pub use users::{Arrangement, ListRow, Orders, Selection, Typing, UsersPane};

/// A spinner appears after this long; before that, an answer is expected any moment.
pub(crate) const SPINNER_AFTER: Duration = Duration::from_millis(200);

/// Whether all users kept on this machine can be searched yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directory {
    /// Not yet: the files are being read.
    Reading,
    /// Yes, or there is nothing to read.
    Ready,
}

/// Whether the API can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// Not yet.
    Connecting,
    /// Yes.
    Up,
    /// Yes, but the last request did not reach it, and why.
    Lost(Problem),
    /// No, and why.
    Down(Problem),
}

/// The app being looked at, and what is known of its API.
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    /// Which app, where, and with which key.
    pub connection: Connection,
    /// Whether the API can be asked.
    pub link: Link,
    /// The pause that the API asked for.
    pub pause: Option<Pause>,
    /// What the API says about the app.
    pub app: Option<App>,
}

/// What the last line says about what was just done.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// In words.
    pub words: SafeText,
    /// Whether something failed.
    pub tone: NoticeTone,
}

/// How a notice looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeTone {
    /// All is well.
    Done,
    /// Something failed.
    Failed,
}

/// The current moment, and the time zone it is shown in.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// When the last message came in.
    pub now: Timestamp,
    /// The agent's time zone.
    pub zone: TimeZone,
    /// Whether a spinner timer runs.
    pub spinning: bool,
    /// The next picture of the spinner.
    pub spin: usize,
    /// Whether a countdown timer runs.
    pub counting: bool,
}

impl Clock {
    /// A clock at a moment, with no timer running.
    pub const fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self {
            now,
            zone,
            spinning: false,
            spin: 0,
            counting: false,
        }
    }
}

/// Who owns a text box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typist {
    /// The search.
    Search,
    /// The overlay that is open.
    Overlay,
}

/// Everything the screen is drawn from.
#[derive(Debug, Clone)]
pub struct State {
    /// The terminal's size.
    pub size: Size,
    /// The moment and the time zone.
    pub clock: Clock,
    /// Keys and the beginning of a longer binding.
    pub keys: Keys,
    /// The app being looked at, and its API.
    pub api: Api,
    /// Whether all users kept on this machine can be searched yet.
    pub directory: Directory,
    /// Which pane the keys act on.
    pub focus: Pane,
    /// Search and its hits.
    pub users: UsersPane,
    /// Who the user is.
    pub profile: ProfilePane,
    /// What was said.
    pub messages: MessagesPane,
    /// The overlay above the panes.
    pub overlay: Option<Overlay>,
    /// Users opened before.
    pub history: History,
    /// What the last line says.
    pub notice: Option<Notice>,
    /// What is wrong with the files of this machine; the last line says it whenever it has nothing
    /// newer to say.
    pub trouble: Option<SafeText>,
    tickets: u64,
}

impl State {
    /// The state before the first frame.
    pub fn new(connection: Connection, map: Keymap, size: Size, clock: Clock) -> Self {
        Self {
            size: drawn_part(size),
            clock,
            keys: Keys::new(map),
            api: Api {
                connection,
                link: Link::Connecting,
                pause: None,
                app: None,
            },
            directory: Directory::Ready,
            focus: Pane::Users,
            users: UsersPane::default(),
            profile: ProfilePane::default(),
            messages: MessagesPane::default(),
            overlay: None,
            history: History::default(),
            notice: None,
            trouble: None,
            tickets: 0,
        }
    }

    /// A number for a new request.
    pub(crate) fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Who is offered a key, in order.
    pub(crate) fn takers(&self) -> &'static [Taker] {
        match &self.overlay {
            Some(overlay) if overlay.is_typing() => &[
                Taker::Table(Mode::Filter),
                Taker::TextBox,
                Taker::Table(Mode::Overlay),
            ],
            Some(_) => &[Taker::Table(Mode::Overlay)],
            None if self.users.is_typing() => &[Taker::Table(Mode::Typing), Taker::TextBox],
            None => &[Taker::Table(Mode::Normal)],
        }
    }

    /// The text box that keys and pasted text go into, and who owns it.
    pub(crate) fn text_box_mut(&mut self) -> Option<(Typist, &mut TextBox)> {
        match &mut self.overlay {
            Some(overlay) => Some((Typist::Overlay, overlay.text_box_mut()?)),
            None if self.users.is_typing() => Some((Typist::Search, &mut self.users.input)),
            None => None,
        }
    }

    /// What fits where.
    pub fn screen(&self) -> Screen {
        Screen::of(self.size, self.focus)
    }

    /// Says what was done.
    pub(crate) fn say(&mut self, words: impl std::fmt::Display) {
        self.notice = Some(Notice {
            words: SafeText::own(words),
            tone: NoticeTone::Done,
        });
    }

    /// Says what could not be done.
    pub(crate) fn complain(&mut self, words: impl std::fmt::Display) {
        self.notice = Some(Notice {
            words: SafeText::own(words),
            tone: NoticeTone::Failed,
        });
    }

    /// Where the shown user's data comes from and how old it is, in words.
    pub(crate) fn copy_age(&self) -> Option<String> {
        let good = self.profile.remote.good()?;
        let age = time::ago(self.clock.now, good.at);
        Some(format!("{} {age}", good.value.how_words()))
    }

    /// Whether the profile pane shows what the cursor is on: the row's user, or what became of
    /// looking the row's text up; nobody where that was not looked up yet.
    pub fn shows_selection(&self) -> bool {
        let subject = self.profile.subject.as_ref();
        let was_asked = |text: &str| match subject {
            // Compared with what was typed or pasted.
            Some(subject) => subject.id.is_none() && subject.lookup.expose().trim() == text,
            None => true,
        };
        match &self.users.selection {
            Some(Selection::User(id)) => subject.is_some_and(|subject| {
                subject.id.as_ref() == Some(id) || subject.row.as_ref() == Some(id)
            }),
            Some(Selection::Offer(id)) => was_asked(id.expose().trim()),
            Some(Selection::LookUp) => was_asked(self.users.text().trim()),
            None => subject.is_none(),
        }
    }

    /// Whether the row under the cursor led to another user, who is shown instead.
    pub fn shows_another(&self) -> bool {
        let Some(Selection::User(id)) = &self.users.selection else {
            return false;
        };
        let subject = self.profile.subject.as_ref();
        subject.is_some_and(|subject| {
            subject.row.as_ref() == Some(id) && subject.id.as_ref() != Some(id)
        })
    }

    /// Whether more than the id is kept of the user under the cursor.
    pub(crate) fn is_kept(&self) -> bool {
        let entry = self.users.selected_entry();
        entry.is_some_and(|entry| entry.summary.is_some())
    }

    /// Whether an answer of this machine is on its way: hits, the copy of the user under the
    /// cursor, or whether the user before is still known. It mostly takes less time than a frame.
    pub(crate) fn awaits_this_machine(&self) -> bool {
        let glances = |subject: &Subject| subject.visit == Visit::Glance;
        let awaits_copy = self.profile.subject.as_ref().is_some_and(glances)
            && self.profile.remote.good().is_none()
            && self.is_kept();
        self.users.searching.is_some() || awaits_copy || self.history.is_unsure()
    }

    /// The open thread, if it belongs to the user in the profile pane.
    pub fn thread(&self) -> Option<&Thread> {
        let shown = self.profile.shown_id()?;
        (self.messages.user() == Some(shown))
            .then(|| self.messages.thread())
            .flatten()
    }

    /// Whether the messages pane belongs to the user in the profile pane.
    pub(crate) fn messages_belong(&self) -> bool {
        let user = self.messages.user();
        user.is_some() && user == self.profile.shown_id()
    }
}
