//! Where words start: for every word of every record its first eight folded bytes, sorted.
//!
//! Most keys that an agent types are answered from here by two binary searches.

use std::ops::Range;

use super::rows::Rows;
use super::sorted;

/// How many bytes of a word are kept.
pub const KEPT: usize = 8;

/// A word stands at the start of a field.
const FIELD_START: u32 = 1 << 31;

/// First bytes of a word in two halves, and the record with its mark: twelve bytes.
type Entry = [u32; 3];

/// All words of all records.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Words(Vec<Entry>);

/// A record in which a word starts as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordStart {
    pub record: usize,
    /// Whether some field of the record starts with the word.
    pub at_field_start: bool,
}

impl Words {
    pub fn of(rows: &Rows) -> Self {
        let mut entries: Vec<Entry> = Vec::with_capacity(rows.len() * 3);
        let mut found: Vec<(u64, u32)> = Vec::new();
        for record in 0..rows.len() {
            found.clear();
            for field in rows.fields(record) {
                for_each_word(field.folded, |start, word| {
                    let mark = if start == 0 { FIELD_START } else { 0 };
                    found.push((key(word.as_bytes(), 0), mark));
                });
            }
            // The same word twice in a record is one entry; at a field's start it says more.
            found.sort_unstable_by_key(|(key, mark)| (*key, !mark));
            found.dedup_by_key(|(key, _)| *key);
            let number = u32::try_from(record).unwrap_or(u32::MAX) & !FIELD_START;
            entries.extend(found.iter().map(|(key, mark)| entry(*key, number | mark)));
        }
        entries.sort_unstable_by_key(|entry| as_number(*entry));
        entries.shrink_to_fit();
        Self(entries)
    }

    /// Adds the words of records that come to stand behind so many others.
    pub fn join(&mut self, others: &Self, before: usize) {
        let before = u32::try_from(before).unwrap_or(u32::MAX) & !FIELD_START;
        let shifted = |[high, low, record]: Entry| [high, low, record + before];
        sorted::join(&mut self.0, &others.0, shifted, as_number);
    }

    /// The words that start with a text of at most [`KEPT`] bytes; of a longer text, the words
    /// that start with its first bytes.
    pub fn starting_with(&self, text: &str) -> impl ExactSizeIterator<Item = WordStart> {
        self.0[self.range(text)].iter().map(|entry| WordStart {
            record: (entry[2] & !FIELD_START) as usize,
            at_field_start: entry[2] & FIELD_START != 0,
        })
    }

    fn range(&self, text: &str) -> Range<usize> {
        let bytes = text.as_bytes();
        let (first, last) = (halves(key(bytes, 0)), halves(key(bytes, u8::MAX)));
        let start = self.0.partition_point(|entry| [entry[0], entry[1]] < first);
        let rest = &self.0[start..];
        let length = rest.partition_point(|entry| [entry[0], entry[1]] <= last);
        start..start + length
    }
}

/// Calls for each word of a folded field with its place in bytes and the field from there on.
pub fn for_each_word(field: &str, mut call: impl FnMut(usize, &str)) {
    let mut in_word = false;
    for (at, c) in field.char_indices() {
        let letter = is_letter(c);
        if at == 0 || (letter && !in_word) {
            call(at, &field[at..]);
        }
        in_word = letter;
    }
}

/// Whether a character belongs to a word.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        c.is_alphanumeric()
    }
}

/// The first bytes of a text as a number that sorts as they do.
fn key(text: &[u8], filler: u8) -> u64 {
    let mut bytes = [filler; KEPT];
    for (byte, from) in bytes.iter_mut().zip(text) {
        // What follows the field is another field, or nothing.
        *byte = *from;
    }
    u64::from_be_bytes(bytes)
}

const fn entry(key: u64, record: u32) -> Entry {
    let [high, low] = halves(key);
    [high, low, record]
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the two halves of a number"
)]
const fn halves(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

/// A number that sorts as an entry does, and is compared in one step.
fn as_number([high, low, record]: Entry) -> u128 {
    u128::from(high) << 64 | u128::from(low) << 32 | u128::from(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::person::Person;
    use crate::domain::Provenance;

    fn words_of(names: &[&str]) -> Words {
        let mut rows = Rows::default();
        for name in names {
            let bare = Person::bare("7c1f0a9be35d42608f1b6a00");
            rows.push(&Person {
                name,
                provenance: Provenance::Profile,
                ..bare
            });
        }
        Words::of(&rows)
    }

    fn found(words: &Words, text: &str) -> Vec<(usize, bool)> {
        let mut found: Vec<_> = words
            .starting_with(text)
            .map(|start| (start.record, start.at_field_start))
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn words_are_found_by_their_first_letters() {
        let words = words_of(&["Ute Schmidt", "Schmidt-Schmitz", "Müller", "+x"]);
        assert_eq!(found(&words, "schm"), [(0, false), (1, false), (1, true)]);
        assert_eq!(found(&words, "schmidt"), [(0, false), (1, true)]);
        assert_eq!(found(&words, "mul"), [(2, true)]);
        assert_eq!(found(&words, "+"), [(3, true)]);
        assert_eq!(found(&words, "x"), [(3, false)]);
        assert_eq!(found(&words, "chm"), []);
    }

    #[test]
    fn a_word_longer_than_what_is_kept_is_found_by_its_beginning() {
        let words = words_of(&["Papadopoulou", "Papadopoulos"]);
        assert_eq!(found(&words, "papadopoulos"), [(0, true), (1, true)]);
    }
}
