//! Searching: exact, prefix, word, substring, and fuzzy only while better hits do not fill a page.
//!
//! In: the directory, a text, a moment. Out: an answer, for large directories the best tier first
//! and the rest when it is there. A search that nobody waits for any more ends early.

mod answer;
mod checks;
mod ground;
mod marks;
mod narrowing;
mod second;
mod tiers;
mod top;
mod watch;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::fuzzy::Scorer;
use super::index::{Bits, IN_ID, hold_of, is_letter, seconds};
use super::known::{Facts, KnownUsers};
use super::language::{Filter, PhoneTerm, Query, Shape, Term};
use super::query::{Extent, FuzzyTier, Rank, Results};
use answer::Mined;
use checks::Checks;
use ground::{Ground, Tally, Worth};
use narrowing::Help;
use tiers::WordSets;
use top::{Ranked, Top};

pub(super) use narrowing::Narrowing;
pub(super) use second::SecondThread;
pub(super) use top::{Boost, Boosts};
pub use watch::{Searches, Watch};

/// How many hits fill a page; the fuzzy tier runs only below that.
pub const PAGE: usize = 100;

/// The most hits that an answer carries, if not asked for otherwise.
pub const MOST_HITS: usize = 1_000;

/// In smaller directories the whole answer is there before a first tier could be looked at: writing
/// down the best hundred twice would take longer than finding everybody.
const WORTH_A_FIRST_TIER: usize = if cfg!(test) { 4 } else { 200_000 };

/// In smaller directories everybody is searched as soon as whom the text names could be told.
const WORTH_NAMING_FIRST: usize = if cfg!(test) { 4 } else { 20_000 };

/// With fewer records to look at closely, a second thread costs more than it gives.
const WORTH_TWO: usize = if cfg!(test) { 4 } else { 4_000 };

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The text of the search box.
    pub text: &'a str,
    /// When: ages are counted from here.
    pub now: Timestamp,
    /// How many hits are wanted.
    pub most: usize,
    /// Whether anybody still waits.
    pub watch: Watch,
}

/// Searches everybody who is known. Ages are counted from the newest moment that the directory was
/// told of.
pub fn search(known: &KnownUsers, text: &str) -> Results {
    let request = Request {
        text,
        now: known.now(),
        most: MOST_HITS,
        watch: Watch::patient(),
    };
    search_in_steps(known, &request, |_| {}).unwrap_or_default()
}

/// Searches everybody who is known; hands the first tier's answer to `first` when the rest takes
/// longer. `None` when a newer search was asked for.
pub fn search_in_steps(
    known: &KnownUsers,
    request: &Request<'_>,
    first: impl FnMut(Results),
) -> Option<Results> {
    let query = Query::parse(request.text);
    let ages = |wanted: &super::language::Wanted| {
        matches!(
            wanted.filter,
            Filter::SeenWithin(_) | Filter::NotSeenWithin(_)
        )
    };
    let is_timeless = !query.filters.iter().any(ages);
    let version = known.version();
    let remembered = || {
        known
            .remembered()
            .narrowing
            .answer(request.text, version, request.most)
    };
    if let Some(results) = is_timeless.then(remembered).flatten() {
        return Some(results);
    }
    let mut hints = query.hints.clone();
    hints.extend(checks::unknown_channel(&query.filters, known));
    let search = Search::new(known, request, query);
    let mut results = search.run(first)?;
    answer::add_hints(hints, &mut results);
    if is_timeless {
        let mut remembered = known.remembered();
        remembered
            .narrowing
            .keep_answer(&results, version, request.most);
    }
    Some(results)
}

/// A search under way.
struct Search<'a> {
    known: &'a KnownUsers,
    text: &'a str,
    most: usize,
    ground: Arc<Ground>,
    facts: Facts,
    /// Users whom the whole text names.
    exact: Vec<Ranked>,
}

