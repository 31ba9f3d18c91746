//! Where one term is in one record.

use super::window::tight_window;
use crate::search::folded::Folded;
use crate::search::fuzzy::Scorer;
use crate::search::hex::IdBytes;
use crate::search::index::{Field, Rows, is_letter};
use crate::search::language::{MAX_TERMS, PhoneTerm, Shape, Term};
use crate::search::query::Rank;

/// The ordinal of the `_id`: after all fields.
pub(crate) const ID_ORDINAL: u8 = u8::MAX;

/// Where a term is in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub rank: Rank,
    /// Which field; [`ID_ORDINAL`] for an `_id` of 24 digits.
    pub field: u8,
    /// The first folded character.
    pub start: u16,
    /// How many folded characters.
    pub len: u16,
    /// What the fuzzy scorer gives; 0 for a term found as it is written.
    pub points: i32,
}

/// The place of each term of a query.
pub(crate) type Places = [Option<Place>; MAX_TERMS];

/// Whether letter case matters for a place.
#[derive(Clone, Copy)]
enum Case<'a> {
    Ignored,
    /// The capitals of the term, and those of the field.
    Compared(&'a [bool], &'a [bool]),
}

impl Case<'_> {
    fn agrees_at(self, start: usize) -> bool {
        match self {
            Self::Ignored => true,
            Self::Compared(term, field) => field.get(start..start + term.len()) == Some(term),
        }
    }
}

/// The best place of a term in a record's text, whatever its case.
pub(crate) fn place_of(rows: &Rows, at: usize, term: &Term) -> Option<Place> {
    let mut best = None;
    for field in rows.fields(at) {
        better(&mut best, literal_place(&field, term, Case::Ignored));
        if best.is_some_and(|best: Place| best.rank == Rank::Prefix) {
            break;
        }
    }
    best
}

/// The best place of each term as it is written.
pub(super) fn literal_places(rows: &Rows, at: usize, terms: &[Term]) -> Places {
    let mut places = [None; MAX_TERMS];
    for field in rows.fields(at) {
        let mut field = CasedField::new(rows, at, field);
        for (term, best) in terms.iter().zip(&mut places) {
            if best.is_none_or(|best: Place| best.rank > Rank::Prefix) {
                better(best, field.place(term));
            }
        }
    }
    if let Some(id) = rows.hex_id(at) {
        for (term, best) in terms.iter().zip(&mut places) {
            better(best, id_place(id, term));
        }
    }
    places
}

/// A field that is folded again when a term needs to know its capitals, once for all terms.
pub(super) struct CasedField<'a> {
    rows: &'a Rows,
    at: usize,
    field: Field<'a>,
    folded: Option<Folded>,
}

impl<'a> CasedField<'a> {
    pub(crate) fn new(rows: &'a Rows, at: usize, field: Field<'a>) -> Self {
        Self {
            rows,
            at,
            field,
            folded: None,
        }
    }

    /// The best place of a term in the field.
    pub(crate) fn place(&mut self, term: &Term) -> Option<Place> {
        let Some(capitals) = &term.capitals else {
            return literal_place(&self.field, term, Case::Ignored);
        };
        let fold = || self.rows.unfolded(self.at, &self.field);
        let folded = self.folded.get_or_insert_with(fold);
        let case = Case::Compared(capitals, folded.capitals());
        literal_place(&self.field, term, case)
    }
}

/// Keeps the better place; of equals the earlier one.
fn better(best: &mut Option<Place>, found: Option<Place>) {
    if let Some(found) = found
        && best.is_none_or(|best| found.rank < best.rank)
    {
        *best = Some(found);
    }
}

fn literal_place(field: &Field<'_>, term: &Term, case: Case<'_>) -> Option<Place> {
    if !field.kind.is_digits() {
        return place_in(field, &term.text, term.shape, case);
    }
    let mut best = None;
    for digits in term.phone.iter().flat_map(PhoneTerm::forms) {
        let found = place_in(field, digits, term.shape, Case::Ignored);
        better(&mut best, found);
    }
    best
}

