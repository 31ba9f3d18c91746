//! The index in memory: a sorted base segment, and the few records that came since.
//!
//! In: persons, one by one or a million at once. Out: records by number. A new or changed user
//! becomes a recent record; now and then a [`Merge`] moves the recent records into a new base,
//! built away from the index and then installed.
//!
//! A copy of an [`Index`] is a snapshot of it: copies share everything. A change to the index while
//! a copy exists copies no more than the recent records and one chunk of tombstones.

mod arena;
mod bits;
mod builder;
mod exact;
mod field;
mod ids;
mod letters;
mod merge;
mod read_back;
mod recent;
mod rows;
mod segment;
mod sorted;
mod time;
mod tombstones;
mod words;
mod writer;

use std::sync::Arc;

use super::person::Person;
use crate::domain::SmoochId;
use recent::Recent;

pub(super) use bits::Bits;
pub use builder::{BuiltIndex, BuiltPart, IndexBuilder};
pub(super) use exact::is_whole_value;
pub(super) use field::{Field, Kind};
pub use merge::{Merge, Merged};
pub(super) use rows::Rows;
pub(super) use segment::{Segment, is_named_by};
pub(super) use time::{moment, seconds};
pub(super) use tombstones::Tombstones;
pub(super) use words::{KEPT, is_letter};

/// From this many recent records on, a merge is worth it: looking at them one by one takes a tenth
/// of a millisecond.
const MERGE_FROM: usize = 1_024;

/// All records: those of the base by their numbers, then the recent ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    base: Arc<Segment>,
    recent: Arc<Recent>,
    tombstones: Tombstones,
    alive: usize,
    version: u64,
}

impl Index {
    /// How many users there are.
    pub(crate) const fn len(&self) -> usize {
        self.alive
    }

    /// Changes with every change.
    pub(crate) const fn version(&self) -> u64 {
        self.version
    }

    pub(crate) const fn base(&self) -> &Arc<Segment> {
        &self.base
    }

    pub(crate) const fn tombstones(&self) -> &Tombstones {
        &self.tombstones
    }

    /// The rows of the base and the recent rows.
    pub(crate) fn all_rows(&self) -> [&Rows; 2] {
        [&self.base.rows, &self.recent.rows]
    }

    /// The numbers of the recent records, replaced ones left out.
    pub(crate) fn recent_numbers(&self) -> impl Iterator<Item = usize> {
        let first = self.base.rows.len();
        let all = first..first + self.recent.len();
        all.filter(|number| self.is_alive(*number))
    }

    /// Whether no later record of the same user replaced a record.
    #[inline]
    pub(crate) fn is_alive(&self, number: usize) -> bool {
        !self.tombstones.has(number)
    }

    /// A record's place among equals.
    #[inline]
    pub(crate) fn place(&self, number: usize) -> usize {
        let recent = number.checked_sub(self.base.rows.len());
        recent.map_or(number, |at| self.recent.places[at])
    }

    /// The number of a user's record.
    pub(crate) fn find(&self, id: &SmoochId) -> Option<usize> {
        let in_base = || {
            let found = self.base.find(id.expose())?;
            self.is_alive(found).then_some(found)
        };
        let recent = self.recent.find(id);
        recent.map(|at| self.base.rows.len() + at).or_else(in_base)
    }

    /// The rows that hold a record, and its position there.
    #[inline]
    pub(crate) fn row(&self, number: usize) -> (&Rows, usize) {
        match number.checked_sub(self.base.rows.len()) {
            None => (&self.base.rows, number),
            Some(at) => (&self.recent.rows, at),
        }
    }

    /// When the record that has gone unconfirmed for longest was confirmed.
    pub(crate) fn oldest(&self) -> Option<u32> {
        let confirmed = self.recent_numbers().filter_map(|number| {
            let (rows, at) = self.row(number);
            rows.confirmed(at)
        });
        let recent = confirmed.min().unwrap_or(u32::MAX);
        let oldest = self.base.oldest(&self.tombstones, recent);
        (oldest < u32::MAX).then_some(oldest)
    }

