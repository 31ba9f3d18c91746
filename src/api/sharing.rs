//! Equal requests that are under way at the same time are one request.
//!
//! In: what is asked for, and how to ask. Out: the one answer, to everybody who waits for it. The
//! request lives as long as anyone waits for it; an answer is never kept for later callers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt as _, Shared, WeakShared};

/// A request under way.
type Underway<T> = BoxFuture<'static, T>;

/// The requests under way, by what they ask for.
pub(super) struct Sharing<T: Clone + Send + 'static> {
    underway: Arc<Mutex<Table<T>>>,
}

struct Table<T: Clone + Send + 'static> {
    next: u64,
    requests: HashMap<String, (u64, WeakShared<Underway<T>>)>,
}

impl<T: Clone + Send + 'static> Default for Sharing<T> {
    fn default() -> Self {
        Self {
            underway: Arc::new(Mutex::new(Table {
                next: 0,
                requests: HashMap::new(),
            })),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Sharing<T> {
    /// Joins the request for `what`, or begins it with `ask`.
    pub(super) fn join(
        &self,
        what: &str,
        ask: impl Future<Output = T> + Send + 'static,
    ) -> Shared<Underway<T>> {
        let mut table = lock(&self.underway);
        let underway = table.requests.get(what);
        if let Some(request) = underway.and_then(|(_, request)| request.upgrade()) {
            return request;
        }
        let number = table.next;
        table.next += 1;
        let end = End {
            underway: Arc::clone(&self.underway),
            what: what.to_owned(),
            number,
        };
        let request = async move {
            let answer = ask.await;
            drop(end);
            answer
        };
        let request = request.boxed().shared();
        if let Some(weak) = request.downgrade() {
            table.requests.insert(what.to_owned(), (number, weak));
        }
        request
    }
}

/// Forgets a request when it is answered or given up, and no newer one in its place.
struct End<T: Clone + Send + 'static> {
    underway: Arc<Mutex<Table<T>>>,
    what: String,
    number: u64,
}

impl<T: Clone + Send + 'static> Drop for End<T> {
    fn drop(&mut self) {
        let mut table = lock(&self.underway);
        let is_this = |(number, _): &(u64, _)| *number == self.number;
        if table.requests.get(&self.what).is_some_and(is_this) {
            table.requests.remove(&self.what);
        }
    }
}

fn lock<T: Clone + Send + 'static>(table: &Mutex<Table<T>>) -> MutexGuard<'_, Table<T>> {
    // Every change of the table is complete in itself.
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    /// A request that is answered by hand, and tells when it is given up.
    fn request() -> (
        oneshot::Sender<u8>,
        impl Future<Output = Option<u8>> + Send + 'static,
    ) {
        let (answer, answered) = oneshot::channel();
        (answer, async move { answered.await.ok() })
    }

    fn never() -> impl Future<Output = Option<u8>> + Send + 'static {
        futures_util::future::lazy(|_| unreachable!("this request must not be made"))
    }

    #[tokio::test]
    async fn equal_requests_are_one_and_all_get_the_answer() {
        let sharing = Sharing::default();
        let (answer, asked) = request();
        let one = sharing.join("a", asked);
        let others = [sharing.join("a", never()), sharing.join("a", never())];
        answer.send(7).unwrap();
        assert_eq!(one.await, Some(7));
        for other in others {
            assert_eq!(other.await, Some(7));
        }
    }

    #[tokio::test]
    async fn other_requests_are_their_own() {
        let sharing = Sharing::default();
        let a = sharing.join("a", async { 1 });
        let b = sharing.join("b", async { 2 });
        assert_eq!((a.await, b.await), (1, 2));
    }

    #[tokio::test]
    async fn an_answered_request_is_made_anew() {
        let sharing = Sharing::default();
        let made = Arc::new(AtomicUsize::new(0));
        for _ in 0..3 {
            let made = Arc::clone(&made);
            let ask = async move { made.fetch_add(1, Ordering::Relaxed) };
            sharing.join("a", ask).await;
        }
        assert_eq!(made.load(Ordering::Relaxed), 3);
        assert!(lock(&sharing.underway).requests.is_empty());
    }

    #[tokio::test]
    async fn one_who_leaves_does_not_take_the_request_along() {
        let sharing = Sharing::default();
        let (answer, asked) = request();
        let mut first = sharing.join("a", asked);
        assert!((&mut first).now_or_never().is_none());
        let second = tokio::spawn(sharing.join("a", never()));
        tokio::task::yield_now().await;
        // The one who leaves is the one who drove the request.
        drop(first);
        answer.send(7).unwrap();
        assert_eq!(second.await.unwrap(), Some(7));
    }

    #[tokio::test]
    async fn the_last_one_to_leave_gives_the_request_up() {
        let sharing = Sharing::default();
        let (answer, asked) = request();
        let first = sharing.join("a", asked);
        let second = sharing.join("a", never());
        drop(first);
        assert!(!answer.is_closed());
        drop(second);
        assert!(answer.is_closed());
        assert!(lock(&sharing.underway).requests.is_empty());
        assert_eq!(sharing.join("a", async { Some(8) }).await, Some(8));
    }
}
