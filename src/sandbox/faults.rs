//! Faults on purpose: slow, refused, failed and broken-off answers.
//!
//! In: specifications such as `429=3`. Out: what happens to the n-th request. The same requests
//! in the same order always meet the same faults. A refused or failed request has no effect; one
//! with a broken answer does.

use std::num::NonZeroU64;
use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;

/// Longest possible latency.
const SLOWEST: Duration = Duration::from_mins(1);

/// One fault.
///
/// `latency=200ms` (or `2s`) delays every answer by that much. `429=3` refuses every third request
/// with 429 and `Retry-After: 1`. `5xx=3` fails every third request with 500, 502, 503 and 504 in
/// turn, two of them in HTML as a proxy sends it. `truncate=3` breaks off every third answer
/// half-way. Without a number, a fault affects every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Delays every answer.
    Latency(Duration),
    /// Refuses every n-th request: too many.
    TooMany(NonZeroU64),
    /// Fails every n-th request.
    ServerError(NonZeroU64),
    /// Breaks off every n-th answer.
    Truncate(NonZeroU64),
}

/// A text that is not a fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a fault: use latency=200ms, 429, 5xx or truncate; the last three take =N for every Nth request"
)]
pub struct UnknownFault(String);

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(spec: &str) -> Result<Self, UnknownFault> {
        let (name, value) = match spec.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (spec, None),
        };
        let every = || match value {
            None => Some(NonZeroU64::MIN),
            Some(value) => value.parse().ok(),
        };
        let fault = match name {
            "latency" => value.and_then(parse_latency).map(Self::Latency),
            "429" => every().map(Self::TooMany),
            "5xx" => every().map(Self::ServerError),
            "truncate" => every().map(Self::Truncate),
            _ => None,
        };
        fault.ok_or_else(|| UnknownFault(spec.to_owned()))
    }
}

fn parse_latency(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s')?, 1_000),
    };
    let ms = number.parse::<u64>().ok()?.checked_mul(unit)?;
    Some(Duration::from_millis(ms)).filter(|latency| *latency <= SLOWEST)
}

/// All faults of a sandbox; the last of each kind counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// The delay of every answer.
    pub latency: Duration,
    too_many: Option<NonZeroU64>,
    server_error: Option<NonZeroU64>,
    truncate: Option<NonZeroU64>,
}

impl FromIterator<Fault> for Faults {
    fn from_iter<I: IntoIterator<Item = Fault>>(faults: I) -> Self {
        let mut all = Self::default();
        for fault in faults {
            match fault {
                Fault::Latency(latency) => all.latency = latency,
                Fault::TooMany(every) => all.too_many = Some(every),
                Fault::ServerError(every) => all.server_error = Some(every),
                Fault::Truncate(every) => all.truncate = Some(every),
            }
        }
        all
    }
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// It is refused: too many requests.
    Refused,
    /// It fails with this status.
    Failed(StatusCode),
    /// It is answered, but the answer breaks off.
    BrokenOff,
}

impl Faults {
    /// What happens to the request with that number, counted from 1.
    pub(crate) fn fate(&self, request: u64) -> Fate {
        let hits = |every: Option<NonZeroU64>| {
            let every = every?;
            (request % every == 0).then(|| request / every)
        };
        if hits(self.too_many).is_some() {
            return Fate::Refused;
        }
        if let Some(time) = hits(self.server_error) {
            return Fate::Failed(match time % 4 {
                1 => StatusCode::INTERNAL_SERVER_ERROR,
                2 => StatusCode::BAD_GATEWAY,
                3 => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::GATEWAY_TIMEOUT,
            });
        }
        match hits(self.truncate) {
            Some(_) => Fate::BrokenOff,
            None => Fate::Answered,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn faults(specs: &[&str]) -> Faults {
        specs.iter().map(|s| s.parse::<Fault>().unwrap()).collect()
    }

    #[test]
    fn every_kind_parses_with_and_without_a_number() {
        assert_eq!(
            faults(&["latency=200ms"]).latency,
            Duration::from_millis(200)
        );
        assert_eq!(faults(&["latency=2s"]).latency, Duration::from_secs(2));
        assert_eq!(faults(&["5xx"]), faults(&["5xx=1"]));
        assert_eq!(faults(&["truncate=9", "truncate"]), faults(&["truncate"]));
    }

    #[test]
    fn an_unknown_fault_is_named() {
        for spec in [
            "",
            "500",
            "429=",
            "429=0",
            "429=-1",
            "5xx=x",
            "latency",
            "latency=5",
            "latency=61s",
            "latency=1h",
            "truncate=0",
        ] {
            let refused = spec.parse::<Fault>().unwrap_err();
            assert!(refused.to_string().contains(&format!("`{spec}`")));
        }
    }

    #[test]
    fn faults_come_in_turn() {
        let none = Faults::default();
        assert!((1..9).all(|request| none.fate(request) == Fate::Answered));
        let all = faults(&["429=3", "5xx=2", "truncate=5"]);
        let fates: Vec<Fate> = (1..=10).map(|request| all.fate(request)).collect();
        let (yes, no) = (Fate::Answered, Fate::Refused);
        assert_eq!(
            fates,
            [
                yes,
                Fate::Failed(StatusCode::INTERNAL_SERVER_ERROR),
                no,
                Fate::Failed(StatusCode::BAD_GATEWAY),
                Fate::BrokenOff,
                no,
                yes,
                Fate::Failed(StatusCode::GATEWAY_TIMEOUT),
                no,
                Fate::Failed(StatusCode::INTERNAL_SERVER_ERROR),
            ]
        );
    }
}
