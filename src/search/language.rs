//! The query language: what an agent's text asks for.
//!
//! In: the text of the search box. Out: terms that must all be found, terms that must not, filters,
//! and explanations of what could not be understood. Blanks separate words. `'word` and
//! `"several words"` are found only as they are written, `^word` only at the start of a field, and
//! users with `!word` are excluded. A word with a capital matches its capitals only; accents never
//! matter.

mod expected;
mod filter;
mod phone;
mod spelling;
mod split;

pub(crate) use filter::{Filter, Thing, Wanted};
pub(crate) use phone::PhoneTerm;
pub(crate) use spelling::write_out;

use super::folded::Folded;
use super::hex::HexTerm;
use super::mask;
use super::phones::number_or_text;
use super::query::Asked;
use phone::Piece;

/// At most this many words are searched for; a pasted page is not a query.
pub(crate) const MAX_TERMS: usize = 12;

/// How a term has to be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// As it is written or, if nothing better is found, in scattered characters.
    Plain,
    /// As it is written, anywhere.
    Literal,
    /// As it is written, at the start of a field.
    Anchored,
}

/// One word that is searched for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    /// How it has to be found.
    pub shape: Shape,
    /// The folded word.
    pub text: String,
    /// Its length in characters.
    pub chars: usize,
    /// Which of its characters are capitals; `None` when case does not matter.
    pub capitals: Option<Vec<bool>>,
    /// What is looked for in phone numbers.
    pub phone: Option<PhoneTerm>,
    /// What is looked for in `_id`s.
    pub hex: Option<HexTerm>,
    /// The bits of the characters that a record's text must hold.
    pub mask: u64,
}

/// Another spelling of one term of a query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spelling {
    /// Which term.
    pub at: usize,
    /// The term to look for instead.
    pub term: Term,
    /// What a match must hold once its umlauts are written out, if the term alone says too little.
    pub written_out: Option<String>,
}

impl Spelling {
    fn of(word: &str, at: usize) -> Option<Self> {
        let other = spelling::other_spelling(word)?;
        Some(Self {
            at,
            term: Term::parse(&other.word)?,
            written_out: other.written_out,
        })
    }
}

/// A word of this many hexadecimal digits or more is taken for a piece of an id.
const ID_PIECE: usize = 5;

/// What a text asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Query {
    /// The text without surrounding blanks, which may be a user's whole id.
    pub text: String,
    /// What must be found.
    pub terms: Vec<Term>,
    /// What must not be found.
    pub without: Vec<Term>,
    /// What must hold.
    pub filters: Vec<Wanted>,
    /// Explanations of what could not be understood.
    pub explanations: Vec<String>,
    /// Whether a word looks like a filter that does not exist.
    pub is_filter_like: bool,
    /// Hints at what was meant, in case the words themselves find nobody.
    pub hints: Vec<String>,
    /// Other spellings of the terms.
    pub spellings: Vec<Spelling>,
    /// What fields must hold once their umlauts are written out.
    pub written_out: Vec<String>,
}

impl Query {
    /// Reads a text. No text is an error: what is not understood is explained.
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self {
            text: text.trim().to_owned(),
            ..Self::default()
        };
        let words = split::split(text);
        for (word, piece) in words.iter().zip(phone::pieces(&words)) {
            if piece == Piece::Filler {
                continue;
            }
            if query.terms.len() + query.without.len() == MAX_TERMS {
                query.explanations.push(format!(
                    "only the first {MAX_TERMS} words are searched for; the rest is left out"
                ));
                break;
            }
            query.take(word, piece);
        }
        query.hints.extend(filter::contradiction(&query.filters));
        query
    }

    fn take(&mut self, word: &str, piece: Piece) {
        let rest = word.trim_start_matches('!');
        // A second `!` undoes the first.
        let wanted = (word.len() - rest.len()).is_multiple_of(2);
        if let Some(filter) = Filter::parse(rest) {
            match filter {
                Ok(filter) => self.filters.push(Wanted { filter, wanted }),
                Err(words) => self.explanations.push(words),
            }
            return;
        }
        if let Some(words) = filter::misspelt(rest) {
            self.explanations.push(words);
        }
        if let Some(hint) = expected::hint(rest) {
            self.is_filter_like = true;
            self.hints.push(hint);
        }
        match Term::parse(rest) {
            Some(term) if wanted => {
                if term.shape == Shape::Plain {
                    self.spellings.extend(Spelling::of(rest, self.terms.len()));
                }
                self.terms.push(term.in_number(piece));
            }
            Some(term) => self.without.push(term),
            None => self.explanations.push(nothing_in(word)),
        }
    }

    /// Whether there is nothing to search for.
    pub(crate) const fn is_blank(&self) -> bool {
        self.terms.is_empty() && self.without.is_empty() && self.filters.is_empty()
    }

    /// What the text asks for.
    pub(crate) const fn asked(&self) -> Asked {
        let no_text = self.terms.is_empty() && self.without.is_empty();
        if !self.explanations.is_empty() || self.is_filter_like {
            Asked::Garbled
        } else if no_text && !self.filters.is_empty() {
            Asked::FiltersOnly
        } else {
            Asked::Text
        }
    }

    /// Whether the case of some term matters.
    pub(crate) fn is_cased(&self) -> bool {
        self.terms.iter().any(|term| term.capitals.is_some())
    }

    /// Whether a match depends on more than the letters of the terms.
    pub(crate) fn is_picky(&self) -> bool {
        self.is_cased()
            || !self.without.is_empty()
            || !self.filters.is_empty()
            || !self.written_out.is_empty()
    }
}

