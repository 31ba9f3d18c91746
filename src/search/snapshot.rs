//! All users as they are known at one moment.
//!
//! A search reads a snapshot and nothing else, so it holds no lock and nothing changes under it.
//! Taking one costs a few counters: it shares everything with the directory it was taken from.

use std::sync::Arc;

use super::copies::Copies;
use super::habits::Habits;
use super::index::Index;
use super::query::Entry;

/// All users as they are known at one moment.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub(super) index: Index,
    pub(super) copies: Copies,
    pub(super) habits: Arc<Habits>,
}

impl Snapshot {
    /// Changes with everything that a search depends on.
    pub(super) fn version(&self) -> u64 {
        self.index.version() + self.habits.version()
    }

    /// What a hit shows of a record's user.
    pub(super) fn entry(&self, number: usize) -> Entry {
        let (rows, at) = self.index.row(number);
        let id = rows.smooch_id(at);
        Entry {
            summary: rows.summary(at),
            pinned: self.habits.is_pinned(&id),
            copy: self.copies.get(&id).cloned(),
            id,
        }
    }
}