impl<'a> Search<'a> {
    fn new(known: &'a KnownUsers, request: &Request<'a>, query: Query) -> Self {
        let index = known.index();
        let facts = known.facts();
        let now = seconds(request.now);
        let rows = [&index.base().rows, index.newcomers()];
        let named = answer::named_by(known, &query.text);
        let ground = Ground {
            base: Arc::clone(index.base()),
            newcomers: Arc::clone(index.shared_newcomers()),
            places: Arc::clone(index.places()),
            dead: Arc::clone(index.dead()),
            checks: rows.map(|rows| Checks::new(&query.filters, rows, now)),
            query,
            boosts: Arc::clone(&facts.boosts),
            watch: request.watch.clone(),
            // Those whom the text names come on top of the others and may be among them too.
            most: request.most + named.len(),
        };
        let exact = named.into_iter();
        let exact = exact
            .map(|number| {
                let (rows, at, _) = ground.row(number);
                let doubt = answer::doubt(rows, at, &ground.query.text);
                ground.ranked(number, Rank::Exact, 0, doubt)
            })
            .collect();
        Self {
            known,
            text: request.text,
            most: request.most,
            ground: Arc::new(ground),
            facts,
            exact,
        }
    }

    fn run(self, first: impl FnMut(Results)) -> Option<Results> {
        if self.ground.watch.is_overtaken() {
            return None;
        }
        let query = &self.ground.query;
        if query.is_blank() && !query.text.is_empty() {
            // A sign without its word, a lone accent: everybody would be no answer to it.
            let nobody = Tally::new(0);
            return Some(self.answer(&nobody, FuzzyTier::Skipped, Extent::Whole));
        }
        if query.terms.is_empty() {
            return self.run_without_terms();
        }
        self.run_tiers(first)
    }

    /// With no terms: pinned users, whom the agent opened last, then who was seen last.
    fn run_without_terms(self) -> Option<Results> {
        let order = |ground: &Ground, number: usize| {
            let mut ranked = ground.ranked(number, Rank::Exact, 0, 0);
            ranked.order.used = Reverse(ground.boosts.of(number).opened);
            ranked
        };
        let mut tally = tiers::rank_all(&self.ground, self.known.second(), order)?;
        for number in self.ground.newcomer_numbers() {
            if self.ground.passes(number) {
                tally.matched += 1;
                tally.top.push(order(&self.ground, number));
            }
        }
        Some(self.answer(&tally, FuzzyTier::Skipped, Extent::Whole))
    }

    fn run_tiers(self, mut first: impl FnMut(Results)) -> Option<Results> {
        let ground = &self.ground;
        let has_exact = !self.exact.is_empty();
        let is_large = ground.base.rows.len() >= WORTH_A_FIRST_TIER;
        if has_exact && ground.base.rows.len() >= WORTH_NAMING_FIRST {
            let nobody_else = Tally::new(0);
            first(self.answer(&nobody_else, FuzzyTier::Skipped, Extent::FirstTier));
        }
        let help = self.known.remembered().narrowing.help(&ground.query);
        let mut tally = Tally::new(ground.most);
        for number in ground.newcomer_numbers() {
            if let Some(found) = ground.literal(number) {
                tally.matched += 1;
                tally.top.push(ground.ranked_match(number, &found));
            }
        }
        if let Some(holders) = self.rank_letter(&mut tally) {
            let mut remembered = self.known.remembered();
            remembered.narrowing.remember(&ground.query, holders, None);
            drop(remembered);
            return Some(self.answer(&tally, FuzzyTier::Skipped, Extent::Whole));
        }
        let words = tiers::word_sets(ground);
        self.rank_words(&words, &mut tally);
        if ground.watch.is_overtaken() {
            return None;
        }
        if is_large && !has_exact && !help.is_literal_known {
            first(self.answer(&tally, FuzzyTier::Skipped, Extent::FirstTier));
        }
        let literal = self.literal_set(&words, &help)?;
        let mut rest = (*literal).clone();
        rest.drop_all(&words.word);
        self.rank_in_parts(
            rest,
            Worth::AtBest {
                rank: Rank::Substring,
                span: self.least_span(),
            },
            &mut tally,
        );
        let is_page_full = tally.matched >= PAGE || has_exact;
        let mined = if tally.matched == 0 && !has_exact {
            Mined::of(self.text, self.known)
        } else {
            Mined::default()
        };
        let mut scattered = help.scattered.clone();
        let mut terms = ground.query.terms.iter();
        let is_fuzzy = terms.any(|term| term.shape == Shape::Plain);
        let fuzzy = if is_page_full || !is_fuzzy || !mined.is_empty() {
            FuzzyTier::Skipped
        } else {
            scattered = Some(self.rank_scattered(&literal, scattered, &mut tally)?);
            FuzzyTier::Run
        };
        if ground.watch.is_overtaken() {
            return None;
        }
        let mut remembered = self.known.remembered();
        remembered
            .narrowing
            .remember(&ground.query, literal, scattered);
        drop(remembered);
        let mut results = self.answer(&tally, fuzzy, Extent::Whole);
        answer::add_mined(self.known, mined, &mut results);
        Some(results)
    }

