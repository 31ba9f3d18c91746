//! What the agent did with users, by record.

use std::collections::HashMap;

use crate::search::habits::Boost;
use crate::search::index::Bits;
use crate::search::snapshot::Snapshot;

/// What the agent did with users, by record.
#[derive(Debug, Default)]
pub(crate) struct Boosts {
    by_number: HashMap<usize, Boost>,
    numbers: Bits,
}

impl Boosts {
    /// Finds the records of all users that the agent opened or pinned.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let boosts = snapshot.habits.boosts();
        let by_number: HashMap<usize, Boost> = boosts
            .filter_map(|(id, boost)| Some((snapshot.index.find(id)?, boost)))
            .collect();
        let len = by_number.keys().max().map_or(0, |most| most + 1);
        let mut numbers = Bits::none(len);
        for number in by_number.keys() {
            numbers.insert(*number);
        }
        Self { by_number, numbers }
    }

    /// The boosted records below a number.
    pub(crate) fn below(&self, end: usize) -> impl Iterator<Item = usize> {
        let numbers = self.numbers.within(0..self.numbers.word_count());
        numbers.take_while(move |number| *number < end)
    }

    #[inline]
    pub(crate) fn has(&self, number: usize) -> bool {
        self.numbers.has(number)
    }

    #[inline]
    pub(crate) fn get(&self, number: usize) -> Boost {
        if self.has(number) {
            self.by_number.get(&number).copied().unwrap_or_default()
        } else {
            Boost::default()
        }
    }
}
