//! Answers for single letters and digits, prepared before anybody types them: the records that hold
//! one, and the best of the records in which a field starts with it.
//!
//! Every text begins with a single character, which has more hits than any longer text. Prepared,
//! its answer takes no search.

use std::cmp::Reverse;
use std::sync::Arc;

use super::bits::{Bits, PER_WORD};
use super::ids::Ids;
use super::rows::Rows;
use super::words::Words;
use crate::search::hex::HexTerm;
use crate::search::mask;

/// How many of the best are kept: a page, and a few more in case some are replaced.
const BEST: usize = if cfg!(test) { 12 } else { 160 };

/// Fewer records than this are searched fast enough without.
const WORTH_LETTERS: usize = if cfg!(test) { 4 } else { 20_000 };

/// The answers for all ASCII letters and digits, in the order of their bits in a mask.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Letters(Vec<Letter>);

/// The answer for one letter or digit.
#[derive(Debug, Clone)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Letter {
    /// The records whose text holds it or whose `_id` starts with it, superseded ones included.
    pub holders: Arc<Bits>,
    /// The records in which a field starts with it, last seen first, then lowest number first.
    /// Empty when there are too few to be worth it.
    pub best: Vec<u32>,
}

impl Letters {
    pub(crate) fn of(rows: &Rows, words: &Words, ids: &Ids, superseded: &Bits) -> Self {
        if rows.len() < WORTH_LETTERS {
            return Self::default();
        }
        let holders = columns(&rows.masks).into_iter();
        let letters = holders.zip(mask::LETTERS.chars()).map(|(mut holders, c)| {
            let letter = c.to_string();
            if let Some(digit) = HexTerm::new(&letter) {
                let starting = ids.starting_with(rows, digit);
                starting.for_each(|record| holders.insert(record));
            }
            Letter {
                holders: Arc::new(holders),
                best: best(rows, words, &letter, superseded),
            }
        });
        Self(letters.collect())
    }

    /// The answer for a text; `None` unless it is a single ASCII letter or digit.
    pub(crate) fn find(&self, text: &str) -> Option<&Letter> {
        let [byte] = text.as_bytes() else { return None };
        let mut letters = mask::LETTERS.bytes();
        self.0.get(letters.position(|letter| letter == *byte)?)
    }
}

/// The records whose mask has the bit of each letter.
fn columns(masks: &[u64]) -> Vec<Bits> {
    let mut columns = vec![Vec::with_capacity(masks.len().div_ceil(PER_WORD)); mask::LETTERS.len()];
    for block in masks.chunks(PER_WORD) {
        let mut bits = [0; PER_WORD];
        bits[..block.len()].copy_from_slice(block);
        transpose(&mut bits);
        for (column, word) in columns.iter_mut().zip(bits) {
            column.push(word);
        }
    }
    columns.into_iter().map(Bits::of_words).collect()
}

/// Swaps rows and columns of 64 times 64 bits, in halves, quarters and so on.
fn transpose(rows: &mut [u64; 64]) {
    let (mut size, mut low) = (32, u64::from(u32::MAX));
    while size > 0 {
        for row in (0..64).filter(|row| row & size == 0) {
            let differ = ((rows[row] >> size) ^ rows[row + size]) & low;
            rows[row] ^= differ << size;
            rows[row + size] ^= differ;
        }
        size /= 2;
        low ^= low << size;
    }
}

fn best(rows: &Rows, words: &Words, letter: &str, superseded: &Bits) -> Vec<u32> {
    type Candidate = (Reverse<u32>, u32);
    let keep_best = |best: &mut Vec<Candidate>| {
        best.sort_unstable();
        // A user may have several fields that start with it.
        best.dedup();
        best.truncate(BEST);
    };
    let mut best: Vec<Candidate> = Vec::new();
    let mut floor = 0;
    for start in words.starting_with(letter) {
        let seen = rows.seen[start.record];
        if seen < floor || !start.at_field_start || superseded.has(start.record) {
            continue;
        }
        let record = u32::try_from(start.record).unwrap_or(u32::MAX);
        best.push((Reverse(seen), record));
        if best.len() == 8 * BEST {
            keep_best(&mut best);
            floor = best.get(BEST - 1).map_or(0, |(seen, _)| seen.0);
        }
    }
    keep_best(&mut best);
    if best.len() < BEST {
        return Vec::new();
    }
    best.into_iter().map(|(_, record)| record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns() {
        // Bits without a pattern: each multiplied by an odd number with many ones.
        let number = |at: usize| (at as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut bits: [u64; 64] = std::array::from_fn(number);
        transpose(&mut bits);
        for (row, column) in (0..64).flat_map(|row| (0..64).map(move |column| (row, column))) {
            let here = bits[column] >> row & 1;
            assert_eq!(here, number(row) >> column & 1, "{row} {column}");
        }
    }

    #[test]
    fn only_single_letters_and_digits_are_prepared() {
        let letter = |c: char| Letter {
            holders: Arc::new(Bits::none(1)),
            best: vec![u32::from(c)],
        };
        let letters = Letters(mask::LETTERS.chars().map(letter).collect());
        for c in ['a', 'z', '0', '9'] {
            let found = letters.find(&c.to_string()).map(|letter| letter.best[0]);
            assert_eq!(found, Some(u32::from(c)));
        }
        for text in ["", "aa", "A", "@", "ü", "佐"] {
            assert!(letters.find(text).is_none(), "{text}");
        }
        assert!(Letters::default().find("a").is_none());
    }
}
