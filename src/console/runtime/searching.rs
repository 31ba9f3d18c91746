//! Searches the known users while everything else goes on.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::task::JoinHandle;

use super::answers::Answers;
use super::known::SharedKnown;
use crate::console::msg::{Msg, Ticket};
use crate::domain::Untrusted;
use crate::search::{Order, Request, SearchSession};

/// Carries searches out.
pub(super) struct SearchExecutor {
    pub(super) known: SharedKnown,
    pub(super) session: Arc<SearchSession>,
    pub(super) now: fn() -> Timestamp,
}

impl SearchExecutor {
    /// Begins a search and answers on the searching thread: each thread in between would cost a
    /// key more than most searches do. A newer search cancels it without a word. The directory is
    /// locked only until its snapshot is taken.
    pub(super) fn begin(
        &self,
        ticket: Ticket,
        text: String,
        (most, order): (usize, Order),
        answers: &Answers,
    ) -> JoinHandle<()> {
        let cancel = self.session.begin(ticket.0);
        let (known, session) = (self.known.clone(), Arc::clone(&self.session));
        let (now, found) = (self.now, answers.clone());
        let searching = tokio::task::spawn_blocking(move || {
            let request = Request {
                text: &text,
                now: now(),
                limit: most,
                order,
                cancel,
            };
            let snapshot = known.lock().snapshot();
            let tell = |results| found.send(Msg::SearchDone { ticket, results });
            if let Some(results) = session.search(&snapshot, &request, tell) {
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
