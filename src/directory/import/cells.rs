//! What spreadsheets make of ids, numbers and dates, and back where nothing was lost.
//!
//! In: the text of a cell. Out: what was meant by it, or why nobody can say.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// Cells that say that there is no id.
const NO_ID: [&str; 13] = [
    "null",
    "(null)",
    "\\n",
    "none",
    "nil",
    "undefined",
    "nan",
    "n/a",
    "#n/a",
    "na",
    "-",
    "--",
    "?",
];

/// What a cell holds once white space and a spreadsheet's own marks are off.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bare<'t> {
    pub(super) text: Cow<'t, str>,
    /// Whether a mark was there: `="0012"`, `'0012`.
    pub(super) had_mark: bool,
    /// Whether white space was around it.
    pub(super) had_blanks: bool,
}

/// Takes white space off both ends, that which nobody sees included.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    })
}

/// Takes `="…"` off, by which a text is kept from being read as a number.
pub(super) fn without_formula(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix("=\"")?.strip_suffix('"')?;
    Some(if inside.contains("\"\"") {
        Cow::Owned(inside.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(inside)
    })
}

/// Takes all marks off an id or a number.
pub(super) fn bare(text: &str) -> Bare<'_> {
    let inside = trimmed(text);
    let (unmarked, had_mark) = match without_formula(inside) {
        Some(Cow::Borrowed(text)) => (Cow::Borrowed(trimmed(text)), true),
        Some(Cow::Owned(text)) => (Cow::Owned(trimmed(&text).to_owned()), true),
        None => match inside.strip_prefix('\'').filter(|rest| !rest.is_empty()) {
            Some(rest) => (Cow::Borrowed(trimmed(rest)), true),
            None => (Cow::Borrowed(inside), false),
        },
    };
    Bare {
        had_blanks: inside.len() != text.len(),
        text: unmarked,
        had_mark,
    }
}

/// Whether a cell for an id says that there is none.
pub(super) fn says_none(id: &str) -> bool {
    id.len() <= 9 && NO_ID.contains(&id.to_ascii_lowercase().as_str())
}

/// What is wrong with an id; `None` if nothing can be seen.
pub(super) fn damage_to(id: &str) -> Option<&'static str> {
    // A spreadsheet writes as many digits as an `_id` has with an exponent.
    if is_rounded(id) || (lost_its_last_digits(id) && !looks_like_smooch_id(id)) {
        return Some("looks like a number that a spreadsheet rounded");
    }
    if is_decimal(id) {
        return Some("looks like a number that a program read as a decimal");
    }
    is_error(id).then_some("is an error of a spreadsheet")
}

/// Whether it is a number as spreadsheets write those that are too long for them: `9.91214E+15`.
pub(super) fn is_rounded(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some((number, exponent)) = text.split_once("E+").or_else(|| text.split_once("e+")) else {
        return false;
    };
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    is_digits(exponent) && is_digits(fraction) && is_digits(whole) && whole.len() == 1
}

