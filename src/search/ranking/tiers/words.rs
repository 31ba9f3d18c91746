//! The tiers of records in which every term starts a word.

use std::sync::Arc;

use crate::search::index::{Bits, KEPT, Segment, is_letter};
use crate::search::language::{PhoneTerm, Query, Shape, Term};
use crate::search::matching::{IN_ID, place_of};
use crate::search::query::Rank;
use crate::search::ranking::candidates::{Candidates, ScoreBound};
use crate::search::ranking::tiers::split::collect_set;
use crate::search::ranking::top::Collector;
use crate::search::ranking::worker::HelperThread;

/// Base records in which every term starts a word.
#[derive(Debug)]
pub(crate) struct WordSets {
    /// Every term starts a field or an `_id`.
    pub prefix: Bits,
    /// Every term starts a word, a field or an `_id`; includes `prefix`.
    pub word: Bits,
    /// The part of `prefix` where the term starts a field; for a single term.
    pub in_text: Bits,
}

/// Finds the records in which every term starts a word.
pub(crate) fn word_sets(candidates: &Candidates) -> WordSets {
    let base = candidates.base();
    let mut terms = candidates.query.terms.iter();
    let Some(first) = terms.next() else {
        let none = Bits::none(base.rows.len());
        return WordSets {
            prefix: none.clone(),
            word: none.clone(),
            in_text: none,
        };
    };
    let mut sets = word_sets_of(base, first);
    for term in terms {
        let of_term = word_sets_of(base, term);
        sets.prefix.keep(&of_term.prefix);
        sets.word.keep(&of_term.word);
    }
    sets
}

/// Finds the records in which a term starts a word.
pub(super) fn word_sets_of(base: &Segment, term: &Term) -> WordSets {
    let len = base.rows.len();
    let (mut in_text, mut word) = (Bits::none(len), Bits::none(len));
    let digits = term.phone.iter().flat_map(PhoneTerm::forms);
    let other_forms = digits.filter(|form| *form != term.text);
    for form in std::iter::once(term.text.as_str()).chain(other_forms) {
        // Only the first bytes of words are kept, and the digits of phone numbers mean nothing in
        // other fields.
        let is_sure = form.len() <= KEPT && form == term.text;
        for start in base.words.starting_with(form) {
            if is_sure {
                if start.at_field_start {
                    in_text.insert(start.record);
                } else if term.shape != Shape::Anchored {
                    word.insert(start.record);
                }
            } else {
                match place_of(&base.rows, start.record, term).map(|place| place.rank) {
                    Some(Rank::Prefix) => in_text.insert(start.record),
                    Some(Rank::Word) => word.insert(start.record),
                    _ => {}
                }
            }
        }
    }
    let mut prefix = in_text.clone();
    if let Some(hex) = term.hex {
        for record in base.ids.starting_with(&base.rows, hex) {
            prefix.insert(record);
        }
    }
    word.add_all(&prefix);
    WordSets {
        prefix,
        word,
        in_text,
    }
}

/// Collects the records in which every term starts a word, unless their rank is worse than what
/// fills the answer already.
pub(crate) fn collect_words(
    candidates: &Arc<Candidates>,
    helper: &HelperThread,
    sets: &WordSets,
    collector: &mut Collector,
) {
    let mut later = sets.word.clone();
    later.drop_all(&sets.prefix);
    let classes = if let Some(span) = known_span(&candidates.query) {
        let mut in_id = sets.prefix.clone();
        in_id.drop_all(&sets.in_text);
        vec![
            (sets.in_text.clone(), Rank::Prefix, span),
            (in_id, Rank::Prefix, span + IN_ID),
            (later, Rank::Word, span),
        ]
        .into_iter()
        .map(|(set, rank, span)| (set, ScoreBound::Exact { rank, span }))
        .collect()
    } else {
        // Several words together at the start of a name are as good as one.
        let bound = ScoreBound::AtBest {
            rank: Rank::Prefix,
            span: least_span_of_words(&candidates.query),
        };
        vec![(sets.prefix.clone(), bound), (later, bound)]
    };
    for (set, bound) in classes {
        if !candidates.is_cancelled() {
            collect_set(candidates, helper, set, bound, collector);
        }
    }
}

/// The span of every hit of a single term that looks the same everywhere.
fn known_span(query: &Query) -> Option<u16> {
    match query.terms.as_slice() {
        [term] if term.is_uniform() => u16::try_from(term.chars).ok(),
        _ => None,
    }
}

/// No hit has a shorter span.
pub(crate) fn least_span(query: &Query) -> u16 {
    let lengths = query.terms.iter().map(|term| {
        let forms = term.phone.iter().flat_map(PhoneTerm::forms);
        forms.map(str::len).fold(term.chars, usize::min)
    });
    u16::try_from(lengths.max().unwrap_or(0)).unwrap_or(u16::MAX)
}

/// No hit in which every term starts a word has a shorter span: words do not overlap, and
/// something separates them.
fn least_span_of_words(query: &Query) -> u16 {
    let terms = &query.terms;
    let are_words = terms.iter().all(|term| term.text.chars().all(is_letter));
    let differ = terms.iter().enumerate().all(|(index, term)| {
        let mut others = terms.iter().enumerate();
        others.all(|(other, text)| index == other || !text.text.starts_with(&term.text))
    });
    // In another form, two of them can be in the same place.
    if !are_words || !differ || !terms.iter().all(Term::is_alone) {
        return least_span(query);
    }
    let blanks = terms.len().saturating_sub(1);
    let letters: usize = terms.iter().map(|term| term.chars).sum();
    u16::try_from(letters + blanks).unwrap_or(u16::MAX)
}
