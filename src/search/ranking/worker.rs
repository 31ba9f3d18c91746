//! A helper thread for long scans, parked while there is nothing to do.

use std::ops::Range;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// The helper thread; started when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct HelperThread(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    #[default]
    NotStarted,
    Parked(Sender<Job>),
    /// There is only one processor, or no thread could be started.
    Unavailable,
}

impl HelperThread {
    /// Does both halves of a range of work at the same time; returns the results in order.
    pub(crate) fn halves<T: Send + 'static>(
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
            // The receiver is gone only if this search panicked.
            let _ = answer.send(theirs(half));
        }));
        if !sent {
            return vec![work(all)];
        }
        let first = work(first);
        // Without an answer the helper panicked: doing its work here shows why.
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
        return State::Unavailable;
    }
    let (jobs, waiting) = channel::<Job>();
    let started = thread::Builder::new()
        .name("search".to_owned())
        .spawn(move || waiting.into_iter().for_each(|job| job()));
    started.map_or(State::Unavailable, |_| State::Parked(jobs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_are_done_and_in_order() {
        let helper = HelperThread::default();
        for end in [0, 1, 7, 1000] {
            let parts = helper.halves(0..end, Iterator::collect::<Vec<_>>);
            assert_eq!(parts.concat(), (0..end).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_helper_that_panicked_is_replaced() {
        let helper = HelperThread::default();
        let ours = thread::current().id();
        let parts = helper.halves(0..2, move |half| {
            assert!(thread::current().id() == ours, "the helper panics");
            half.len()
        });
        assert_eq!(parts.iter().sum::<usize>(), 2);
        let parts = helper.halves(0..2, |half| half.len());
        assert_eq!(parts.iter().sum::<usize>(), 2);
    }
}
