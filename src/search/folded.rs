//! Text folded for searching, with a way back to the original characters.

use super::phones::number_range;
use crate::text::{fold_char, is_accent};

/// Only this many characters of a field are searched.
const MOST_CHARS: usize = 256;

/// This many hexadecimal digits in a row were generated, not typed.
const RANDOM_DIGITS: usize = 20;

/// Lower-cased text without accents, and for each of its characters the one it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Folded {
    text: String,
    /// For each character of `text`, the index of its source character.
    sources: Vec<u32>,
    /// For each character of `text`, one past its source character and the accents on it.
    ends: Vec<u32>,
    /// For each character of `text`, whether its source character is a capital.
    capitals: Vec<bool>,
}

impl Folded {
    /// Folds the first 256 characters of a text.
    pub(crate) fn new(source: &str) -> Self {
        Self::of(source, |_, _| true)
    }

    /// The digits of a phone number, whatever is between them or around the number.
    pub(crate) fn phone(source: &str) -> Self {
        let number = number_range(source);
        Self::of(source, |at, c| c.is_ascii_digit() && number.contains(&at))
    }

    fn of(source: &str, keep: impl Fn(usize, char) -> bool) -> Self {
        let mut folded = Self::default();
        for (index, (at, c)) in (0u32..).zip(source.char_indices().take(MOST_CHARS)) {
            let capital = c.is_uppercase();
            if is_accent(c)
                && let Some(end) = folded.ends.last_mut()
                && *end == index
            {
                *end = index + 1;
            }
            fold_char(c, |c| {
                if keep(at, c) {
                    folded.text.push(c);
                    folded.sources.push(index);
                    folded.ends.push(index + 1);
                    folded.capitals.push(capital);
                }
            });
        }
        folded
    }

    /// The folded characters.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// For each folded character, whether it came from a capital.
    pub(crate) fn capitals(&self) -> &[bool] {
        &self.capitals
    }

    /// The source character that a character of the folded text belongs to; one past the last
    /// source character for the end of the text.
    pub(crate) fn source_of_char(&self, index: usize) -> usize {
        match self.sources.get(index) {
            Some(source) => *source as usize,
            None => self.ends.last().map_or(0, |end| *end as usize),
        }
    }

    /// One past the source characters, accents among them, of a character of the folded text.
    pub(crate) fn end_of_char(&self, index: usize) -> usize {
        let end = self.ends.get(index).or(self.ends.last());
        end.map_or(0, |end| *end as usize)
    }
}

/// Appends the digits of a phone number, as [`Folded::phone`] finds them, to `to`.
pub(super) fn phone_onto(source: &str, to: &mut String) {
    let number = number_range(source);
    let chars = source.char_indices().take(MOST_CHARS);
    for (_, c) in chars.filter(|(at, _)| number.contains(at)) {
        fold_char(c, |c| to.extend(c.is_ascii_digit().then_some(c)));
    }
}

/// Appends the folded form of a text, as [`Folded::new`] makes it, to `to`.
pub(super) fn fold_onto(source: &str, to: &mut String) {
    // Most text is plain ASCII, which is faster to fold all at once.
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !matches!(byte, b'\'' | b'`');
    if source.len() <= MOST_CHARS && source.as_bytes().iter().all(is_plain) {
        let start = to.len();
        to.push_str(source);
        return to[start..].make_ascii_lowercase();
    }
    for c in source.chars().take(MOST_CHARS) {
        fold_char(c, |c| to.push(c));
    }
}

/// Whether a text holds random digits, in which scattered characters mean nothing.
pub(crate) fn is_random(text: &str) -> bool {
    let mut digits = 0;
    for byte in text.bytes() {
        match byte {
            _ if byte.is_ascii_hexdigit() => digits += 1,
            b'-' => {}
            _ => digits = 0,
        }
        if digits >= RANDOM_DIGITS {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_are_folded() {
        assert_eq!(Folded::new("MÜLLER").as_str(), "muller");
        assert_eq!(Folded::new("Łukasz Strauß").as_str(), "lukasz strauss");
        assert_eq!(Folded::new("佐藤 花").as_str(), "佐藤 花");
        assert_eq!(Folded::new("Иван").as_str(), "иван");
    }

    #[test]
    fn positions_lead_back_to_the_source() {
        let folded = Folded::new("aßb");
        assert_eq!(folded.as_str(), "assb");
        assert_eq!(
            [0, 1, 2, 3, 4].map(|i| folded.source_of_char(i)),
            [0, 1, 1, 2, 3]
        );
        assert_eq!([0, 1, 2, 3].map(|i| folded.end_of_char(i)), [1, 2, 2, 3]);
        let decomposed = Folded::new("e\u{301}\u{323}x\u{301}");
        assert_eq!(decomposed.as_str(), "ex");
        assert_eq!(
            (decomposed.source_of_char(1), decomposed.end_of_char(0)),
            (3, 3)
        );
        assert_eq!(decomposed.end_of_char(1), 5);
        let ligature = Folded::new("oﬃx");
        assert_eq!(ligature.as_str(), "offix");
        assert_eq!(
            (ligature.source_of_char(2), ligature.end_of_char(2)),
            (1, 2)
        );
    }

    #[test]
    fn a_long_field_is_searched_in_its_first_256_characters() {
        assert_eq!(Folded::new(&"é".repeat(5000)).as_str().len(), 256);
    }

    #[test]
    fn folding_onto_a_text_is_the_same_folding() {
        for text in [
            "Jörg\tMüller",
            "ΟΔΟΣ",
            "a\u{7}b",
            "\u{e000}",
            "x\u{301}",
            "PLAIN ~Text {1}",
            "D'Angelo `x`",
            "Plain\u{7f}",
            &"A".repeat(300),
            "",
        ] {
            let mut onto = String::new();
            fold_onto(text, &mut onto);
            assert_eq!(onto, Folded::new(text).as_str());
        }
    }

    #[test]
    fn a_phone_number_is_its_digits() {
        let phone = Folded::phone("+49 (151) 234-56");
        assert_eq!(phone.as_str(), "4915123456");
        assert_eq!(phone.source_of_char(2), 5);
        for text in [
            "whatsapp:+4915123456",
            "tel:0151-234;ext=7",
            "\u{202A}+49 151\u{2011}234\u{202C}",
        ] {
            let mut digits = String::new();
            phone_onto(text, &mut digits);
            assert_eq!(digits, Folded::phone(text).as_str());
        }
    }

    #[test]
    fn generated_ids_are_distinguished_from_readable_ones() {
        assert!(is_random("6f9619ff-8b86-d011-b42d-00c04fc964ff"));
        assert!(is_random("auth0|64be90d2a7f31c0058e6d914"));
        assert!(!is_random("cust-20418") && !is_random("mara@example.org"));
    }
}
