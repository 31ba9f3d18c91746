//! The `_id`s: twelve bytes each, found whole or by their first digits.

use std::ops::Range;

use super::rows::{Rows, hex_id};
use super::sorted;

/// Fewer digits than this are looked for only at the start of an `_id`.
pub const ANYWHERE: usize = 4;

/// Digits in an `_id`.
pub const DIGITS: usize = 24;

/// Records in the order of their `_id`s.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Ids(Vec<u32>);

/// Hexadecimal digits that are looked for in `_id`s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HexTerm {
    value: u128,
    digits: usize,
}

impl HexTerm {
    /// The digits of a folded text; `None` when it is something else or too long.
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.len();
        let fits = (1..=DIGITS).contains(&digits) && text.bytes().all(|b| b.is_ascii_hexdigit());
        let value = fits.then(|| u128::from_str_radix(text, 16))?.ok()?;
        Some(Self { value, digits })
    }

    /// Whether there are digits enough to be looked for anywhere in an `_id`.
    pub const fn is_found_anywhere(self) -> bool {
        self.digits >= ANYWHERE
    }

    /// Whether the digits can stand elsewhere than at the start; a whole `_id` cannot.
    pub const fn is_found_inside(self) -> bool {
        self.is_found_anywhere() && self.digits < DIGITS
    }

    /// Whether an `_id` starts with the digits.
    pub fn starts(self, id: &[u8; 12]) -> bool {
        number(id) >> (4 * (DIGITS - self.digits)) == self.value
    }

    /// The first place in an `_id` where the digits stand, as the number of a digit.
    pub fn place(self, id: &[u8; 12]) -> Option<usize> {
        if self.starts(id) {
            return Some(0);
        }
        if self.digits < ANYWHERE {
            return None;
        }
        let number = number(id);
        if !self.could_stand_in(number) {
            return None;
        }
        let mask = (1 << (4 * self.digits)) - 1;
        (1..=DIGITS - self.digits).find(|place| {
            let after = 4 * (DIGITS - self.digits - place);
            (number >> after) & mask == self.value
        })
    }

    /// Whether the last four digits stand anywhere: four at a time are compared at once.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of an id")]
    const fn could_stand_in(self, number: u128) -> bool {
        const ONES: u64 = 0x0001_0001_0001_0001;
        const HIGHS: u64 = 0x8000_8000_8000_8000;
        let wanted = (self.value as u64 & 0xFFFF) * ONES;
        let mut found = 0;
        let mut shift = 0;
        while shift < 16 {
            // The halves overlap in twelve digits, so that none is missed between them.
            let low = (number >> shift) as u64 ^ wanted;
            let high = (number >> (shift + 32)) as u64 ^ wanted;
            // Of a difference of nothing the high bit is borrowed.
            found |= (low.wrapping_sub(ONES) & !low) | (high.wrapping_sub(ONES) & !high);
            shift += 4;
        }
        found & HIGHS != 0
    }
}

fn number(id: &[u8; 12]) -> u128 {
    let mut bytes = [0; 16];
    bytes[4..].copy_from_slice(id);
    u128::from_be_bytes(bytes)
}

/// The first eight bytes of an `_id`, as a number that sorts as they do.
fn head_of(id: &[u8; 12]) -> u64 {
    let (head, _) = id.split_first_chunk().unwrap_or((&[0; 8], &[]));
    u64::from_be_bytes(*head)
}

fn head(rows: &Rows, at: u32) -> u64 {
    head_of(&rows.ids[at as usize])
}

impl Ids {
    /// Sorts the `_id`s, those of the same user by their numbers.
    pub fn of(rows: &Rows) -> Self {
        let all = 0..u32::try_from(rows.len()).unwrap_or(u32::MAX);
        // The number of a record fits behind its `_id`, so that one comparison does for both.
        let mut sorted: Vec<u128> = all
            .filter_map(|at| Some(number(rows.hex_id(at as usize)?) << 32 | u128::from(at)))
            .collect();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what was put behind the `_id`"
        )]
        let numbers = sorted.iter().map(|entry| *entry as u32);
        Self(numbers.collect())
    }

    /// Adds the `_id`s of records that came to stand behind so many others in the same rows.
    pub fn join(&mut self, others: Self, rows: &Rows, before: usize) {
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let id = |at: u32| number(&rows.ids[at as usize]);
        sorted::join(&mut self.0, others.0, |at| at + before, id);
    }

    /// Leaves one record of each user, the latest; hands the numbers of the others to `drop`.
    pub fn drop_superseded(&mut self, rows: &Rows, mut drop: impl FnMut(usize)) {
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
    pub fn find(&self, rows: &Rows, id: &str) -> Option<usize> {
        let id = hex_id(id)?;
        let first = sorted::first_from(self.0.len(), |at| head(rows, self.0[at]), head_of(&id));
        // Few share the moment and the machine in the first eight bytes: from there on the steps
        // grow.
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
    pub fn starting_with(
        &self,
        rows: &Rows,
        term: HexTerm,
    ) -> impl ExactSizeIterator<Item = usize> {
        let range = self.range(rows, term);
        self.0[range].iter().map(|at| *at as usize)
    }

    fn range(&self, rows: &Rows, term: HexTerm) -> Range<usize> {
        let shift = 4 * (DIGITS - term.digits);
        let head = |at: &u32| number(&rows.ids[*at as usize]) >> shift;
        let start = self.0.partition_point(|at| head(at) < term.value);
        let length = self.0[start..].partition_point(|at| head(at) == term.value);
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
    fn four_digits_are_found_anywhere_fewer_only_at_the_start() {
        let id = hex_id(PEOPLE[0]).unwrap();
        let place = |text| HexTerm::new(text).unwrap().place(&id);
        assert_eq!(place("64b"), Some(0));
        assert_eq!(place("4be"), None);
        assert_eq!(place("4be9"), Some(1));
        assert_eq!(place("d914"), Some(20));
        assert_eq!(place("ffff"), None);
        assert_eq!(HexTerm::new("4bg"), None);
        assert_eq!(HexTerm::new(""), None);
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
