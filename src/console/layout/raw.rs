//! Raw JSON as rows: coloured by what each part is, with what was searched for marked in it.

use std::ops::Range;

use super::row::{Row, Tone, wrapped};
use crate::console::state::overlay::{Find, Place, RawPart};
use crate::text::{SafeText, fold_char};

/// Matches beyond these are not counted.
const MOST_MATCHES: usize = 10_000;

/// All rows; only those in the window have colours and marks.
pub(super) fn rows(
    parts: &[RawPart],
    find: &Find,
    width: usize,
    window: &Range<usize>,
) -> Vec<Row> {
    let needle = folded(find.input.text().trim());
    let mut rows = Vec::new();
    for (part_number, part) in parts.iter().enumerate() {
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        if let Some(heading) = &part.heading {
            rows.extend(wrapped(Tone::Strong, heading, width, 0));
        }
        for (line_number, line) in part.lines.iter().enumerate() {
            let pieces = line.wrap(width.max(1));
            let is_seen = rows.len() < window.end && rows.len() + pieces.len() > window.start;
            if !is_seen {
                rows.extend(pieces.into_iter().map(|text| Row::of(Tone::Plain, text)));
                continue;
            }
            let here = find
                .current()
                .filter(|place| (place.part, place.line) == (part_number, line_number));
            let tones = tones(line, &needle, here.map(|place| place.start));
            rows.extend(coloured(line, pieces, &tones));
        }
    }
    rows
}

/// Where a text is found in the lines, from the first to the last.
pub(crate) fn places(parts: &[RawPart], text: &str) -> Vec<Place> {
    let needle = folded(text.trim());
    let mut places = Vec::new();
    for (part, raw) in parts.iter().enumerate() {
        for (line, text) in raw.lines.iter().enumerate() {
            let found = matches(text.as_str(), &needle).into_iter();
            places.extend(found.map(|found| Place {
                part,
                line,
                start: found.start,
            }));
            if places.len() >= MOST_MATCHES {
                places.truncate(MOST_MATCHES);
                return places;
            }
        }
    }
    places
}

/// The row of a place.
pub(crate) fn row_of(parts: &[RawPart], place: Place, width: usize) -> usize {
    let mut row = 0;
    for (part_number, part) in parts.iter().enumerate() {
        row += usize::from(part_number > 0);
        if let Some(heading) = &part.heading {
            row += heading.wrap(width.max(1)).len();
        }
        for (line_number, line) in part.lines.iter().enumerate() {
            let pieces = line.wrap(width.max(1));
            if (part_number, line_number) != (place.part, place.line) {
                row += pieces.len();
                continue;
            }
            let ends = origins(line.as_str(), &pieces).into_iter();
            let mut ends = ends.map(|origins| origins.last().map_or(0, |last| last + 1));
            return row + ends.position(|end| place.start < end).unwrap_or_default();
        }
    }
    row
}

/// The characters of a text without case and accents, each with the place that it comes from.
fn folded_with_places(text: &str) -> (Vec<char>, Vec<usize>) {
    let (mut chars, mut places) = (Vec::new(), Vec::new());
    for (at, c) in text.chars().enumerate() {
        fold_char(c, |c| {
            chars.push(c);
            places.push(at);
        });
    }
    (chars, places)
}

fn folded(text: &str) -> Vec<char> {
    folded_with_places(text).0
}

