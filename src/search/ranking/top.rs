//! The best of all that matched, and nothing else: a heap that holds a page.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashMap};

use crate::search::index::Bits;
use crate::search::query::Rank;

/// What the agent did with a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Boost {
    pub pinned: bool,
    /// How often and how lately the user was opened; 0 for never.
    pub frecency: u64,
    /// Opened later than all with smaller numbers; 0 for never.
    pub opened: u64,
}

/// What the agent did, by record.
#[derive(Debug, Default)]
pub struct Boosts {
    by_number: HashMap<usize, Boost>,
    numbers: Bits,
}

impl Boosts {
    pub fn new(by_number: HashMap<usize, Boost>) -> Self {
        let len = by_number.keys().max().map_or(0, |most| most + 1);
        let mut numbers = Bits::none(len);
        for number in by_number.keys() {
            numbers.insert(*number);
        }
        Self { by_number, numbers }
    }

    /// Records below a number with which the agent did something.
    pub fn below(&self, end: usize) -> impl Iterator<Item = usize> {
        let numbers = self.numbers.within(0..self.numbers.words());
        numbers.take_while(move |number| *number < end)
    }

    pub fn has(&self, number: usize) -> bool {
        self.numbers.has(number)
    }

    pub fn of(&self, number: usize) -> Boost {
        if self.has(number) {
            self.by_number.get(&number).copied().unwrap_or_default()
        } else {
            Boost::default()
        }
    }
}

/// The order of hits, best first: rank; the fuzzy scorer's points, which are 0 above the fuzzy
/// tier; shorter span; pins; frecency; last seen; who came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    pub rank: Rank,
    pub points: Reverse<i32>,
    pub span: u16,
    pub pinned: Reverse<bool>,
    pub used: Reverse<u64>,
    pub seen: Reverse<u32>,
    /// The user's place among equals.
    pub place: usize,
}

/// A record with its place in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ranked {
    pub order: Order,
    pub number: usize,
}

/// Which of the records that the agent did nothing with can still be among the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Floor {
    Everybody,
    SeenFrom(u32),
    Nobody,
}

impl Floor {
    /// Whether a record that was last seen then can be among the best.
    pub const fn lets_in(self, seen: u32) -> bool {
        match self {
            Self::Everybody => true,
            Self::SeenFrom(floor) => seen >= floor,
            Self::Nobody => false,
        }
    }
}

/// The best records so far.
#[derive(Debug, Clone)]
pub struct Top {
    heap: BinaryHeap<Ranked>,
    most: usize,
}

impl Top {
    pub fn new(most: usize) -> Self {
        Self {
            heap: BinaryHeap::new(),
            most,
        }
    }

    /// Which records of a rank and a span, at best, can still be among the best.
    pub fn floor(&self, rank: Rank, span: u16) -> Floor {
        let Some(worst) = self.heap.peek().filter(|_| self.heap.len() >= self.most) else {
            return if self.most == 0 {
                Floor::Nobody
            } else {
                Floor::Everybody
            };
        };
        let worst = &worst.order;
        match (rank, Reverse(0), span).cmp(&(worst.rank, worst.points, worst.span)) {
            Ordering::Less => Floor::Everybody,
            Ordering::Equal if worst.pinned.0 || worst.used.0 > 0 => Floor::Nobody,
            Ordering::Equal => Floor::SeenFrom(worst.seen.0),
            Ordering::Greater => Floor::Nobody,
        }
    }

    pub fn push(&mut self, ranked: Ranked) {
        if self.heap.len() < self.most {
            self.heap.push(ranked);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && ranked < *worst
        {
            *worst = ranked;
        }
    }

    pub fn merge(&mut self, other: Self) {
        for ranked in other.heap {
            self.push(ranked);
        }
    }

    /// The best, best first.
    pub fn sorted(&self, most: usize) -> Vec<Ranked> {
        let mut sorted = self.heap.clone().into_sorted_vec();
        sorted.truncate(most);
        sorted
    }
}
