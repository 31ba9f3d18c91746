//! The truth about one record: whether and where it holds every term, and how it ranks.
//!
//! In: a record, a query. Out: rank, span and places. The tiers only decide which records are
//! worth asking about; what a match is, is decided here alone.

use super::rows::{Field, Rows};
use super::words::is_letter;
use crate::search::folded::Folded;
use crate::search::fuzzy::Scorer;
use crate::search::language::{MOST_TERMS, PhoneTerm, Query, Shape, Term};
use crate::search::query::{HitField, Rank};

/// Added to the span for every field more than one that the terms are scattered over.
const ANOTHER_FIELD: u16 = 256;

/// Added to the span for a hit in the digits of an `_id`, which say less than a word does.
pub const IN_ID: u16 = 64;

/// The place of the `_id` among a record's fields: after all others.
pub const ID_ORDINAL: u8 = u8::MAX;

/// Where a term stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub rank: Rank,
    /// Which field; [`ID_ORDINAL`] for an `_id` of 24 digits.
    pub field: u8,
    /// The first folded character.
    pub start: u16,
    /// How many folded characters.
    pub len: u16,
    /// What the fuzzy scorer gives; 0 for a term that stands there whole.
    pub points: i32,
}

/// How a record matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// The rank of the worst term.
    pub rank: Rank,
    /// The sum over all terms; higher is better, 0 above the fuzzy tier.
    pub points: i32,
    /// Folded characters from the first to the last that matched; lower is better.
    pub span: u16,
    /// The place of each term.
    pub places: [Option<Place>; MOST_TERMS],
}

impl Match {
    /// The field to show: that of the first of the worst terms.
    pub fn field(&self) -> Option<u8> {
        let worst = self
            .places
            .iter()
            .flatten()
            .find(|place| place.rank == self.rank);
        worst.map(|place| place.field)
    }
}

