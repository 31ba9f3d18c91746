//! Phone numbers in a query, by their digits, however they are written.
//!
//! In: folded words. Out: the digits to look for, and which words are pieces of one number. Every
//! form of a number holds the core of the word, so a record without the core is no match.

use std::sync::Arc;

use crate::search::phones::{digits_of, is_phone_part, phone_part};

/// A number without its leading zeros is only looked for if this many digits are left.
pub(crate) const BARE_DIGITS: usize = 2;

/// Words with fewer digits in all are not one number with blanks in it.
const WHOLE_DIGITS: usize = 6;

/// A word that could be a piece of a phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhoneTerm {
    digits: String,
    /// The digits without the zeros that only some spellings have; may be empty.
    core: String,
    own: Vec<String>,
    /// The forms of the number that the word is a piece of.
    whole: Arc<[String]>,
}

impl PhoneTerm {
    /// Reads a folded word; `None` when it is no piece of a phone number.
    pub(super) fn new(text: &str) -> Option<Self> {
        if !is_phone_part(text) {
            return None;
        }
        let digits = digits_of(text);
        let international = without_trunk_zero(text);
        Some(Self {
            core: international.trim_start_matches('0').to_owned(),
            own: forms_of(&digits, &international),
            digits,
            whole: Arc::default(),
        })
    }

    /// The same word as a piece of a longer number.
    pub(super) fn part_of(self, whole: Arc<[String]>) -> Self {
        Self { whole, ..self }
    }

    /// All forms that are looked for, the whole number first so that all of it is marked.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &str> {
        self.whole.iter().chain(&self.own).map(String::as_str)
    }

    /// Digits that every form holds, in this order.
    pub(crate) fn core(&self) -> &str {
        &self.core
    }

    /// Whether only the text itself is looked for.
    pub(crate) fn is_only(&self, text: &str) -> bool {
        self.forms().eq([text])
    }

    /// Whether every form holds a text.
    pub(super) fn always_holds(&self, text: &str) -> bool {
        self.digits == text && self.forms().all(|form| form.contains(text))
    }

    /// Whether every form of every longer number holds one of these forms.
    pub(super) fn narrows(&self) -> bool {
        let zeros = self.digits.starts_with('0') && self.core.len() < BARE_DIGITS;
        !self.digits.is_empty() && !zeros
    }
}

/// A number as it is, and without the leading zeros that mean "abroad" or "this country"; then the
/// same for the number as it is dialled from abroad.
fn forms_of(digits: &str, international: &str) -> Vec<String> {
    let mut forms: Vec<String> = Vec::new();
    for number in [digits, international] {
        let bare = number.trim_start_matches('0');
        let bare = (bare.len() >= BARE_DIGITS).then_some(bare);
        for form in std::iter::once(number).chain(bare) {
            if !form.is_empty() && !forms.iter().any(|known| known == form) {
                forms.push(form.to_owned());
            }
        }
    }
    forms
}

/// The digits without the zero of `+49 (0) 151`, which is only dialled within the country.
fn without_trunk_zero(text: &str) -> String {
    let mut digits = String::new();
    let mut is_trunk = false;
    for c in text.chars() {
        match c {
            '(' => is_trunk = !digits.is_empty(),
            '0' if is_trunk => {}
            _ => {
                is_trunk = false;
                digits.extend(c.is_ascii_digit().then_some(c));
            }
        }
    }
    digits
}

/// What a word is among the words of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A word of its own.
    Apart,
    /// A sign between the pieces of a number that means nothing: `/`, `-`, `(0)`.
    Filler,
    /// A piece of a number with these forms.
    Of(Arc<[String]>),
}

/// Finds phone numbers with blanks in them; returns what each word of a query is.
pub(super) fn pieces(words: &[&str]) -> Vec<Piece> {
    let words: Vec<Option<String>> = words.iter().map(|word| phone_part(word)).collect();
    let runs = words.chunk_by(|one, other| one.is_some() == other.is_some());
    runs.flat_map(pieces_of).collect()
}

