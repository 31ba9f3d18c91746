//! A second thread for long scans, parked while there is nothing to do.

use std::ops::Range;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// The second thread; started when it is needed for the first time.
#[derive(Debug, Default)]
pub struct SecondThread(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    NotStarted,
    Parked(Sender<Job>),
    /// There is one processor only, or no thread could be started.
    Alone,
}

impl SecondThread {
    /// Does the two halves of a range of work at the same time; the answers are in order.
    pub fn halves<T: Send + 'static>(
        &self,
        all: Range<usize>,
        work: impl Fn(Range<usize>) -> T + Send + Sync + 'static,
    ) -> Vec<T> {
        let middle = all.start + all.len() / 2;
        let (first, second) = (all.start..middle, middle..all.end);
        let work = Arc::new(work);
        let (answer, answered) = channel();
        let theirs = Arc::clone(&work);
        let half = second.clone();
        let sent = self.send(Box::new(move || {
            // Whoever asked has stopped waiting only if it panicked.
            let _ = answer.send(theirs(half));
        }));
        if !sent {
            return vec![work(all)];
        }
        let first = work(first);
        // Without an answer the other thread has failed: the work is done here, and shows why.
        let second = answered.recv().unwrap_or_else(|_| work(second));
        vec![first, second]
    }

    fn send(&self, job: Job) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::NotStarted = *state {
            *state = start();
        }
        let State::Parked(jobs) = &*state else {
            return false;
        };
        let sent = jobs.send(job).is_ok();
        if !sent {
            *state = State::NotStarted;
        }
        sent
    }
}

fn start() -> State {
    if thread::available_parallelism().map_or(1, usize::from) < 2 {
        return State::Alone;
    }
    let (jobs, waiting) = channel::<Job>();
    let started = thread::Builder::new()
        .name("search".to_owned())
        .spawn(move || waiting.into_iter().for_each(|job| job()));
    started.map_or(State::Alone, |_| State::Parked(jobs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_done_and_in_order() {
        let second = SecondThread::default();
        for end in [0, 1, 7, 1000] {
            let parts = second.halves(0..end, Iterator::collect::<Vec<_>>);
            assert_eq!(parts.concat(), (0..end).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_second_thread_that_failed_is_replaced() {
        let second = SecondThread::default();
        let ours = thread::current().id();
        let parts = second.halves(0..2, move |half| {
            assert!(thread::current().id() == ours, "the second fails");
            half.len()
        });
        assert_eq!(parts.iter().sum::<usize>(), 2);
        let parts = second.halves(0..2, |half| half.len());
        assert_eq!(parts.iter().sum::<usize>(), 2);
    }
}
