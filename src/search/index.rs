//! The index in memory: sorted records that stand, and the few that came since.
//!
//! In: persons, one by one or a million at once. Out: records by number. A new or changed user goes
//! to the newcomers, which are few enough to be looked at one by one; now and then the newcomers
//! are merged into the standing records, which can be done beside the searches: a
//! [`Merge`] is begun, built without the index at hand, and put in place.

mod arena;
mod bits;
mod exact;
mod ids;
mod letters;
mod mask;
mod place;
mod rows;
mod segment;
mod sorted;
mod words;

use std::collections::HashMap;
use std::sync::Arc;

use super::person::Person;
use crate::domain::SmoochId;

pub(super) use bits::Bits;
pub(super) use exact::is_meant;
pub(super) use ids::HexTerm;
pub(super) use mask::of as mask_of;
pub(super) use place::{
    Hold, ID_ORDINAL, IN_ID, Match, hold_of, holds, is_scattered_in, match_fuzzily,
    match_literally, place_of,
};
pub(super) use rows::{Field, Kind, Rows, moment, seconds};
use segment::Part;
pub(super) use segment::{Segment, is_named_by};
pub(super) use words::{KEPT, is_letter};

/// More newcomers than this are worth a merge: looking at them one by one takes a tenth of a
/// millisecond.
const MERGE_FROM: usize = 1_024;

/// Records for an index, gathered before it is there.
#[derive(Debug, Default)]
pub struct IndexBuilder(Rows);

impl IndexBuilder {
    /// Takes a user in. Of two with the same `_id` the later one counts.
    pub fn push(&mut self, person: &Person<'_>) {
        self.0.push(person);
    }

    /// Sorts what was taken in. This takes half a second for a million users.
    pub fn build(self) -> BuiltIndex {
        BuiltIndex(Arc::new(Segment::of(self.0)))
    }

    /// Sorts what was taken in, beside others who do the same with what comes before and behind.
    pub fn build_part(self) -> BuiltPart {
        BuiltPart(Part::of(self.0))
    }
}

/// Some of the records of an index to be, sorted among themselves.
#[derive(Debug)]
pub struct BuiltPart(Part);

impl BuiltPart {
    /// Puts the records of another part behind these; of two with the same `_id` the later counts.
    pub fn join(&mut self, other: Self) {
        self.0.join(other.0);
    }

    /// Makes the only part an index.
    pub fn build(self) -> BuiltIndex {
        BuiltIndex(Arc::new(Segment::of_part(self.0)))
    }
}

/// Records that are ready to be searched.
#[derive(Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub struct BuiltIndex(Arc<Segment>);

/// All records: the standing ones by their numbers, then the newcomers.
#[derive(Debug, Default)]
pub(super) struct Index {
    base: Arc<Segment>,
    newcomers: Arc<Rows>,
    /// For each newcomer the number of the first record of the same user: the user's place among
    /// equals, which a change does not take away.
    places: Arc<Vec<usize>>,
    /// The newest record of each newcomer.
    arrived: HashMap<SmoochId, usize>,
    /// Standing records and newcomers that a later record of the same user took the place of.
    dead: Arc<Bits>,
    alive: usize,
    version: u64,
}

impl Index {
    /// How many users there are.
    pub const fn len(&self) -> usize {
        self.alive
    }

    /// Changes with every change.
    pub const fn version(&self) -> u64 {
        self.version
    }

    pub const fn base(&self) -> &Arc<Segment> {
        &self.base
    }

    pub fn newcomers(&self) -> &Rows {
        &self.newcomers
    }

    pub const fn shared_newcomers(&self) -> &Arc<Rows> {
        &self.newcomers
    }

    /// The numbers of the newcomers.
    pub fn newcomer_numbers(&self) -> impl Iterator<Item = usize> {
        let first = self.base.rows.len();
        let all = first..first + self.newcomers.len();
        all.filter(|number| !self.dead.has(*number))
    }

    /// For each newcomer the number that they have among equals.
    pub const fn places(&self) -> &Arc<Vec<usize>> {
        &self.places
    }

    /// A record's place among equals.
    pub fn place(&self, number: usize) -> usize {
        let newcomer = number.checked_sub(self.base.rows.len());
        newcomer.map_or(number, |at| self.places[at])
    }

    pub const fn dead(&self) -> &Arc<Bits> {
        &self.dead
    }

    /// The number of a user's record.
    pub fn find(&self, id: &SmoochId) -> Option<usize> {
        let standing = || {
            let found = self.base.find(id.expose())?;
            (!self.dead.has(found)).then_some(found)
        };
        self.arrived.get(id).copied().or_else(standing)
    }

    /// The rows that hold a record, and its number there.
    pub fn row(&self, number: usize) -> (&Rows, usize) {
        match number.checked_sub(self.base.rows.len()) {
            None => (&self.base.rows, number),
            Some(newcomer) => (&self.newcomers, newcomer),
        }
    }

    /// The numbers of all users in the order in which they came.
    pub fn numbers(&self) -> impl Iterator<Item = usize> {
        let all = 0..self.base.rows.len() + self.newcomers.len();
        all.filter(|number| !self.dead.has(*number))
    }

