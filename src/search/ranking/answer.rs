//! Hits made of ranked records: what is shown, which field matched, what is marked.

use std::collections::HashSet;

use super::Search;
use super::ground::Tally;
use super::marks;
use super::top::Ranked;
use crate::domain::{LookupId, Untrusted};
use crate::search::fuzzy::Scorer;
use crate::search::index::{Rows, is_meant, is_named_by, match_fuzzily, match_literally, moment};
use crate::search::known::KnownUsers;
use crate::search::mine;
use crate::search::query::{Extent, FuzzyTier, Hit, HitField, MatchedField, Pasted, Rank, Results};

/// More ids than these are not offered for one pasted text.
const MOST_OFFERS: usize = 5;

impl Search<'_> {
    /// The answer as far as it is known: those whom the whole text names, then the best others.
    pub(super) fn answer(&self, tally: &Tally, fuzzy: FuzzyTier, extent: Extent) -> Results {
        let most = match extent {
            Extent::FirstTier => self.most.min(super::PAGE),
            Extent::Whole => self.most,
        };
        let named: HashSet<usize> = self.exact.iter().map(|ranked| ranked.number).collect();
        let others = tally.top.sorted(most + named.len());
        let others = others
            .into_iter()
            .filter(|ranked| !named.contains(&ranked.number));
        let mut exact = self.exact.clone();
        exact.sort_unstable();
        let has_terms = !self.ground.query.terms.is_empty();
        let scorer = Scorer::default();
        let exact = exact.iter().map(|ranked| self.exact_hit(*ranked));
        let others = others.map(|ranked| self.hit(ranked, has_terms, &scorer));
        // `literal` finds all terms of none.
        let counted = |ranked: &&Ranked| self.ground.literal(ranked.number).is_some();
        let uncounted = self.exact.iter().filter(|ranked| !counted(ranked)).count();
        let explanations = self.ground.query.explanations.iter();
        Results {
            text: self.text.to_owned(),
            asked: self.ground.query.asked(),
            known: self.known.len(),
            has_pins: self.known.has_pins(),
            // Before the tiers have run nobody is counted, not even those whom the text names.
            matched: (tally.matched + uncounted).max(self.exact.len()),
            oldest: self.facts.oldest.map(moment),
            fuzzy,
            extent,
            hits: exact.chain(others).take(most).collect(),
            offers: Vec::new(),
            pasted: Pasted::Id,
            explanations: explanations
                .map(|words| Untrusted::from(words.as_str()))
                .collect(),
            hints: Vec::new(),
        }
    }

    fn exact_hit(&self, ranked: Ranked) -> Hit {
        let matched = named_field(self.known, ranked.number, &self.ground.query.text);
        Hit {
            entry: self.known.entry(ranked.number),
            rank: Some(Rank::Exact),
            matched: Some(matched),
            also: Vec::new(),
        }
    }

    fn hit(&self, ranked: Ranked, has_terms: bool, scorer: &Scorer) -> Hit {
        let fields = has_terms.then(|| self.matched(ranked, scorer));
        let mut fields = fields.unwrap_or_default().into_iter();
        Hit {
            entry: self.known.entry(ranked.number),
            rank: has_terms.then_some(ranked.order.rank),
            matched: fields.next(),
            also: fields.collect(),
        }
    }

    fn matched(&self, ranked: Ranked, scorer: &Scorer) -> Vec<MatchedField> {
        let (rows, at, _) = self.ground.row(ranked.number);
        let query = &self.ground.query;
        let found = if ranked.order.rank == Rank::Fuzzy {
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

/// Tells what was perhaps meant, if nobody was found by the text as it stands.
pub(super) fn add_hints(hints: Vec<String>, results: &mut Results) {
    let mut found = results.hits.iter();
    if found.all(|hit| hit.rank == Some(Rank::Fuzzy)) && results.offers.is_empty() {
        results.hints = hints.into_iter().map(Untrusted::from).collect();
    }
}

/// The users whom a text names whole.
pub(super) fn named_by(known: &KnownUsers, text: &str) -> Vec<usize> {
    let index = known.index();
    if text.is_empty() {
        return Vec::new();
    }
    let mut found = index.base().named_by(text);
    found.extend(index.newcomer_numbers().filter(|number| {
        let (rows, at) = index.row(*number);
        is_named_by(rows, at, text)
    }));
    found.retain(|number| !index.dead().has(*number));
    found.sort_by_key(|number| index.place(*number));
    found
}

/// How sure it is that a text names a record's user: by `_id`, by `userId`, by e-mail.
pub(super) fn doubt(rows: &Rows, at: usize, text: &str) -> u16 {
    let mut fields = rows.fields(at);
    let by_field = fields.find(|field| is_meant(field.kind, rows.shown(at, field), text));
    match by_field.map(|field| field.kind.hit_field()) {
        None | Some(HitField::SmoochId) => 0,
        Some(HitField::UserId) => 1,
        Some(_) => 2,
    }
}

fn named_field(known: &KnownUsers, number: usize, text: &str) -> MatchedField {
    let (rows, at) = known.index().row(number);
    marks::whole(rows, at, text, |field| {
        is_meant(field.kind, rows.shown(at, field), text)
    })
}

/// What was found in a text by which nobody is found.
#[derive(Debug, Default)]
pub(super) struct Mined {
    ids: Vec<LookupId>,
    pasted: Pasted,
}

impl Mined {
    /// Looks for ids in a text: those that show by their shape or by the word before them, and
    /// those that are known.
    pub fn of(text: &str, known: &KnownUsers) -> Self {
        let mut ids = mine::mine(text);
        // An id alone is no line that holds one.
        ids.retain(|id| id.expose() != text.trim());
        let pasted = mine::reading(text, &ids);
        for piece in mine::pieces(text).filter(|piece| *piece != text.trim()) {
            let id = LookupId::new(piece);
            if !ids.contains(&id) && !named_by(known, piece).is_empty() {
                ids.push(id);
            }
        }
        Self { ids, pasted }
    }

    pub const fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// Adds what was found in a pasted text: users who are known, and ids that the API may know.
pub(super) fn add_mined(known: &KnownUsers, mined: Mined, results: &mut Results) {
    if !mined.is_empty() {
        // It was not understood as a query because it is none.
        results.explanations.clear();
    }
    results.pasted = mined.pasted;
    for id in mined.ids {
        let numbers = named_by(known, id.expose());
        if numbers.is_empty() && results.offers.len() < MOST_OFFERS {
            results.offers.push(id);
            continue;
        }
        for number in numbers {
            let entry = known.entry(number);
            if results.hits.iter().any(|hit| hit.entry.id == entry.id) {
                continue;
            }
            results.matched += 1;
            results.hits.push(Hit {
                entry,
                rank: Some(Rank::Exact),
                matched: Some(named_field(known, number, id.expose())),
                also: Vec::new(),
            });
        }
    }
}
