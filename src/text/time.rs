//! Ages, days and times of day as short texts.
//!
//! In: instants, and the zone to tell them in. Out: plain ASCII. It must not read a clock: what
//! is now comes in.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 31_556_952;
const MONTH: i64 = YEAR / 12;

/// How long ago something was, in one unit: `now`, `3s`, `2m`, `5h`, `31d`, `14mo`, `6y`.
///
/// Days reach to 99, months to 23. What lies less than a minute ahead is `now`, as clocks differ;
/// what lies further ahead is `in 2m`.
pub fn age(now: Timestamp, then: Timestamp) -> String {
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
pub fn ago(now: Timestamp, then: Timestamp) -> String {
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
pub fn clock(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%H:%M").to_string()
}

/// The day in words: `Tue 18 Nov 2025`.
pub fn day(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%a %d %b %Y").to_string()
}

/// The day in figures: `2019-04-02`.
pub fn date(ts: Timestamp, tz: &TimeZone) -> String {
    ts.to_zoned(tz.clone()).strftime("%Y-%m-%d").to_string()
}

/// Everything: `2019-04-02 10:00:00 UTC`.
pub fn full(ts: Timestamp, tz: &TimeZone) -> String {
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
