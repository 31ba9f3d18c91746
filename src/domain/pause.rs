//! A pause that the API has asked for: no request is sent until it is over.

use std::time::Duration;

use jiff::Timestamp;

/// A pause that the API has asked for with a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// When requests may go on, by this machine's clock.
    pub until: Timestamp,
    /// Whether any request is waiting to go on.
    pub held: Held,
}

/// Whether a pause keeps a request waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Nothing goes on when it is over: the last try was refused, and nothing else was asked since.
    Nothing,
    /// At least one request is sent when it is over.
    Requests,
}

impl Pause {
    /// How much of it is left at `now`; nothing once it is over.
    pub(crate) fn left(self, now: Timestamp) -> Duration {
        Duration::try_from(self.until.duration_since(now)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_pause_runs_out_and_never_below_nothing() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let pause = Pause {
            until: at(100),
            held: Held::Nothing,
        };
        assert_eq!(pause.left(at(93)), Duration::from_secs(7));
        assert_eq!(pause.left(at(100)), Duration::ZERO);
        assert_eq!(pause.left(at(5000)), Duration::ZERO);
    }
}
