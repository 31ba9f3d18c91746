//! The loop: the only `select!`, the only terminal, the only spawned tasks.
//!
//! In: keys, answers, timers, signals. Out: frames and requests. Decisions belong to `update`.

mod answers;
mod asking;
mod clipboard;
mod dispatch;
pub mod guard;
mod host;
mod input;
mod keeping;
mod known;
mod screen;
mod searching;

use std::io;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::keymap::Keymap;
use super::layout::ages;
use super::msg::{Msg, Stamped, Timer};
use super::state::{Clock, Directory, State};
use super::theme::Theme;
use super::update::update;
use crate::directory::store::{StoreHandle, StoreOptions};
use crate::domain::Connection;
use crate::log;
pub use answers::Answers;
pub use asking::{Connected, Connecting};
use clipboard::Way;
pub use dispatch::{Dispatcher, Host, Next, Sources};
use guard::TerminalGuard;
use host::LiveHost;
use screen::Screen;

/// What the console is started with.
pub struct ConsoleOptions {
    /// Which app is looked at.
    pub connection: Connection,
    /// Brings the API client, behind the first frame.
    pub connecting: Connecting,
    /// Where users are remembered, if anywhere.
    pub store: Option<StoreOptions>,
    /// Which keys mean what.
    pub keymap: Keymap,
    /// How roles look.
    pub theme: Theme,
}

/// Runs the console until the agent quits or a signal ends it.
pub async fn run(options: ConsoleOptions) -> io::Result<()> {
    let ConsoleOptions {
        connection,
        connecting,
        store,
        keymap,
        theme,
    } = options;
    guard::install_panic_hook();
    // A task of its own: the loop may hang in a write to a terminal that is gone. It listens before
    // the terminal is taken over, so that no signal can come in between.
    let ending = guard::termination()?;
    let ending = tokio::spawn(async move { end_process(ending.await) });
    let guard = TerminalGuard::enter()?;
    let screen = Screen::new(theme);
    let way = Way::of(|name| std::env::var_os(name));
    let mut host = LiveHost { guard, screen, way };
    let clock = Clock::new(Timestamp::now(), TimeZone::system());
    let mut state = State::new(connection, keymap, host.screen.size()?, clock);
    // Without a thread to spare nothing is remembered, but the rest works.
    let store = store.and_then(|options| StoreHandle::open(options).ok());
    if store.is_some() {
        state.directory = Directory::Reading;
    }
    host.screen.draw(&state)?;
    let (answers, inbox) = Answers::channel();
    let sources = Sources {
        connecting,
        store,
        now: Timestamp::now,
    };
    let mut console = Console {
        state,
        dispatcher: Dispatcher::new(sources, answers.clone()),
        host,
        answers,
        inbox,
    };
    let ended = console.serve().await;
    if !matches!(ended, Ok(Ended::Quit)) {
        // The hang-up signal explains the end better than a failed read.
        let _ = tokio::time::timeout(HANG_UP_WITHIN, ending).await;
    }
    let Console {
        dispatcher,
        mut host,
        ..
    } = console;
    host.guard.leave()?;
    // The terminal is the agent's again; what they did last is still being written.
    let _ = tokio::task::spawn_blocking(move || dispatcher.close()).await;
    ended.map(|_| ())
}

/// Why the loop is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// The agent quit.
    Quit,
    /// Nothing can be read any more.
    TerminalGone,
}

struct Console {
    state: State,
    dispatcher: Dispatcher,
    host: LiveHost,
    answers: Answers,
    inbox: mpsc::UnboundedReceiver<Msg>,
}