/// What the words of a run are; words that are no piece of any number are `None`.
fn pieces_of(run: &[Option<String>]) -> Vec<Piece> {
    let mut number: Vec<&str> = Vec::new();
    let mut fillers = vec![false; run.len()];
    for (word, filler) in run.iter().flatten().zip(&mut fillers) {
        let digits = digits_of(word);
        let is_trunk = word.starts_with('(') && !number.is_empty();
        *filler = digits.is_empty() || (is_trunk && digits.bytes().all(|digit| digit == b'0'));
        if !*filler {
            number.push(word);
        }
    }
    let longest = number.iter().map(|word| digits_of(word).len()).max();
    // A lone digit beside a sign is no number: both are looked for as they are written.
    let is_number = longest.is_some_and(|longest| longest > 1);
    let whole = whole(&number);
    let pieces = fillers.into_iter().map(|filler| match (&whole, filler) {
        (_, true) if is_number => Piece::Filler,
        (Some(whole), false) => Piece::Of(Arc::clone(whole)),
        _ => Piece::Apart,
    });
    pieces.collect()
}

/// The forms of the number that some words make together; `None` when they are too short for one.
fn whole(words: &[&str]) -> Option<Arc<[String]>> {
    let (first, others) = words.split_first()?;
    let is_country = first.starts_with('+') || first.starts_with("00");
    let mut text = (*first).to_owned();
    for (index, word) in others.iter().enumerate() {
        // `+49 0151` is meant as `+49 (0)151`.
        let is_trunk = index == 0 && is_country && word.starts_with('0');
        text.push(if is_trunk { '(' } else { ' ' });
        text.push_str(word);
    }
    let digits = digits_of(&text);
    let is_whole = !others.is_empty() && digits.len() >= WHOLE_DIGITS;
    is_whole.then(|| forms_of(&digits, &without_trunk_zero(&text)).into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn forms(text: &str) -> Vec<String> {
        let phone = PhoneTerm::new(text).unwrap();
        phone.forms().map(str::to_owned).collect()
    }

    fn whole_of(text: &str) -> Option<Vec<String>> {
        let words: Vec<&str> = text.split_whitespace().collect();
        pieces(&words).into_iter().find_map(|piece| match piece {
            Piece::Of(whole) => Some(whole.to_vec()),
            _ => None,
        })
    }

    #[test]
    fn only_the_digits_of_a_number_count() {
        assert_eq!(forms("+49(151)"), ["49151"]);
        assert_eq!(forms("0151-23"), ["015123", "15123"]);
        assert_eq!(forms("015"), ["015", "15"]);
        assert_eq!(forms("01"), ["01"]);
        assert_eq!(forms("0049"), ["0049", "49"]);
        assert_eq!(PhoneTerm::new("kd-1"), None);
    }

    #[test]
    fn the_zero_within_a_country_is_dropped_after_its_number() {
        assert_eq!(forms("+49(0)151-2"), ["4901512", "491512"]);
        assert_eq!(forms("+49(0151"), ["490151", "49151"]);
        assert_eq!(
            forms("0049(0)151"),
            ["00490151", "490151", "0049151", "49151"]
        );
        assert_eq!(forms("(0)151"), ["0151", "151"]);
    }

    #[test]
    fn pieces_of_six_digits_make_a_number() {
        assert_eq!(whole_of("06 12 34 5").unwrap(), ["0612345", "612345"]);
        assert_eq!(whole_of("+49 0151 23").unwrap(), ["49015123", "4915123"]);
        assert_eq!(whole_of("anna 151 234 x").unwrap(), ["151234"]);
        for text in ["kd 1860", "12 345", "151234", "151 !234", "151 x 234"] {
            assert_eq!(whole_of(text), None, "{text}");
        }
    }

    #[test]
    fn signs_between_pieces_mean_nothing() {
        fn fillers(text: &str) -> Vec<&str> {
            let words: Vec<&str> = text.split_whitespace().collect();
            let pieces = pieces(&words).into_iter().zip(words);
            let fillers = pieces.filter(|(piece, _)| *piece == Piece::Filler);
            fillers.map(|(_, word)| word).collect()
        }
        assert_eq!(fillers("0151 / 234"), ["/"]);
        assert_eq!(fillers("0151 \u{2013} 234"), ["\u{2013}"]);
        assert_eq!(fillers("+49 (0) 151"), ["(0)"]);
        for text in ["-", "anna - 5", "(0) 151", "+49 0 151", "- x 12"] {
            assert_eq!(fillers(text), Vec::<&str>::new(), "{text}");
        }
    }
}
