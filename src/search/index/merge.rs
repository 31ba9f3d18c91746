//! Merges the recent records into the base, away from the index.
//!
//! A [`Merge`] holds all it needs, so it can be built while searches and changes go on; the index
//! then installs what came of it.

use std::sync::Arc;

use super::recent::Recent;
use super::rows::Rows;
use super::segment::Segment;
use super::tombstones::Tombstones;

/// A merge that has begun.
#[derive(Debug)]
pub struct Merge {
    pub(super) base: Arc<Segment>,
    pub(super) recent: Arc<Recent>,
    pub(super) tombstones: Tombstones,
}

/// Merged records that are not installed yet.
#[derive(Debug)]
pub struct Merged {
    /// The base that was merged.
    pub(super) before: Arc<Segment>,
    /// How many recent records were merged.
    pub(super) count: usize,
    pub(super) after: Arc<Segment>,
}

impl Merge {
    /// Sorts all records again. This takes half a second for a million users.
    pub(crate) fn build(self) -> Merged {
        let mut rows = Rows::default();
        let base = &self.base.rows;
        let places = &self.recent.places;
        let is_alive = |number: &usize| !self.tombstones.has(*number);
        let recent = (0..self.recent.len()).filter(|at| is_alive(&(base.len() + at)));
        let mut recent: Vec<usize> = recent.collect();
        recent.sort_by_key(|at| places[*at]);
        let mut recent = recent.into_iter().peekable();
        for number in 0..=base.len() {
            let is_end = number == base.len();
            while let Some(at) = recent.next_if(|at| is_end || places[*at] < number) {
                let recent = &self.recent.rows;
                recent.with_person(at, |person| rows.push(person));
            }
            if !is_end && is_alive(&number) {
                base.with_person(number, |person| rows.push(person));
            }
        }
        Merged {
            count: self.recent.len(),
            before: self.base,
            after: Arc::new(Segment::of(rows)),
        }
    }
}
