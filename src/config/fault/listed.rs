//! Lists of words in a sentence.

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(words: &[String], conjunction: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {conjunction} {last}", most.join(", ")),
    }
}
