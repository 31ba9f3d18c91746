//! The order of the `_id`s: finds one whole or by its first digits.

use std::cmp::Ordering;
use std::ops::Range;

use super::rows::Rows;
use super::sorted;
use crate::search::hex::{self, HexTerm, IdBytes, number_of};

/// Records in the order of their `_id`s.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Ids(Vec<u32>);

/// The first eight bytes of an `_id`, as a number that sorts as they do.
fn head_of(id: &IdBytes) -> u64 {
    let (head, _) = id.split_first_chunk().unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*head)
}

fn head(rows: &Rows, at: u32) -> u64 {
    head_of(&rows.ids[at as usize])
}

impl Ids {
    /// Sorts the `_id`s; records with the same `_id` stay in order.
    pub(crate) fn of(rows: &Rows) -> Self {
        let all = 0..u32::try_from(rows.len()).unwrap_or(u32::MAX);
        // The number of a record fits behind its `_id`, so one comparison does for both.
        let mut sorted: Vec<u128> = all
            .filter_map(|at| Some(number_of(rows.hex_id(at as usize)?) << 32 | u128::from(at)))
            .collect();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the number behind the `_id`"
        )]
        let numbers = sorted.iter().map(|entry| *entry as u32);
        Self(numbers.collect())
    }

    /// Adds the `_id`s of records that were appended to `before` others in the same rows.
    pub(crate) fn join(&mut self, others: Self, rows: &Rows, before: usize) {
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let id = |at: u32| number_of(&rows.ids[at as usize]);
        sorted::join(&mut self.0, others.0, |at| at + before, id);
    }

    /// Leaves the latest record of each user; passes the numbers of the others to `drop`.
    pub(crate) fn drop_superseded(&mut self, rows: &Rows, mut drop: impl FnMut(usize)) {
        self.0.dedup_by(|later, kept| {
            let is_same = rows.ids[*later as usize] == rows.ids[*kept as usize];
            if is_same {
                drop(*kept as usize);
                *kept = *later;
            }
            is_same
        });
        self.0.shrink_to_fit();
    }

    /// The record of an `_id`.
    pub(crate) fn find(&self, rows: &Rows, id: &str) -> Option<usize> {
        let id = hex::parse_id(id)?;
        let first = sorted::first_from(self.0.len(), |at| head(rows, self.0[at]), head_of(&id));
        // Few `_id`s share their first eight bytes, which are a moment and a machine: look ahead in
        // growing steps.
        let is_before = |at: &u32| rows.ids[*at as usize] < id;
        let (mut from, mut step) = (first, 1);
        while self.0.get(from + step).is_some_and(is_before) {
            from += step;
            step *= 2;
        }
        let near = &self.0[from..self.0.len().min(from + step + 1)];
        let at = *near.get(near.partition_point(is_before))?;
        (rows.ids[at as usize] == id).then_some(at as usize)
    }

    /// The records whose `_id`s start with some digits.
    pub(crate) fn starting_with(
        &self,
        rows: &Rows,
        term: HexTerm,
    ) -> impl ExactSizeIterator<Item = usize> {
        let range = self.range(rows, term);
        self.0[range].iter().map(|at| *at as usize)
    }

    fn range(&self, rows: &Rows, term: HexTerm) -> Range<usize> {
        let compare = |at: &u32| term.compare_start(&rows.ids[*at as usize]);
        let start = self.0.partition_point(|at| compare(at) == Ordering::Less);
        let length = self.0[start..].partition_point(|at| compare(at) == Ordering::Equal);
        start..start + length
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::search::person::Person;

    const PEOPLE: [&str; 4] = [
        "64be90d2a7f31c0058e6d914",
        "64be90d2a7f31c0058e6d915",
        "5f00000000000000000000aa",
        "odd",
    ];

    fn rows() -> Rows {
        let mut rows = Rows::default();
        for id in PEOPLE {
            rows.push(&Person::bare(id));
        }
        rows
    }

    #[test]
    fn ids_are_found_whole_and_by_their_first_digits() {
        let rows = rows();
        let ids = Ids::of(&rows);
        assert_eq!(ids.find(&rows, PEOPLE[1]), Some(1));
        assert_eq!(ids.find(&rows, "64BE90D2A7F31C0058E6D914"), None);
        assert_eq!(ids.find(&rows, "odd"), None);
        let starting = |text| {
            let term = HexTerm::new(text).unwrap();
            ids.starting_with(&rows, term).collect::<Vec<_>>()
        };
        assert_eq!(starting("64b"), [0, 1]);
        assert_eq!(starting("5"), [2]);
        assert_eq!(starting("64be90d2a7f31c0058e6d915"), [1]);
        assert_eq!(starting("ff"), Vec::<usize>::new());
    }

    #[test]
    fn the_later_record_of_a_user_wins() {
        let mut rows = rows();
        rows.push(&Person::bare(PEOPLE[0]));
        let mut dropped = Vec::new();
        let mut ids = Ids::of(&rows);
        ids.drop_superseded(&rows, |at| dropped.push(at));
        assert_eq!((ids.find(&rows, PEOPLE[0]), dropped), (Some(4), vec![0]));
    }
}
