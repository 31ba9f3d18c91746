//! Everybody who is known, shared by the executors.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::User;
use crate::search::KnownUsers;

/// The one directory in memory.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedKnown(Arc<Mutex<KnownUsers>>);

impl SharedKnown {
    /// Waits for the directory. A panic while it is locked leaves it readable: every change is
    /// complete in itself.
    pub(super) fn lock(&self) -> MutexGuard<'_, KnownUsers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the directory where waiting is allowed: to install a million users
    /// takes a moment, and the threads of the tasks have the terminal and the network to serve.
    /// `None` after a panic.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut KnownUsers) -> T + Send + 'static,
    ) -> Option<T> {
        let known = self.clone();
        let done = tokio::task::spawn_blocking(move || act(&mut known.lock()));
        done.await.ok()
    }

    /// Takes in a user that the API answered with, and has the index merged beside the searches
    /// once enough came one by one.
    pub(super) async fn learn(&self, user: User, at: Timestamp) {
        let merge = self.with(move |known| {
            known.learn(user, at);
            known.begin_due_merge()
        });
        if let Some(merge) = merge.await.flatten() {
            let known = self.clone();
            tokio::task::spawn_blocking(move || {
                let merged = merge.build();
                known.lock().finish_merge(merged);
            });
        }
    }
}
