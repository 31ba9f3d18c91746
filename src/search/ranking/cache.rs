//! What searches remember for the next one: answers, sets of records that shorter texts found, and
//! facts that hold until the directory changes.
//!
//! A lock is only held to look something up or to add it, never while a search runs. Whatever is
//! remembered says which version or base segment it belongs to, so a search that took an older
//! snapshot can neither be misled nor mislead others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::boosts::Boosts;
use crate::search::index::{Bits, Segment};
use crate::search::language::{Query, Shape, Term};
use crate::search::query::{Order, Request, Results};
use crate::search::snapshot::Snapshot;

/// The most texts that are remembered: nobody types more before starting over.
const MAX_LEVELS: usize = 64;

/// The most answers that are remembered.
const MAX_ANSWERS: usize = 16;

/// What searches remember of texts as they were typed, and of other spellings of them.
#[derive(Debug, Default)]
pub(crate) struct Caches {
    pub typed: Cache,
    pub respelled: Cache,
}

/// What searches remember.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    narrowing: Narrowing,
    answers: Vec<Answer>,
    /// The facts, and the version of the directory that they hold for.
    facts: Option<(u64, Facts)>,
}

/// What holds until the directory changes.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub boosts: Arc<Boosts>,
    pub oldest: Option<u32>,
}

#[derive(Debug)]
struct Answer {
    results: Results,
    version: u64,
    limit: usize,
    order: Order,
}

impl Cache {
    /// The answer to a request, if the same text was searched and nothing changed since.
    pub(crate) fn answer(&self, request: &Request<'_>, version: u64) -> Option<Results> {
        let remembered = self.lock();
        let mut answers = remembered.answers.iter().rev();
        let same = answers.find(|answer| answer.results.text == request.text)?;
        let is_current =
            same.version == version && (same.limit, same.order) == (request.limit, request.order);
        is_current.then(|| same.results.clone())
    }

    /// Remembers an answer.
    pub(crate) fn keep_answer(&self, results: &Results, version: u64, request: &Request<'_>) {
        let mut remembered = self.lock();
        let answers = &mut remembered.answers;
        answers.retain(|answer| answer.version == version && answer.results.text != results.text);
        if answers.len() == MAX_ANSWERS {
            answers.remove(0);
        }
        answers.push(Answer {
            results: results.clone(),
            version,
            limit: request.limit,
            order: request.order,
        });
    }

    /// The facts about a snapshot.
    pub(crate) fn facts(&self, snapshot: &Snapshot) -> Facts {
        let version = snapshot.version();
        if let Some((known, facts)) = &self.lock().facts
            && *known == version
        {
            return facts.clone();
        }
        let facts = Facts {
            boosts: Arc::new(Boosts::of(snapshot)),
            oldest: snapshot.index.oldest(),
        };
        self.lock().facts = Some((version, facts.clone()));
        facts
    }

    /// What the texts typed before tell about a new one in the same base segment.
    pub(crate) fn narrow(&self, base: &Arc<Segment>, query: &Query) -> Narrowed {
        self.lock().narrowing.narrow(base, query)
    }

    /// Remembers which records of a base segment hold the terms of a query.
    pub(crate) fn remember(
        &self,
        base: &Arc<Segment>,
        query: &Query,
        literal: Arc<Bits>,
        scattered: Option<Arc<Bits>>,
    ) {
        let mut remembered = self.lock();
        let narrowing = &mut remembered.narrowing;
        narrowing.remember(base, query, literal, scattered);
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The texts typed so far, so that a longer text is only searched for among what it grew from.
#[derive(Debug, Default)]
struct Narrowing {
    /// The base segment that the levels are about. It is compared and never kept alive.
    base: Weak<Segment>,
    levels: Vec<Level>,
}

/// The records that hold certain terms, apart from filters and excluded terms.
#[derive(Debug, Clone)]
struct Level {
    terms: Vec<Term>,
    /// Base records that hold every term as it is written.
    literal: Arc<Bits>,
    /// Base records that hold every term at least in scattered characters.
    scattered: Option<Arc<Bits>>,
}

/// What earlier texts tell about a new one.
#[derive(Debug, Default)]
pub(crate) struct Narrowed {
    /// Which records can hold every term as it is written.
    pub literal: Literal,
    /// No other records can hold every term in scattered characters.
    pub scattered: Option<Arc<Bits>>,
}

/// Which records hold every term as it is written.
#[derive(Debug, Default)]
pub(crate) enum Literal {
    /// Any can.
    #[default]
    Unknown,
    /// Only some of these.
    Within(Arc<Bits>),
    /// Exactly these.
    Known(Arc<Bits>),
}

impl Narrowing {
    /// Forgets the texts that a new one did not grow from, and says what the others tell.
    fn narrow(&mut self, base: &Arc<Segment>, query: &Query) -> Narrowed {
        if !self.is_about(base) {
            *self = Self {
                base: Arc::downgrade(base),
                levels: Vec::new(),
            };
        }
        while self
            .levels
            .last()
            .is_some_and(|level| level.terms != query.terms && !level.narrows_to(query))
        {
            self.levels.pop();
        }
        let Some(level) = self.levels.last() else {
            return Narrowed::default();
        };
        let literal = Arc::clone(&level.literal);
        let mut fitting = self.levels.iter().rev();
        let fits = |level: &Level| level.terms == query.terms || level.scatters_to(query);
        Narrowed {
            literal: if level.terms == query.terms {
                Literal::Known(literal)
            } else {
                Literal::Within(literal)
            },
            scattered: fitting.find_map(|level| level.scattered.clone().filter(|_| fits(level))),
        }
    }

    fn remember(
        &mut self,
        base: &Arc<Segment>,
        query: &Query,
        literal: Arc<Bits>,
        scattered: Option<Arc<Bits>>,
    ) {
        let narrows = !query.terms.is_empty() && query.terms.iter().all(Term::narrows);
        if !narrows || !self.is_about(base) {
            return;
        }
        let newest = self.levels.last();
        if newest.is_some_and(|level| level.terms == query.terms) {
            self.levels.pop();
        }
        if self.levels.len() == MAX_LEVELS {
            self.levels.remove(0);
        }
        self.levels.push(Level {
            terms: query.terms.clone(),
            literal,
            scattered,
        });
    }

    fn is_about(&self, base: &Arc<Segment>) -> bool {
        std::ptr::eq(self.base.as_ptr(), Arc::as_ptr(base))
    }
}

impl Level {
    /// Whether every record that holds the query's terms as they are written also holds these.
    fn narrows_to(&self, query: &Query) -> bool {
        self.terms.iter().all(|old| {
            query.terms.iter().any(|new| match old.shape {
                Shape::Anchored => new.shape == old.shape && new.text.starts_with(&old.text),
                _ => new.text.contains(&old.text),
            })
        })
    }

    /// Whether every record that holds the query's terms in scattered characters also holds these.
    fn scatters_to(&self, query: &Query) -> bool {
        self.terms.iter().all(|old| {
            query.terms.iter().any(|new| match old.shape {
                Shape::Anchored => new.shape == old.shape && new.text.starts_with(&old.text),
                Shape::Literal => new.shape != Shape::Plain && new.text.contains(&old.text),
                Shape::Plain => new.text.contains(&old.text),
            })
        })
    }
}
