//! The names nearest to a text that finds nobody: a letter too many, a letter missing, two swapped.
//!
//! They are offered and never taken as found. In a large directory only names that begin like the
//! text are looked at, so that a slip of the finger takes no longer than a search.

use std::collections::HashSet;
use std::ops::Range;

use strsim::osa_distance;

use super::candidates::{Candidates, STEP};
use super::top::{Collector, Top};
use crate::domain::Untrusted;
use crate::search::folded::Folded;
use crate::search::index::{Rows, is_letter};
use crate::search::language::{Shape, Term};
use crate::search::query::{Hit, HitField, MatchedField, Rank};

/// At most this many names are offered.
const MOST: usize = 5;

/// In smaller directories all names are compared.
const COMPARE_ALL: usize = if cfg!(test) { 8 } else { 20_000 };

/// At most this many beginnings of words are looked at.
const MOST_WORDS: usize = 40_000;

/// Shorter words are near to everything.
const SHORTEST: usize = 3;

/// Names are compared no further.
const LONGEST: usize = 32;

/// A name near to a query: how many letters differ, and which characters of the name are meant.
struct Near {
    distance: u16,
    spans: Vec<Range<usize>>,
}

/// The users whose names are nearest to the terms, nearest first.
pub(super) fn nearest_names(candidates: &Candidates) -> Vec<Hit> {
    let terms = candidates.query.terms.as_slice();
    if terms.is_empty() || !terms.iter().all(is_name) {
        return Vec::new();
    }
    let mut nearest = Collector {
        top: Top::new(MOST),
        matched: 0,
    };
    let (mut last, mut taken) = (None, HashSet::new());
    let mut take = |number: usize| {
        if last.replace(number) == Some(number) || !candidates.snapshot.index.is_alive(number) {
            return;
        }
        let (rows, at, _) = candidates.row(number);
        if let Some((_, near)) = near_in(rows, at, terms)
            && candidates.passes(number)
            && taken.insert(number)
        {
            nearest.collect(candidates.ranked(number, Rank::Fuzzy, 0, near.distance));
        }
    };
    for (step, number) in base_numbers(candidates, terms).enumerate() {
        if step % STEP == 0 && candidates.is_cancelled() {
            return Vec::new();
        }
        take(number);
    }
    candidates.snapshot.index.recent_numbers().for_each(take);
    let ranked = nearest.top.sorted(MOST).into_iter();
    let hits = ranked.filter_map(|ranked| {
        let (rows, at, _) = candidates.row(ranked.number);
        let (name, near) = near_in(rows, at, terms)?;
        Some(Hit {
            entry: candidates.snapshot.entry(ranked.number),
            rank: Some(Rank::Fuzzy),
            matched: Some(MatchedField {
                text: Untrusted::from(name),
                spans: near.spans,
                field: HitField::Name,
            }),
            also: Vec::new(),
        })
    });
    hits.collect()
}

/// Whether a term may be a misspelt name: letters, and enough of them.
fn is_name(term: &Term) -> bool {
    let letters = |c: char| c.is_alphabetic() || c == '-';
    term.shape == Shape::Plain
        && (SHORTEST..=LONGEST).contains(&term.chars)
        && term.text.chars().all(letters)
}

/// How many letters may differ.
const fn allowed(chars: usize) -> usize {
    match chars {
        ..=5 => 1,
        6..=9 => 2,
        _ => 3,
    }
}

/// The base records that are looked at: all, or those with a word that begins like the longest term
/// or, if its first letter is one too many or swapped, like its rest.
fn base_numbers<'c>(
    candidates: &'c Candidates,
    terms: &[Term],
) -> Box<dyn Iterator<Item = usize> + 'c> {
    let base = candidates.base();
    let len = base.rows.len();
    let longest = terms.iter().max_by_key(|term| term.chars);
    let Some(term) = longest.filter(|_| len > COMPARE_ALL) else {
        return Box::new(0..len);
    };
    let mut beginnings: Vec<String> = Vec::new();
    let letters: Vec<char> = term.text.chars().take(2).collect();
    for letter in &letters {
        let one = letter.to_string();
        let both: String = letters.iter().collect();
        let beginning = if base.words.starting_with(&one).len() > MOST_WORDS {
            both
        } else {
            one
        };
        if !beginnings.contains(&beginning) {
            beginnings.push(beginning);
        }
    }
    let numbers = beginnings.into_iter().flat_map(move |beginning| {
        let mut words = Vec::new();
        words.extend(base.words.starting_with(&beginning).take(MOST_WORDS));
        words.into_iter().map(|word| word.record)
    });
    Box::new(numbers)
}

