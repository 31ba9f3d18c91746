//! One search, from the text to the whole answer.

use std::cmp::Reverse;
use std::sync::Arc;

use super::answer::{Answers, add_hints};
use super::cache::{Cache, Caches, Literal};
use super::candidates::{Candidates, ScoreBound};
use super::filters::{BoundFilters, unknown_channel};
use super::listing;
use super::named::{named_by, naming_order};
use super::near::nearest_names;
use super::pasted_ids::PastedIds;
use super::respelled::{self, other_queries, pasted_numbers};
use super::tiers;
use super::top::Collector;
use super::worker::HelperThread;
use crate::search::index::{Bits, seconds};
use crate::search::language::{Filter, Query, Shape, Wanted};
use crate::search::query::{Extent, FuzzyTier, Order, PAGE, Rank, Request, Results};
use crate::search::snapshot::Snapshot;

/// In smaller directories the whole answer is there before a first tier could be looked at, and
/// writing the best hundred down twice would take longer than finding all.
const FIRST_TIER_FROM: usize = if cfg!(test) { 4 } else { 200_000 };

/// In smaller directories all users are searched as soon as a first answer could be given.
const NAME_FIRST_FROM: usize = if cfg!(test) { 4 } else { 20_000 };

/// Searches a snapshot. `first` is given the answer of the first tier when the rest takes longer.
/// `None` when the search was cancelled.
pub(crate) fn search(
    snapshot: &Snapshot,
    request: &Request<'_>,
    caches: &Caches,
    helper: &HelperThread,
    first: impl FnMut(Results),
) -> Option<Results> {
    let query = Query::parse(request.text);
    let version = snapshot.version();
    let cache = &caches.typed;
    // Ages change with time, so such an answer is not remembered.
    let is_timeless = !query.filters.iter().any(is_age);
    if is_timeless && let Some(results) = cache.answer(request, version) {
        return Some(results);
    }
    let mut hints = query.hints.clone();
    hints.extend(unknown_channel(&query.filters, &snapshot.index));
    let search = Search {
        answers: prepare(snapshot, request, query, cache),
        cache,
        respelled: &caches.respelled,
        helper,
    };
    let mut results = search.run(first)?;
    add_hints(hints, &mut results);
    if is_timeless {
        cache.keep_answer(&results, version, request);
    }
    Some(results)
}

const fn is_age(wanted: &Wanted) -> bool {
    matches!(
        wanted.filter,
        Filter::SeenWithin(_) | Filter::NotSeenWithin(_)
    )
}

fn prepare<'a>(
    snapshot: &Snapshot,
    request: &'a Request<'a>,
    query: Query,
    cache: &Cache,
) -> Answers<'a> {
    let facts = cache.facts(snapshot);
    let named = named_by(&snapshot.index, &query.text);
    let now = seconds(request.now);
    let rows = snapshot.index.all_rows();
    let candidates = Candidates {
        snapshot: snapshot.clone(),
        filters: rows.map(|rows| BoundFilters::new(&query.filters, rows, now)),
        order: match request.order {
            Order::Match if query.terms.is_empty() => Order::Opened,
            order => order,
        },
        query,
        boosts: facts.boosts,
        cancel: request.cancel.clone(),
        // The users that the text names come before the others and may be among them too.
        limit: request.limit + named.len(),
    };
    let exact = named.into_iter().map(|number| {
        let (rows, at, _) = candidates.row(number);
        let order = naming_order(rows, at, &candidates.query.text);
        candidates.ranked(number, Rank::Exact, 0, order)
    });
    let mut exact: Vec<_> = exact.collect();
    exact.sort_unstable();
    Answers {
        request,
        candidates: Arc::new(candidates),
        exact,
        oldest: facts.oldest,
    }
}

fn is_empty(results: &Results) -> bool {
    results.hits.is_empty()
}

/// A search in progress.
struct Search<'a> {
    answers: Answers<'a>,
    cache: &'a Cache,
    /// For other spellings of the text.
    respelled: &'a Cache,
    helper: &'a HelperThread,
}