    /// Ranks the standing records for a single letter or digit, of which the index knows the best;
    /// answers who holds it. Does nothing when that is not enough for the answer.
    fn rank_letter(&self, tally: &mut Tally) -> Option<Arc<Bits>> {
        let ground = &self.ground;
        let [term] = ground.query.terms.as_slice() else {
            return None;
        };
        if ground.query.is_picky() || term.shape == Shape::Anchored {
            return None;
        }
        let letter = ground.base.letters.find(&term.text)?;
        let matched = letter.holders.count_without(&ground.dead);
        let best = letter.best.iter().map(|number| *number as usize);
        // What the agent did lifts a record above its equals, wherever it stands among them.
        let is_equal = |number: &usize| ground.is_alive(*number) && !ground.boosts.has(*number);
        let best: Vec<usize> = best.filter(is_equal).collect();
        if best.len() < ground.most || tally.matched + matched < PAGE {
            return None;
        }
        tally.matched += matched;
        for number in best {
            tally.top.push(ground.ranked(number, Rank::Prefix, 0, 1));
        }
        let lifted = ground.boosts.below(ground.base.rows.len());
        for number in lifted.filter(|number| ground.is_alive(*number)) {
            if let Some(found) = ground.literal(number) {
                tally.top.push(ground.ranked_match(number, &found));
            }
        }
        Some(Arc::clone(&letter.holders))
    }

    /// Ranks those in whom every term starts a word, as far as their rank is not worse than what
    /// fills the answer.
    fn rank_words(&self, words: &WordSets, tally: &mut Tally) {
        let ground = &self.ground;
        let mut later = words.word.clone();
        later.drop_all(&words.prefix);
        let known_span = self.known_span();
        let mut in_id = words.prefix.clone();
        in_id.drop_all(&words.in_text);
        let classes = match known_span {
            Some(span) => [
                (words.in_text.clone(), Rank::Prefix, span),
                (in_id, Rank::Prefix, span + IN_ID),
                (later, Rank::Word, span),
            ]
            .map(|(set, rank, span)| (set, Worth::Known { rank, span }))
            .to_vec(),
            // Several words that stand together at the start of a field are as good as one.
            None => [words.prefix.clone(), later]
                .map(|set| {
                    let (rank, span) = (Rank::Prefix, self.least_span_of_words());
                    (set, Worth::AtBest { rank, span })
                })
                .to_vec(),
        };
        for (set, worth) in classes {
            if !ground.watch.is_overtaken() {
                self.rank_in_parts(set, worth, tally);
            }
        }
    }

