//! Searches everybody who is known, beside everything else.

use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::answers::Answers;
use super::known::SharedKnown;
use crate::console::msg::{Msg, Ticket};
use crate::domain::Untrusted;
use crate::search::ranking::{Request, Searches, search_in_steps};

/// Carries searches out.
pub(super) struct SearchExecutor {
    pub(super) known: SharedKnown,
    pub(super) searches: Searches,
    pub(super) now: fn() -> Timestamp,
}

impl SearchExecutor {
    /// Begins a search and answers on the searching thread: each thread in between would cost a
    /// key more than most searches do. A newer search ends it early, without a word.
    pub(super) fn begin(
        &self,
        ticket: Ticket,
        text: String,
        most: usize,
        answers: &Answers,
    ) -> JoinHandle<()> {
        // Before the directory is waited for: an older search may hold it.
        let watch = self.searches.begin(ticket.0);
        let (known, now, found) = (self.known.clone(), self.now, answers.clone());
        let searching = tokio::task::spawn_blocking(move || {
            let request = Request {
                text: &text,
                now: now(),
                most,
                watch,
            };
            let tell = |results| found.send(Msg::SearchDone { ticket, results });
            if let Some(results) = search_in_steps(&known.lock(), &request, tell) {
                tell(results);
            }
        });
        tokio::spawn(report_panic(searching, answers.clone()))
    }
}

async fn report_panic(searching: JoinHandle<()>, answers: Answers) {
    if searching.await.is_err() {
        answers.send(Msg::TaskFailed(Untrusted::from("the search")));
    }
}
