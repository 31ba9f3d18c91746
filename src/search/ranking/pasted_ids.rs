//! Adds the ids in a pasted text to an answer that found nobody.

use super::candidates::Candidates;
use super::named::{named_by, named_field};
use crate::domain::{LookupId, Untrusted};
use crate::search::pasted;
use crate::search::query::{Hit, Pasted, Rank, Results};
use crate::search::snapshot::Snapshot;

/// At most this many ids of a pasted text are offered.
const MAX_OFFERS: usize = 5;

/// The ids in a text.
#[derive(Debug, Default)]
pub(crate) struct PastedIds {
    ids: Vec<LookupId>,
    pasted: Pasted,
}

impl PastedIds {
    /// Finds the ids in a text: those that show by their shape or by the word before them, and
    /// those that are known.
    pub(crate) fn find(text: &str, snapshot: &Snapshot) -> Self {
        let mut ids = pasted::extract_ids(text);
        // A text that is nothing but an id does not hold one.
        ids.retain(|id| id.expose() != text.trim());
        let pasted = pasted::classify(text, &ids);
        for piece in pasted::pieces(text).filter(|piece| *piece != text.trim()) {
            let id = LookupId::new(piece);
            if !ids.contains(&id) && !named_by(&snapshot.index, piece).is_empty() {
                ids.push(id);
            }
        }
        Self { ids, pasted }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds the ids to an answer: known users as hits, unknown ids as offers to look them up.
    pub(crate) fn add_to(self, results: &mut Results, candidates: &Candidates) {
        let snapshot = &candidates.snapshot;
        // Filters beside an id count.
        let passes = |number: usize| candidates.passes(number);
        if !self.is_empty() {
            // The text was not understood as a query because it is none.
            results.explanations.clear();
        }
        results.pasted = self.pasted;
        for id in self.ids {
            let numbers = named_by(&snapshot.index, id.expose());
            if numbers.is_empty() && results.offers.len() < MAX_OFFERS {
                results.offers.push(id);
                continue;
            }
            for number in numbers.into_iter().filter(|number| passes(*number)) {
                let entry = snapshot.entry(number);
                if results.hits.iter().any(|hit| hit.entry.id == entry.id) {
                    continue;
                }
                // A few words beside an id may be meant as a query; a longer line is none.
                let is_query = self.pasted == Pasted::Id && candidates.query.terms.len() > 1;
                if is_query && results.hits.is_empty() {
                    results.hints.push(only_by_id(&id));
                }
                results.matched += 1;
                results.hits.push(Hit {
                    entry,
                    rank: Some(Rank::Exact),
                    matched: Some(named_field(&snapshot.index, number, id.expose())),
                    also: Vec::new(),
                });
            }
        }
    }
}

/// Says that a text was read for the id in it.
fn only_by_id(id: &LookupId) -> Untrusted {
    let words = format!(
        "“{}” is somebody's id or e-mail; the other words were not looked for",
        id.expose()
    );
    Untrusted::from(words)
}