    /// Adds a user or replaces their record.
    pub(crate) fn put(&mut self, person: &Person<'_>) {
        let id = SmoochId::new(person.id);
        let before = self.find(&id);
        let number = self.base.rows.len() + self.recent.len();
        let place = before.map_or(number, |before| self.place(before));
        Arc::make_mut(&mut self.recent).push(id, person, place);
        match before {
            Some(before) => self.tombstones.insert(before),
            None => self.alive += 1,
        }
        self.version += 1;
        // An index that nobody merges merges itself, ever more rarely as it grows.
        if self.recent.len() > (self.base.rows.len() / 2).max(8 * MERGE_FROM) {
            self.finish_merge(self.begin_merge().build());
        }
    }

    /// Replaces the base. Recent records are newer than it and stay.
    pub(crate) fn install(&mut self, built: BuiltIndex) {
        self.restart(built.0, 0, |_, _| true);
    }

    /// Replaces the base. Of the recent records whose users are not in it, only those stay for
    /// which `stays` says so.
    pub(crate) fn install_with(&mut self, built: BuiltIndex, stays: impl Fn(&Rows, usize) -> bool) {
        self.restart(built.0, 0, stays);
    }

    /// Whether there are enough recent records for a merge.
    pub(crate) fn is_merge_due(&self) -> bool {
        self.recent.len() >= MERGE_FROM
    }

    pub(crate) fn begin_merge(&self) -> Merge {
        Merge {
            base: Arc::clone(&self.base),
            recent: Arc::clone(&self.recent),
            tombstones: self.tombstones.clone(),
        }
    }

    /// Installs merged records. Records that came since the merge began stay recent.
    pub(crate) fn finish_merge(&mut self, merged: Merged) {
        // Another base was installed meanwhile: the merge is about records that are gone.
        if Arc::ptr_eq(&merged.before, &self.base) {
            self.restart(merged.after, merged.count, |_, _| true);
        }
    }

    /// Replaces the base, which holds the first `merged` recent records already.
    fn restart(&mut self, base: Arc<Segment>, merged: usize, stays: impl Fn(&Rows, usize) -> bool) {
        let first = self.base.rows.len();
        let recent = std::mem::take(&mut self.recent);
        let later = merged..recent.len();
        let later: Vec<usize> = later.filter(|at| self.is_alive(first + at)).collect();
        self.tombstones = Tombstones::of(&base.superseded);
        self.alive = base.rows.len() - base.superseded.count();
        self.base = base;
        self.version += 1;
        let recent = &recent.rows;
        for at in later {
            let is_new = self.find(&recent.smooch_id(at)).is_none();
            // An id alone takes nothing away from what is known about its user.
            if is_new && stays(recent, at) || !is_new && !recent.is_bare(at) {
                recent.with_person(at, |person| self.put(person));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> String {
        format!("7c1f0a9be35d42608f1b{number:04x}")
    }

    #[test]
    fn a_change_beside_a_snapshot_shares_all_but_the_recent_records() {
        let mut builder = IndexBuilder::default();
        (0..20_000).for_each(|number| builder.push(&Person::bare(&id(number))));
        let mut index = Index::default();
        index.install(builder.build());
        for number in [1, 19_999] {
            index.put(&Person::bare(&id(number)));
        }
        let snapshot = index.clone();
        index.put(&Person::bare(&id(9_000)));
        let recent = Arc::as_ptr(&index.recent);
        index.put(&Person::bare(&id(9_001)));
        assert_eq!(Arc::as_ptr(&index.recent), recent, "copied once");
        assert!(Arc::ptr_eq(index.base(), snapshot.base()));
        let shared = index.tombstones.shared_chunks(&snapshot.tombstones);
        assert_eq!(shared, 2);
        assert!(snapshot.is_alive(9_000) && !index.is_alive(9_000));
        assert_eq!((snapshot.len(), index.len()), (20_000, 20_000));
        let alive = (0..20_002).filter(|number| snapshot.is_alive(*number));
        assert_eq!(alive.count(), 20_000);
    }
}
