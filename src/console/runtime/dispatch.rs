//! The one door for effects: each goes to its executor, and a newer request in a slot stops the
//! older one.
//!
//! In: effects of `update`. Out: answers, sooner or later, through the [`Answers`] that came with
//! the effect. The terminal and the clock belong to a [`Host`], which tests play.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::AbortHandle;

use super::answers::Answers;
use super::asking::{ApiExecutor, Connecting};
use super::keeping::DirectoryExecutor;
use super::searching::SearchExecutor;
use crate::console::effect::{Ask, Effect, Slot, TerminalEffect};
use crate::console::msg::Timer;
use crate::directory::store::StoreHandle;
use crate::search::SearchSession;

/// Whether the console goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It goes on.
    GoOn,
    /// The agent quit.
    End,
}

/// Has the terminal and the clock.
pub trait Host {
    /// Does something with the terminal.
    fn carry_out(
        &mut self,
        effect: TerminalEffect,
        answers: &Answers,
    ) -> impl Future<Output = io::Result<Next>>;

    /// Sends [`Msg::TimerFired`](crate::console::msg::Msg::TimerFired) after a while.
    fn wake(&mut self, timer: Timer, after: Duration, answers: &Answers);
}

/// What the executors work with.
pub struct Sources {
    /// Brings the API client.
    pub connecting: Connecting,
    /// Where users are remembered, if anywhere.
    pub store: Option<StoreHandle>,
    /// Tells when answers come.
    pub now: fn() -> Timestamp,
}

/// Hands each effect to its executor.
pub struct Dispatcher {
    api: Arc<ApiExecutor>,
    directory: Arc<DirectoryExecutor>,
    search: SearchExecutor,
    slots: HashMap<Slot, AbortHandle>,
}

impl Dispatcher {
    /// A dispatcher with nothing under way. Trouble with the store's files is sent to `trouble`.
    pub fn new(sources: Sources, trouble: Answers) -> Self {
        let Sources {
            connecting,
            store,
            now,
        } = sources;
        let directory = Arc::new(DirectoryExecutor::new(store, now, trouble));
        Self {
            api: Arc::new(ApiExecutor::new(connecting, Arc::clone(&directory), now)),
            search: SearchExecutor {
                known: directory.known().clone(),
                session: Arc::new(SearchSession::default()),
                now,
            },
            directory,
            slots: HashMap::new(),
        }
    }

    /// Makes the API client behind the frames.
    pub fn connect(&self, answers: &Answers) {
        let (api, answers) = (Arc::clone(&self.api), answers.clone());
        tokio::spawn(async move { api.connect(&answers).await });
    }

    /// Reports the pauses that the API asks for, for as long as there is a client.
    pub(crate) fn watch_pauses(&self, answers: &Answers) {
        let (api, answers) = (Arc::clone(&self.api), answers.clone());
        tokio::spawn(async move { api.watch_pauses(&answers).await });
    }

    /// Brings back everybody who is remembered, behind the frames.
    pub fn recall(&self, answers: &Answers) {
        let (directory, answers) = (Arc::clone(&self.directory), answers.clone());
        tokio::spawn(async move { directory.recall(&answers).await });
    }

    /// Carries out what is asked of the terminal, and begins everything else.
    pub async fn carry_out(
        &mut self,
        effect: Effect,
        host: &mut impl Host,
        answers: &Answers,
    ) -> io::Result<Next> {
        match effect {
            Effect::Terminal(effect) => return host.carry_out(effect, answers).await,
            Effect::Wake { timer, after } => host.wake(timer, after, answers),
            Effect::Search {
                ticket,
                text,
                most,
                order,
            } => {
                self.stop(Slot::Search);
                let wanted = (most, order);
                let searching = self.search.begin(ticket, text, wanted, answers);
                self.slots.insert(Slot::Search, searching.abort_handle());
            }
            Effect::Ask(ask) => self.ask(ask, answers),
            Effect::Directory(effect) => self.directory.begin(effect, answers),
            Effect::Cancel(slot) => self.stop(slot),
        }
        Ok(Next::GoOn)
    }

    fn ask(&mut self, ask: Ask, answers: &Answers) {
        let slot = ask.slot();
        if let Some(slot) = slot {
            self.stop(slot);
        }
        let (api, answers) = (Arc::clone(&self.api), answers.clone());
        let asking = tokio::spawn(async move { api.carry_out(ask, &answers).await });
        if let Some(slot) = slot {
            self.slots.insert(slot, asking.abort_handle());
        }
    }

    fn stop(&mut self, slot: Slot) {
        if let Some(older) = self.slots.remove(&slot) {
            older.abort();
        }
    }

    /// Closes the store's files once everything is written, and waits for that, but not for long.
    pub fn close(&self) {
        self.directory.close();
    }
}

#[cfg(test)]
mod tests;
