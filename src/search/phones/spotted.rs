//! Finds phone numbers in running text, such as a line that a telephone system wrote.
//!
//! Dates, times, decimal numbers, addresses of machines and digits inside words are no phone numbers.

use std::ops::Range;

use super::digits::{MOST_CHARS, PHONE_LENGTHS, dialled_digits};
use crate::text::{fold, fold_char};

/// So many signs in a row separate two numbers.
const MOST_SIGNS: usize = 3;

/// Longer texts are not read to their end.
const MOST_READ: usize = 16 * MOST_CHARS;

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::search) struct Spotted {
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it begins with `+` or `00`.
    pub is_international: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Plus,
    /// Between the digits of a number.
    Sign,
    /// Part of a word.
    Letter,
    /// Nothing that is seen.
    Nothing,
    Colon,
    Other,
}

fn class_of(c: char) -> Class {
    if matches!(c, '\n' | '\t' | '\r') {
        return Class::Other;
    }
    let mut class = Class::Nothing;
    fold_char(c, |c| {
        class = match c {
            '0'..='9' => Class::Digit,
            '+' => Class::Plus,
            '-' | '.' | '/' | '(' | ')' | ' ' => Class::Sign,
            ':' => Class::Colon,
            '_' => Class::Letter,
            c if c.is_alphanumeric() => Class::Letter,
            _ => Class::Other,
        };
    });
    class
}

/// The phone numbers in a text, first ones first.
pub(in crate::search) fn spotted_in(text: &str) -> Vec<Spotted> {
    let chars = text.char_indices().take(MOST_READ);
    let mut chars: Vec<(usize, Class)> = chars.map(|(at, c)| (at, class_of(c))).collect();
    chars.retain(|(_, class)| *class != Class::Nothing);
    let end = chars.len();
    let mut found = Vec::new();
    let mut at = 0;
    while at < end {
        let before = at.checked_sub(1).map(|before| chars[before].1);
        match chars[at].1 {
            Class::Plus | Class::Digit if before != Some(Class::Letter) => {
                let run = run_from(&chars, at);
                found.extend(number_in(text, &chars, &run));
                at = run.end;
            }
            // Digits at the end of a word belong to it.
            Class::Digit => {
                let is_word = |class: &Class| matches!(class, Class::Digit | Class::Letter);
                at += chars[at..]
                    .iter()
                    .take_while(|(_, class)| is_word(class))
                    .count();
            }
            _ => at += 1,
        }
    }
    found
}

/// Groups of digits, with signs between them.
struct Run {
    groups: Vec<Range<usize>>,
    /// Where the search goes on.
    end: usize,
}

fn run_from(chars: &[(usize, Class)], start: usize) -> Run {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let (mut at, mut signs) = (start, 0);
    while let Some((_, class)) = chars.get(at) {
        match class {
            Class::Digit => {
                match groups.last_mut().filter(|group| group.end == at) {
                    Some(group) => group.end = at + 1,
                    None => groups.push(at..at + 1),
                }
                signs = 0;
            }
            Class::Plus if groups.is_empty() => {}
            Class::Sign if signs < MOST_SIGNS => signs += 1,
            _ => break,
        }
        at += 1;
    }
    Run {
        groups,
        end: at.max(start + 1),
    }
}

