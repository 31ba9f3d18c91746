//! Cancels a search once a newer one was asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of the newest search that was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct NewestSearch(Arc<AtomicU64>);

/// Tells one search whether a newer one was asked for.
#[derive(Debug, Clone)]
pub struct CancelToken {
    newest: Arc<AtomicU64>,
    own: u64,
}

impl NewestSearch {
    /// Begins a search and cancels all with lower numbers, whichever thread is faster.
    pub(crate) fn begin(&self, number: u64) -> CancelToken {
        self.0.fetch_max(number, Ordering::Relaxed);
        CancelToken {
            newest: Arc::clone(&self.0),
            own: number,
        }
    }
}

impl CancelToken {
    /// The token of a search that nothing cancels.
    pub(crate) fn never() -> Self {
        NewestSearch::default().begin(0)
    }

    /// Whether a newer search was asked for.
    pub(super) fn is_cancelled(&self) -> bool {
        self.newest.load(Ordering::Relaxed) > self.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_newer_search_cancels() {
        let newest = NewestSearch::default();
        let second = newest.begin(2);
        let first = newest.begin(1);
        assert!(first.is_cancelled());
        assert!(!second.is_cancelled());
        assert!(!CancelToken::never().is_cancelled());
    }
}
