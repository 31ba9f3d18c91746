//! The shortcut for a single letter or digit, whose best records the index knows already.

use std::sync::Arc;

use crate::search::index::Bits;
use crate::search::language::Shape;
use crate::search::query::{PAGE, Rank};
use crate::search::ranking::candidates::Candidates;
use crate::search::ranking::top::Collector;

/// Collects the base records for a single letter or digit; returns the set that holds it. Does
/// nothing when the prepared records are not enough for the answer.
pub(crate) fn collect_letter(
    candidates: &Candidates,
    collector: &mut Collector,
) -> Option<Arc<Bits>> {
    let [term] = candidates.query.terms.as_slice() else {
        return None;
    };
    if candidates.query.is_picky() || term.shape == Shape::Anchored {
        return None;
    }
    let base = candidates.base();
    let index = &candidates.snapshot.index;
    let letter = base.letters.find(&term.text)?;
    let matched = index.tombstones().count_alive(&letter.holders);
    let best = letter.best.iter().map(|number| *number as usize);
    // A boost lifts a record above its equals, wherever it is among them.
    let is_equal = |number: &usize| index.is_alive(*number) && !candidates.boosts.has(*number);
    let best: Vec<usize> = best.filter(is_equal).collect();
    if best.len() < candidates.limit || collector.matched + matched < PAGE {
        return None;
    }
    collector.matched += matched;
    for number in best {
        let ranked = candidates.ranked(number, Rank::Prefix, 0, 1);
        collector.top.push(ranked);
    }
    let boosted = candidates.boosts.below(base.rows.len());
    for number in boosted.filter(|number| index.is_alive(*number)) {
        if let Some(found) = candidates.literal(number) {
            collector.top.push(candidates.ranked_match(number, &found));
        }
    }
    Some(Arc::clone(&letter.holders))
}