/// Where a needle is found, in characters of the text; matches do not overlap.
fn matches(text: &str, needle: &[char]) -> Vec<Range<usize>> {
    let Some(first) = needle.first() else {
        return Vec::new();
    };
    let (chars, places) = folded_with_places(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at + needle.len() <= chars.len() {
        if chars[at] == *first && chars[at..].starts_with(needle) {
            let last = at + needle.len() - 1;
            found.push(places[at]..places[last] + 1);
            at += needle.len();
        } else {
            at += 1;
        }
    }
    found
}

/// The role of each character of a line of JSON; matches are marked, the one at `here` more.
fn tones(line: &SafeText, needle: &[char], here: Option<usize>) -> Vec<Tone> {
    let chars: Vec<char> = line.as_str().chars().collect();
    let mut tones = vec![Tone::Plain; chars.len()];
    let mut at = 0;
    while let Some(c) = chars.get(at) {
        let (end, tone) = match c {
            '"' => {
                let end = string_end(&chars, at);
                let is_key = chars.get(end) == Some(&':');
                (
                    end,
                    if is_key {
                        Tone::JsonKey
                    } else {
                        Tone::JsonText
                    },
                )
            }
            '-' | '0'..='9' | 'a'..='z' => {
                let is_part = |c: &char| c.is_ascii_alphanumeric() || "+-.".contains(*c);
                let length = chars[at..].iter().take_while(|c| is_part(c)).count();
                (at + length.max(1), Tone::JsonValue)
            }
            _ => (at + 1, Tone::Plain),
        };
        tones[at..end].fill(tone);
        at = end;
    }
    for found in matches(line.as_str(), needle) {
        let tone = if Some(found.start) == here {
            Tone::FoundHere
        } else {
            Tone::Found
        };
        tones[found].fill(tone);
    }
    tones
}

/// One past the closing quotation mark of a string.
fn string_end(chars: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(c) = chars.get(at) {
        match c {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

/// The rows of a line, with the roles of its characters.
fn coloured(line: &SafeText, pieces: Vec<SafeText>, tones: &[Tone]) -> Vec<Row> {
    let origins = origins(line.as_str(), &pieces);
    let rows = pieces.into_iter().zip(origins).map(|(piece, origins)| {
        let tone = |at: usize| {
            let tone = origins.get(at).and_then(|at| tones.get(*at));
            tone.copied().unwrap_or_default()
        };
        let mut row = Row::default();
        for (tone, text) in piece.runs(tone) {
            row.push(tone, text);
        }
        row
    });
    rows.collect()
}

/// For each piece of a wrapped line, the place in the line of each of its characters. Wrapping drops
/// white space where it breaks a line, and nothing else.
fn origins(line: &str, pieces: &[SafeText]) -> Vec<Vec<usize>> {
    let mut chars = line.chars().enumerate().peekable();
    let pieces = pieces.iter().map(|piece| {
        let origins = piece.as_str().chars().map(|wanted| {
            while chars
                .next_if(|(_, c)| *c != wanted && c.is_whitespace())
                .is_some()
            {}
            chars.next().map_or(usize::MAX, |(at, _)| at)
        });
        origins.collect()
    });
    pieces.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coloured_line(line: &str, find: &str, width: usize) -> Vec<Vec<(Tone, String)>> {
        let line = SafeText::own(line);
        let tones = tones(&line, &folded(find), None);
        let rows = coloured(&line, line.wrap(width), &tones).into_iter();
        rows.map(|row| {
            let pieces = row.pieces.into_iter();
            pieces
                .map(|piece| (piece.tone, piece.text.as_str().to_owned()))
                .collect()
        })
        .collect()
    }

    #[test]
    fn keys_texts_and_values_have_roles_of_their_own() {
        let owned = |pieces: &[(Tone, &str)]| -> Vec<(Tone, String)> {
            pieces
                .iter()
                .map(|(tone, text)| (*tone, (*text).to_owned()))
                .collect()
        };
        for (line, pieces) in [
            (
                r#"  "a\"b": "x: 1","#,
                &[
                    (Tone::Plain, "  "),
                    (Tone::JsonKey, r#""a\"b""#),
                    (Tone::Plain, ": "),
                    (Tone::JsonText, r#""x: 1""#),
                    (Tone::Plain, ","),
                ][..],
            ),
            (
                r#""n": -1.5e+3"#,
                &[
                    (Tone::JsonKey, r#""n""#),
                    (Tone::Plain, ": "),
                    (Tone::JsonValue, "-1.5e+3"),
                ][..],
            ),
            (
                "null,",
                &[(Tone::JsonValue, "null"), (Tone::Plain, ",")][..],
            ),
            ("\"open", &[(Tone::JsonText, "\"open")][..]),
        ] {
            assert_eq!(coloured_line(line, "", 80), [owned(pieces)], "{line}");
        }
    }

    #[test]
    fn a_match_is_marked_over_the_ends_of_rows_without_case_and_accents() {
        let rows = coloured_line(r#""Crème brûlée""#, "E BRU", 7);
        let marked: Vec<String> = rows
            .iter()
            .flatten()
            .filter(|(tone, _)| *tone == Tone::Found)
            .map(|(_, text)| text.clone())
            .collect();
        assert_eq!(marked, ["e", "brû"]);
    }

    #[test]
    fn a_match_is_on_the_row_where_it_begins() {
        let lines = ["{", r#"  "text": "one two three four five""#, "}"];
        let part = |heading| RawPart {
            heading,
            lines: lines.map(SafeText::own).to_vec(),
        };
        let parts = [part(Some(SafeText::own("first"))), part(None)];
        let places = places(&parts, "f");
        let rows: Vec<usize> = places
            .iter()
            .map(|place| row_of(&parts, *place, 16))
            .collect();
        let all = super::rows(&parts, &Find::default(), 16, &(0..100));
        let shown: Vec<String> = rows.iter().map(|row| all[*row].plain()).collect();
        let (four, five) = ("two three four", r#"five""#);
        assert_eq!(shown, [four, five, four, five]);
    }
}
