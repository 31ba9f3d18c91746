//! The server's clock, as far as its answers show it.
//!
//! In: the headers of an answer, and when this machine asked and was answered. Out: what the
//! server's clock says, and when the question was asked by that clock. Answers, webhooks and files
//! are ordered by such moments, so a wrong clock on this machine must not decide which one is newer.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};

/// A smaller difference says nothing about a clock: `Date` has whole seconds.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(2);

/// No server of this API is older, so an earlier `Date` is the clock of a machine that lost its time.
const FIRST_YEAR: i16 = 2011;

/// When a request was asked, by the server's clock: the moment at which this machine sent it, moved
/// by the difference of the two clocks where the answer shows one.
///
/// The server wrote its `Date` between the two moments, so a `Date` between them shows no difference,
/// however slow the answer was. Otherwise the difference is measured where the answer arrived: the
/// result is then never later than the state that the answer shows.
pub(super) fn asked_at(headers: &HeaderMap, sent: Timestamp, answered: Timestamp) -> Timestamp {
    let Some(server) = server_time(headers).filter(is_plausible) else {
        return sent;
    };
    let is_behind = answered.duration_since(server) < -TOLERANCE;
    let is_ahead = sent.duration_since(server) > TOLERANCE;
    if is_behind || is_ahead {
        let took = answered.duration_since(sent);
        server.checked_sub(took).unwrap_or(server)
    } else {
        sent
    }
}

fn is_plausible(server: &Timestamp) -> bool {
    server.to_zoned(TimeZone::UTC).year() >= FIRST_YEAR
}

/// What the server's clock says, to the second.
pub(super) fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    parse_http_date(headers.get(DATE)?.to_str().ok()?)
}

/// A date in any of the three forms that HTTP allows.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    if let Ok(date) = jiff::fmt::rfc2822::parse(text) {
        return Some(date.timestamp());
    }
    let forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let date = forms
        .iter()
        .find_map(|form| DateTime::strptime(form, text).ok())?;
    let date = date.to_zoned(TimeZone::UTC).ok()?;
    Some(date.timestamp())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(clock: &str) -> Timestamp {
        format!("2024-03-04T{clock}Z").parse().unwrap()
    }

    /// When a request was asked that was sent and answered at these times of this machine's clock.
    fn asked(date: Option<&str>, sent: &str, answered: &str) -> Timestamp {
        let mut headers = HeaderMap::new();
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        asked_at(&headers, at(sent), at(answered))
    }

    const NINE: Option<&str> = Some("Mon, 04 Mar 2024 09:00:00 GMT");

    #[test]
    fn a_clock_that_agrees_with_the_server_is_believed_to_the_millisecond() {
        for (sent, answered) in [
            ("08:59:59.9", "09:00:00.1"),
            ("09:00:00.25", "09:00:00.5"),
            ("09:00:00.999", "09:00:01.5"),
            // Half a second of our own is no sign of a wrong clock.
            ("09:00:01.5", "09:00:01.6"),
            ("08:59:58.1", "08:59:58.2"),
            // A slow answer is none either.
            ("08:59:45", "09:00:04"),
        ] {
            assert_eq!(asked(NINE, sent, answered), at(sent), "{sent} {answered}");
        }
    }

    #[test]
    fn a_clock_that_is_off_is_corrected() {
        // An hour ahead, three seconds ahead, and an hour behind; each answer took half a second.
        for (sent, answered) in [
            ("10:00:00", "10:00:00.5"),
            ("09:00:03", "09:00:03.5"),
            ("08:00:00", "08:00:00.5"),
        ] {
            let asked = asked(NINE, sent, answered);
            assert_eq!(asked, at("08:59:59.5"), "{sent} {answered}");
        }
    }

    #[test]
    fn two_requests_stay_in_their_order_under_a_clock_that_is_off() {
        let later = Some("Mon, 04 Mar 2024 09:00:01 GMT");
        let first = asked(NINE, "10:00:00.1", "10:00:00.2");
        let second = asked(later, "10:00:01.1", "10:00:01.2");
        assert!(first < second);
    }

    #[test]
    fn without_a_date_that_can_be_believed_our_own_clock_counts() {
        for date in [
            None,
            Some("yesterday"),
            Some("Thu, 01 Jan 1970 00:00:07 GMT"),
        ] {
            let asked = asked(date, "10:00:00", "10:00:00.5");
            assert_eq!(asked, at("10:00:00"), "{date:?}");
        }
    }

    #[test]
    fn the_ends_of_time_are_no_trouble() {
        let mut headers = HeaderMap::new();
        let last = "Thu, 30 Dec 9999 22:00:00 GMT";
        headers.insert(DATE, last.parse().unwrap());
        let asked = asked_at(&headers, Timestamp::MIN, Timestamp::MAX);
        assert_eq!(asked, Timestamp::MIN, "the Date lies between the two");
        let asked = asked_at(&headers, at("10:00:00"), at("10:00:00"));
        assert_eq!(asked, parse_http_date(last).unwrap());
    }
}