impl Console {
    async fn serve(&mut self) -> io::Result<Ended> {
        let mut events = EventStream::new();
        let mut continued = guard::continuations()?;
        self.dispatcher.connect(&self.answers);
        self.dispatcher.watch_pauses(&self.answers);
        self.dispatcher.recall(&self.answers);
        let mut next = self.take(Msg::Started).await?;
        while next == Next::GoOn {
            self.host.screen.draw(&self.state)?;
            let mut by_agent = false;
            let ages_change = ages::next_change(&self.state);
            let msg = tokio::select! {
                event = events.next() => {
                    by_agent = true;
                    match event {
                        Some(Ok(event)) => self.msg_of(event),
                        // The terminal is gone: there is nowhere to report it.
                        Some(Err(_)) | None => return Ok(Ended::TerminalGone),
                    }
                }
                msg = self.inbox.recv() => msg,
                () = pass(ages_change) => Some(Msg::TimerFired(Timer::Age)),
                _ = continued.recv() => {
                    self.host.guard.resume()?;
                    self.host.repaint(&self.answers)?;
                    None
                }
            };
            if let Some(msg) = msg {
                next = self.take(msg).await?;
            }
            // Everything that already waits is taken in before the next frame is painted, keys
            // first: a search for the text before them would be wasted.
            while by_agent && next == Next::GoOn {
                // Polled within this task, so that a later event still wakes it.
                let event = tokio::select! {
                    biased;
                    event = events.next() => event,
                    () = std::future::ready(()) => break,
                };
                match event {
                    Some(Ok(event)) => {
                        if let Some(msg) = self.msg_of(event) {
                            next = self.take(msg).await?;
                        }
                    }
                    Some(Err(_)) | None => return Ok(Ended::TerminalGone),
                }
            }
            while let (Next::GoOn, Ok(msg)) = (next, self.inbox.try_recv()) {
                next = self.take(msg).await?;
            }
            if by_agent && next == Next::GoOn {
                next = self.await_this_machine().await?;
            }
            if let Some(words) = guard::take_task_panic() {
                next = self.take(Msg::TaskFailed(words)).await?;
            }
        }
        Ok(Ended::Quit)
    }

    fn msg_of(&mut self, event: Event) -> Option<Msg> {
        if let Event::Resize(..) = event {
            // A size may have come and gone unseen and left a cut screen.
            self.host.screen.forget();
        }
        input::msg_of(event)
    }

    /// Takes in the answers that follow a key within a moment, so that one frame shows them all: a
    /// frame for the key alone would delay the one with the hits.
    async fn await_this_machine(&mut self) -> io::Result<Next> {
        let until = tokio::time::Instant::now() + HOLD;
        while self.state.awaits_this_machine() {
            let Ok(Some(msg)) = tokio::time::timeout_at(until, self.inbox.recv()).await else {
                break;
            };
            if self.take(msg).await? == Next::End {
                return Ok(Next::End);
            }
        }
        Ok(Next::GoOn)
    }

    async fn take(&mut self, msg: Msg) -> io::Result<Next> {
        let stamped = Stamped {
            at: Timestamp::now(),
            msg,
        };
        for effect in update(&mut self.state, stamped) {
            let (host, answers) = (&mut self.host, &self.answers);
            if self.dispatcher.carry_out(effect, host, answers).await? == Next::End {
                return Ok(Next::End);
            }
        }
        Ok(Next::GoOn)
    }
}

/// Waits for some time, or for ever.
async fn pass(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

/// How long a key's frame is held back for answers of this machine: too short to be seen.
const HOLD: Duration = Duration::from_millis(4);

/// How long the hang-up signal may take to come once the terminal is gone.
const HANG_UP_WITHIN: Duration = Duration::from_millis(600);

/// How long a terminal that is gone may delay the end.
const RESTORE_WITHIN: Duration = Duration::from_millis(300);

/// Ends the process as a signal asks for, with the terminal given back.
fn end_process(signal: guard::Signal) {
    guard::restore_terminal_within(RESTORE_WITHIN);
    log::ended_by_signal(signal.exit_status());
    log::finish();
    std::process::exit(i32::from(signal.exit_status()));
}
