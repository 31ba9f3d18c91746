//! Which requests are sent again, and after how long (API document, section 2.3).
//!
//! In: the problem of an attempt and how many there were. Out: how long to wait, if at all. Only
//! reading requests come here, because this room sends no others; this module itself never waits.

use std::time::Duration;

use super::timing::Timing;
use crate::domain::{AnswerFault, Deadline, LineFault, Problem};

/// The longest that any server can make requests wait.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// How often a request is sent, and how long is waited in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    /// The most times that one request is sent; at least once.
    pub tries: u32,
    /// The longest wait after the first try; it doubles with each further one.
    pub base: Duration,
    /// The longest wait of all.
    pub cap: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self {
            tries: 3,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(30),
        }
    }
}

impl Retries {
    /// How long to wait after this many tries, with full jitter, so that the clients of a recovering
    /// server do not all ask it at once.
    pub(super) fn backoff(&self, tried: u32, timing: &dyn Timing) -> Duration {
        let doublings = tried.saturating_sub(1).min(31);
        let most = self.base.saturating_mul(1 << doublings).min(self.cap);
        timing.draw(most)
    }

    /// How long all requests pause after a 429: as long as the server asks plus a little at random;
    /// if it does not say, as long as after any other failure.
    pub(super) fn pause(
        &self,
        asked: Option<Duration>,
        tried: u32,
        timing: &dyn Timing,
    ) -> Duration {
        match asked {
            Some(asked) => asked
                .saturating_add(timing.draw(self.base))
                .min(LONGEST_PAUSE),
            None => self.backoff(tried, timing),
        }
    }
}

/// Whether a failure may soon pass by itself: no connection, or the server's own fault. A 429 is
/// handled elsewhere, because it concerns all requests.
pub(super) fn is_passing(problem: &Problem) -> bool {
    match problem {
        Problem::Answer(fault) => matches!(fault, AnswerFault::Server { .. }),
        Problem::Line(fault) => match fault {
            LineFault::ConnectionFailed { .. } | LineFault::HostNotFound { .. } => true,
            LineFault::Timeout { deadline, .. } => *deadline == Deadline::Connect,
            LineFault::Tls { .. } | LineFault::Proxy { .. } | LineFault::Interrupted { .. } => {
                false
            }
        },
        Problem::Refused(_) | Problem::Usage(_) | Problem::Internal { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;
    use jiff::Timestamp;

    use super::*;

    /// Always draws the most.
    #[derive(Debug)]
    struct Most;

    impl Timing for Most {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            unreachable!("nothing waits here")
        }

        fn draw(&self, most: Duration) -> Duration {
            most
        }
    }

    #[test]
    fn the_longest_wait_doubles_up_to_the_cap() {
        let retries = Retries::default();
        let waits: Vec<u128> = (1..=9)
            .map(|tried| retries.backoff(tried, &Most).as_millis())
            .collect();
        assert_eq!(
            waits,
            [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]
        );
        assert_eq!(retries.backoff(u32::MAX, &Most), retries.cap);
    }

    #[test]
    fn a_pause_is_a_little_longer_than_asked_and_at_most_two_minutes() {
        let retries = Retries::default();
        let seconds = |n| Some(Duration::from_secs(n));
        for (asked, milliseconds) in [
            (seconds(0), 500),
            (seconds(7), 7500),
            (seconds(120), 120_000),
            (seconds(u64::MAX), 120_000),
            (None, 1000),
        ] {
            let pause = retries.pause(asked, 2, &Most);
            assert_eq!(pause.as_millis(), milliseconds, "{asked:?}");
        }
    }
}
