//! Other spellings of a word: umlauts written out, as `Mueller` for `Müller`, and the other way.

use crate::search::folded::Folded;

/// In shorter words two vowels are seldom an umlaut.
const SHORTEST: usize = 4;

/// The accent of an umlaut, where it is a character of its own.
const DIAERESIS: char = '\u{308}';

/// Another spelling of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OtherSpelling {
    /// The word in that spelling.
    pub word: String,
    /// What a match must hold once its umlauts are written out: `muller` also finds people without
    /// any umlaut. `None` where the other spelling says it all.
    pub written_out: Option<String>,
}

/// The other spelling of a word without signs; `None` if there is none.
pub(super) fn other_spelling(word: &str) -> Option<OtherSpelling> {
    let long = write_out(word);
    if long != word {
        return Some(OtherSpelling {
            word: long,
            written_out: None,
        });
    }
    Some(OtherSpelling {
        word: take_together(word)?,
        written_out: Some(Folded::new(word).as_str().to_owned()),
    })
}

/// Writes the umlauts of a text out: `ü` as `ue`, `å` as `aa`.
pub(crate) fn write_out(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let with_accent = chars.peek() == Some(&DIAERESIS);
        let (first, second) = match c {
            'ä' => ('a', 'e'),
            'ö' | 'ø' => ('o', 'e'),
            'ü' => ('u', 'e'),
            'å' => ('a', 'a'),
            'Ä' => ('A', 'e'),
            'Ö' | 'Ø' => ('O', 'e'),
            'Ü' => ('U', 'e'),
            'Å' => ('A', 'a'),
            'a' | 'o' | 'u' | 'A' | 'O' | 'U' if with_accent => (c, 'e'),
            _ => {
                written.push(c);
                continue;
            }
        };
        if with_accent {
            chars.next();
        }
        let is_shouted = first.is_uppercase() && chars.peek().is_some_and(|c| c.is_uppercase());
        written.push(first);
        written.push(if is_shouted {
            second.to_ascii_uppercase()
        } else {
            second
        });
    }
    written
}

/// Takes vowels that may be a written-out umlaut together; `None` if there are none.
fn take_together(word: &str) -> Option<String> {
    const PAIRS: [&str; 4] = ["ae", "oe", "ue", "aa"];
    if !word.is_ascii() || word.len() < SHORTEST {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let mut short = String::with_capacity(word.len());
    let mut at = 0;
    while at < word.len() {
        let end = (at + 2).min(word.len());
        short.push_str(&word[at..=at]);
        at += if PAIRS.contains(&&lower[at..end]) {
            2
        } else {
            1
        };
    }
    (short.len() < word.len()).then_some(short)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn umlauts_are_written_out_and_taken_together() {
        for (word, other, written_out) in [
            ("Müller", "Mueller", None),
            ("mu\u{308}ller", "mueller", None),
            ("Sørensen", "Soerensen", None),
            ("Håkon", "Haakon", None),
            ("Mueller", "Muller", Some("mueller")),
            ("joerg", "jorg", Some("joerg")),
            ("HAAKON", "HAKON", Some("haakon")),
        ] {
            let spelling = other_spelling(word).unwrap();
            assert_eq!(spelling.word, other, "{word}");
            assert_eq!(spelling.written_out.as_deref(), written_out, "{word}");
        }
        for word in ["mara", "sue", "佐藤", "", "quinn"] {
            assert_eq!(other_spelling(word), None, "{word}");
        }
        assert_eq!(write_out("MÜLLER Ülo"), "MUELLER Uelo");
    }
}