    /// The span of every hit of a single term that looks the same everywhere.
    fn known_span(&self) -> Option<u16> {
        match self.ground.query.terms.as_slice() {
            [term] if term.is_uniform() => u16::try_from(term.chars).ok(),
            _ => None,
        }
    }

    /// No hit has a shorter span.
    fn least_span(&self) -> u16 {
        let lengths = self.ground.query.terms.iter().map(|term| {
            let forms = term.phone.iter().flat_map(PhoneTerm::forms);
            forms.map(str::len).fold(term.chars, usize::min)
        });
        u16::try_from(lengths.max().unwrap_or(0)).unwrap_or(u16::MAX)
    }

    /// No hit in which every term starts a word has a shorter span: words do not overlap, and
    /// something stands between them.
    fn least_span_of_words(&self) -> u16 {
        let terms = &self.ground.query.terms;
        let are_words = terms.iter().all(|term| term.text.chars().all(is_letter));
        let differ = terms.iter().enumerate().all(|(index, term)| {
            let mut others = terms.iter().enumerate();
            others.all(|(other, text)| index == other || !text.text.starts_with(&term.text))
        });
        // In another form two of them can stand in the same place.
        if !are_words || !differ || !terms.iter().all(Term::is_alone) {
            return self.least_span();
        }
        let blanks = terms.len().saturating_sub(1);
        let letters: usize = terms.iter().map(|term| term.chars).sum();
        u16::try_from(letters + blanks).unwrap_or(u16::MAX)
    }

    /// Ranks a set of standing records, on two threads when there is much to look at.
    fn rank_in_parts(&self, mut set: Bits, worth: Worth, tally: &mut Tally) {
        set.drop_all(&self.ground.dead);
        let words = 0..set.words();
        let is_quick = matches!(worth, Worth::Known { .. }) && !self.ground.query.is_picky();
        if is_quick || set.count() < WORTH_TWO {
            return self.ground.rank(&set, words, worth, tally);
        }
        let (ground, start) = (Arc::clone(&self.ground), tally.top.clone());
        let parts = self.known.second().halves(words, move |half| {
            let mut part = Tally {
                top: start.clone(),
                matched: 0,
            };
            ground.rank(&set, half, worth, &mut part);
            part
        });
        tally.top = Top::new(self.ground.most);
        let mut seen = HashSet::new();
        for part in parts {
            tally.matched += part.matched;
            for ranked in part.top.sorted(usize::MAX) {
                if seen.insert(ranked.number) {
                    tally.top.push(ranked);
                }
            }
        }
    }

    fn literal_set(&self, words: &WordSets, help: &Help) -> Option<Arc<Bits>> {
        match &help.literal {
            Some(literal) if help.is_literal_known => Some(Arc::clone(literal)),
            within => {
                let second = self.known.second();
                tiers::literal_set(&self.ground, second, words, within.clone()).map(Arc::new)
            }
        }
    }

    /// Ranks those who hold the terms in scattered characters, the tightest of them by their score;
    /// answers who they are.
    fn rank_scattered(
        &self,
        literal: &Arc<Bits>,
        within: Option<Arc<Bits>>,
        tally: &mut Tally,
    ) -> Option<Arc<Bits>> {
        let second = self.known.second();
        let ground = &self.ground;
        let mut scattered = tiers::scattered_set(ground, second, literal, within)?;
        for number in ground.newcomer_numbers() {
            let (rows, at, _) = ground.row(number);
            let hold = hold_of(rows, at, &ground.query, false);
            let tightest = &mut scattered.tightest;
            tightest.take_loose(ground, number, hold, &mut scattered.matched);
        }
        tally.matched += scattered.matched;
        let scorer = Scorer::default();
        for ranked in scattered.tightest.sorted(usize::MAX) {
            if let Some(found) = ground.scattered(ranked.number, &scorer) {
                tally.top.push(ground.ranked_match(ranked.number, &found));
            }
        }
        Some(Arc::new(scattered.found))
    }
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
