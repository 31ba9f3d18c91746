//! Matches one record with a query: whether and where it holds every term, and how it ranks.
//!
//! In: a record, a query. Out: rank, span and places. The tiers of the ranking only choose which
//! records are worth matching; what a match is, is decided here alone.

mod place;
mod window;

use super::fuzzy::Scorer;
use super::index::Rows;
use super::language::{MAX_TERMS, Query, Shape, Term, write_out};
use super::query::{HitField, Rank};
use crate::text::fold;
use place::{CasedField, Places, fuzzy_place, literal_places, points_of_literal};
use window::window_length;

pub(crate) use place::{ID_ORDINAL, place_of};
pub(crate) use window::is_scattered_in;

/// Added to the span for every field more than one that the terms are in.
const ANOTHER_FIELD: u16 = 256;

/// Added to the span for a hit in the digits of an `_id`, which say less than a word does.
pub(crate) const IN_ID: u16 = 64;

/// How a record matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Match {
    /// The rank of the worst term.
    pub rank: Rank,
    /// The sum over all terms; higher is better, 0 above the fuzzy tier.
    pub points: i32,
    /// Folded characters from the first to the last that matched; lower is better.
    pub span: u16,
    /// The place of each term.
    pub places: Places,
}

impl Match {
    /// The field to show: that of the first of the worst terms.
    pub(crate) fn field(&self) -> Option<u8> {
        let mut places = self.places.iter().flatten();
        let worst = places.find(|place| place.rank == self.rank);
        worst.map(|place| place.field)
    }
}

/// Finds every term as it is written; `None` when one is missing.
pub(crate) fn match_literally(rows: &Rows, at: usize, query: &Query) -> Option<Match> {
    if let Some(places) = together_in_name(rows, at, &query.terms) {
        let rank = Rank::Prefix;
        return Some(Match {
            rank,
            ..of_places(places)
        });
    }
    let places = literal_places(rows, at, &query.terms);
    if places[..query.terms.len()].contains(&None) {
        return None;
    }
    Some(of_places(places))
}

/// Finds every term, by its scattered characters where it is not there as it is written; `None` when
/// a term is missing or all are there as they are written.
pub(crate) fn match_fuzzily(
    rows: &Rows,
    at: usize,
    query: &Query,
    scorer: &Scorer,
) -> Option<Match> {
    let mut places = literal_places(rows, at, &query.terms);
    if !places[..query.terms.len()].contains(&None) {
        return None;
    }
    for (term, place) in query.terms.iter().zip(&mut places) {
        match place {
            Some(place) => place.points = points_of_literal(rows, at, term, place, scorer),
            None => *place = Some(fuzzy_place(rows, at, term, scorer)?),
        }
    }
    Some(of_places(places))
}

/// How loosely a record holds the terms of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// A term is missing.
    Missing,
    /// Every term is there as it is written.
    Literal,
    /// The characters of the other terms are within windows of so many characters in all.
    Loose(u16),
}

/// What is known about a record before it is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prior {
    Unknown,
    /// The query has a single term, which is not there as it is written.
    NotLiteral,
}

/// Says how loosely a record holds the terms.
pub(crate) fn hold_of(rows: &Rows, at: usize, query: &Query, prior: Prior) -> Hold {
    let places = match prior {
        Prior::Unknown => literal_places(rows, at, &query.terms),
        Prior::NotLiteral => [None; MAX_TERMS],
    };
    let mut loose: Option<u16> = None;
    for (term, place) in query.terms.iter().zip(&places) {
        if place.is_some() {
            continue;
        }
        if term.shape != Shape::Plain {
            return Hold::Missing;
        }
        let fields = rows.fields(at).filter(|field| field.kind.is_fuzzy());
        let windows = fields.filter_map(|field| window_length(field.folded, &term.text));
        let Some(length) = windows.min() else {
            return Hold::Missing;
        };
        loose = Some(loose.unwrap_or(0).saturating_add(length));
    }
    loose.map_or(Hold::Literal, Hold::Loose)
}

/// Whether a record holds a term as it is written.
pub(crate) fn holds(rows: &Rows, at: usize, term: &Term) -> bool {
    literal_places(rows, at, std::slice::from_ref(term))[0].is_some()
}

/// Whether a field of a record holds a folded text once its umlauts are written out.
pub(crate) fn holds_written_out(rows: &Rows, at: usize, text: &str) -> bool {
    let fields = rows.fields(at).filter(|field| !field.kind.is_digits());
    let mut shown = fields.map(|field| rows.shown(at, &field));
    shown.any(|shown| !shown.is_ascii() && fold(&write_out(shown)).contains(text))
}

fn of_places(places: Places) -> Match {
    let found = || places.iter().flatten();
    let ranks = found().map(|place| place.rank);
    let rank = ranks.max().unwrap_or(Rank::Prefix);
    let points = match rank {
        Rank::Fuzzy => found().map(|place| place.points).sum(),
        _ => 0,
    };
    let mut span = 0_u16;
    let mut fields = 0_u16;
    for (index, place) in found().enumerate() {
        let mut earlier = found().take(index);
        if earlier.any(|earlier| earlier.field == place.field) {
            continue;
        }
        let same = || found().filter(|other| other.field == place.field);
        let start = same().map(|place| place.start).min().unwrap_or(0);
        let end = same().map(|place| place.start + place.len).max();
        span = span.saturating_add(end.unwrap_or(0) - start);
        fields += 1;
        if place.field == ID_ORDINAL {
            span = span.saturating_add(IN_ID);
        }
    }
    span = span.saturating_add(fields.saturating_sub(1).saturating_mul(ANOTHER_FIELD));
    Match {
        rank,
        points,
        span,
        places,
    }
}

/// Finds a name in which each of several words starts a word and one starts the name, as `smith
/// john` does in `John Smith`. This is as good as a name that starts with the only word of a query.
fn together_in_name(rows: &Rows, at: usize, terms: &[Term]) -> Option<Places> {
    if terms.len() < 2 {
        return None;
    }
    for field in rows.fields(at) {
        let is_name = matches!(
            field.kind.hit_field(),
            HitField::Name | HitField::ChannelName
        );
        if !is_name {
            continue;
        }
        let places = places_at_words(CasedField::new(rows, at, field), terms);
        if let Some(places) = places
            && places
                .iter()
                .flatten()
                .any(|place| place.rank == Rank::Prefix)
        {
            return Some(places);
        }
    }
    None
}

/// The places of all terms in one field, if each of them starts a word there.
fn places_at_words(mut field: CasedField<'_>, terms: &[Term]) -> Option<Places> {
    let mut places = [None; MAX_TERMS];
    for (term, place) in terms.iter().zip(&mut places) {
        let found = field.place(term);
        *place = Some(found.filter(|found| found.rank <= Rank::Word)?);
    }
    Some(places)
}
