//! Searches one directory again and again, as an agent types.
//!
//! A session keeps what makes the next search faster: the answers and sets of the last ones, and a
//! helper thread. It holds no users: each search is given a snapshot, so users can be learned while
//! it runs. Searches may run at the same time; a newer one cancels the older ones.

use super::cancel::{CancelToken, NewestSearch};
use super::query::{Request, Results};
use super::ranking::{self, Caches, HelperThread};
use super::snapshot::Snapshot;

/// Searches snapshots of one directory.
#[derive(Debug, Default)]
pub struct SearchSession {
    newest: NewestSearch,
    caches: Caches,
    helper: HelperThread,
}

impl SearchSession {
    /// Begins a search: cancels those with lower numbers and returns the token to cancel this one
    /// with.
    pub(crate) fn begin(&self, number: u64) -> CancelToken {
        self.newest.begin(number)
    }

    /// Searches a snapshot. `first` is given the answer of the first tier when the rest takes
    /// longer. `None` when the search was cancelled.
    pub fn search(
        &self,
        snapshot: &Snapshot,
        request: &Request<'_>,
        first: impl FnMut(Results),
    ) -> Option<Results> {
        ranking::search(snapshot, request, &self.caches, &self.helper, first)
    }
}

/// Searches a snapshot once.
pub fn search_once(snapshot: &Snapshot, request: &Request<'_>) -> Results {
    let results = SearchSession::default().search(snapshot, request, |_| {});
    // Only a cancelled search has no answer.
    results.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use std::sync::Mutex;

    use jiff::Timestamp;

    use super::*;
    use crate::search::index::IndexBuilder;
    use crate::search::{Extent, KnownUsers, Person};

    /// People of the same name, all indexed at once.
    fn annas(count: usize) -> KnownUsers {
        let mut builder = IndexBuilder::default();
        for number in 0..count {
            learn_anna(number, |person| builder.push(person));
        }
        let mut known = KnownUsers::default();
        known.install(builder.build());
        known
    }

    fn learn_anna(number: usize, take: impl FnOnce(&Person<'_>)) {
        let id = format!("7c1f0a9be35d42608f1b{number:04x}");
        take(&Person {
            name: "Anna",
            provenance: crate::domain::Provenance::Profile,
            confirmed_at: Some(Timestamp::UNIX_EPOCH),
            ..Person::bare(&id)
        });
    }

    fn request(text: &str) -> Request<'_> {
        Request::new(text, Timestamp::UNIX_EPOCH, 100)
    }

    #[test]
    fn a_user_learned_during_a_search_is_neither_waited_for_nor_lost() {
        let known = Mutex::new(annas(9));
        let session = SearchSession::default();
        let snapshot = known.lock().unwrap().snapshot();
        let mut is_under_way = false;
        let during = session.search(&snapshot, &request("anna"), |first| {
            assert_eq!(first.extent, Extent::FirstTier);
            is_under_way = true;
            let mut known = known.try_lock().expect("a search holds no lock");
            learn_anna(9, |person| known.learn_person(person));
        });
        assert!(is_under_way);
        assert_eq!(during.unwrap().matched, 9, "the search sees its snapshot");
        let snapshot = known.lock().unwrap().snapshot();
        let after = session.search(&snapshot, &request("anna"), |_| {});
        assert_eq!(after.unwrap().matched, 10);
    }

    #[test]
    fn a_search_of_an_older_snapshot_does_not_mislead_newer_ones() {
        let mut known = annas(9);
        let session = SearchSession::default();
        let older = known.snapshot();
        learn_anna(9, |person| known.learn_person(person));
        let merge = known.begin_merge();
        known.finish_merge(merge.build());
        let newer = known.snapshot();
        let matched = |snapshot: &Snapshot, text: &str| {
            let results = session.search(snapshot, &request(text), |_| {});
            results.unwrap().matched
        };
        assert_eq!((matched(&newer, "an"), matched(&older, "ann")), (10, 9));
        assert_eq!((matched(&newer, "anna"), matched(&older, "anna")), (10, 9));
        assert_eq!((matched(&newer, "anna"), matched(&older, "ann")), (10, 9));
    }

    #[test]
    fn a_cancelled_search_has_no_answer() {
        let known = annas(9);
        let session = SearchSession::default();
        let cancel = session.begin(1);
        session.begin(2);
        let request = Request {
            cancel,
            ..request("anna")
        };
        assert_eq!(session.search(&known.snapshot(), &request, |_| {}), None);
    }
}
