//! Sets of records, a bit each: 125 KB for a million, whatever is in them.

use std::ops::Range;

/// How many records one word of a set holds.
pub const PER_WORD: usize = 64;

/// A set of record numbers below a fixed bound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// The empty set of numbers below `len`.
    pub fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(PER_WORD)],
            len,
        }
    }

    /// All numbers below `len`.
    pub fn all(len: usize) -> Self {
        let mut bits = Self {
            words: vec![u64::MAX; len.div_ceil(PER_WORD)],
            len,
        };
        if let (Some(last), rest @ 1..) = (bits.words.last_mut(), len % PER_WORD) {
            *last = (1 << rest) - 1;
        }
        bits
    }

    /// The set of numbers below `len` whose bits are set in some words.
    pub fn of_words(words: Vec<u64>, len: usize) -> Self {
        debug_assert_eq!(words.len(), len.div_ceil(PER_WORD));
        Self { words, len }
    }

    /// One more than the greatest number that may be in the set.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Lets greater numbers in.
    pub fn grow(&mut self, len: usize) {
        self.len = self.len.max(len);
        self.words.resize(self.len.div_ceil(PER_WORD), 0);
    }

    pub fn insert(&mut self, at: usize) {
        self.words[at / PER_WORD] |= 1 << (at % PER_WORD);
    }

    pub fn has(&self, at: usize) -> bool {
        let word = self.words.get(at / PER_WORD);
        word.is_some_and(|word| word & (1 << (at % PER_WORD)) != 0)
    }

    /// Keeps what is in the other set too.
    pub fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Takes out what is in the other set, which may be of another length.
    pub fn drop_all(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// Adds what is in the other set.
    pub fn add_all(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count_within(0..self.words.len())
    }

    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.within(0..self.words.len())
    }

    /// How many there are in some of the set's words.
    pub fn count_within(&self, words: Range<usize>) -> usize {
        let words = self.words[words].iter();
        words.map(|word| word.count_ones() as usize).sum()
    }

    /// How many there are that are not in the other set, which may be of another length.
    pub fn count_without(&self, other: &Self) -> usize {
        let others = other.words.iter().chain(std::iter::repeat(&0));
        let alone = self.words.iter().zip(others);
        alone
            .map(|(mine, theirs)| (mine & !theirs).count_ones() as usize)
            .sum()
    }

    /// How many words the set is made of, for parting it among threads.
    pub fn words(&self) -> usize {
        self.words.len()
    }

    /// The numbers that lie in some of the set's words, in ascending order.
    pub fn within(&self, words: Range<usize>) -> impl Iterator<Item = usize> {
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
mod tests {
    use super::*;

    fn of(len: usize, numbers: &[usize]) -> Bits {
        let mut bits = Bits::none(len);
        for number in numbers {
            bits.insert(*number);
        }
        bits
    }

    #[test]
    fn sets_are_joined_and_parted() {
        let (one, other) = (of(200, &[0, 63, 64, 199]), of(200, &[63, 100, 199]));
        let mut both = one.clone();
        both.keep(&other);
        assert_eq!(both.iter().collect::<Vec<_>>(), [63, 199]);
        let mut either = one.clone();
        either.add_all(&other);
        assert_eq!(either.count(), 5);
        either.drop_all(&one);
        assert_eq!(either.iter().collect::<Vec<_>>(), [100]);
        assert_eq!(other.count_without(&one), 1);
        assert_eq!(one.count_without(&of(64, &[63])), 3);
        assert_eq!(of(64, &[63]).count_without(&one), 0);
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