fn nothing_in(word: &str) -> String {
    let sign = word.chars().next_back().filter(|_| {
        let is_sign = |c: char| c == '"' || split::SIGNS.contains(&c);
        word.chars().all(is_sign)
    });
    match sign {
        Some('!') => "! wants a word after it that must not be found".to_owned(),
        Some('^') => "^ wants the start of a field after it".to_owned(),
        Some('\'') => "' wants a word after it that is found as it is written".to_owned(),
        Some(_) => "\" wants words after it that are found as they are written".to_owned(),
        None => format!("nothing in “{word}” can be searched for"),
    }
}

impl Term {
    /// Reads a word with its signs, or several words in quotation marks; `None` when there is nothing
    /// in it to search for.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let (shape, word) = unsigned(word);
        let folded = match shape {
            Shape::Plain => Folded::new(number_or_text(word)),
            _ => Folded::new(word),
        };
        let text = folded.as_str().to_owned();
        let chars = folded.capitals().len();
        if chars == 0 {
            return None;
        }
        let shape = if shape == Shape::Plain && is_piece_of_id(&text) {
            Shape::Literal
        } else {
            shape
        };
        let phone = PhoneTerm::new(&text);
        let letters = phone.as_ref().map_or(text.as_str(), PhoneTerm::core);
        let cased = folded.capitals().contains(&true) && !is_written_either_way(&text);
        Some(Self {
            shape,
            chars,
            capitals: cased.then(|| folded.capitals().to_vec()),
            hex: HexTerm::new(&text),
            mask: mask::of(letters),
            phone,
            text,
        })
    }

    /// The word as a piece of a phone number that contains blanks.
    fn in_number(self, piece: Piece) -> Self {
        let Piece::Of(whole) = piece else { return self };
        let phone = self.phone.map(|phone| phone.part_of(whole));
        Self { phone, ..self }
    }

    /// Whether all users that a longer word finds are found by this part of it too. Then the users
    /// found only need to be narrowed down as the word grows.
    pub(crate) fn narrows(&self) -> bool {
        let by_id = self.hex.is_none_or(HexTerm::is_found_anywhere);
        by_id && self.phone.as_ref().is_none_or(PhoneTerm::narrows)
    }

    /// Whether every text in which the word is found holds it as it is written, phone numbers too.
    pub(crate) fn is_uniform(&self) -> bool {
        let mut phone = self.phone.iter();
        phone.all(|phone| phone.always_holds(&self.text))
    }

    /// Whether the word is only looked for as it is written.
    pub(crate) fn is_alone(&self) -> bool {
        let mut phone = self.phone.iter();
        phone.all(|phone| phone.is_only(&self.text))
    }

    /// The characters that the text of every match holds, in this order.
    pub(crate) fn scattered(&self) -> &str {
        self.phone.as_ref().map_or(&self.text, PhoneTerm::core)
    }
}

