//! The records that came one by one since the base segment was built.
//!
//! They are few: searches look at them one by one, and a merge moves them into the base. A change
//! while a search holds them copies them once.

use std::collections::HashMap;

use super::rows::Rows;
use crate::domain::SmoochId;
use crate::search::person::Person;

/// Recent records, numbered from the end of the base segment on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent {
    pub rows: Rows,
    /// For each record, the number of the user's first record: their place among equals, which a
    /// change does not take away.
    pub places: Vec<usize>,
    /// The newest record of each user.
    by_id: HashMap<SmoochId, usize>,
}

impl Recent {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The newest record of a user, by its position here.
    pub(crate) fn find(&self, id: &SmoochId) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Adds a record with a place among equals.
    pub(crate) fn push(&mut self, id: SmoochId, person: &Person<'_>, place: usize) {
        let at = self.rows.push(person);
        self.places.push(place);
        self.by_id.insert(id, at);
    }
}
