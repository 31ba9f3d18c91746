//! Times in every form in which the API is known to send them.
//!
//! In: a number or a text. Out: a timestamp in whole milliseconds (API document, section 9).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// From this on a number counts milliseconds: as seconds it would be past the year 5100.
const MILLISECONDS_FROM: f64 = 1e11;

/// Reads a number: seconds, whole or with a fraction, or milliseconds when it is huge.
pub(super) fn parse_number(digits: &str) -> Option<Timestamp> {
    let number: f64 = digits.parse().ok()?;
    let milliseconds = if number.abs() > MILLISECONDS_FROM {
        number.round()
    } else {
        (number * 1000.0).round()
    };
    // 2^53: beyond it a float does not count in ones any more, and no year is meant.
    if !milliseconds.is_finite() || milliseconds.abs() > 9_007_199_254_740_992.0 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
    let milliseconds = milliseconds as i64;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// Reads a text: ISO 8601 with an offset, without one (UTC), a bare date, or a number.
pub(super) fn parse_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    });
    match time {
        Some(time) => Timestamp::from_millisecond(time.as_millisecond()).ok(),
        None => parse_number(text),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn ms(time: Option<Timestamp>) -> i64 {
        time.unwrap().as_millisecond()
    }

    #[test]
    fn float_seconds_are_rounded_to_the_millisecond() {
        assert_eq!(ms(parse_number("1709543910.007")), 1_709_543_910_007);
        assert_eq!(ms(parse_number("1709546153.48")), 1_709_546_153_480);
        assert_eq!(ms(parse_number("1709544312.0")), 1_709_544_312_000);
    }

    #[test]
    fn every_millisecond_of_a_second_survives_the_float() {
        for n in 0..1000 {
            let digits = format!("1709543910.{n:03}");
            assert_eq!(ms(parse_number(&digits)), 1_709_543_910_000 + n);
        }
    }

    #[test]
    fn whole_seconds_and_milliseconds_are_distinguished() {
        assert_eq!(ms(parse_number("1709543910")), 1_709_543_910_000);
        assert_eq!(ms(parse_number("1709543910007")), 1_709_543_910_007);
    }

    #[test]
    fn iso_texts_with_and_without_an_offset_are_read() {
        let noon = 1_709_553_600_000;
        for text in [
            "2024-03-04T12:00:00.000Z",
            "2024-03-04T12:00:00Z",
            "2024-03-04T13:00:00+01:00",
            "2024-03-04T12:00:00",
            "2024-03-04 12:00:00.000999",
            "1709553600.0",
        ] {
            assert_eq!(ms(parse_text(text)), noon, "{text}");
        }
        assert_eq!(ms(parse_text("2024-03-04")), noon - 43_200_000);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "soon", "NaN", "inf", "2024-13-01T00:00:00Z"] {
            assert_eq!(parse_text(text), None, "{text}");
        }
        for digits in ["1e999", "-1e30", "9e17"] {
            assert_eq!(parse_number(digits), None, "{digits}");
        }
    }
}
