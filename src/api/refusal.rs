//! Statuses other than success, each turned into a problem (API document, section 2.2).
//!
//! In: status, headers and the words of the server. Out: a [`Problem`]. What a 404 means depends on
//! what was asked for, so it is not decided here.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use url::Url;

use super::retry::LONGEST_PAUSE;
use super::server_clock::{parse_http_date, server_time};
use crate::domain::{AnswerFault, AuthMethod, ClockSkew, Problem, Refused, Untrusted};

/// An answer other than a success.
pub(super) struct Refusal<'a> {
    /// The status.
    pub(super) status: StatusCode,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// What was asked for.
    pub(super) asked: &'a Url,
    /// How the key was sent.
    pub(super) auth: AuthMethod,
    /// When the answer came, by this machine's clock.
    pub(super) now: Timestamp,
}

impl Refusal<'_> {
    /// The problem that it stands for, with the server's own words.
    pub(super) fn problem(&self, detail: Untrusted) -> Problem {
        let number = self.status.as_u16();
        match number {
            // The other statuses of this family, such as 304, send nobody to another address.
            300..=303 | 307 | 308 => Problem::Answer(AnswerFault::Redirected {
                status: number,
                to: redirect_target(&self.headers, self.asked),
            }),
            400 => Problem::Refused(Refused::BadRequest { detail }),
            401 => match self.skew() {
                Some(skew) => Problem::Refused(Refused::RefusedByClock { skew, detail }),
                None => Problem::Refused(Refused::Unauthorized { detail }),
            },
            402 => Problem::Refused(Refused::PaymentRequired { detail }),
            403 => Problem::Refused(Refused::Forbidden { detail }),
            404 => Problem::Refused(Refused::NotFound { detail }),
            409 => Problem::Refused(Refused::Conflict { detail }),
            413 => Problem::Refused(Refused::RequestTooLarge { detail }),
            423 => Problem::Refused(Refused::Locked { detail }),
            429 => Problem::Refused(Refused::RateLimited {
                retry_after: retry_after(&self.headers, self.now),
            }),
            500..=599 => Problem::Answer(AnswerFault::Server {
                status: number,
                detail,
            }),
            _ => Problem::Answer(AnswerFault::UnexpectedStatus {
                status: number,
                detail,
            }),
        }
    }

    /// How far our clock is off, if that may be the reason: only tokens depend on the time.
    fn skew(&self) -> Option<ClockSkew> {
        match self.auth {
            AuthMethod::Basic => None,
            AuthMethod::Jwt => ClockSkew::between(self.now, server_time(&self.headers)?),
        }
    }
}

/// Scheme, host and port only: the path may hold an id, and the query anything.
fn redirect_target(headers: &HeaderMap, asked: &Url) -> Option<Untrusted> {
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let target = asked.join(location).ok()?;
    target.host_str()?;
    Some(Untrusted::from(target.origin().ascii_serialization()))
}

/// How long the server asks to wait: seconds, or a date. The date is compared with the server's own
/// clock if the answer gives its time, because ours may be wrong.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let wait = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !wait.is_empty() && wait.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a number still mean a long time.
        let seconds = wait.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST_PAUSE));
    }
    let until = parse_http_date(wait)?;
    let wait = until.duration_since(server_time(headers).unwrap_or(now));
    Some(Duration::try_from(wait).map_or(Duration::ZERO, |wait| wait.min(LONGEST_PAUSE)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use reqwest::header::DATE;

    use super::*;

    const NOW: &str = "Mon, 04 Mar 2024 09:00:00 GMT";

    /// The client's clock is an hour ahead of the server's.
    fn now() -> Timestamp {
        "2024-03-04T10:00:00Z".parse().unwrap()
    }

    fn wait(retry: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, retry.parse().unwrap());
        if let Some(date) = date {
            headers.insert(DATE, date.parse().unwrap());
        }
        retry_after(&headers, now())
    }

    #[test]
    fn a_wait_in_seconds_is_clamped() {
        assert_eq!(wait("7", None), Some(Duration::from_secs(7)));
        assert_eq!(wait("0", None), Some(Duration::ZERO));
        assert_eq!(wait("99999", None), Some(LONGEST_PAUSE));
        assert_eq!(wait("99999999999999999999999", None), Some(LONGEST_PAUSE));
    }

    #[test]
    fn a_wait_until_a_date_is_measured_by_the_servers_clock() {
        let soon = "Mon, 04 Mar 2024 09:00:30 GMT";
        assert_eq!(wait(soon, Some(NOW)), Some(Duration::from_secs(30)));
        let past = "Mon, 04 Mar 2024 08:00:00 GMT";
        assert_eq!(wait(past, Some(NOW)), Some(Duration::ZERO));
        let far = "Tue, 05 Mar 2024 09:00:00 GMT";
        assert_eq!(wait(far, Some(NOW)), Some(LONGEST_PAUSE));
    }

    #[test]
    fn without_a_server_time_a_date_is_measured_by_our_own_clock() {
        for (until, seconds) in [
            ("Mon, 04 Mar 2024 10:00:30 GMT", 30),
            ("Mon, 04 Mar 2024 09:59:59 GMT", 0),
            ("Thu, 31 Dec 9998 23:59:59 GMT", 120),
        ] {
            for date in [None, Some("just now")] {
                let wait = wait(until, date);
                assert_eq!(wait, Some(Duration::from_secs(seconds)), "{until}");
            }
        }
    }

    #[test]
    fn the_old_forms_of_a_date_are_read_too() {
        for until in [
            "Monday, 04-Mar-24 09:00:30 GMT",
            "Mon Mar  4 09:00:30 2024",
            "Mon, 04 Mar 2024 09:00:30 GMT",
        ] {
            assert_eq!(
                wait(until, Some(NOW)),
                Some(Duration::from_secs(30)),
                "{until}"
            );
        }
    }

    #[test]
    fn junk_is_not_a_wait() {
        for junk in ["", "soon", "-3", "1.5", "7s"] {
            assert_eq!(wait(junk, Some(NOW)), None, "{junk}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now()), None);
    }

    #[test]
    fn a_redirect_names_the_host_and_nothing_more() {
        let asked = Url::parse("https://api.example/v1.1/apps/a/appusers/mara").unwrap();
        for (location, origin) in [
            (
                "https://evil.example/mara?key=1#x",
                Some("https://evil.example"),
            ),
            (
                "https://u:p@evil.example:444/",
                Some("https://evil.example:444"),
            ),
            ("/login", Some("https://api.example")),
            ("mailto:x@y.example", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(LOCATION, location.parse().unwrap());
            assert_eq!(
                redirect_target(&headers, &asked),
                origin.map(Untrusted::from)
            );
        }
    }
}
