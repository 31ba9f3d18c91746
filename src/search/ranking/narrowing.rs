//! Who was found by shorter texts, so that a longer one is searched among them alone.

use std::sync::Arc;

use crate::search::index::Bits;
use crate::search::language::{Query, Shape, Term};
use crate::search::query::Results;

/// The most texts that are remembered: nobody types more before beginning anew.
const MOST_LEVELS: usize = 64;

/// Who was found by certain terms, apart from filters and from terms that must not be found.
#[derive(Debug, Clone)]
pub struct Level {
    terms: Vec<Term>,
    /// Standing records that hold every term as it stands.
    pub literal: Arc<Bits>,
    /// Standing records that hold every term at least in scattered characters.
    pub scattered: Option<Arc<Bits>>,
}

/// The most answers that are remembered whole.
const MOST_ANSWERS: usize = 16;

/// An answer, and what it depends on.
#[derive(Debug)]
struct Answer {
    results: Results,
    version: u64,
    most: usize,
}

/// What is remembered of the texts typed so far.
#[derive(Debug, Default)]
pub struct Narrowing {
    levels: Vec<Level>,
    answers: Vec<Answer>,
}

/// What helps with a new text.
#[derive(Debug, Default)]
pub struct Help {
    /// Nobody else can hold every term as it stands.
    pub literal: Option<Arc<Bits>>,
    /// Nobody else can hold every term in scattered characters.
    pub scattered: Option<Arc<Bits>>,
    /// Whether `literal` is the answer itself.
    pub is_literal_known: bool,
}

impl Narrowing {
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Forgets the texts that the new one does not grow from, and says what the others give.
    pub fn help(&mut self, query: &Query) -> Help {
        while self
            .levels
            .last()
            .is_some_and(|level| level.terms != query.terms && !level.narrows_to(query))
        {
            self.levels.pop();
        }
        let Some(level) = self.levels.last() else {
            return Help::default();
        };
        let mut fitting = self.levels.iter().rev();
        let fits = |level: &&Level| level.terms == query.terms || level.scatters_to(query);
        Help {
            literal: Some(Arc::clone(&level.literal)),
            is_literal_known: level.terms == query.terms,
            scattered: fitting.find_map(|level| level.scattered.clone().filter(|_| fits(&level))),
        }
    }

    /// Remembers who was found.
    pub fn remember(&mut self, query: &Query, literal: Arc<Bits>, scattered: Option<Arc<Bits>>) {
        if query.terms.is_empty() || !query.terms.iter().all(Term::narrows) {
            return;
        }
        if self
            .levels
            .last()
            .is_some_and(|level| level.terms == query.terms)
        {
            self.levels.pop();
        }
        if self.levels.len() == MOST_LEVELS {
            self.levels.remove(0);
        }
        self.levels.push(Level {
            terms: query.terms.clone(),
            literal,
            scattered,
        });
    }

    /// The answer to a text that was searched before, if nothing has changed since.
    pub fn answer(&self, text: &str, version: u64, most: usize) -> Option<Results> {
        let mut answers = self.answers.iter().rev();
        let same = answers.find(|answer| answer.results.text == text)?;
        (same.version == version && same.most == most).then(|| same.results.clone())
    }

    pub fn keep_answer(&mut self, results: &Results, version: u64, most: usize) {
        self.answers
            .retain(|answer| answer.version == version && answer.results.text != results.text);
        if self.answers.len() == MOST_ANSWERS {
            self.answers.remove(0);
        }
        self.answers.push(Answer {
            results: results.clone(),
            version,
            most,
        });
    }
}

impl Level {
    /// Whether whoever holds the query's terms as they stand also holds these.
    fn narrows_to(&self, query: &Query) -> bool {
        self.terms.iter().all(|old| {
            query.terms.iter().any(|new| match old.shape {
                Shape::Anchored => new.shape == old.shape && new.text.starts_with(&old.text),
                _ => new.text.contains(&old.text),
            })
        })
    }

    /// Whether whoever holds the query's terms in scattered characters also holds these so.
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
