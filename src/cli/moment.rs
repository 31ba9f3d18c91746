//! Times and counts as people write them on a command line.

use std::num::NonZeroUsize;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Reads a time with its zone, a day, which begins at midnight on this machine, or an age: `2d` is two
/// days ago.
pub(super) fn parse_moment(text: &str) -> Result<Timestamp, String> {
    parse_moment_at(text, Timestamp::now(), &TimeZone::system())
}

fn parse_moment_at(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let is_day = text.len() == "2024-05-03".len();
    let day: Option<Date> = text.parse().ok().filter(|_| is_day);
    let midnight = day.and_then(|day| day.to_zoned(zone.clone()).ok());
    if let Some(midnight) = midnight {
        return Ok(midnight.timestamp());
    }
    let ago = parse_age(text).and_then(|age| now.checked_sub(age).ok());
    ago.ok_or_else(|| {
        "give a day, a time with its zone, or an age: 2024-05-03, 2024-05-03T14:02Z, 2d".to_owned()
    })
}

/// A number and its unit, as in `2d`.
fn parse_age(text: &str) -> Option<Duration> {
    let unit = text.chars().next_back()?;
    let number = &text[..text.len() - unit.len_utf8()];
    let seconds = match unit {
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        'w' => 7 * DAY,
        'y' => 365 * DAY,
        _ => return None,
    };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = digits.then(|| number.parse().ok())??;
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

/// Reads how many of something are wanted.
pub(super) fn parse_limit(text: &str) -> Result<NonZeroUsize, String> {
    text.parse()
        .map_err(|_| "give a whole number from 1; without --limit it is 100".to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_moment_is_a_time_a_day_or_an_age() {
        let now: Timestamp = "2026-12-02T12:00:00Z".parse().unwrap();
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        for (text, moment) in [
            ("2024-03-04T09:18:30Z", "2024-03-04T09:18:30Z"),
            ("2024-03-04T10:18:30.007+01:00", "2024-03-04T09:18:30.007Z"),
            ("2026-11-30T12:00Z", "2026-11-30T12:00:00Z"),
            ("2026-11-30", "2026-11-29T22:00:00Z"),
            ("2d", "2026-11-30T12:00:00Z"),
            ("90m", "2026-12-02T10:30:00Z"),
        ] {
            let moment: Timestamp = moment.parse().unwrap();
            assert_eq!(parse_moment_at(text, now, &zone), Ok(moment), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "d",
            "-1d",
            "2024-05-03T14:02",
            "2024-13-01",
            "1714744920",
            "99999999999999999y",
            "é",
        ] {
            assert!(parse_moment_at(text, now, &zone).is_err(), "{text}");
        }
    }

    #[test]
    fn a_limit_counts_from_one() {
        assert_eq!(parse_limit("7").map(NonZeroUsize::get), Ok(7));
        for text in ["0", "-1", "x", ""] {
            assert!(parse_limit(text).unwrap_err().contains("from 1"), "{text}");
        }
    }
}
