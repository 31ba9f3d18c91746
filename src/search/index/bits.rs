//! Sets of records, one bit each: 125 KB for a million, however full.

use std::ops::Range;

/// How many records one word of a set covers.
pub(crate) const PER_WORD: usize = 64;

/// A set of record numbers below a fixed bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// The empty set of numbers below `len`.
    pub(crate) fn none(len: usize) -> Self {
        Self {
            words: vec![0; Self::words_for(len)],
        }
    }

    /// All numbers below `len`.
    pub(crate) fn all(len: usize) -> Self {
        let mut bits = Self {
            words: vec![u64::MAX; Self::words_for(len)],
        };
        if let (Some(last), rest @ 1..) = (bits.words.last_mut(), len % PER_WORD) {
            *last = (1 << rest) - 1;
        }
        bits
    }

    /// The set whose words these are.
    pub(crate) const fn of_words(words: Vec<u64>) -> Self {
        Self { words }
    }

    /// How many words a set of numbers below `len` has.
    pub(crate) const fn words_for(len: usize) -> usize {
        len.div_ceil(PER_WORD)
    }

    /// The numbers below `len` that some words of a set cover.
    pub(crate) fn numbers_of(words: Range<usize>, len: usize) -> Range<usize> {
        words.start * PER_WORD..(words.end * PER_WORD).min(len)
    }

    pub(crate) fn insert(&mut self, at: usize) {
        self.words[at / PER_WORD] |= 1 << (at % PER_WORD);
    }

    pub(crate) fn has(&self, at: usize) -> bool {
        let word = self.words.get(at / PER_WORD);
        word.is_some_and(|word| word & (1 << (at % PER_WORD)) != 0)
    }

    /// Keeps what is in the other set too.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (own, other) in self.words.iter_mut().zip(&other.words) {
            *own &= other;
        }
    }

    /// Removes what is in the other set, which may be of another length.
    pub(crate) fn drop_all(&mut self, other: &Self) {
        for (own, other) in self.words.iter_mut().zip(&other.words) {
            *own &= !other;
        }
    }

    /// Adds what is in the other set.
    pub(crate) fn add_all(&mut self, other: &Self) {
        for (own, other) in self.words.iter_mut().zip(&other.words) {
            *own |= other;
        }
    }

    /// How many numbers are in the set.
    pub(crate) fn count(&self) -> usize {
        self.count_within(0..self.words.len())
    }

    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.within(0..self.words.len())
    }

    /// How many numbers are in some of the set's words.
    pub(crate) fn count_within(&self, words: Range<usize>) -> usize {
        let words = self.words[words].iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// How many words the set has, for splitting it among threads.
    pub(crate) const fn word_count(&self) -> usize {
        self.words.len()
    }

    /// The words of the set.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// The words of the set, to change.
    pub(super) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The numbers in some of the set's words, ascending.
    pub(crate) fn within(&self, words: Range<usize>) -> impl Iterator<Item = usize> {
        let first = words.start;
        let words = self.words[words].iter().enumerate();
        words.flat_map(move |(index, word)| {
            let base = (first + index) * PER_WORD;
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros() as usize;
                left &= left.wrapping_sub(1);
                (bit < PER_WORD).then_some(base + bit)
            })
        })
    }
}

#[cfg(test)]
impl Bits {
    /// The set of some records out of so many.
    pub(crate) fn of(len: usize, numbers: &[usize]) -> Self {
        let mut bits = Self::none(len);
        for number in numbers {
            bits.insert(*number);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_and_subtracted() {
        let (one, other) = (
            Bits::of(200, &[0, 63, 64, 199]),
            Bits::of(200, &[63, 100, 199]),
        );
        let mut both = one.clone();
        both.keep(&other);
        assert_eq!(both.iter().collect::<Vec<_>>(), [63, 199]);
        let mut either = one.clone();
        either.add_all(&other);
        assert_eq!(either.count(), 5);
        either.drop_all(&one);
        assert_eq!(either.iter().collect::<Vec<_>>(), [100]);
        assert_eq!(one.within(1..4).collect::<Vec<_>>(), [64, 199]);
    }

    #[test]
    fn all_ends_where_it_should() {
        for len in [0, 1, 63, 64, 65, 128, 130] {
            assert_eq!(Bits::all(len).count(), len);
            assert_eq!(Bits::all(len).iter().last(), len.checked_sub(1));
        }
        assert!(!Bits::all(3).has(3) && !Bits::all(3).has(900));
    }
}
