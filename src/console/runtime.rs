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

use crossterm::event::EventStream;
use futures_util::StreamExt;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::effect::Effect;
use super::keymap::Keymap;
use super::layout::Size;
use super::msg::{Msg, Stamped};
use super::state::{Clock, State};
use super::theme::Theme;
use super::update::update;
use crate::domain::Connection;
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
    /// Which keys mean what.
    pub keymap: Keymap,
    /// How roles look.
    pub theme: Theme,
}

/// Runs the console until the agent quits or a signal ends it.
pub async fn run(options: ConsoleOptions) -> io::Result<()> {
    let ConsoleOptions { connection, connecting, keymap, theme } = options;
    let mut guard = TerminalGuard::enter()?;
    let mut screen = Screen::new(theme)?;
    let clock = Clock { now: Timestamp::now(), zone: TimeZone::system(), spinning: false, spin: 0 };
    let state = State::new(connection, keymap, screen.size()?, clock);
    screen.draw(&state)?;
    let (messages, inbox) = mpsc::unbounded_channel();
    let world = Arc::new(World::new(connecting, Timestamp::now));
    let tasks = Tasks::new(world, messages);
    let ended = Console { state, screen, tasks, inbox }.serve(&mut guard).await;
    guard.leave()?;
    ended
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
    async fn serve(mut self, guard: &mut TerminalGuard) -> io::Result<()> {
        let mut events = EventStream::new();
        let mut termination = std::pin::pin!(guard::termination());
        self.tasks.connect();
        let mut next = self.take(Msg::Started, guard)?;
        while next == Next::GoOn {
            self.screen.draw(&self.state)?;
            let msg = tokio::select! {
                event = events.next() => match event {
                    Some(Ok(event)) => input::msg_of(event),
                    // The terminal is gone: there is nobody to say it to.
                    Some(Err(_)) | None => return Ok(()),
                },
                msg = self.inbox.recv() => msg,
                _ = &mut termination => return Ok(()),
            };
            if let Some(msg) = msg {
                next = self.take(msg, guard)?;
            }
            // Whatever already waits is taken in before the next frame is painted.
            while let (Next::GoOn, Ok(msg)) = (next, self.inbox.try_recv()) {
                next = self.take(msg, guard)?;
            }
            if let Some(words) = guard::take_task_panic() {
                next = self.take(Msg::TaskFailed(words), guard)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, msg: Msg, guard: &mut TerminalGuard) -> io::Result<Next> {
        let stamped = Stamped { at: Timestamp::now(), msg };
        for effect in update(&mut self.state, stamped) {
            match effect {
                Effect::Quit => return Ok(Next::End),
                Effect::Redraw => self.screen.forget()?,
                Effect::Suspend => {
                    guard.suspend()?;
                    let Size { width, height } = self.screen.size()?;
                    self.screen.forget()?;
                    self.tasks.say(Msg::Resized { width, height });
                }
                Effect::CopyText { what, text } => {
                    let error = self.screen.copy(&text).err().map(|error| error.to_string());
                    self.tasks.say(Msg::Copied { what, error });
                }
                effect => self.tasks.carry_out(effect),
            }
        }
        Ok(Next::GoOn)
    }
}
