//! What a search looks at: the records, the query, and who still waits.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::checks::Checks;
use super::top::{Boosts, Order, Ranked, Top};
use super::watch::Watch;
use crate::search::fuzzy::Scorer;
use crate::search::index::{Bits, Match, Rows, Segment, holds, match_fuzzily, match_literally};
use crate::search::language::Query;
use crate::search::query::Rank;

/// After so many records it is asked whether anybody still waits.
pub const STEP: usize = 4_096;

/// What a search looks at. Held by both threads of a scan.
#[derive(Debug)]
pub struct Ground {
    pub base: Arc<Segment>,
    pub newcomers: Arc<Rows>,
    pub places: Arc<Vec<usize>>,
    pub dead: Arc<Bits>,
    pub query: Query,
    pub boosts: Arc<Boosts>,
    pub watch: Watch,
    /// How many hits are wanted.
    pub most: usize,
    /// The query's filters for the standing records and for the newcomers.
    pub checks: [Checks; 2],
}

/// What is known about the records of a set before they are looked at.
#[derive(Debug, Clone, Copy)]
pub enum Worth {
    /// All of them have this rank and span.
    Known { rank: Rank, span: u16 },
    /// None of them has a better rank, and of that rank none a shorter span.
    AtBest { rank: Rank, span: u16 },
}

/// What came of looking at records.
#[derive(Debug)]
pub struct Tally {
    pub top: Top,
    pub matched: usize,
}

impl Tally {
    pub fn new(most: usize) -> Self {
        Self {
            top: Top::new(most),
            matched: 0,
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.top.merge(other.top);
        self.matched += other.matched;
    }
}

impl Ground {
    /// The rows that hold a record, its number there, and the filters for it.
    pub fn row(&self, number: usize) -> (&Rows, usize, &Checks) {
        match number.checked_sub(self.base.rows.len()) {
            None => (&self.base.rows, number, &self.checks[0]),
            Some(newcomer) => (&self.newcomers, newcomer, &self.checks[1]),
        }
    }

    /// Whether no later record of the same user took a record's place.
    pub fn is_alive(&self, number: usize) -> bool {
        !self.dead.has(number)
    }

    fn place(&self, number: usize) -> usize {
        let newcomer = number.checked_sub(self.base.rows.len());
        newcomer.map_or(number, |at| self.places[at])
    }

    /// The numbers of the newcomers.
    pub fn newcomer_numbers(&self) -> impl Iterator<Item = usize> {
        let first = self.base.rows.len();
        let all = first..first + self.newcomers.len();
        all.filter(|number| !self.dead.has(*number))
    }

    /// Whether a record satisfies the filters and holds nothing that it must not.
    pub fn passes(&self, number: usize) -> bool {
        let (rows, at, checks) = self.row(number);
        let mut without = self.query.without.iter();
        checks.hold(rows, at) && !without.any(|term| holds(rows, at, term))
    }

    /// How a record holds the terms as they stand; `None` when it does not match.
    pub fn literal(&self, number: usize) -> Option<Match> {
        let (rows, at, _) = self.row(number);
        match_literally(rows, at, &self.query).filter(|_| self.passes(number))
    }

    /// How a record holds the terms, not all of them as they stand; `None` when it does not match.
    pub fn scattered(&self, number: usize, scorer: &Scorer) -> Option<Match> {
        let (rows, at, _) = self.row(number);
        match_fuzzily(rows, at, &self.query, scorer).filter(|_| self.passes(number))
    }

    /// A record's place among the hits.
    pub fn ranked(&self, number: usize, rank: Rank, points: i32, span: u16) -> Ranked {
        let (rows, at, _) = self.row(number);
        let boost = self.boosts.of(number);
        Ranked {
            order: Order {
                rank,
                points: Reverse(points),
                span,
                pinned: Reverse(boost.pinned),
                used: Reverse(boost.frecency),
                seen: Reverse(rows.seen[at]),
                place: self.place(number),
            },
            number,
        }
    }

    pub fn ranked_match(&self, number: usize, found: &Match) -> Ranked {
        self.ranked(number, found.rank, found.points, found.span)
    }

    /// Ranks those of a set of standing records that hold every term and can be among the best.
    pub fn rank(&self, set: &Bits, words: Range<usize>, worth: Worth, tally: &mut Tally) {
        let (Worth::Known { rank, span } | Worth::AtBest { rank, span }) = worth;
        let picky = self.query.is_picky();
        if !picky {
            tally.matched += set.count_within(words.clone());
        }
        let seen = &self.base.rows.seen;
        let mut floor = tally.top.floor(rank, span);
        for (step, number) in set.within(words).enumerate() {
            if step % STEP == 0 && self.watch.is_overtaken() {
                return;
            }
            // What the agent did lifts a record above its equals.
            let is_wanted = floor.lets_in(seen[number]) || self.boosts.has(number);
            if !is_wanted && !picky {
                continue;
            }
            if !is_wanted && !self.query.is_cased() {
                tally.matched += usize::from(self.passes(number));
                continue;
            }
            if let Some(ranked) = self.look(number, worth) {
                tally.matched += usize::from(picky);
                tally.top.push(ranked);
                floor = tally.top.floor(rank, span);
            }
        }
    }

    fn look(&self, number: usize, worth: Worth) -> Option<Ranked> {
        match worth {
            Worth::Known { rank, span } if !self.query.is_cased() => {
                let passes = !self.query.is_picky() || self.passes(number);
                passes.then(|| self.ranked(number, rank, 0, span))
            }
            _ => Some(self.ranked_match(number, &self.literal(number)?)),
        }
    }
}