/// The name of a record that is near to all terms, and how near.
fn near_in<'r>(rows: &'r Rows, at: usize, terms: &[Term]) -> Option<(&'r str, Near)> {
    let may_be = |term: &Term| {
        let missing = (term.mask & !rows.masks[at]).count_ones();
        missing as usize <= allowed(term.chars)
    };
    if !terms.iter().all(may_be) {
        return None;
    }
    let names = rows.fields(at).filter(|field| {
        let kind = field.kind.hit_field();
        matches!(kind, HitField::Name | HitField::ChannelName) && !field.kind.is_digits()
    });
    let near = names.filter_map(|field| {
        let near = near_name(field.folded, terms)?;
        let folded = Folded::new(rows.shown(at, &field));
        let spans = near.spans.into_iter().map(|span| {
            let end = span.end.max(span.start + 1) - 1;
            folded.source_of_char(span.start)..folded.end_of_char(end)
        });
        let spans = spans.collect();
        let distance = near.distance;
        Some((rows.shown(at, &field), Near { distance, spans }))
    });
    near.min_by_key(|(_, near)| near.distance)
}

/// How near a folded name is to all terms, each to another or the same of its words.
fn near_name(name: &str, terms: &[Term]) -> Option<Near> {
    let words = words_of(name);
    let mut near = Near {
        distance: 0,
        spans: Vec::new(),
    };
    for term in terms {
        let distances = words.iter().filter_map(|(span, word)| {
            let distance = distance(&term.text, term.chars, word)?;
            Some((distance, span.clone()))
        });
        let (distance, span) = distances.min_by_key(|(distance, _)| *distance)?;
        near.distance += u16::try_from(distance).unwrap_or(u16::MAX);
        if !near.spans.contains(&span) {
            near.spans.push(span);
        }
    }
    near.spans.sort_by_key(|span| span.start);
    Some(near)
}

/// How many letters differ, if few enough do. A longer word counts by its beginning: people stop
/// typing.
fn distance(term: &str, chars: usize, word: &str) -> Option<usize> {
    let allowed = allowed(chars);
    let length = word.chars().count();
    if length + allowed < chars {
        return None;
    }
    let whole = || (length <= chars + allowed).then(|| osa_distance(term, word));
    let beginning = || {
        let beginning: String = word.chars().take(chars).collect();
        (length > chars).then(|| osa_distance(term, &beginning) + 1)
    };
    let distance = whole().into_iter().chain(beginning()).min()?;
    (distance <= allowed).then_some(distance)
}

/// The words of a folded text, and which of its characters they are.
fn words_of(text: &str) -> Vec<(Range<usize>, String)> {
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    for (at, c) in text.chars().enumerate() {
        if !is_letter(c) {
            continue;
        }
        match words.last_mut().filter(|(span, _)| span.end == at) {
            Some((span, word)) => {
                span.end = at + 1;
                word.push(c);
            }
            None => words.push((at..at + 1, c.to_string())),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_letters_may_differ() {
        for (term, word, near) in [
            ("marra", "mara", Some(1)),
            ("mrara", "marra", Some(1)),
            ("qiunn", "quinn", Some(1)),
            ("josehp", "josephine", Some(2)),
            ("schmitd", "schmidt", Some(1)),
            ("mara", "sara", Some(1)),
            ("mara", "karl", None),
            ("anna", "johanna", None),
        ] {
            assert_eq!(distance(term, term.chars().count(), word), near, "{term}");
        }
    }

    #[test]
    fn words_know_their_place() {
        let words = words_of("mara o-quinn");
        let words: Vec<(Range<usize>, &str)> = words
            .iter()
            .map(|(span, word)| (span.clone(), word.as_str()))
            .collect();
        assert_eq!(words, [(0..4, "mara"), (5..6, "o"), (7..12, "quinn")]);
    }
}
