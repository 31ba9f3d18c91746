//! Text folded for searching, with a way back to the characters that are shown.

use crate::text::fold_char;

/// The most characters of a field that are searched.
const MOST_CHARS: usize = 256;

/// Lower-cased text without accents, and for each of its characters the one it came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    text: String,
    /// For each character of `text`, the index of its source character.
    sources: Vec<u32>,
}

impl Folded {
    /// Folds the first 256 characters of a text.
    pub fn new(source: &str) -> Self {
        let mut folded = Self::default();
        for (index, c) in (0u32..).zip(source.chars().take(MOST_CHARS)) {
            fold_char(c, |c| {
                folded.text.push(c);
                folded.sources.push(index);
            });
        }
        folded
    }

    /// The folded characters.
    pub fn as_str(&self) -> &str {
        &self.text
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
}
