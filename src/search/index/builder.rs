//! Builds the base of an index from many persons at once.

use std::sync::Arc;

use super::rows::Rows;
use super::segment::{Part, Segment};
use crate::search::person::Person;

/// Records for an index, before they are sorted.
#[derive(Debug, Default)]
pub struct IndexBuilder(Rows);

impl IndexBuilder {
    /// Adds a user. Of two with the same `_id` the later one counts.
    pub fn push(&mut self, person: &Person<'_>) {
        self.0.push(person);
    }

    /// Sorts all records. This takes half a second for a million users.
    pub fn build(self) -> BuiltIndex {
        BuiltIndex(Arc::new(Segment::of(self.0)))
    }

    /// Sorts the records while others sort those before and after them.
    pub(crate) fn build_part(self) -> BuiltPart {
        BuiltPart(Part::of(self.0))
    }
}

/// Some of the records of an index, sorted among themselves.
#[derive(Debug)]
pub struct BuiltPart(Part);

impl BuiltPart {
    /// Appends the records of another part; of two with the same `_id` the later one counts.
    pub(crate) fn join(&mut self, other: Self) {
        self.0.join(other.0);
    }

    /// Turns the only part that is left into an index.
    pub(crate) fn build(self) -> BuiltIndex {
        BuiltIndex(Arc::new(Segment::of_part(self.0)))
    }
}

/// Records that are ready to be searched.
#[derive(Debug)]
#[cfg_attr(test, derive(PartialEq))]
pub struct BuiltIndex(pub(super) Arc<Segment>);