/// Whether the case of a word means nothing: hexadecimal digits, as in an `_id` or a GUID.
fn is_written_either_way(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && text.len() >= ID_PIECE
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A word without its signs and quotation marks, and the shape that they ask for.
fn unsigned(word: &str) -> (Shape, &str) {
    let text = word.trim_start_matches(['\'', '^']);
    let signs = &word[..word.len() - text.len()];
    let quoted = split::quoted(text).map(|(inside, _)| inside.trim());
    let shape = match (signs.contains('^'), signs.is_empty() && quoted.is_none()) {
        (true, _) => Shape::Anchored,
        (false, true) => Shape::Plain,
        (false, false) => Shape::Literal,
    };
    (shape, quoted.unwrap_or(text))
}

/// Whether a word is a piece of a generated id: half of all ids hold its digits scattered.
fn is_piece_of_id(text: &str) -> bool {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex && text.len() >= ID_PIECE && text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn terms(text: &str) -> Vec<(Shape, String)> {
        let query = Query::parse(text);
        let terms = query.terms.into_iter();
        terms.map(|term| (term.shape, term.text)).collect()
    }

    #[test]
    fn signs_decide_how_a_word_is_found() {
        assert_eq!(
            terms("anna 'Müller ^kd"),
            [
                (Shape::Plain, "anna".into()),
                (Shape::Literal, "muller".into()),
                (Shape::Anchored, "kd".into())
            ]
        );
        assert_eq!(terms("^'mara '^mara"), terms("^mara ^mara"));
        assert_eq!(terms("!!mara !!!web"), terms("mara"));
        let query = Query::parse("anna !web !^x");
        assert_eq!((query.terms.len(), query.without.len()), (1, 2));
        assert_eq!(query.without[1].shape, Shape::Anchored);
    }

    #[test]
    fn a_text_with_only_filters_asks_for_no_text() {
        for (text, asked) in [
            ("is:named", Asked::FiltersOnly),
            ("is:named !is:named seen:<7d", Asked::FiltersOnly),
            ("is:named mara", Asked::Text),
            ("is:named !mara", Asked::Text),
            // More likely a mistyped filter than an id.
            ("is:y", Asked::Garbled),
            ("chanel:web", Asked::Garbled),
            ("platform:web", Asked::Garbled),
            ("user:42", Asked::Garbled),
            ("auth0:42", Asked::Text),
            ("mara", Asked::Text),
            ("", Asked::Text),
        ] {
            assert_eq!(Query::parse(text).asked(), asked, "{text}");
        }
    }

    #[test]
    fn words_in_quotation_marks_are_found_as_they_are_written() {
        assert_eq!(
            terms("\"Mara  quinn \" “x y” ^\"a b\" \"un clo"),
            [
                (Shape::Literal, "mara  quinn".into()),
                (Shape::Literal, "x y".into()),
                (Shape::Anchored, "a b".into()),
                (Shape::Literal, "un clo".into()),
            ]
        );
    }

    #[test]
    fn contradictory_filters_are_hinted_at() {
        for text in [
            "is:named !is:named",
            "is:named is:unnamed",
            "!is:anonymous !is:identified",
            "channel:web !channel:web",
        ] {
            assert_eq!(Query::parse(text).hints.len(), 1, "{text}");
        }
        for text in [
            "is:named !is:unnamed",
            "is:named is:identified",
            "has:email",
        ] {
            assert!(Query::parse(text).hints.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_piece_of_an_id_is_not_looked_for_in_scattered_digits() {
        for (word, shape) in [
            ("615d4", Shape::Literal),
            ("2041899", Shape::Literal),
            ("615d", Shape::Plain),
            ("decade", Shape::Plain),
            ("kd1860", Shape::Plain),
        ] {
            assert_eq!(Term::parse(word).unwrap().shape, shape, "{word}");
        }
    }

    #[test]
    fn a_capital_makes_case_matter() {
        assert_eq!(Term::parse("anna").unwrap().capitals, None);
        let capitals = Term::parse("McK").unwrap().capitals.unwrap();
        assert_eq!(capitals, [true, false, true]);
        for id in ["64BE90D2A7F31C0058E6D914", "3F2504E0-4F89", "AB123"] {
            assert_eq!(Term::parse(id).unwrap().capitals, None, "{id}");
        }
        assert!(Term::parse("ABBA").unwrap().capitals.is_some());
    }

    #[test]
    fn a_sign_without_a_word_is_explained() {
        for text in ["!", "^", "'", "\u{301}", "!^", "\"", "^'", "!!", "\"\""] {
            let query = Query::parse(text);
            assert!(query.is_blank(), "{text}");
            assert_eq!(query.explanations.len(), 1, "{text}");
        }
        assert!(Query::parse("").explanations.is_empty());
    }

    #[test]
    fn a_page_of_text_is_cut_with_an_explanation() {
        let query = Query::parse(&"word ".repeat(50));
        assert_eq!(query.terms.len(), MAX_TERMS);
        assert!(query.explanations[0].contains("first 12 words"));
    }

    #[test]
    fn a_number_is_read_without_its_scheme_but_text_with_it() {
        for (word, text) in [
            ("tel:+4915", "+4915"),
            ("TEL:0151", "0151"),
            ("whatsapp:+4915", "+4915"),
            ("sip:+4915", "+4915"),
            ("tel:4", "tel:4"),
            ("auth:12345", "auth:12345"),
            ("'tel:+4915", "tel:+4915"),
        ] {
            assert_eq!(Term::parse(word).unwrap().text, text, "{word}");
        }
    }

    #[test]
    fn the_pieces_of_a_number_are_words_of_their_own() {
        let query = Query::parse("kd 0151 / 2345678");
        let texts: Vec<_> = query.terms.iter().map(|term| term.text.as_str()).collect();
        assert_eq!(texts, ["kd", "0151", "2345678"]);
        let forms = |at: usize| -> Vec<&str> {
            let phone = query.terms[at].phone.iter();
            phone.flat_map(PhoneTerm::forms).collect()
        };
        assert_eq!(forms(0), Vec::<&str>::new());
        assert_eq!(forms(1), ["01512345678", "1512345678", "0151", "151"]);
        assert_eq!(forms(2), ["01512345678", "1512345678", "2345678"]);
    }
}
