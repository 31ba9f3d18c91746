//! The records that one search looks at, and how it scores them.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::boosts::Boosts;
use super::filters::BoundFilters;
use super::top::{Collector, Ranked, Score, UNLISTED};
use crate::search::cancel::CancelToken;
use crate::search::fuzzy::Scorer;
use crate::search::index::{Bits, Rows, Segment};
use crate::search::language::Query;
use crate::search::matching::{Match, holds, holds_written_out, match_fuzzily, match_literally};
use crate::search::query::{Order, Rank};
use crate::search::snapshot::Snapshot;

/// After this many records a search checks whether it was cancelled.
pub(crate) const STEP: usize = 4_096;

/// The records that one search looks at, shared by both threads of a scan.
#[derive(Debug)]
pub(crate) struct Candidates {
    pub snapshot: Snapshot,
    pub query: Query,
    pub boosts: Arc<Boosts>,
    /// The order of the answer.
    pub order: Order,
    pub cancel: CancelToken,
    /// How many hits are wanted.
    pub limit: usize,
    /// The query's filters for the rows of the base and for the recent ones.
    pub filters: [BoundFilters; 2],
}

/// What is known about the scores of a set of records before they are looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ScoreBound {
    /// All have this rank and span.
    Exact { rank: Rank, span: u16 },
    /// None has a better rank, and with that rank none has a shorter span.
    AtBest { rank: Rank, span: u16 },
}

impl Candidates {
    /// The segment that holds all but the recent records.
    #[inline]
    pub(crate) fn base(&self) -> &Segment {
        self.snapshot.index.base()
    }

    /// Whether a newer search was asked for.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The rows that hold a record, its position there, and the filters for it.
    #[inline]
    pub(crate) fn row(&self, number: usize) -> (&Rows, usize, &BoundFilters) {
        let (rows, at) = self.snapshot.index.row(number);
        let is_recent = number >= self.base().rows.len();
        (rows, at, &self.filters[usize::from(is_recent)])
    }

    /// Whether a record passes the filters and holds none of the excluded terms.
    pub(crate) fn passes(&self, number: usize) -> bool {
        let (rows, at, filters) = self.row(number);
        let mut without = self.query.without.iter();
        let mut written_out = self.query.written_out.iter();
        filters.pass(rows, at)
            && !without.any(|term| holds(rows, at, term))
            && written_out.all(|text| holds_written_out(rows, at, text))
    }

    /// How a record holds the terms as they are written; `None` when it does not match.
    pub(crate) fn literal(&self, number: usize) -> Option<Match> {
        let (rows, at, _) = self.row(number);
        match_literally(rows, at, &self.query).filter(|_| self.passes(number))
    }

    /// How a record holds the terms when some are scattered; `None` when it does not match.
    pub(crate) fn scattered(&self, number: usize, scorer: &Scorer) -> Option<Match> {
        let (rows, at, _) = self.row(number);
        match_fuzzily(rows, at, &self.query, scorer).filter(|_| self.passes(number))
    }

    /// Scores a record.
    pub(crate) fn ranked(&self, number: usize, rank: Rank, points: i32, span: u16) -> Ranked {
        let (rows, at, _) = self.row(number);
        let boost = self.boosts.get(number);
        Ranked {
            score: Score {
                listed: match self.order {
                    Order::Match => 0,
                    Order::Seen | Order::Name | Order::Opened => UNLISTED,
                },
                rank,
                points: Reverse(points),
                span,
                pinned: Reverse(boost.pinned),
                used: Reverse(boost.frecency),
                seen: Reverse(rows.seen[at]),
                place: self.snapshot.index.place(number),
            },
            number,
        }
    }

    /// Scores a record that matches.
    pub(crate) fn ranked_match(&self, number: usize, found: &Match) -> Ranked {
        self.ranked(number, found.rank, found.points, found.span)
    }

    /// Collects those of a set of base records that match and can be among the best; `words` are
    /// the words of the set to go through.
    pub(crate) fn collect(
        &self,
        set: &Bits,
        words: Range<usize>,
        bound: ScoreBound,
        collector: &mut Collector,
    ) {
        let (ScoreBound::Exact { rank, span } | ScoreBound::AtBest { rank, span }) = bound;
        let is_picky = self.query.is_picky();
        if !is_picky {
            collector.matched += set.count_within(words.clone());
        }
        let seen = &self.base().rows.seen;
        let mut threshold = collector.top.threshold(rank, span);
        for (step, number) in set.within(words).enumerate() {
            if step % STEP == 0 && self.is_cancelled() {
                return;
            }
            // A boost lifts a record above its equals.
            let is_wanted = threshold.admits(seen[number]) || self.boosts.has(number);
            if !is_wanted && !is_picky {
                continue;
            }
            if !is_wanted && !self.query.is_cased() {
                collector.matched += usize::from(self.passes(number));
                continue;
            }
            if let Some(ranked) = self.score(number, bound) {
                collector.matched += usize::from(is_picky);
                collector.top.push(ranked);
                threshold = collector.top.threshold(rank, span);
            }
        }
    }

    fn score(&self, number: usize, bound: ScoreBound) -> Option<Ranked> {
        match bound {
            ScoreBound::Exact { rank, span } if !self.query.is_cased() => {
                let passes = !self.query.is_picky() || self.passes(number);
                passes.then(|| self.ranked(number, rank, 0, span))
            }
            _ => Some(self.ranked_match(number, &self.literal(number)?)),
        }
    }
}
