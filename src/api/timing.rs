//! Time and chance as the client meets them, so that tests can bring their own.
//!
//! In: nothing. Out: the present, waits and drawn durations. It decides neither when to wait nor
//! how long.

use std::fmt;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt as _};
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

/// The clock, the waits and the dice of a client.
pub trait Timing: fmt::Debug + Send + Sync + 'static {
    /// The present.
    fn now(&self) -> Timestamp;

    /// Ends after `length`.
    fn sleep(&self, length: Duration) -> BoxFuture<'static, ()>;

    /// A duration drawn evenly from nothing up to `most`.
    fn draw(&self, most: Duration) -> Duration;
}

/// The machine's own clock and dice.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemTiming;

impl Timing for SystemTiming {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep(&self, length: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(length).boxed()
    }

    fn draw(&self, most: Duration) -> Duration {
        let mut bytes = [0; 8];
        match SystemRandom::new().fill(&mut bytes) {
            Ok(()) => share(most, u64::from_ne_bytes(bytes)),
            // Without random numbers, the longest wait is the safest.
            Err(_) => most,
        }
    }
}

/// The share of `most` that `dice` stands for among all numbers.
fn share(most: Duration, dice: u64) -> Duration {
    let nanoseconds = (most.as_nanos() * u128::from(dice)) >> 64;
    Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_lies_between_nothing_and_the_most() {
        let most = Duration::from_secs(30);
        assert_eq!(share(most, 0), Duration::ZERO);
        assert_eq!(share(most, 1 << 63), Duration::from_secs(15));
        assert!(share(most, u64::MAX) < most);
        assert_eq!(share(Duration::ZERO, u64::MAX), Duration::ZERO);
    }

    #[test]
    fn two_draws_differ() {
        let most = Duration::from_secs(30);
        let draws: Vec<Duration> = (0..8).map(|_| SystemTiming.draw(most)).collect();
        assert!(draws.iter().all(|drawn| *drawn < most));
        assert!(draws.windows(2).any(|pair| pair[0] != pair[1]), "{draws:?}");
    }
}
