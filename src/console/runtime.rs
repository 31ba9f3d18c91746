//! The loop: the only `select!`, the only terminal, the only spawned tasks.
//!
//! In: keys, answers, moments, signals. Out: frames and requests. What follows from what is
//! decided in `update` alone.

pub mod guard;
mod input;
mod screen;
mod tasks;
pub mod world;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::effect::{Effect, TerminalEffect};
use super::keymap::Keymap;
use super::layout::Size;
use super::msg::{Msg, Stamped};
use super::state::{Clock, Directory, State};
use super::theme::Theme;
use super::update::update;
use crate::directory::store::{StoreHandle, StoreOptions};
use crate::domain::Connection;
use crate::log;
use guard::TerminalGuard;
use screen::Screen;
use tasks::Tasks;
use world::{Connecting, World};

/// What the console is started with.
pub struct ConsoleOptions {
    /// Which app is looked at.
    pub connection: Connection,
    /// Brings the API client, behind the first frame.
    pub connecting: Connecting,
    /// Where it is remembered what is known of users; nowhere for the sandbox.
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
    let mut guard = TerminalGuard::enter()?;
    // A task of its own: the loop may hang in a write to a terminal that is gone.
    let ending = guard::termination()?;
    let ending = tokio::spawn(async move { end_process(ending.await) });
    let mut screen = Screen::new(theme);
    let clock = Clock::new(Timestamp::now(), TimeZone::system());
    let mut state = State::new(connection, keymap, screen.size()?, clock);
    // Without a thread to spare there is nothing remembered, and the rest works.
    let store = store.and_then(|options| StoreHandle::open(options).ok());
    if store.is_some() {
        state.directory = Directory::Reading;
    }
    screen.draw(&state)?;
    let (messages, inbox) = mpsc::unbounded_channel();
    let world = World::new(connecting, Timestamp::now);
    let world = match store {
        Some(store) => world.remembering(store),
        None => world,
    };
    let world = Arc::new(world);
    let tasks = Tasks::new(Arc::clone(&world), messages);
    let ended = Console {
        state,
        screen,
        tasks,
        inbox,
    }
    .serve(&mut guard)
    .await;
    if !matches!(ended, Ok(Ended::Quit)) {
        // A signal that hangs the console up says better than a failed read why it ends.
        let _ = tokio::time::timeout(HANG_UP_WITHIN, ending).await;
    }
    guard.leave()?;
    // The terminal is the agent's again; what they did last is still being written.
    let _ = tokio::task::spawn_blocking(move || world.close()).await;
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

/// Whether the loop goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

struct Console {
    state: State,
    screen: Screen,
    tasks: Tasks,
    inbox: mpsc::UnboundedReceiver<Msg>,
}

impl Console {
    async fn serve(mut self, guard: &mut TerminalGuard) -> io::Result<Ended> {
        let mut events = EventStream::new();
        let mut continued = guard::continuations()?;
        self.tasks.connect();
        self.tasks.recall();
        let mut next = self.take(Msg::Started, guard).await?;
        while next == Next::GoOn {
            self.screen.draw(&self.state)?;
            let mut by_agent = false;
            let msg = tokio::select! {
                event = events.next() => {
                    by_agent = true;
                    match event {
                        Some(Ok(event)) => self.msg_of(event),
                        // The terminal is gone: there is nobody to say it to.
                        Some(Err(_)) | None => return Ok(Ended::TerminalGone),
                    }
                }
                msg = self.inbox.recv() => msg,
                _ = continued.recv() => {
                    guard.resume()?;
                    self.repaint()?;
                    None
                }
            };
            if let Some(msg) = msg {
                next = self.take(msg, guard).await?;
            }
            // Whatever already waits is taken in before the next frame is painted, keys first: a
            // search for the text before them would be in vain.
            while by_agent && next == Next::GoOn {
                // Polled as this very task: whoever looks in passing would be woken in its place.
                let event = tokio::select! {
                    biased;
                    event = events.next() => event,
                    () = std::future::ready(()) => break,
                };
                match event {
                    Some(Ok(event)) => {
                        if let Some(msg) = self.msg_of(event) {
                            next = self.take(msg, guard).await?;
                        }
                    }
                    Some(Err(_)) | None => return Ok(Ended::TerminalGone),
                }
            }
            while let (Next::GoOn, Ok(msg)) = (next, self.inbox.try_recv()) {
                next = self.take(msg, guard).await?;
            }
            if by_agent && next == Next::GoOn {
                next = self.await_this_machine(guard).await?;
            }
            if let Some(words) = guard::take_task_panic() {
                next = self.take(Msg::TaskFailed(words), guard).await?;
            }
        }
        Ok(Ended::Quit)
    }

    fn msg_of(&mut self, event: Event) -> Option<Msg> {
        if let Event::Resize(..) = event {
            // A size may have come and gone unseen and left a cut screen.
            self.screen.forget();
        }
        input::msg_of(event)
    }

    /// Takes in what follows a key within a moment, so that one frame shows it all: a frame for the
    /// key alone would hold up the one with the hits.
    async fn await_this_machine(&mut self, guard: &mut TerminalGuard) -> io::Result<Next> {
        let until = tokio::time::Instant::now() + HOLD;
        while self.state.awaits_this_machine() {
            let Ok(Some(msg)) = tokio::time::timeout_at(until, self.inbox.recv()).await else {
                break;
            };
            if self.take(msg, guard).await? == Next::End {
                return Ok(Next::End);
            }
        }
        Ok(Next::GoOn)
    }

    async fn take(&mut self, msg: Msg, guard: &mut TerminalGuard) -> io::Result<Next> {
        let stamped = Stamped {
            at: Timestamp::now(),
            msg,
        };
        for effect in update(&mut self.state, stamped) {
            match effect {
                Effect::Terminal(TerminalEffect::Quit) => return Ok(Next::End),
                Effect::Terminal(TerminalEffect::Redraw) => self.screen.forget(),
                Effect::Terminal(TerminalEffect::Suspend) => {
                    guard.suspend().await?;
                    self.repaint()?;
                }
                Effect::Terminal(TerminalEffect::CopyText { what, text }) => {
                    let error = self.screen.copy(&text).err().map(|error| error.to_string());
                    self.tasks.say(Msg::Copied { what, error });
                }
                effect => self.tasks.carry_out(effect),
            }
        }
        Ok(Next::GoOn)
    }

    /// Paints everything anew after others had the terminal, at the size that it has now.
    fn repaint(&mut self) -> io::Result<()> {
        let Size { width, height } = self.screen.size()?;
        self.screen.forget();
        self.tasks.say(Msg::Resized { width, height });
        Ok(())
    }
}

/// How long a key's frame is held back for answers of this machine; nobody sees so little.
const HOLD: Duration = Duration::from_millis(4);

/// How long after the terminal has gone the signal that says so may come.
const HANG_UP_WITHIN: Duration = Duration::from_millis(600);

/// How long a terminal that is gone may hold up the end.
const RESTORE_WITHIN: Duration = Duration::from_millis(300);

/// Ends the process as a signal asks for, with the terminal given back.
fn end_process(signal: guard::Signal) {
    guard::restore_terminal_within(RESTORE_WITHIN);
    log::ended_by_signal(signal.exit_status());
    log::finish();
    std::process::exit(i32::from(signal.exit_status()));
}