/// The best place of a text in a folded field: its start, the start of a word, anywhere.
fn place_in(field: &Field<'_>, text: &str, shape: Shape, case: Case<'_>) -> Option<Place> {
    let len = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let place = |rank, start: usize| Place {
        rank,
        field: field.ordinal,
        start: u16::try_from(start).unwrap_or(u16::MAX),
        len,
        points: 0,
    };
    if field.folded.starts_with(text) && case.agrees_at(0) {
        return Some(place(Rank::Prefix, 0));
    }
    if shape == Shape::Anchored {
        return None;
    }
    let starts_word = text.chars().next().is_some_and(is_letter);
    let mut anywhere = None;
    for byte in occurrences(field.folded, text).filter(|byte| *byte > 0) {
        let before = &field.folded[..byte];
        let is_in_word = before.chars().next_back().is_some_and(is_letter);
        let is_at_word = starts_word && !is_in_word;
        if !is_at_word && anywhere.is_some() {
            continue;
        }
        let start = before.chars().count();
        if !case.agrees_at(start) {
            continue;
        }
        if is_at_word {
            return Some(place(Rank::Word, start));
        }
        anywhere = Some(place(Rank::Substring, start));
    }
    anywhere
}

/// All occurrences of a text, overlapping ones too: `ana` occurs twice in `banana`.
fn occurrences(field: &str, text: &str) -> impl Iterator<Item = usize> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + field.get(from..)?.find(text)?;
        from = at + field[at..].chars().next().map_or(1, char::len_utf8);
        Some(at)
    })
}

fn id_place(id: &IdBytes, term: &Term) -> Option<Place> {
    let start = term.hex?.place(id)?;
    if term.capitals.is_some() || (start > 0 && term.shape == Shape::Anchored) {
        return None;
    }
    Some(Place {
        rank: if start == 0 {
            Rank::Prefix
        } else {
            Rank::Substring
        },
        field: ID_ORDINAL,
        start: u16::try_from(start).unwrap_or(u16::MAX),
        len: u16::try_from(term.chars).unwrap_or(u16::MAX),
        points: 0,
    })
}

/// The field in which the scattered characters of a term score best.
pub(super) fn fuzzy_place(rows: &Rows, at: usize, term: &Term, scorer: &Scorer) -> Option<Place> {
    if term.shape != Shape::Plain {
        return None;
    }
    let fields = rows.fields(at).filter(|field| field.kind.is_fuzzy());
    let mut best: Option<Place> = None;
    for field in fields {
        let Some((start, end)) = tight_window(field.folded, &term.text) else {
            continue;
        };
        let Some(points) = scorer.points(field.folded, &term.text) else {
            continue;
        };
        if best.is_none_or(|best| points > best.points) {
            best = Some(Place {
                rank: Rank::Fuzzy,
                field: field.ordinal,
                start: u16::try_from(start).unwrap_or(u16::MAX),
                len: u16::try_from(end - start).unwrap_or(u16::MAX),
                points,
            });
        }
    }
    best
}

/// What the scorer gives for a term found as it is written; digits of ids score nothing.
pub(super) fn points_of_literal(
    rows: &Rows,
    at: usize,
    term: &Term,
    place: &Place,
    scorer: &Scorer,
) -> i32 {
    let mut fields = rows.fields(at);
    let field = fields.find(|field| field.ordinal == place.field && field.kind.is_fuzzy());
    field.map_or(0, |field| {
        scorer.points(field.folded, &term.text).unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::search::index::Kind;

    fn rank_and_start(field: &str, word: &str) -> Option<(Rank, u16)> {
        let term = Term::parse(word).unwrap();
        let field = Field {
            ordinal: 0,
            kind: Kind::Name,
            folded: field,
        };
        let place = literal_place(&field, &term, Case::Ignored)?;
        Some((place.rank, place.start))
    }

    #[test]
    fn the_start_of_a_field_is_better_than_a_word_and_a_word_than_any_place() {
        assert_eq!(
            rank_and_start("anna annan", "anna"),
            Some((Rank::Prefix, 0))
        );
        assert_eq!(rank_and_start("joanna anna", "anna"), Some((Rank::Word, 7)));
        assert_eq!(rank_and_start("joanna", "anna"), Some((Rank::Substring, 2)));
        assert_eq!(rank_and_start("jo-anna", "^anna"), None);
        assert_eq!(
            rank_and_start("mara@example.org", "@ex"),
            Some((Rank::Substring, 4))
        );
        assert_eq!(rank_and_start("佐藤 花", "花"), Some((Rank::Word, 3)));
        assert_eq!(rank_and_start("xaa-aab", "aab"), Some((Rank::Word, 4)));
    }

    #[test]
    fn a_place_that_overlaps_another_is_found() {
        assert_eq!(rank_and_start("xa-a-a-b", "a-a-b"), Some((Rank::Word, 3)));
    }
}
