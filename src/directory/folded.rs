//! Text folded for searching, with a way back to the characters that are shown.

use crate::text::fold_char;

/// The most characters of a field that are searched.
const MOST_CHARS: usize = 256;

/// Fewer digits are no phone number.
const PHONE_DIGITS: usize = 5;

/// This many hexadecimal digits in a row were made by a machine, not by a person.
const RANDOM_DIGITS: usize = 20;

/// Lower-cased text without accents, and for each of its characters the one it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    text: String,
    /// For each character of `text`, the index of its source character.
    sources: Vec<u32>,
    /// For each character of `text`, whether its source character is a capital.
    capitals: Vec<bool>,
}

impl Folded {
    /// Folds the first 256 characters of a text.
    pub fn new(source: &str) -> Self {
        Self::of(source, |_| true)
    }

    /// The digits of a phone number, whatever stands between them.
    pub fn phone(source: &str) -> Self {
        Self::of(source, |c| c.is_ascii_digit())
    }

    fn of(source: &str, keep: impl Fn(char) -> bool) -> Self {
        let mut folded = Self::default();
        for (index, c) in (0u32..).zip(source.chars().take(MOST_CHARS)) {
            let capital = c.is_uppercase();
            fold_char(c, |c| {
                if keep(c) {
                    folded.text.push(c);
                    folded.sources.push(index);
                    folded.capitals.push(capital);
                }
            });
        }
        folded
    }

    /// The folded characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// For each folded character, whether it came from a capital.
    pub fn capitals(&self) -> &[bool] {
        &self.capitals
    }

    /// The source character that a character of the folded text belongs to; one past the last
    /// source character for the end of the text.
    pub fn source_of_char(&self, index: usize) -> usize {
        match self.sources.get(index) {
            Some(source) => *source as usize,
            None => self.sources.last().map_or(0, |last| *last as usize + 1),
        }
    }
}

/// Writes the folded form of a text, as [`Folded::new`] makes it, at the end of `to`.
pub(super) fn fold_onto(source: &str, to: &mut String) {
    // Most text is plain, and needs no look at its characters one by one.
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
    if source.len() <= MOST_CHARS && source.as_bytes().iter().all(is_plain) {
        let start = to.len();
        to.push_str(source);
        return to[start..].make_ascii_lowercase();
    }
    for c in source.chars().take(MOST_CHARS) {
        fold_char(c, |c| to.push(c));
    }
}

/// Whether a text is a phone number: digits and what people put between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= PHONE_DIGITS && text.chars().count() <= MOST_CHARS && is_phone_part(text)
}

/// Whether a text could be a piece of a phone number.
pub fn is_phone_part(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_digit() || "+-./() \u{a0}".contains(c))
}

/// Whether a text holds random digits, among which scattered characters mean nothing.
pub fn is_random(text: &str) -> bool {
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
        let decomposed = Folded::new("e\u{301}x");
        assert_eq!(decomposed.as_str(), "ex");
        assert_eq!(decomposed.source_of_char(1), 2);
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
        assert!(is_phone("+49 (151) 234-56") && is_phone("4915123456"));
        assert!(!is_phone("wa:4915123456") && !is_phone("+4 91"));
    }

    #[test]
    fn ids_that_machines_make_are_told_from_those_people_read() {
        assert!(is_random("6f9619ff-8b86-d011-b42d-00c04fc964ff"));
        assert!(is_random("auth0|64be90d2a7f31c0058e6d914"));
        assert!(!is_random("cust-20418") && !is_random("mara@example.org"));
    }
}