/// Whether all digits but those that a spreadsheet keeps are zeros, and too many to be so by chance.
fn lost_its_last_digits(text: &str) -> bool {
    let lost = text.as_bytes().get(KEPT_DIGITS..).unwrap_or_default();
    lost.len() >= 2
        && lost.iter().all(|byte| *byte == b'0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a whole number with `.0` behind it.
fn is_decimal(text: &str) -> bool {
    let whole = text.strip_suffix(".0").unwrap_or_default();
    whole.len() >= 3 && whole.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a spreadsheet wrote it in place of a value: `#REF!`, `#NAME?`, `#####`.
fn is_error(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else {
        return false;
    };
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'/' | b'0');
    match rest.strip_suffix(['!', '?']) {
        Some(name) => !name.is_empty() && name.bytes().all(is_upper),
        None => rest.len() > 1 && rest.bytes().all(|byte| byte == b'#'),
    }
}

/// Whether a text can be an `_id` at all: no blanks, and of all signs only those that ids have.
pub(super) fn can_be_smooch_id(text: &str) -> bool {
    let is_usual = |c: char| {
        // A control character is refused later, with its own reason.
        c.is_alphanumeric() || c.is_control() || matches!(c, '-' | '_' | '.' | ':')
    };
    text.chars().all(is_usual)
}

/// Whether a text looks like an `_id`: 24 hexadecimal digits.
pub(super) fn looks_like_smooch_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The moment that a cell names, as RFC 3339; `None` if that is not clear.
pub(super) fn moment(text: &str) -> Option<Cow<'_, str>> {
    let text = trimmed(text);
    if text.parse::<Timestamp>().is_ok() {
        return Some(Cow::Borrowed(text));
    }
    let at = number_moment(text).or_else(|| {
        let at = written_moment(text)?;
        TimeZone::UTC.to_timestamp(at).ok()
    })?;
    Some(Cow::Owned(format!("{at:.3}")))
}

/// A count of seconds or milliseconds since 1970, or of days as spreadsheets count them.
fn number_moment(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        5 => {
            let days = Span::new().try_days(number).ok()?;
            let day = date(1899, 12, 30).checked_add(days).ok()?;
            let part: f64 = format!("0.{fraction}").parse().unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "within a day")]
            let seconds = (part * 86_400.0).round() as i64;
            let at = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?;
            at.checked_add(Span::new().try_seconds(seconds).ok()?).ok()
        }
        10 => {
            let part: f64 = format!("0.{fraction}").parse().unwrap_or_default();
            #[expect(clippy::cast_possible_truncation, reason = "within a second")]
            let part = (part * 1000.0).round() as i64;
            Timestamp::from_millisecond(number * 1000 + part).ok()
        }
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// A day, with or without a time of day, in digits whose order is clear.
fn written_moment(text: &str) -> Option<DateTime> {
    if let Ok(at) = text.parse::<DateTime>() {
        return Some(at);
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let day: Date = written_day(day.trim_end_matches(','))?;
    let mut parts = time.trim().split(':');
    let mut part = || parts.next().map_or(Some(0), |part| part.parse::<i8>().ok());
    let (hour, minute, second) = (part()?, part()?, part()?);
    day.to_datetime(jiff::civil::Time::new(hour, minute, second, 0).ok()?)
        .into()
}

fn written_day(text: &str) -> Option<Date> {
    let sign = text.chars().find(|c| matches!(c, '.' | '/' | '-'))?;
    let parts: Option<Vec<i16>> = text.split(sign).map(|part| part.parse().ok()).collect();
    let [one, two, three] = parts?.try_into().ok()?;
    let small = |number: i16| i8::try_from(number).ok();
    if one > 999 {
        return Date::new(one, small(two)?, small(three)?).ok();
    }
    if three < 1000 {
        return None;
    }
    // With dots the day comes first everywhere; otherwise only a number past twelve tells.
    let day_first = sign == '.' || one > 12 || one == two;
    let month_first = two > 12;
    match (day_first, month_first) {
        (true, false) => Date::new(three, small(two)?, small(one)?).ok(),
        (false, true) => Date::new(three, small(one)?, small(two)?).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_blanks_come_off() {
        for (cell, text, had_mark, had_blanks) in [
            ("'0012345", "0012345", true, false),
            ("=\"0012346\"", "0012346", true, false),
            (" =\" a\"\"b \" ", "a\"b", true, true),
            ("\u{a0}crm-1\u{200b}", "crm-1", false, true),
            ("crm-1", "crm-1", false, false),
            ("'", "'", false, false),
            ("=1", "=1", false, false),
        ] {
            let text = Cow::Borrowed(text);
            let expected = Bare {
                text,
                had_mark,
                had_blanks,
            };
            assert_eq!(bare(cell), expected, "{cell}");
        }
    }

    #[test]
    fn ids_that_lost_something_are_known() {
        for id in [
            "9.91214E+15",
            "9,91214E+15",
            "1E+20",
            "9.9e+15",
            "7.6E+23",
            "99121406335064200",
            "991214063350642000",
            "12345.0",
            "#REF!",
            "#NAME?",
            "#DIV/0!",
            "########",
        ] {
            assert!(damage_to(id).is_some(), "{id}");
        }
        for id in [
            "1E5",
            "E+1",
            "12.5E+3",
            "9.9E+",
            "a@x.org",
            "9912140633506421",
            "9912140633506420",
            "000000000000000000000000",
            "1.0",
            "#7",
            "#general",
            "v2.0",
        ] {
            assert_eq!(damage_to(id), None, "{id}");
        }
    }

    #[test]
    fn words_for_nothing_are_no_ids() {
        for none in ["NULL", "null", "\\N", "None", "n/a", "-"] {
            assert!(says_none(none), "{none}");
        }
        for id in ["0", "nullptr", "Nadia", "nobody@example.org"] {
            assert!(!says_none(id), "{id}");
        }
    }

    #[test]
    fn only_what_the_api_could_have_made_can_be_its_id() {
        for id in ["a1", "64be90d2a7f31c0058e6d914", "u-1_2.3:4", "é"] {
            assert!(can_be_smooch_id(id), "{id}");
        }
        for id in ["bad id!", "mara@example.org", "a,b"] {
            assert!(!can_be_smooch_id(id), "{id}");
        }
    }

    #[test]
    fn moments_are_read_only_where_they_are_clear() {
        for (cell, at) in [
            ("2024-05-03T14:02:00Z", "2024-05-03T14:02:00Z"),
            ("45291", "2023-12-31T00:00:00.000Z"),
            ("45291.75", "2023-12-31T18:00:00.000Z"),
            ("45291,5", "2023-12-31T12:00:00.000Z"),
            ("2023-12-31", "2023-12-31T00:00:00.000Z"),
            ("2023-12-31 10:30", "2023-12-31T10:30:00.000Z"),
            ("31.12.2023", "2023-12-31T00:00:00.000Z"),
            ("31.12.2023 10:30:15", "2023-12-31T10:30:15.000Z"),
            ("03.04.2024", "2024-04-03T00:00:00.000Z"),
            ("12/31/2023", "2023-12-31T00:00:00.000Z"),
            ("31/12/2023", "2023-12-31T00:00:00.000Z"),
            ("1703980800", "2023-12-31T00:00:00.000Z"),
            ("1703980800.25", "2023-12-31T00:00:00.250Z"),
            ("1703980800123", "2023-12-31T00:00:00.123Z"),
        ] {
            assert_eq!(moment(cell).as_deref(), Some(at), "{cell}");
        }
        for cell in [
            "03/04/2024",
            "31/13/2023",
            "yesterday",
            "7",
            "31.12.23",
            "",
            "31.12.2023 x",
        ] {
            assert_eq!(moment(cell), None, "{cell}");
        }
    }
}
