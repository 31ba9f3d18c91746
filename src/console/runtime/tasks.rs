//! The spawned tasks: one in each slot, a newer request stops the older one.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;
use tokio::task::AbortHandle;

use super::world::{World, search_failed};
use crate::console::effect::{DirectoryEffect, Effect, Slot};
use crate::console::msg::Msg;

/// The tasks that carry effects out.
pub(super) struct Tasks {
    world: Arc<World>,
    messages: UnboundedSender<Msg>,
    slots: HashMap<Slot, AbortHandle>,
}

impl Tasks {
    pub(super) fn new(world: Arc<World>, messages: UnboundedSender<Msg>) -> Self {
        Self {
            world,
            messages,
            slots: HashMap::new(),
        }
    }

    /// Makes the API client behind the frames.
    pub(super) fn connect(&self) {
        let (world, messages) = (Arc::clone(&self.world), self.messages.clone());
        tokio::spawn(async move {
            // The receiver is gone only when the console has ended.
            let _ = messages.send(world.connect().await);
            let say = |msg| {
                let _ = messages.send(msg);
            };
            world.tell_pauses(say).await;
        });
    }

    /// Brings back what is remembered, behind the frames.
    pub(super) fn recall(&self) {
        let (world, messages) = (Arc::clone(&self.world), self.messages.clone());
        tokio::spawn(async move {
            let say = |msg| {
                let _ = messages.send(msg);
            };
            world.recall(say).await;
        });
    }

    /// Hands a message to the loop.
    pub(super) fn say(&self, msg: Msg) {
        let _ = self.messages.send(msg);
    }

    /// Starts what an effect asks for.
    pub(super) fn carry_out(&mut self, effect: Effect) {
        let slot = slot_of(&effect);
        if let Some(older) = slot.and_then(|slot| self.slots.remove(&slot)) {
            older.abort();
        }
        let messages = self.messages.clone();
        let world = Arc::clone(&self.world);
        let say = move |msg| {
            let _ = messages.send(msg);
        };
        let task = match effect {
            // The loop has the terminal.
            Effect::Terminal(_) | Effect::Cancel(_) => return,
            Effect::Directory(DirectoryEffect::RecallUser(id)) => {
                return world.begin_recall(id, say);
            }
            Effect::Directory(effect) => {
                tokio::spawn(async move { world.use_directory(effect, say).await })
            }
            Effect::Search { ticket, text, most } => {
                let searching = world.begin_search(ticket, text, most, say.clone());
                tokio::spawn(async move {
                    if let Some(failed) = search_failed(searching).await {
                        say(failed);
                    }
                })
            }
            Effect::Wake { timer, after } => tokio::spawn(async move {
                tokio::time::sleep(after).await;
                say(Msg::TimerFired(timer));
            }),
            Effect::Ask(ask) => tokio::spawn(async move { world.ask_api(ask, say).await }),
        };
        if let Some(slot) = slot {
            self.slots.insert(slot, task.abort_handle());
        }
    }
}

const fn slot_of(effect: &Effect) -> Option<Slot> {
    match effect {
        Effect::Search { .. } => Some(Slot::Search),
        Effect::Ask(ask) => ask.slot(),
        Effect::Cancel(slot) => Some(*slot),
        Effect::Terminal(_) | Effect::Wake { .. } | Effect::Directory(_) => None,
    }
}
