//! The known word that is nearest to a mistyped one, for suggestions.
//!
//! In: what somebody wrote and the words that are known. Out: one of these, or none when all are
//! too far away to be meant. It corrects nothing by itself.

/// More than this is no mistyped word.
const LONGEST: usize = 64;

/// The nearest of `known` words, if one is near enough to have been meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    if word.len() > LONGEST {
        return None;
    }
    let allowed = (word.len() / 3).max(1);
    known
        .into_iter()
        .filter_map(|candidate| {
            let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            let distance = distance(&word, &letters);
            // A beginning is meant as such: `prod` for `production`.
            let is_beginning = word.len() >= 3 && letters.starts_with(&word);
            (distance <= allowed || is_beginning).then_some(((!is_beginning, distance), candidate))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, dropped, changed or swapped with their neighbour.
fn distance(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut above: Vec<usize> = (0..width).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut line = vec![row + 1; width];
        for (column, wanted) in other.iter().enumerate() {
            let changed = above[column] + usize::from(letter != wanted);
            line[column + 1] = changed.min(above[column + 1] + 1).min(line[column] + 1);
            let is_swap =
                row > 0 && column > 0 && other[column - 1] == *letter && one[row - 1] == *wanted;
            if is_swap {
                line[column + 1] = line[column + 1].min(before[column - 1] + 1);
            }
        }
        before = std::mem::replace(&mut above, line);
    }
    above[width - 1]
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
