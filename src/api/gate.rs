//! One 429 stops every request of a client until the pause is over.
//!
//! In: how long to pause. Out: leave to send, and news of each pause for those who watch. It sends
//! nothing and knows of no request in particular, so a request that is given up while it waits here
//! leaves nothing behind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::timing::Timing;
use crate::domain::{Held, Pause, Problem, Refused};

/// What all requests of a client pass before they are sent.
pub(super) struct Gate {
    timing: Arc<dyn Timing>,
    pause: watch::Sender<Option<Pause>>,
    /// Ends the pause; locked while a pause is set, so that the two never disagree.
    ending: Mutex<Option<AbortHandle>>,
}

impl Gate {
    pub(super) fn new(timing: Arc<dyn Timing>) -> Self {
        Self {
            timing,
            pause: watch::Sender::new(None),
            ending: Mutex::default(),
        }
    }

    /// News of each pause: its end when it begins, the first request that it holds up, and `None`
    /// when it is over.
    pub(super) fn watch(&self) -> watch::Receiver<Option<Pause>> {
        self.pause.subscribe()
    }

    /// Closes the gate for `length`, unless it is closed for longer already.
    pub(super) fn close(&self, length: Duration) {
        if length.is_zero() {
            return;
        }
        let until = self.timing.now().saturating_add(length);
        // The only failure is a duration out of range, and this one is two minutes at most.
        let Ok(until) = until else { return };
        let mut ending = self.ending.lock().unwrap_or_else(PoisonError::into_inner);
        let is_longer = self.pause.send_if_modified(|current| {
            let is_longer = current.is_none_or(|current| current.until < until);
            if is_longer {
                let held = current.map_or(Held::Nothing, |current| current.held);
                *current = Some(Pause { until, held });
            }
            is_longer
        });
        if !is_longer {
            return;
        }
        let (news, sleep) = (self.pause.clone(), self.timing.sleep(length));
        let task = tokio::spawn(async move {
            sleep.await;
            news.send_if_modified(|current| {
                let is_over = current.is_some_and(|current| current.until == until);
                if is_over {
                    *current = None;
                }
                is_over
            });
        });
        if let Some(older) = ending.replace(task.abort_handle()) {
            older.abort();
        }
    }

    /// Waits until the gate is open, through as many pauses as `patience` is left.
    pub(super) async fn pass(&self, patience: &mut u32) -> Result<(), Problem> {
        let mut news = self.watch();
        loop {
            let current = *news.borrow_and_update();
            let Some(pause) = current else { return Ok(()) };
            let Some(less) = patience.checked_sub(1) else {
                let retry_after = Some(pause.left(self.timing.now()));
                return Err(Problem::Refused(Refused::RateLimited { retry_after }));
            };
            *patience = less;
            self.pause.send_if_modified(|current| match current {
                Some(current) if current.held == Held::Nothing => {
                    current.held = Held::Requests;
                    true
                }
                _ => false,
            });
            let is_other = |current: &Option<Pause>| {
                current.is_none_or(|current| current.until != pause.until)
            };
            // It fails only when the gate has been dropped, and then nothing waits here.
            let _ = news.wait_for(is_other).await;
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let ending = self
            .ending
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(ending) = ending.take() {
            ending.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use futures_util::FutureExt as _;
    use futures_util::future::BoxFuture;
    use jiff::Timestamp;
    use tokio::time::{Instant, advance};

    use super::*;

    /// Tokio's clock, which tests turn by hand.
    #[derive(Debug)]
    struct Paused(Instant);

    impl Timing for Paused {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH + self.0.elapsed()
        }

        fn sleep(&self, length: Duration) -> BoxFuture<'static, ()> {
            tokio::time::sleep(length).boxed()
        }

        fn draw(&self, most: Duration) -> Duration {
            most
        }
    }

    fn gate() -> Arc<Gate> {
        Arc::new(Gate::new(Arc::new(Paused(Instant::now()))))
    }

    const SECOND: Duration = Duration::from_secs(1);

    async fn pass(gate: &Gate) -> Result<(), Problem> {
        gate.pass(&mut 3).await
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_gate_lets_through_at_once() {
        assert_eq!(pass(&gate()).now_or_never(), Some(Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_gate_opens_for_all_who_wait_when_the_time_has_come() {
        let gate = gate();
        gate.close(7 * SECOND);
        let from = Instant::now();
        let (one, two) = tokio::join!(pass(&gate), pass(&gate));
        assert_eq!((one, two), (Ok(()), Ok(())));
        assert_eq!(from.elapsed().as_secs(), 7);
        assert_eq!(pass(&gate).now_or_never(), Some(Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_longer_pause_wins_whichever_comes_first() {
        for lengths in [[2, 5], [5, 2]] {
            let gate = gate();
            let from = Instant::now();
            for length in lengths {
                gate.close(length * SECOND);
            }
            pass(&gate).await.unwrap();
            assert_eq!(from.elapsed().as_secs(), 5, "{lengths:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_that_grows_is_waited_for() {
        let gate = gate();
        let from = Instant::now();
        gate.close(2 * SECOND);
        let waiting = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { pass(&gate).await }
        });
        tokio::task::yield_now().await;
        advance(SECOND).await;
        gate.close(9 * SECOND);
        waiting.await.unwrap().unwrap();
        assert_eq!(from.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_watcher_hears_of_the_pause_and_of_its_end() {
        let gate = gate();
        let mut news = gate.watch();
        assert_eq!(*news.borrow_and_update(), None);
        gate.close(7 * SECOND);
        news.changed().await.unwrap();
        let until = Timestamp::UNIX_EPOCH + 7 * SECOND;
        let held = Held::Nothing;
        assert_eq!(*news.borrow_and_update(), Some(Pause { until, held }));
        news.changed().await.unwrap();
        assert_eq!(*news.borrow_and_update(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_watcher_hears_when_a_request_is_held_up() {
        let gate = gate();
        let mut news = gate.watch();
        gate.close(7 * SECOND);
        let held = |news: &mut watch::Receiver<Option<Pause>>| {
            news.borrow_and_update().map(|pause| pause.held)
        };
        assert_eq!(held(&mut news), Some(Held::Nothing));
        let mut waiting = Box::pin(pass(&gate));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert!(news.has_changed().unwrap());
        assert_eq!(held(&mut news), Some(Held::Requests));
        // A longer pause holds up what the shorter one did.
        gate.close(9 * SECOND);
        assert_eq!(held(&mut news), Some(Held::Requests));
        waiting.await.unwrap();
        assert_eq!(held(&mut news), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_pauses_for_ever_is_given_up() {
        let gate = gate();
        gate.close(2 * SECOND);
        let closing = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move {
                for _ in 0..100 {
                    tokio::time::sleep(SECOND).await;
                    gate.close(2 * SECOND);
                }
            }
        });
        let retry_after = Some(2 * SECOND);
        let given_up = gate.pass(&mut 3).await;
        assert_eq!(
            given_up,
            Err(Problem::Refused(Refused::RateLimited { retry_after }))
        );
        closing.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_stops_waiting_leaves_nothing_behind() {
        let gate = gate();
        gate.close(2 * SECOND);
        let watchers = gate.pause.receiver_count();
        let mut waiting = Box::pin(pass(&gate));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(gate.pause.receiver_count(), watchers + 1);
        drop(waiting);
        assert_eq!(gate.pause.receiver_count(), watchers);
        pass(&gate).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_of_nothing_is_none() {
        let gate = gate();
        gate.close(Duration::ZERO);
        assert_eq!(pass(&gate).now_or_never(), Some(Ok(())));
    }
}
