//! Whether anybody still waits for a search.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The newest search that was asked for; shared by all who search.
#[derive(Debug, Clone, Default)]
pub struct Searches(Arc<AtomicU64>);

/// One search's view of that: it ends early once a newer one was asked for.
#[derive(Debug, Clone)]
pub struct Watch {
    newest: Arc<AtomicU64>,
    mine: u64,
}

impl Searches {
    /// Begins a search; numbers grow with time, whichever thread comes first.
    pub fn begin(&self, number: u64) -> Watch {
        self.0.fetch_max(number, Ordering::Relaxed);
        Watch {
            newest: Arc::clone(&self.0),
            mine: number,
        }
    }
}

impl Watch {
    /// For a search that nothing overtakes.
    pub fn patient() -> Self {
        Searches::default().begin(0)
    }

    /// Whether a newer search was asked for.
    pub fn is_overtaken(&self) -> bool {
        self.newest.load(Ordering::Relaxed) > self.mine
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_newer_search_overtakes() {
        let searches = Searches::default();
        let second = searches.begin(2);
        let first = searches.begin(1);
        assert!(first.is_overtaken());
        assert!(!second.is_overtaken());
        assert!(!Watch::patient().is_overtaken());
    }
}
