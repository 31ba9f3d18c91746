//! The order of hits, and a heap that holds the best of all that matched and nothing else.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::search::query::Rank;

/// Comes after all records that have a place in the order that was asked for.
pub(crate) const UNLISTED: u32 = u32::MAX;

/// The order of hits, best first: the place in the order that was asked for, 0 in the order of how
/// well they match; rank; the fuzzy scorer's points, which are 0 above the fuzzy
/// tier; shorter span; pins; frecency; last seen; first come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Score {
    pub listed: u32,
    pub rank: Rank,
    pub points: Reverse<i32>,
    pub span: u16,
    pub pinned: Reverse<bool>,
    pub used: Reverse<u64>,
    pub seen: Reverse<u32>,
    /// The user's place among equals.
    pub place: usize,
}

/// A record with its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    pub score: Score,
    pub number: usize,
}

/// Which of the records without a boost can still be among the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    All,
    SeenFrom(u32),
    None,
}

impl Threshold {
    /// Whether a record that was last seen then can be among the best.
    #[inline]
    pub(crate) const fn admits(self, seen: u32) -> bool {
        match self {
            Self::All => true,
            Self::SeenFrom(from) => seen >= from,
            Self::None => false,
        }
    }
}

/// The best records so far.
#[derive(Debug, Clone)]
pub(crate) struct Top {
    heap: BinaryHeap<Ranked>,
    limit: usize,
}

impl Top {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            heap: BinaryHeap::new(),
            limit,
        }
    }

    /// Which records with this rank and span, or worse ones, can still be among the best.
    pub(crate) fn threshold(&self, rank: Rank, span: u16) -> Threshold {
        let Some(worst) = self.heap.peek().filter(|_| self.heap.len() >= self.limit) else {
            return if self.limit == 0 {
                Threshold::None
            } else {
                Threshold::All
            };
        };
        let worst = &worst.score;
        match (rank, Reverse(0), span).cmp(&(worst.rank, worst.points, worst.span)) {
            Ordering::Less => Threshold::All,
            Ordering::Equal if worst.pinned.0 || worst.used.0 > 0 => Threshold::None,
            Ordering::Equal => Threshold::SeenFrom(worst.seen.0),
            Ordering::Greater => Threshold::None,
        }
    }

    pub(crate) fn push(&mut self, ranked: Ranked) {
        if self.heap.len() < self.limit {
            self.heap.push(ranked);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && ranked < *worst
        {
            *worst = ranked;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for ranked in other.heap {
            self.push(ranked);
        }
    }

    /// The best, best first.
    pub(crate) fn sorted(&self, limit: usize) -> Vec<Ranked> {
        let mut sorted = self.heap.clone().into_sorted_vec();
        sorted.truncate(limit);
        sorted
    }
}

/// The best records that matched so far, and how many matched.
#[derive(Debug)]
pub(crate) struct Collector {
    pub top: Top,
    pub matched: usize,
}

impl Collector {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            top: Top::new(limit),
            matched: 0,
        }
    }

    /// Counts and ranks a record.
    pub(crate) fn collect(&mut self, ranked: Ranked) {
        self.matched += 1;
        self.top.push(ranked);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.top.merge(other.top);
        self.matched += other.matched;
    }
}