/// Finds every term as it stands; `None` when one is missing.
pub fn match_literally(rows: &Rows, at: usize, query: &Query) -> Option<Match> {
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

/// Finds every term, those that are not there as they stand by their scattered characters; `None`
/// when one is missing or all of them stand there as they are.
pub fn match_fuzzily(rows: &Rows, at: usize, query: &Query, scorer: &Scorer) -> Option<Match> {
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
pub enum Hold {
    /// Some term is not there.
    Missing,
    /// Every term stands there as it is.
    Literal,
    /// The others' characters lie within windows of so many characters in all.
    Loose(u16),
}

/// Says how loosely a record holds the terms; a record that is `known_loose` holds the only term
/// there is not as it stands.
pub fn hold_of(rows: &Rows, at: usize, query: &Query, known_loose: bool) -> Hold {
    let places = if known_loose {
        [None; MOST_TERMS]
    } else {
        literal_places(rows, at, &query.terms)
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

/// The length in characters of what [`tight_window`] finds.
fn window_length(field: &str, term: &str) -> Option<u16> {
    let length = if term.is_ascii() {
        let (start, end) = tight_bytes(field.as_bytes(), term.as_bytes())?;
        field[start..end].chars().count()
    } else {
        let (start, end) = tight_window(field, term)?;
        end - start
    };
    Some(u16::try_from(length).unwrap_or(u16::MAX))
}

/// The same in bytes, for a term of ASCII.
fn tight_bytes(field: &[u8], term: &[u8]) -> Option<(usize, usize)> {
    let mut end = 0;
    for wanted in term {
        end += field[end..].iter().position(|byte| byte == wanted)? + 1;
    }
    let mut start = end;
    for wanted in term.iter().rev() {
        start = field[..start].iter().rposition(|byte| byte == wanted)?;
    }
    Some((start, end))
}

/// Whether a term stands in a record as it is.
pub fn holds(rows: &Rows, at: usize, term: &Term) -> bool {
    literal_places(rows, at, std::slice::from_ref(term))[0].is_some()
}

/// The best place of a term in a record's text, whatever its case.
pub fn place_of(rows: &Rows, at: usize, term: &Term) -> Option<Place> {
    let mut best = None;
    for field in rows.fields(at) {
        better(&mut best, literal_place(&field, term, None));
        if best.is_some_and(|best: Place| best.rank == Rank::Prefix) {
            break;
        }
    }
    best
}

fn of_places(places: [Option<Place>; MOST_TERMS]) -> Match {
    let found = || places.iter().flatten();
    let rank = found()
        .map(|place| place.rank)
        .max()
        .unwrap_or(Rank::Prefix);
    let fuzzy = rank == Rank::Fuzzy;
    let points = found()
        .map(|place| if fuzzy { place.points } else { 0 })
        .sum();
    let mut span = 0_u16;
    let mut fields = 0_u16;
    for (index, place) in found().enumerate() {
        if found()
            .take(index)
            .any(|earlier| earlier.field == place.field)
        {
            continue;
        }
        let same = || found().filter(|other| other.field == place.field);
        let start = same().map(|place| place.start).min().unwrap_or(0);
        let end = same()
            .map(|place| place.start + place.len)
            .max()
            .unwrap_or(0);
        span = span.saturating_add(end - start);
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

/// Where several words stand together in a name, one of them at its start: `smith john` in `John
/// Smith`. This is as good as a name that starts with the only word there is.
fn together_in_name(rows: &Rows, at: usize, terms: &[Term]) -> Option<[Option<Place>; MOST_TERMS]> {
    if terms.len() < 2 {
        return None;
    }
    let is_name = |field: &Field<'_>| {
        let field = field.kind.hit_field();
        matches!(field, HitField::Name | HitField::ChannelName)
    };
    rows.fields(at).filter(is_name).find_map(|field| {
        let mut places = [None; MOST_TERMS];
        let mut cased = None;
        for (term, place) in terms.iter().zip(&mut places) {
            let found = place_in_field(rows, at, (&field, &mut cased), term);
            *place = Some(found.filter(|found| found.rank <= Rank::Word)?);
        }
        let mut found = places.iter().flatten();
        found
            .any(|place| place.rank == Rank::Prefix)
            .then_some(places)
    })
}

fn literal_places(rows: &Rows, at: usize, terms: &[Term]) -> [Option<Place>; MOST_TERMS] {
    let mut places = [None; MOST_TERMS];
    for field in rows.fields(at) {
        let mut cased = None;
        for (term, best) in terms.iter().zip(&mut places) {
            if best.is_none_or(|best: Place| best.rank > Rank::Prefix) {
                better(best, place_in_field(rows, at, (&field, &mut cased), term));
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

/// The best place of a term in a field. Folding the field anew finds its capitals: done once for
/// all terms, and only where case matters.
fn place_in_field(
    rows: &Rows,
    at: usize,
    (field, cased): (&Field<'_>, &mut Option<Folded>),
    term: &Term,
) -> Option<Place> {
    let Some(capitals) = &term.capitals else {
        return literal_place(field, term, None);
    };
    let folded = cased.get_or_insert_with(|| rows.unfolded(at, field));
    literal_place(field, term, Some((capitals, folded.capitals())))
}

/// Takes what is better; of equals the earlier field stays.
fn better(best: &mut Option<Place>, found: Option<Place>) {
    if let Some(found) = found
        && best.is_none_or(|best| found.rank < best.rank)
    {
        *best = Some(found);
    }
}

fn literal_place(
    field: &Field<'_>,
    term: &Term,
    capitals: Option<(&[bool], &[bool])>,
) -> Option<Place> {
    if !field.kind.is_digits() {
        return place_in(field, &term.text, term.shape, capitals);
    }
    let mut best = None;
    for digits in term.phone.iter().flat_map(PhoneTerm::forms) {
        better(&mut best, place_in(field, digits, term.shape, None));
    }
    best
}

/// The best place of a text in a folded field: its start, the start of a word, anywhere.
fn place_in(
    field: &Field<'_>,
    text: &str,
    shape: Shape,
    capitals: Option<(&[bool], &[bool])>,
) -> Option<Place> {
    let len = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    let place = |rank, start: usize| Place {
        rank,
        field: field.ordinal,
        start: u16::try_from(start).unwrap_or(u16::MAX),
        len,
        points: 0,
    };
    let agrees = |start: usize| {
        capitals
            .is_none_or(|(wanted, there)| there.get(start..start + wanted.len()) == Some(wanted))
    };
    let count = |byte: usize| field.folded[..byte].chars().count();
    if field.folded.starts_with(text) && agrees(0) {
        return Some(place(Rank::Prefix, 0));
    }
    if shape == Shape::Anchored {
        return None;
    }
    let starts_word = text.chars().next().is_some_and(is_letter);
    let mut anywhere = None;
    for (byte, _) in overlapping(field.folded, text).filter(|(byte, _)| *byte > 0) {
        let in_word = field.folded[..byte]
            .chars()
            .next_back()
            .is_some_and(is_letter);
        let at_word = starts_word && !in_word;
        if !at_word && anywhere.is_some() {
            continue;
        }
        let start = count(byte);
        if !agrees(start) {
            continue;
        }
        if at_word {
            return Some(place(Rank::Word, start));
        }
        anywhere = Some(place(Rank::Substring, start));
    }
    anywhere
}

/// All places of a text, also those that overlap an earlier one: `ana` stands twice in `banana`.
fn overlapping<'a>(field: &'a str, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + field.get(from..)?.find(text)?;
        from = at + field[at..].chars().next().map_or(1, char::len_utf8);
        Some((at, text))
    })
}

fn id_place(id: &[u8; 12], term: &Term) -> Option<Place> {
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

fn fuzzy_place(rows: &Rows, at: usize, term: &Term, scorer: &Scorer) -> Option<Place> {
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

/// What the scorer gives to a term that stands whole in a field; the digits of ids score nothing.
fn points_of_literal(rows: &Rows, at: usize, term: &Term, place: &Place, scorer: &Scorer) -> i32 {
    let mut fields = rows.fields(at);
    let field = fields.find(|field| field.ordinal == place.field && field.kind.is_fuzzy());
    field.map_or(0, |field| {
        scorer.points(field.folded, &term.text).unwrap_or(0)
    })
}

/// The characters of a field from the first to the last of a term's: the earliest end, and from
/// there back the latest start.
fn tight_window(field: &str, term: &str) -> Option<(usize, usize)> {
    let mut wanted = term.chars();
    let mut next = wanted.next()?;
    let mut end = None;
    for (at, (byte, c)) in field.char_indices().enumerate() {
        if c != next {
            continue;
        }
        let Some(following) = wanted.next() else {
            end = Some((at + 1, byte + c.len_utf8()));
            break;
        };
        next = following;
    }
    let (end, byte) = end?;
    let mut wanted = term.chars().rev();
    let mut next = wanted.next()?;
    for (back, c) in field[..byte].chars().rev().enumerate() {
        if c != next {
            continue;
        }
        match wanted.next() {
            Some(c) => next = c,
            None => return Some((end - back - 1, end)),
        }
    }
    None
}

/// Whether a term's characters stand in a text in their order.
pub fn is_scattered_in(text: &str, term: &str) -> bool {
    if !term.is_ascii() {
        let mut chars = text.chars();
        return term.chars().all(|wanted| chars.any(|c| c == wanted));
    }
    let mut rest = text.as_bytes();
    term.bytes().all(|wanted| {
        let Some(at) = memchr::memchr(wanted, rest) else {
            return false;
        };
        rest = &rest[at + 1..];
        true
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
        let place = literal_place(&field, &term, None)?;
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

    #[test]
    fn the_window_of_scattered_characters_is_tight() {
        assert_eq!(tight_window("j j h n smith", "jhn"), Some((2, 7)));
        assert_eq!(tight_window("иван петров", "ипр"), Some((0, 9)));
        assert_eq!(tight_window("anna", "nan"), None);
    }

    #[test]
    fn a_window_is_as_long_in_bytes_as_in_characters() {
        for field in ["j j h n smith", "jöh n", "jhn", "", "nhj", "é j é h é n é"] {
            let expected = tight_window(field, "jhn").map(|(start, end)| end - start);
            assert_eq!(
                window_length(field, "jhn").map(usize::from),
                expected,
                "{field}"
            );
        }
    }

    #[test]
    fn scattered_characters_are_found_in_their_order() {
        assert!(is_scattered_in("john smith", "jhnsmth"));
        assert!(!is_scattered_in("john smith", "smthj"));
        assert!(is_scattered_in("佐藤 花", "佐花") && !is_scattered_in("佐藤 花", "花佐"));
    }
}
