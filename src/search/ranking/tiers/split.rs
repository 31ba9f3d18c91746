//! Splits long scans between two threads.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::search::index::Bits;
use crate::search::ranking::candidates::{Candidates, STEP, ScoreBound};
use crate::search::ranking::top::{Collector, Ranked, Top};
use crate::search::ranking::worker::HelperThread;

/// With fewer records to scan, a second thread costs more than it gives.
const SPLIT_SCANS_FROM: usize = if cfg!(test) { 4 } else { 20_000 };

/// With fewer records to match, a second thread costs more than it gives.
const SPLIT_MATCHING_FROM: usize = if cfg!(test) { 4 } else { 4_000 };

/// Does work on all base records, of which `count` are scanned; `None` when cancelled. The work is
/// given ranges of the words of a set.
pub(crate) fn on_all<T: Send + 'static>(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    count: usize,
    work: impl Fn(&Candidates, Range<usize>) -> T + Send + Sync + 'static,
) -> Option<Vec<T>> {
    let words = Bits::words_for(candidates.base().rows.len());
    let done = if count < SPLIT_SCANS_FROM {
        vec![work(candidates, 0..words)]
    } else {
        let shared = Arc::clone(candidates);
        helper.halves(0..words, move |half| work(&shared, half))
    };
    (!candidates.is_cancelled()).then_some(done)
}

/// Collects all base records that pass, for a query without terms; `None` when cancelled.
pub(crate) fn collect_all(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    score: impl Fn(&Candidates, usize) -> Ranked + Send + Sync + 'static,
) -> Option<Collector> {
    let len = candidates.base().rows.len();
    let parts = on_all(candidates, helper, len, move |candidates, words| {
        let mut collector = Collector::new(candidates.limit);
        let is_picky = candidates.query.is_picky();
        for number in Bits::numbers_of(words, len) {
            if number % STEP == 0 && candidates.is_cancelled() {
                break;
            }
            let is_alive = candidates.snapshot.index.is_alive(number);
            if is_alive && (!is_picky || candidates.passes(number)) {
                collector.collect(score(candidates, number));
            }
        }
        collector
    })?;
    let mut all = Collector::new(candidates.limit);
    for part in parts {
        all.merge(part);
    }
    Some(all)
}

/// Collects a set of base records, on two threads when there is much to look at.
pub(crate) fn collect_set(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    mut set: Bits,
    bound: ScoreBound,
    collector: &mut Collector,
) {
    candidates.snapshot.index.tombstones().remove_from(&mut set);
    let words = 0..set.word_count();
    let is_quick = matches!(bound, ScoreBound::Exact { .. }) && !candidates.query.is_picky();
    if is_quick || set.count() < SPLIT_MATCHING_FROM {
        return candidates.collect(&set, words, bound, collector);
    }
    let (shared, best_so_far) = (Arc::clone(candidates), collector.top.clone());
    let parts = helper.halves(words, move |half| {
        // Starting from the best so far, both halves skip what cannot be among them.
        let mut part = Collector {
            top: best_so_far.clone(),
            matched: 0,
        };
        shared.collect(&set, half, bound, &mut part);
        part
    });
    collector.top = Top::new(candidates.limit);
    let mut seen = HashSet::new();
    for part in parts {
        collector.matched += part.matched;
        for ranked in part.top.sorted(usize::MAX) {
            if seen.insert(ranked.number) {
                collector.top.push(ranked);
            }
        }
    }
}
