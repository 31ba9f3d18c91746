//! Records that a later record of the same user replaced.
//!
//! A search keeps looking at the tombstones as they were when it began. They are kept in chunks
//! that copies share, so that adding one copies a single chunk, however many records there are.

use std::sync::Arc;

use super::bits::{Bits, PER_WORD};

/// Words of a chunk: 4,096 records, 512 bytes.
const WORDS: usize = 64;

/// Records that one chunk covers.
const PER_CHUNK: usize = WORDS * PER_WORD;

type Chunk = [u64; WORDS];

/// A set of replaced records that is cheap to copy and cheap to change afterwards.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tombstones(Arc<Vec<Option<Arc<Chunk>>>>);

impl Tombstones {
    /// The tombstones of a set of records.
    pub(crate) fn of(replaced: &Bits) -> Self {
        let chunks = replaced.words().chunks(WORDS).map(|words| {
            let mut chunk = [0; WORDS];
            chunk[..words.len()].copy_from_slice(words);
            (chunk != [0; WORDS]).then(|| Arc::new(chunk))
        });
        Self(Arc::new(chunks.collect()))
    }

    /// Marks a record as replaced.
    pub(crate) fn insert(&mut self, at: usize) {
        let chunks = Arc::make_mut(&mut self.0);
        let index = at / PER_CHUNK;
        if chunks.len() <= index {
            chunks.resize(index + 1, None);
        }
        let chunk = chunks[index].get_or_insert_with(|| Arc::new([0; WORDS]));
        Arc::make_mut(chunk)[at / PER_WORD % WORDS] |= 1 << (at % PER_WORD);
    }

    /// Whether a record was replaced.
    #[inline]
    pub(crate) fn has(&self, at: usize) -> bool {
        match self.0.get(at / PER_CHUNK) {
            Some(Some(chunk)) => chunk[at / PER_WORD % WORDS] & (1 << (at % PER_WORD)) != 0,
            _ => false,
        }
    }

    /// Removes the replaced records from a set.
    pub(crate) fn remove_from(&self, set: &mut Bits) {
        for (words, chunk) in set.words_mut().chunks_mut(WORDS).zip(self.0.iter()) {
            let Some(chunk) = chunk else { continue };
            for (word, replaced) in words.iter_mut().zip(chunk.iter()) {
                *word &= !replaced;
            }
        }
    }

    /// How many records of a set were not replaced.
    pub(crate) fn count_alive(&self, set: &Bits) -> usize {
        let chunks = self.0.iter().map(Option::as_deref);
        let chunks = chunks.chain(std::iter::repeat(None));
        let counts = set.words().chunks(WORDS).zip(chunks).map(|(words, chunk)| {
            let none = &[0; WORDS];
            let alive = words.iter().zip(chunk.unwrap_or(none));
            alive
                .map(|(word, replaced)| (word & !replaced).count_ones() as usize)
                .sum::<usize>()
        });
        counts.sum()
    }

    /// How many chunks two copies share.
    #[cfg(test)]
    pub(crate) fn shared_chunks(&self, other: &Self) -> usize {
        let both = self.0.iter().zip(other.0.iter());
        let is_shared = |(own, other): &(&Option<_>, &Option<_>)| match (own, other) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            _ => false,
        };
        both.filter(is_shared).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_records_are_removed_and_not_counted() {
        let all = Bits::all(10_000);
        let mut tombstones = Tombstones::of(&Bits::of(10_000, &[0, 63, 4_096, 9_999]));
        tombstones.insert(5_000);
        tombstones.insert(20_000);
        assert!([0, 63, 4_096, 5_000, 9_999, 20_000].map(|at| tombstones.has(at)) == [true; 6]);
        assert!([1, 4_095, 10_000, 90_000].map(|at| tombstones.has(at)) == [false; 4]);
        assert_eq!(tombstones.count_alive(&all), 9_995);
        let mut alive = all.clone();
        tombstones.remove_from(&mut alive);
        assert_eq!(alive.count(), 9_995);
        assert_eq!(Tombstones::default().count_alive(&all), 10_000);
    }

    #[test]
    fn a_change_copies_one_chunk_and_leaves_older_copies_alone() {
        let replaced: Vec<usize> = (0..1_000_000).step_by(PER_CHUNK).collect();
        let before = Tombstones::of(&Bits::of(1_000_000, &replaced));
        let mut after = before.clone();
        after.insert(500_001);
        assert!(after.has(500_001) && !before.has(500_001));
        assert_eq!(after.shared_chunks(&before), replaced.len() - 1);
    }
}
