//! The fuzzy tier: records that hold every term at least in scattered characters.

use std::sync::Arc;

use crate::search::fuzzy::Scorer;
use crate::search::index::Bits;
use crate::search::language::{Shape, Term};
use crate::search::matching::{Hold, Prior, hold_of, is_scattered_in};
use crate::search::query::Rank;
use crate::search::ranking::candidates::{Candidates, STEP};
use crate::search::ranking::tiers::literal::is_in_id;
use crate::search::ranking::tiers::split::on_all;
use crate::search::ranking::top::{Collector, Top};
use crate::search::ranking::worker::HelperThread;

/// Of the records that hold a text in scattered characters, this many are scored, the tightest
/// first: the scorer is slow, and characters that are far apart are not what was meant.
pub(crate) const MAX_SCORED: usize = if cfg!(test) { 6 } else { 500 };

/// The records that hold every term at least in scattered characters.
struct Scattered {
    /// Base records, including those that hold every term as it is written.
    found: Bits,
    /// The tightest of those that pass and do not hold every term as it is written.
    tightest: Collector,
}

/// Collects the records that hold the terms in scattered characters, the tightest of them by their
/// points. Returns the set of base records that do; `None` when cancelled. Records outside of
/// `within` are known not to; `literal` are those that hold every term as it is written.
pub(crate) fn collect_scattered(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    literal: &Arc<Bits>,
    within: Option<Arc<Bits>>,
    collector: &mut Collector,
) -> Option<Arc<Bits>> {
    let mut scattered = scattered_set(candidates, helper, literal, within)?;
    for number in candidates.snapshot.index.recent_numbers() {
        let (rows, at, _) = candidates.row(number);
        let hold = hold_of(rows, at, &candidates.query, Prior::Unknown);
        collect_loose(candidates, number, hold, &mut scattered.tightest);
    }
    let Collector { top, matched } = scattered.tightest;
    collector.matched += matched;
    let scorer = Scorer::default();
    for ranked in top.sorted(usize::MAX) {
        if let Some(found) = candidates.scattered(ranked.number, &scorer) {
            let ranked = candidates.ranked_match(ranked.number, &found);
            collector.top.push(ranked);
        }
    }
    Some(Arc::new(scattered.found))
}

fn scattered_set(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    literal: &Arc<Bits>,
    within: Option<Arc<Bits>>,
) -> Option<Scattered> {
    let len = candidates.base().rows.len();
    let count = within.as_ref().map_or(len, |within| within.count());
    let shared = Arc::clone(literal);
    let parts = on_all(candidates, helper, count, move |candidates, half| {
        if let Some(within) = &within {
            scan(candidates, within.within(half), &shared)
        } else {
            scan(candidates, Bits::numbers_of(half, len), &shared)
        }
    })?;
    let mut parts = parts.into_iter();
    let mut all = parts.next()?;
    for part in parts {
        all.found.add_all(&part.found);
        all.tightest.merge(part.tightest);
    }
    all.found.add_all(literal);
    Some(all)
}

fn scan(
    candidates: &Candidates,
    numbers: impl Iterator<Item = usize>,
    literal: &Bits,
) -> Scattered {
    let rows = &candidates.base().rows;
    let query = &candidates.query;
    let mut all = Scattered {
        found: Bits::none(rows.len()),
        tightest: Collector {
            top: Top::new(MAX_SCORED),
            matched: 0,
        },
    };
    // A single term without capitals is in a record as it is written just where `literal` says so.
    let is_simple = query.terms.len() == 1 && !query.is_cased();
    let prior = if is_simple {
        Prior::NotLiteral
    } else {
        Prior::Unknown
    };
    let can_hold = |number: usize, term: &Term| {
        let in_text = rows.masks[number] & term.mask == term.mask
            && (term.shape != Shape::Plain
                || is_scattered_in(rows.folded.get(number), term.scattered()));
        in_text || (!is_simple && is_in_id(candidates, number, term))
    };
    for (step, number) in numbers.enumerate() {
        if step % STEP == 0 && candidates.is_cancelled() {
            return all;
        }
        if (is_simple && literal.has(number))
            || !query.terms.iter().all(|term| can_hold(number, term))
        {
            continue;
        }
        let hold = hold_of(rows, number, query, prior);
        if hold == Hold::Missing {
            continue;
        }
        all.found.insert(number);
        collect_loose(candidates, number, hold, &mut all.tightest);
    }
    all
}

/// Collects a record that holds the terms loosely, if it passes.
fn collect_loose(candidates: &Candidates, number: usize, hold: Hold, tightest: &mut Collector) {
    if let Hold::Loose(length) = hold
        && candidates.snapshot.index.is_alive(number)
        && candidates.passes(number)
    {
        tightest.collect(candidates.ranked(number, Rank::Fuzzy, 0, length));
    }
}
