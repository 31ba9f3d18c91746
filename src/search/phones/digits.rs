//! The digits of phone numbers, and how many there are.

use std::ops::RangeInclusive;

/// Longer texts hold no number worth looking for.
pub(super) const MOST_CHARS: usize = 256;

/// How many digits phone numbers have, a leading `00` not counted.
pub(in crate::search) const PHONE_LENGTHS: RangeInclusive<usize> = 7..=15;

/// The digits of a folded text.
pub(in crate::search) fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The digits of a folded number without the `00` that means "abroad".
pub(super) fn dialled_digits(folded: &str) -> String {
    let digits = digits_of(folded);
    match digits.strip_prefix("00") {
        Some(rest) => rest.to_owned(),
        None => digits,
    }
}
