//! Marks what matched in a hit: the fields, and which of their characters.

use std::ops::Range;

use crate::domain::Untrusted;
use crate::search::folded::Folded;
use crate::search::fuzzy::Scorer;
use crate::search::index::{Field, Rows};
use crate::search::language::Term;
use crate::search::matching::{ID_ORDINAL, Match};
use crate::search::query::{HitField, MatchedField, Rank};

/// Marks a whole field: the first that `is_meant` accepts, or the `_id`.
pub(crate) fn whole(
    rows: &Rows,
    at: usize,
    text: &str,
    is_meant: impl Fn(&Field<'_>) -> bool,
) -> MatchedField {
    let field = rows.fields(at).find(|field| is_meant(field));
    let (field, shown) = match &field {
        Some(field) => (field.kind.hit_field(), rows.shown(at, field)),
        None => (HitField::SmoochId, text),
    };
    MatchedField {
        field,
        text: Untrusted::from(shown),
        spans: std::iter::once(0..shown.chars().count()).collect(),
    }
}

/// Marks the fields in which a match found the terms: first the field of the worst term, then the
/// others in the order of the terms.
pub(crate) fn of_match(
    rows: &Rows,
    at: usize,
    terms: &[Term],
    found: &Match,
    scorer: &Scorer,
) -> impl Iterator<Item = MatchedField> {
    let places = found.places.iter().flatten().map(|place| place.field);
    let mut ordinals: Vec<u8> = Vec::new();
    for ordinal in found.field().into_iter().chain(places) {
        if !ordinals.contains(&ordinal) {
            ordinals.push(ordinal);
        }
    }
    let ordinals = ordinals.into_iter();
    ordinals.filter_map(move |ordinal| in_field(rows, at, terms, found, (ordinal, scorer)))
}

fn in_field(
    rows: &Rows,
    at: usize,
    terms: &[Term],
    found: &Match,
    (ordinal, scorer): (u8, &Scorer),
) -> Option<MatchedField> {
    let places = terms.iter().zip(&found.places);
    let here = places.filter_map(|(term, place)| {
        place
            .filter(|place| place.field == ordinal)
            .map(|place| (term, place))
    });
    if ordinal == ID_ORDINAL {
        let spans =
            here.map(|(_, place)| usize::from(place.start)..usize::from(place.start + place.len));
        return Some(MatchedField {
            field: HitField::SmoochId,
            text: Untrusted::from(rows.id_text(at)),
            spans: merge(spans.collect()),
        });
    }
    let field = rows.fields(at).find(|field| field.ordinal == ordinal)?;
    let folded = rows.unfolded(at, &field);
    let mut spans = Vec::new();
    for (term, place) in here {
        if place.rank == Rank::Fuzzy {
            let chars = scorer.chars(field.folded, &term.text)?;
            spans.extend(chars.into_iter().map(|char| source(&folded, char, 1)));
        } else {
            let (start, len) = (usize::from(place.start), usize::from(place.len));
            spans.push(source(&folded, start, len));
        }
    }
    Some(MatchedField {
        field: field.kind.hit_field(),
        text: Untrusted::from(rows.shown(at, &field)),
        spans: merge(spans),
    })
}

/// The original characters of some folded ones.
fn source(folded: &Folded, start: usize, len: usize) -> Range<usize> {
    let last = start + len.max(1) - 1;
    folded.source_of_char(start)..folded.end_of_char(last)
}

/// Joins ranges that touch, in ascending order.
fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