impl Search<'_> {
    fn run(&self, first: impl FnMut(Results)) -> Option<Results> {
        let query = &self.answers.candidates.query;
        if self.answers.candidates.is_cancelled() {
            return None;
        }
        if query.is_blank() && !query.text.is_empty() {
            // A sign without its word, a lone accent: all users would be no answer to it.
            return Some(self.answers.without_others(Extent::Whole));
        }
        match self.answers.candidates.order {
            Order::Opened if query.terms.is_empty() => return self.run_without_terms(),
            Order::Match => {}
            order => return self.run_in_order(order),
        }
        self.run_tiers(first)
    }

    /// Without terms: pinned users, then those opened last, then those seen last.
    fn run_without_terms(&self) -> Option<Results> {
        let candidates = &self.answers.candidates;
        let score = |candidates: &Candidates, number: usize| {
            let mut ranked = candidates.ranked(number, Rank::Exact, 0, 0);
            ranked.score.used = Reverse(candidates.boosts.get(number).opened);
            ranked
        };
        let mut collector = tiers::collect_all(candidates, self.helper, score)?;
        for number in candidates.snapshot.index.recent_numbers() {
            if candidates.passes(number) {
                collector.collect(score(candidates, number));
            }
        }
        Some(self.whole(&collector, FuzzyTier::Skipped))
    }

    fn run_tiers(&self, mut first: impl FnMut(Results)) -> Option<Results> {
        let candidates = &self.answers.candidates;
        let size = candidates.base().rows.len();
        let has_exact = !self.answers.exact.is_empty();
        if has_exact && size >= NAME_FIRST_FROM {
            first(self.answers.without_others(Extent::FirstTier));
        }
        let base = candidates.snapshot.index.base();
        let narrowed = self.cache.narrow(base, &candidates.query);
        let mut collector = self.collect_recent();
        if let Some(holders) = tiers::collect_letter(candidates, &mut collector) {
            self.remember(holders, None);
            return Some(self.whole(&collector, FuzzyTier::Skipped));
        }
        let words = tiers::word_sets(candidates);
        tiers::collect_words(candidates, self.helper, &words, &mut collector);
        if candidates.is_cancelled() {
            return None;
        }
        let is_known = matches!(narrowed.literal, Literal::Known(_));
        if size >= FIRST_TIER_FROM && !has_exact && !is_known {
            let tier = Extent::FirstTier;
            first(self.answers.answer(&collector, FuzzyTier::Skipped, tier));
        }
        let literal = self.collect_rest(&words, narrowed.literal, &mut collector)?;
        self.run_last_tier(literal, narrowed.scattered, collector)
    }

    /// Everybody who matches, in an order that does not depend on how well they match; mere
    /// likenesses come after them.
    fn run_in_order(&self, order: Order) -> Option<Results> {
        let candidates = &self.answers.candidates;
        let mut collector = Collector::new(candidates.limit);
        if candidates.query.terms.is_empty() {
            listing::collect(candidates, order, listing::everybody, &mut collector)?;
            return Some(self.whole(&collector, FuzzyTier::Skipped));
        }
        let base = candidates.snapshot.index.base();
        let narrowed = self.cache.narrow(base, &candidates.query);
        let words = tiers::word_sets(candidates);
        let literal = self.literal_set(&words, narrowed.literal)?;
        let holders = |candidates: &Candidates| listing::holders(candidates, &literal);
        listing::collect(candidates, order, holders, &mut collector)?;
        let mut results = self.run_last_tier(literal, narrowed.scattered, collector)?;
        listing::sort(candidates, order, &mut results.hits);
        Some(results)
    }

    fn run_last_tier(
        &self,
        literal: Arc<Bits>,
        scattered: Option<Arc<Bits>>,
        mut collector: Collector,
    ) -> Option<Results> {
        let candidates = &self.answers.candidates;
        let has_exact = !self.answers.exact.is_empty();
        let is_page_full = collector.matched >= PAGE || has_exact;
        let pasted = if collector.matched == 0 && !has_exact {
            PastedIds::find(self.answers.request.text, &candidates.snapshot)
        } else {
            PastedIds::default()
        };
        let mut others = Vec::new();
        if !is_page_full {
            others = self.search_others(other_queries(&candidates.query))?;
        }
        let is_nobody = collector.matched == 0 && !has_exact && others.iter().all(is_empty);
        if is_nobody {
            others =
                self.search_others(pasted_numbers(self.answers.request.text, &candidates.query))?;
        }
        let has_number = is_nobody && !others.iter().all(is_empty);
        let mut terms = candidates.query.terms.iter();
        let may_scatter = terms.any(|term| term.shape == Shape::Plain);
        let is_enough = is_page_full || has_number || !pasted.is_empty();
        let (scattered, fuzzy) = if is_enough || !may_scatter {
            (scattered, FuzzyTier::Skipped)
        } else {
            let helper = self.helper;
            let collector = &mut collector;
            let found =
                tiers::collect_scattered(candidates, helper, &literal, scattered, collector)?;
            (Some(found), FuzzyTier::Run)
        };
        if candidates.is_cancelled() {
            return None;
        }
        self.remember(literal, scattered);
        let mut results = self.whole(&collector, fuzzy);
        pasted.add_to(&mut results, candidates);
        respelled::add_to(&mut results, others, self.answers.request.limit);
        if has_number {
            // A line with a number in it was not meant as a query.
            results.explanations.clear();
        }
        if results.hits.is_empty() && results.offers.is_empty() && !candidates.is_cancelled() {
            results.near = nearest_names(candidates);
        }
        Some(results)
    }

    /// Searches for other texts that mean the same, as they are written; `None` when cancelled.
    fn search_others(&self, queries: Vec<Query>) -> Option<Vec<Results>> {
        let candidates = &self.answers.candidates;
        let (snapshot, request) = (&candidates.snapshot, self.answers.request);
        let now = seconds(request.now);
        let rows = snapshot.index.all_rows();
        let mut all = Vec::new();
        for query in queries {
            let candidates = Candidates {
                snapshot: snapshot.clone(),
                filters: rows.map(|rows| BoundFilters::new(&query.filters, rows, now)),
                query,
                boosts: Arc::clone(&candidates.boosts),
                order: Order::Match,
                cancel: request.cancel.clone(),
                limit: request.limit.max(PAGE),
            };
            let other = Search {
                answers: Answers {
                    request,
                    candidates: Arc::new(candidates),
                    exact: Vec::new(),
                    oldest: self.answers.oldest,
                },
                cache: self.respelled,
                respelled: self.respelled,
                helper: self.helper,
            };
            all.push(other.run_literally()?);
        }
        Some(all)
    }

    /// Finds those who hold every term as it is written, and nobody else.
    fn run_literally(&self) -> Option<Results> {
        let candidates = &self.answers.candidates;
        let base = candidates.snapshot.index.base();
        let narrowed = self.cache.narrow(base, &candidates.query);
        let mut collector = self.collect_recent();
        let words = tiers::word_sets(candidates);
        tiers::collect_words(candidates, self.helper, &words, &mut collector);
        let literal = self.collect_rest(&words, narrowed.literal, &mut collector)?;
        self.remember(literal, None);
        Some(self.whole(&collector, FuzzyTier::Skipped))
    }

    /// Collects those who hold the terms, but not all at the start of a word.
    fn collect_rest(
        &self,
        words: &tiers::WordSets,
        known: Literal,
        collector: &mut Collector,
    ) -> Option<Arc<Bits>> {
        let candidates = &self.answers.candidates;
        let literal = self.literal_set(words, known)?;
        let mut rest = (*literal).clone();
        rest.drop_all(&words.word);
        let bound = ScoreBound::AtBest {
            rank: Rank::Substring,
            span: tiers::least_span(&candidates.query),
        };
        tiers::collect_set(candidates, self.helper, rest, bound, collector);
        Some(literal)
    }

    /// Collects the recent records that hold every term as it is written.
    fn collect_recent(&self) -> Collector {
        let candidates = &self.answers.candidates;
        let mut collector = Collector::new(candidates.limit);
        for number in candidates.snapshot.index.recent_numbers() {
            if let Some(found) = candidates.literal(number) {
                collector.collect(candidates.ranked_match(number, &found));
            }
        }
        collector
    }

    fn literal_set(&self, words: &tiers::WordSets, literal: Literal) -> Option<Arc<Bits>> {
        let within = match literal {
            Literal::Known(literal) => return Some(literal),
            Literal::Within(within) => Some(within),
            Literal::Unknown => None,
        };
        let candidates = &self.answers.candidates;
        tiers::literal_set(candidates, self.helper, words, within).map(Arc::new)
    }

    fn remember(&self, literal: Arc<Bits>, scattered: Option<Arc<Bits>>) {
        let candidates = &self.answers.candidates;
        let base = candidates.snapshot.index.base();
        self.cache
            .remember(base, &candidates.query, literal, scattered);
    }

    fn whole(&self, collector: &Collector, fuzzy: FuzzyTier) -> Results {
        self.answers.answer(collector, fuzzy, Extent::Whole)
    }
}
