//! Ages, days and times of day as short texts.
//!
//! In: instants and a time zone. Out: plain ASCII. It reads no clock: the caller passes the
//! current time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 31_556_952;
const MONTH: i64 = YEAR / 12;

/// How long ago something was, in one unit: `now`, `3s`, `2m`, `5h`, `31d`, `14mo`, `6y`.
///
/// Days go up to 99, months up to 23. Less than a minute in the future is `now`, because clocks
/// differ; anything later is `in 2m`.
pub(crate) fn age(now: Timestamp, then: Timestamp) -> String {
    let seconds = now.as_second().saturating_sub(then.as_second());
    if seconds <= -MINUTE {
        format!("in {}", span(seconds.saturating_neg()))
    } else if seconds <= 0 {
        "now".to_owned()
    } else {
        span(seconds)
    }
}

/// The same as a phrase: `just now`, `3s ago`, `in 2m`.
pub(crate) fn ago(now: Timestamp, then: Timestamp) -> String {
    let age = age(now, then);
    if age == "now" {
        "just now".to_owned()
    } else if age.starts_with("in ") {
        age
    } else {
        format!("{age} ago")
    }
}

/// The time of day: `12:41`.
pub(crate) fn clock(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%H:%M").to_string()
}

/// The day in words: `Tue 18 Nov 2025`.
pub(crate) fn day(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%a %d %b %Y").to_string()
}

/// The day in figures: `2019-04-02`.
pub(crate) fn date(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%Y-%m-%d").to_string()
}

/// The day in words without the weekday: `3 May 2024`.
pub(crate) fn long_date(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%-d %b %Y").to_string()
}

/// The same, without the year if that is the current one: `3 May`.
pub(crate) fn short_date(ts: Timestamp, now: Timestamp, tz: &TimeZone) -> String {
    let (then, now) = (ts.to_zoned(tz.clone()), now.to_zoned(tz.clone()));
    if then.year() == now.year() {
        then.strftime("%-d %b").to_string()
    } else {
        long_date(ts, tz)
    }
}

/// Day, time and zone: `2019-04-02 10:00:00 UTC`.
pub(crate) fn full(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone())
        .strftime("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

fn span(seconds: i64) -> String {
    let (count, unit) = if seconds < MINUTE {
        (seconds, "s")
    } else if seconds < HOUR {
        (seconds / MINUTE, "m")
    } else if seconds < DAY {
        (seconds / HOUR, "h")
    } else if seconds < 100 * DAY {
        (seconds / DAY, "d")
    } else if seconds < 2 * YEAR {
        (seconds / MONTH, "mo")
    } else {
        (seconds / YEAR, "y")
    };
    format!("{count}{unit}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot start may panic")]

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    #[test]
    fn an_age_has_one_unit() {
        for (seconds, text) in [
            (0, "now"),
            (1, "1s"),
            (59, "59s"),
            (60, "1m"),
            (3_599, "59m"),
            (3_600, "1h"),
            (86_399, "23h"),
            (86_400, "1d"),
            (31 * DAY, "31d"),
            (99 * DAY, "99d"),
            (100 * DAY, "3mo"),
            (430 * DAY, "14mo"),
            (2 * YEAR - 1, "23mo"),
            (2 * YEAR, "2y"),
            (6 * YEAR + 5, "6y"),
        ] {
            assert_eq!(age(at(seconds), at(0)), text, "{seconds}");
        }
    }

    #[test]
    fn less_than_a_minute_ahead_is_now() {
        assert_eq!(age(at(0), at(59)), "now");
        assert_eq!(age(at(0), at(60)), "in 1m");
        assert_eq!(age(at(0), at(7_200)), "in 2h");
    }

    #[test]
    fn the_longest_possible_span_has_an_age() {
        assert_eq!(age(Timestamp::MAX, Timestamp::MIN), "19998y");
        assert_eq!(age(Timestamp::MIN, Timestamp::MAX), "in 19998y");
    }

    #[test]
    fn an_age_can_be_a_phrase() {
        assert_eq!(ago(at(3), at(0)), "3s ago");
        assert_eq!(ago(at(0), at(0)), "just now");
        assert_eq!(ago(at(0), at(120)), "in 2m");
    }

    #[test]
    fn instants_are_shown_in_the_given_zone() {
        let ts: Timestamp = "2019-04-02T22:05:09Z".parse().unwrap();
        assert_eq!(clock(ts, &TimeZone::UTC), "22:05");
        assert_eq!(day(ts, &TimeZone::UTC), "Tue 02 Apr 2019");
        assert_eq!(date(ts, &TimeZone::UTC), "2019-04-02");
        assert_eq!(full(ts, &TimeZone::UTC), "2019-04-02 22:05:09 UTC");
        assert_eq!(long_date(ts, &TimeZone::UTC), "2 Apr 2019");
        let now: Timestamp = "2019-12-31T23:59:00Z".parse().unwrap();
        assert_eq!(short_date(ts, now, &TimeZone::UTC), "2 Apr");
        let east = TimeZone::fixed(jiff::tz::offset(9));
        assert_eq!(clock(ts, &east), "07:05");
        assert_eq!(date(ts, &east), "2019-04-03");
        // There the new year has begun.
        assert_eq!(short_date(ts, now, &east), "3 Apr 2019");
        assert_eq!(full(ts, &east), "2019-04-03 07:05:09 +09");
    }
}