    /// When the record that was longest not confirmed was confirmed.
    pub fn oldest(&self) -> Option<u32> {
        let first = self.base.rows.len();
        let newcomers = self.newcomer_numbers();
        let newest = newcomers.filter_map(|number| self.newcomers.confirmed(number - first));
        let oldest = self
            .base
            .oldest(&self.dead, newest.min().unwrap_or(u32::MAX));
        (oldest < u32::MAX).then_some(oldest)
    }

    /// Takes a user in, new or changed.
    pub fn put(&mut self, person: &Person<'_>) {
        let id = SmoochId::new(person.id);
        let before = self.find(&id);
        let newcomers = Arc::make_mut(&mut self.newcomers);
        let number = self.base.rows.len() + newcomers.push(person);
        let place = before.map_or(number, |before| self.place(before));
        Arc::make_mut(&mut self.places).push(place);
        let dead = Arc::make_mut(&mut self.dead);
        dead.grow(number + 1);
        match before {
            Some(before) => dead.insert(before),
            None => self.alive += 1,
        }
        self.arrived.insert(id, number);
        self.version += 1;
        // Somebody who never merges gets it done here, ever more rarely as the index grows.
        if self.newcomers.len() > (self.base.rows.len() / 2).max(8 * MERGE_FROM) {
            self.finish_merge(self.begin_merge().build());
        }
    }

    /// Replaces the standing records by others; the newcomers are newer than those and stay.
    pub fn install(&mut self, built: BuiltIndex) {
        self.restart(built.0, 0, |_, _| true);
    }

    /// The same, but of the newcomers who are not among the others only those stay who may.
    pub fn install_with(&mut self, built: BuiltIndex, stays: impl Fn(&Rows, usize) -> bool) {
        self.restart(built.0, 0, stays);
    }

    /// Whether there are newcomers enough for a merge.
    pub fn is_merge_due(&self) -> bool {
        self.newcomers.len() >= MERGE_FROM
    }

    pub fn begin_merge(&self) -> Merge {
        Merge {
            base: Arc::clone(&self.base),
            newcomers: Arc::clone(&self.newcomers),
            places: Arc::clone(&self.places),
            dead: Arc::clone(&self.dead),
        }
    }

    /// Puts merged records in place. Whoever came since the merge began stays a newcomer.
    pub fn finish_merge(&mut self, merged: Merged) {
        // Other records stand there now: what was merged is no longer about them.
        if Arc::ptr_eq(&merged.before, &self.base) {
            self.restart(merged.after, merged.newcomers, |_, _| true);
        }
    }

    fn restart(&mut self, base: Arc<Segment>, merged: usize, stays: impl Fn(&Rows, usize) -> bool) {
        let before = std::mem::take(&mut self.newcomers);
        self.places = Arc::default();
        let first = self.base.rows.len() + merged;
        let late = first..self.base.rows.len() + before.len();
        let late: Vec<usize> = late.filter(|number| !self.dead.has(*number)).collect();
        let mut dead = base.superseded.clone();
        dead.grow(base.rows.len());
        self.alive = base.rows.len() - dead.count();
        self.dead = Arc::new(dead);
        let gone = std::mem::replace(&mut self.base, base);
        self.arrived.clear();
        self.version += 1;
        for number in late {
            let at = number - gone.rows.len();
            let is_new = self.find(&before.smooch_id(at)).is_none();
            // An id alone takes nothing away from what is known about its user.
            if is_new && stays(&before, at) || !is_new && !before.is_bare(at) {
                before.with_person(at, |person| self.put(person));
            }
        }
    }
}

/// A merge that has begun: what it needs, apart from the index.
#[derive(Debug)]
pub struct Merge {
    base: Arc<Segment>,
    newcomers: Arc<Rows>,
    places: Arc<Vec<usize>>,
    dead: Arc<Bits>,
}

/// Merged records that are not yet in place.
#[derive(Debug)]
pub struct Merged {
    before: Arc<Segment>,
    newcomers: usize,
    after: Arc<Segment>,
}

impl Merge {
    /// Sorts all records anew. This takes half a second for a million users.
    pub fn build(self) -> Merged {
        let mut rows = Rows::default();
        let standing = &self.base.rows;
        let alive = |number: &usize| !self.dead.has(*number);
        let late = (0..self.newcomers.len()).filter(|at| alive(&(standing.len() + at)));
        let mut late: Vec<usize> = late.collect();
        late.sort_by_key(|at| self.places[*at]);
        let mut late = late.into_iter().peekable();
        for number in 0..=standing.len() {
            let is_last = number == standing.len();
            while let Some(at) = late.next_if(|at| is_last || self.places[*at] < number) {
                self.newcomers.with_person(at, |person| rows.push(person));
            }
            if !is_last && alive(&number) {
                standing.with_person(number, |person| rows.push(person));
            }
        }
        Merged {
            newcomers: self.newcomers.len(),
            before: self.base,
            after: Arc::new(Segment::of(rows)),
        }
    }
}
