//! Time that tests hold in their hands: waits are written down and end when they are let go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use smooch_console::api::Timing;
use tokio::sync::Semaphore;

/// The present of every test.
pub const NOW: &str = "2024-03-04T09:00:00Z";

/// A clock that is stopped, dice that always show the most, and waits as the test wants them.
#[derive(Debug, Clone)]
pub struct Clockwork {
    waits: Arc<Mutex<Vec<Duration>>>,
    endings: Arc<Semaphore>,
}

impl Clockwork {
    /// Waits end at once.
    pub fn quick() -> Self {
        Self::with(Semaphore::MAX_PERMITS)
    }

    /// Waits end one by one, when the test says so.
    pub fn held() -> Self {
        Self::with(0)
    }

    fn with(endings: usize) -> Self {
        Self {
            waits: Arc::default(),
            endings: Arc::new(Semaphore::new(endings)),
        }
    }

    /// Ends the wait that began first.
    pub fn end_a_wait(&self) {
        self.endings.add_permits(1);
    }

    /// All waits so far, in milliseconds, each when it began.
    pub fn waits(&self) -> Vec<u128> {
        let waits = self.waits.lock().unwrap();
        waits.iter().map(Duration::as_millis).collect()
    }
}

impl Timing for Clockwork {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }

    fn sleep(&self, length: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().unwrap().push(length);
        let endings = Arc::clone(&self.endings);
        async move { endings.acquire().await.unwrap().forget() }.boxed()
    }

    fn draw(&self, most: Duration) -> Duration {
        most
    }
}
