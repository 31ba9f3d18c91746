//! How far this machine's clock is off, by the clock of the API.

use std::time::Duration;

use jiff::Timestamp;

/// Less than this is normal: answers take time to arrive, and clocks count in seconds.
const TOLERANCE: Duration = Duration::from_mins(2);

/// A clock that is off by more than two minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockSkew {
    /// This machine's clock is behind by so much.
    Behind(Duration),
    /// This machine's clock is ahead by so much.
    Ahead(Duration),
}

impl ClockSkew {
    /// Compares this machine's clock with a server's; `None` when they agree well enough.
    pub(crate) fn between(ours: Timestamp, servers: Timestamp) -> Option<Self> {
        let off = servers.duration_since(ours);
        let by = off.unsigned_abs();
        if by <= TOLERANCE {
            None
        } else if off.is_positive() {
            Some(Self::Behind(by))
        } else {
            Some(Self::Ahead(by))
        }
    }

    /// How far and which way, such as `7 min behind`.
    pub(crate) fn words(self) -> String {
        let (by, way) = match self {
            Self::Behind(by) => (by, "behind"),
            Self::Ahead(by) => (by, "ahead of"),
        };
        let minutes = by.as_secs() / 60;
        match minutes {
            0..120 => format!("{minutes} min {way}"),
            120..2880 => format!("{} h {way}", minutes / 60),
            _ => format!("{} days {way}", minutes / 1440),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn words(ours: i64, servers: i64) -> Option<String> {
        let at = |second| Timestamp::from_second(second).unwrap();
        ClockSkew::between(at(ours), at(servers)).map(ClockSkew::words)
    }

    #[test]
    fn two_minutes_are_tolerated_either_way() {
        assert_eq!(words(0, 120), None);
        assert_eq!(words(120, 0), None);
        assert_eq!(words(0, 121).unwrap(), "2 min behind");
        assert_eq!(words(121, 0).unwrap(), "2 min ahead of");
    }

    #[test]
    fn long_skews_are_shortened() {
        assert_eq!(words(0, 3600).unwrap(), "60 min behind");
        assert_eq!(words(0, 7200).unwrap(), "2 h behind");
        assert_eq!(words(172_800, 0).unwrap(), "2 days ahead of");
        assert_eq!(words(0, 1_700_000_000).unwrap(), "19675 days behind");
    }
}
