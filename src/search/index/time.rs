//! Moments in 32 bits: seconds since 1970, where 0 means never.

use jiff::Timestamp;

/// The seconds of a moment; 1970 itself becomes second 1, because 0 means never.
pub(crate) fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_second().max(1)).unwrap_or(u32::MAX)
}

/// The moment of some seconds.
pub(crate) fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_second(i64::from(seconds)).unwrap_or_default()
}
