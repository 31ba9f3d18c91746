//! Where words start: the first eight folded bytes of every word of every record, sorted.
//!
//! Two binary searches here answer most of what an agent types.

use std::ops::Range;

use super::rows::Rows;
use super::sorted;

/// How many bytes of a word are kept.
pub(crate) const KEPT: usize = 8;

/// Marks a word at the start of a field.
const FIELD_START: u32 = 1 << 31;

/// A repeated word is only noticed among this many words before it.
const NEAR: usize = 16;

/// The first bytes of a word in two halves, and the record with its mark: twelve bytes.
type Entry = [u32; 3];

/// All words of all records.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Words(Vec<Entry>);

/// A record in which some word starts as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WordStart {
    pub record: usize,
    /// Whether some field of the record starts with the word.
    pub at_field_start: bool,
}

impl Words {
    pub(crate) fn of(rows: &Rows) -> Self {
        let mut entries: Vec<Entry> = Vec::with_capacity(rows.len() * 3);
        for record in 0..rows.len() {
            let number = u32::try_from(record).unwrap_or(u32::MAX) & !FIELD_START;
            let first = entries.len();
            for_each_word(rows.folded.get(record), |mark, rest| {
                let [high, low, _] = entry(key(rest, 0), 0);
                // A word that a record repeats is one entry, marked if it starts some field. A
                // record with very many words may keep a duplicate, which does no harm.
                let near = first.max(entries.len().saturating_sub(NEAR));
                let same = |entry: &&mut Entry| entry[0] == high && entry[1] == low;
                match entries[near..].iter_mut().find(same) {
                    Some(entry) => entry[2] |= mark,
                    None => entries.push([high, low, number | mark]),
                }
            });
        }
        entries.sort_unstable_by_key(|entry| as_number(*entry));
        entries.shrink_to_fit();
        Self(entries)
    }

    /// Adds the words of records that are appended to `before` others.
    pub(crate) fn join(&mut self, others: Self, before: usize) {
        let before = u32::try_from(before).unwrap_or(u32::MAX) & !FIELD_START;
        let shifted = |[high, low, record]: Entry| [high, low, record + before];
        sorted::join(&mut self.0, others.0, shifted, as_number);
    }

    /// The words that start with a text; of a text longer than [`KEPT`] only the first bytes
    /// count.
    pub(crate) fn starting_with(&self, text: &str) -> impl ExactSizeIterator<Item = WordStart> {
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

/// Calls `call` for each word of a record's fields with its mark and the bytes from there on.
fn for_each_word(fields: &str, mut call: impl FnMut(u32, &[u8])) {
    let bytes = fields.as_bytes();
    let (mut in_word, mut mark) = (false, 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let (letter, length) = match byte {
            // The byte before a field.
            ..b' ' => {
                (in_word, mark) = (false, FIELD_START);
                at += 1;
                continue;
            }
            ..0x80 => (byte.is_ascii_alphanumeric(), 1),
            _ => {
                let c = fields.get(at..).and_then(|rest| rest.chars().next());
                c.map_or((false, 1), |c| (is_letter(c), c.len_utf8()))
            }
        };
        if mark == FIELD_START || (letter && !in_word) {
            call(mark, &bytes[at..]);
        }
        (in_word, mark) = (letter, 0);
        at += length;
    }
}

/// Whether a character belongs to a word.
pub(crate) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        c.is_alphanumeric()
    }
}

/// The first bytes of the rest of a field as a number that sorts as they do; bytes of the next
/// field do not count.
fn key(text: &[u8], filler: u8) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut bytes = [filler; KEPT];
    if let Some(all) = text.first_chunk() {
        bytes = *all;
    } else {
        bytes[..text.len()].copy_from_slice(text);
    }
    // All eight bytes are compared with a blank at once: subtracting it from a lesser byte borrows
    // the high bit. Only the first borrow is certain; it may cause those after it.
    let number = u64::from_le_bytes(bytes);
    let lesser = number.wrapping_sub(ONES * u64::from(b' ')) & !number & (ONES << 7);
    let kept = lesser.trailing_zeros() / 8 * 8;
    let cut = u64::MAX.checked_shr(kept).unwrap_or(0);
    (number.swap_bytes() & !cut) | ((ONES * u64::from(filler)) & cut)
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
    use crate::domain::Provenance;
    use crate::search::person::Person;

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

    #[test]
    fn a_key_ends_with_its_field() {
        let plain = |text: &[u8], filler: u8| {
            let mut bytes = text.iter().take_while(|byte| **byte >= b' ');
            u64::from_be_bytes(std::array::from_fn(|_| *bytes.next().unwrap_or(&filler)))
        };
        for text in [
            "",
            "a",
            "anna k",
            "anna kar",
            "anna karen",
            "an\u{2}na@x.org",
            "anna ka\u{3}",
            "\u{1}x",
            "   \u{1}   \u{1}",
            "ab \u{1} \u{1}z",
            "müller\u{8}",
            "佐藤 花\u{1}",
        ] {
            for filler in [0, u8::MAX] {
                let (key, plain) = (key(text.as_bytes(), filler), plain(text.as_bytes(), filler));
                assert_eq!(key, plain, "{text:?}");
            }
        }
    }
}
