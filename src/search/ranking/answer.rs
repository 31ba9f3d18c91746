//! Makes an answer from ranked records: what is shown, which field matched, what is marked.

use std::collections::HashSet;
use std::sync::Arc;

use super::candidates::Candidates;
use super::marks;
use super::named::named_field;
use super::top::{Collector, Ranked};
use crate::domain::Untrusted;
use crate::search::fuzzy::Scorer;
use crate::search::index::moment;
use crate::search::matching::{match_fuzzily, match_literally};
use crate::search::query::{
    Extent, FuzzyTier, Hit, MatchedField, PAGE, Pasted, Rank, Request, Results,
};

/// All that the answers to one request have in common.
pub(crate) struct Answers<'a> {
    pub request: &'a Request<'a>,
    pub candidates: Arc<Candidates>,
    /// The users that the whole text names.
    pub exact: Vec<Ranked>,
    /// When the copy that has gone unconfirmed for longest was confirmed, in seconds.
    pub oldest: Option<u32>,
}

impl Answers<'_> {
    /// An answer without any hits but the users that the whole text names.
    pub(crate) fn without_others(&self, extent: Extent) -> Results {
        self.answer(&Collector::new(0), FuzzyTier::Skipped, extent)
    }

    /// An answer: the users that the whole text names, then the best others.
    pub(crate) fn answer(&self, others: &Collector, fuzzy: FuzzyTier, extent: Extent) -> Results {
        let candidates = &self.candidates;
        let (query, snapshot) = (&candidates.query, &candidates.snapshot);
        let limit = match extent {
            Extent::FirstTier => self.request.limit.min(PAGE),
            Extent::Whole => self.request.limit,
        };
        let named: HashSet<usize> = self.exact.iter().map(|ranked| ranked.number).collect();
        let ranked = others.top.sorted(limit + named.len()).into_iter();
        let ranked = ranked.filter(|ranked| !named.contains(&ranked.number));
        let scorer = Scorer::default();
        let exact = self.exact.iter().map(|ranked| self.exact_hit(*ranked));
        let hits = exact.chain(ranked.map(|ranked| self.hit(ranked, &scorer)));
        // A query without terms matches literally whatever passes.
        let counted = |ranked: &&Ranked| candidates.literal(ranked.number).is_some();
        let uncounted = self.exact.iter().filter(|ranked| !counted(ranked)).count();
        let explanations = query.explanations.iter();
        Results {
            text: self.request.text.to_owned(),
            order: candidates.order,
            asked: query.asked(),
            known: snapshot.index.len(),
            has_pins: snapshot.habits.has_pins(),
            // Before the tiers have run nothing is counted, not even users that the text names.
            matched: (others.matched + uncounted).max(self.exact.len()),
            oldest: self.oldest.map(moment),
            fuzzy,
            extent,
            hits: hits.take(limit).collect(),
            near: Vec::new(),
            offers: Vec::new(),
            pasted: Pasted::Id,
            explanations: explanations
                .map(|words| Untrusted::from(words.as_str()))
                .collect(),
            hints: Vec::new(),
        }
    }

    fn exact_hit(&self, ranked: Ranked) -> Hit {
        let snapshot = &self.candidates.snapshot;
        let text = &self.candidates.query.text;
        Hit {
            entry: snapshot.entry(ranked.number),
            rank: Some(Rank::Exact),
            matched: Some(named_field(&snapshot.index, ranked.number, text)),
            also: Vec::new(),
        }
    }

    fn hit(&self, ranked: Ranked, scorer: &Scorer) -> Hit {
        let entry = self.candidates.snapshot.entry(ranked.number);
        if self.candidates.query.terms.is_empty() {
            return Hit {
                entry,
                rank: None,
                matched: None,
                also: Vec::new(),
            };
        }
        let mut fields = self.matched(ranked, scorer).into_iter();
        Hit {
            entry,
            rank: Some(ranked.score.rank),
            matched: fields.next(),
            also: fields.collect(),
        }
    }

    fn matched(&self, ranked: Ranked, scorer: &Scorer) -> Vec<MatchedField> {
        let (rows, at, _) = self.candidates.row(ranked.number);
        let query = &self.candidates.query;
        let found = if ranked.score.rank == Rank::Fuzzy {
            match_fuzzily(rows, at, query, scorer)
        } else {
            match_literally(rows, at, query)
        };
        let found = found.iter();
        found
            .flat_map(|found| marks::of_match(rows, at, &query.terms, found, scorer))
            .collect()
    }
}

/// Adds what the text may have meant, if nobody was found by it as it is written.
pub(crate) fn add_hints(hints: Vec<String>, results: &mut Results) {
    let mut found = results.hits.iter();
    if found.all(|hit| hit.rank == Some(Rank::Fuzzy)) && results.offers.is_empty() {
        results.hints = hints.into_iter().map(Untrusted::from).collect();
    }
}