/// The number that a run of digits is; `None` if it is something else.
fn number_in(text: &str, chars: &[(usize, Class)], run: &Run) -> Option<Spotted> {
    let class = |at: usize| chars.get(at).map(|(_, class)| *class);
    let byte = |at: usize| chars.get(at).map_or(text.len(), |(byte, _)| *byte);
    let mut groups = &run.groups[..];
    // A time of day: its first part, or its last one.
    let is_short = |group: &Range<usize>| group.len() <= 2;
    let first = groups.first()?;
    let after_time = first.start >= 2
        && class(first.start - 1) == Some(Class::Colon)
        && class(first.start - 2) == Some(Class::Digit);
    if after_time && is_short(first) {
        groups = &groups[1..];
    }
    let last = groups.last()?;
    match class(last.end) {
        Some(Class::Colon) if is_short(last) => groups = &groups[..groups.len() - 1],
        // Digits at the start of a word; an extension may follow without a blank.
        Some(Class::Letter) if !text[byte(last.end)..].starts_with(['x', 'X']) => return None,
        _ => {}
    }
    let shown = |groups: &[Range<usize>]| -> Option<Range<usize>> {
        let (first, last) = (groups.first()?, groups.last()?);
        let plus = first
            .start
            .checked_sub(1)
            .filter(|at| class(*at) == Some(Class::Plus));
        let end = byte(last.end - 1);
        let end = end + text[end..].chars().next().map_or(0, char::len_utf8);
        Some(byte(plus.unwrap_or(first.start))..end)
    };
    if groups.len() > 3 && is_date(&fold(&text[shown(&groups[..3])?])) {
        groups = &groups[3..];
    }
    let range = shown(groups)?;
    let folded = fold(&text[range.clone()]);
    let is_number = PHONE_LENGTHS.contains(&dialled_digits(&folded).len())
        && !is_date(&folded)
        && !is_decimal(&folded)
        && !is_machine(&folded);
    is_number.then(|| Spotted {
        is_international: folded.starts_with('+') || folded.starts_with("00"),
        range,
    })
}

/// Whether a folded text is a day, perhaps with an hour after it: `2024-05-03`, `3.5.2024 10`.
pub(in crate::search) fn is_date(folded: &str) -> bool {
    let (day, hour) = folded.split_once(' ').unwrap_or((folded, ""));
    let groups: Vec<&str> = day.split(['-', '.', '/']).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_day = matches!(lengths.as_slice(), [4, 1 | 2, 1 | 2] | [1 | 2, 1 | 2, 4]);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    is_day && groups.into_iter().all(digits) && hour.len() <= 2 && digits(hour)
}

/// Whether a folded text is a number with a decimal point: `0.1234567`, but not `0171.1234567`.
pub(in crate::search) fn is_decimal(folded: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    folded
        .split_once('.')
        .is_some_and(|(whole, part)| whole.len() <= 3 && digits(whole) && digits(part))
}

/// Whether a folded text is the address of a machine: `192.168.100.20`.
fn is_machine(folded: &str) -> bool {
    let groups: Vec<&str> = folded.split('.').collect();
    groups.len() == 4 && groups.iter().all(|group| group.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_a_line_and_other_digits_are_not() {
        let none: &[&str] = &[];
        for (text, numbers) in [
            ("Call from +31 6 12345037 at 10:00", &["+31 6 12345037"][..]),
            ("Missed call: 06-12345037 10:15:22", &["06-12345037"]),
            ("2024-05-03 10:15 0612345037 ended", &["0612345037"]),
            ("2024-05-03 0612345037", &["0612345037"]),
            (
                "From +49 171 1234567 to +49 221 987654",
                &["+49 171 1234567", "+49 221 987654"],
            ),
            ("tel:06 12 34 50 37", &["06 12 34 50 37"]),
            ("Anruf von (0171) 1234567, 2:31 min", &["0171) 1234567"]),
            (
                "\u{202A}+49 151\u{2011}234567\u{202C} rang",
                &["+49 151\u{2011}234567"],
            ),
            ("رقم ٠٦١٢٣٤٥٠٣٧", &["٠٦١٢٣٤٥٠٣٧"]),
            ("Mara +31612345037", &["+31612345037"]),
            ("+31612345037x12", &["+31612345037"]),
            ("at 2024-05-03T10:15:22Z", none),
            ("from 192.168.100.20", none),
            ("64be90d2a7f31c0058e6d914", none),
            ("order a1234567890 b-12", none),
            ("52.3702157, 4.8951679", none),
            ("12345", none),
        ] {
            let spotted = spotted_in(text).into_iter();
            let spotted: Vec<&str> = spotted.map(|spotted| &text[spotted.range]).collect();
            assert_eq!(spotted, numbers, "{text}");
        }
    }
}
