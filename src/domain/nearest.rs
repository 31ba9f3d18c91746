//! The known word that is nearest to a mistyped one, for suggestions.
//!
//! In: a written word and the known words. Out: one of these, or `None` when all are too different.
//! It corrects nothing by itself.

use strsim::osa_distance;

/// Anything longer is not a mistyped word.
const LONGEST: usize = 64;

/// The nearest of `known` words, if one is near enough to have been meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = lowercase(word);
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        .filter_map(|candidate| {
            let letters = lowercase(candidate);
            // Letters added, dropped, changed or swapped with their neighbour.
            let distance = osa_distance(&word, &letters);
            // A beginning is meant as such: `prod` for `production`.
            let is_beginning = length >= 3 && letters.starts_with(&word);
            (distance <= allowed || is_beginning).then_some(((!is_beginning, distance), candidate))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// Lowercases letter by letter: `str::to_lowercase` treats a final sigma differently.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 5] = ["app_id", "api", "key_id", "secret", "secret_command"];

    #[test]
    fn a_slip_of_the_finger_finds_its_word() {
        for (written, meant) in [
            ("secrt", "secret"),
            ("secert", "secret"),
            ("Secret", "secret"),
            ("keyid", "key_id"),
            ("secret-command", "secret_command"),
            ("app_di", "app_id"),
            ("secret_c", "secret_command"),
        ] {
            assert_eq!(nearest(written, KEYS), Some(meant), "{written}");
        }
    }

    #[test]
    fn another_word_altogether_finds_nothing() {
        let long = "x".repeat(10_000);
        for written in ["colour", "", "zz", "passphrase", &long] {
            assert_eq!(nearest(written, KEYS), None, "{written}");
        }
    }

    #[test]
    fn letters_are_counted_not_bytes() {
        assert_eq!(nearest("münchen", ["munchen"]), Some("munchen"));
    }
}
