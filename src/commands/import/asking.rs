//! `import --ask`: asks the API about every `userId` that files name and nobody is known to have.
//!
//! In: the `userId`s of the directory. Out: the users, remembered, and how many were found. A few
//! requests are on their way at a time; the API client keeps the pauses that the API asks for.
//! Ctrl-C stops after those.

use std::io::{self, IsTerminal as _, Write as _};

use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use crate::commands::Failure;
use crate::commands::connect::Connected;
use crate::commands::failure::note;
use crate::commands::local::with_store;
use crate::directory::store::StoreOptions;
use crate::domain::{LookupId, Problem, ProblemKind};
use crate::lookup::LookupOutcome;
use crate::text::SafeText;
use crate::text::number::{counted, grouped};

/// Requests that are on their way at a time.
const AT_ONCE: usize = 4;

/// Where progress is no bar, a line follows after so many.
const A_LINE_EACH: u64 = 1_000;

/// How asking went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(super) struct AskedRecord {
    asked: u64,
    found: u64,
    /// The API does not know them.
    not_found: u64,
    /// They cannot be asked about, or the answer could not be read.
    failed: u64,
    /// Left, because asking stopped.
    left: u64,
}

impl AskedRecord {
    pub(super) fn words(&self) -> SafeText {
        let Self {
            found,
            not_found,
            failed,
            left,
            ..
        } = *self;
        let some = |count: u64, words: &str| match count {
            0 => String::new(),
            count => format!(", {} {words}", grouped(count)),
        };
        SafeText::own(format_args!(
            "{} asked: {} found, {} not known to the API{}{}",
            counted(self.asked, "userId"),
            grouped(found),
            grouped(not_found),
            some(failed, "failed"),
            some(left, "left for the next run"),
        ))
    }

    fn add(&mut self, answer: &Answer) {
        self.asked += 1;
        match answer {
            Answer::Found => self.found += 1,
            Answer::NotFound => self.not_found += 1,
            Answer::Failed(_) => self.failed += 1,
        }
    }
}

enum Answer {
    Found,
    NotFound,
    Failed(Problem),
}

/// Asks about all of them. The failure beside the record is the one that ended the asking.
pub(super) async fn ask_all(
    to: &Connected,
    options: StoreOptions,
) -> (AskedRecord, Option<Failure>) {
    let mut record = AskedRecord::default();
    let ids = match with_store(options, |store| store.user_ids_not_asked()) {
        Ok(ids) => ids,
        Err(failure) => return (record, Some(failure)),
    };
    let total = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    let progress = Progress::new(total);
    let answers = stream::iter(ids).map(|id| ask(to, LookupId::new(id)));
    let mut answers = Box::pin(answers.buffer_unordered(AT_ONCE));
    let mut failure = None;
    loop {
        let answer = tokio::select! {
            answer = answers.next() => answer,
            Ok(()) = tokio::signal::ctrl_c() => None,
        };
        let Some(answer) = answer else { break };
        record.add(&answer);
        progress.show(record);
        if let Answer::Failed(problem) = answer
            && matches!(
                problem.kind(),
                ProblemKind::Credentials | ProblemKind::Network
            )
        {
            failure = Some(to.failure(&problem));
            break;
        }
    }
    record.left = total - record.asked;
    progress.clear();
    (record, failure)
}

async fn ask(to: &Connected, id: LookupId) -> Answer {
    match to.asker.look_up(&id).await {
        LookupOutcome::Found(found) => {
            to.asker.remember(&id, &found).await;
            Answer::Found
        }
        LookupOutcome::NotFound { .. } => Answer::NotFound,
        LookupOutcome::SurvivorFailed { problem, .. } | LookupOutcome::Failed(problem) => {
            Answer::Failed(problem)
        }
    }
}

/// The progress on standard error.
struct Progress {
    total: u64,
    is_terminal: bool,
}

impl Progress {
    fn new(total: u64) -> Self {
        Self {
            total,
            is_terminal: io::stderr().is_terminal(),
        }
    }

    fn show(&self, record: AskedRecord) {
        let words = format!(
            "{} of {} userIds asked, {} found",
            grouped(record.asked),
            grouped(self.total),
            grouped(record.found)
        );
        if self.is_terminal {
            // If standard error is closed, nobody misses it.
            let _ = write!(io::stderr(), "\r{words} ");
        } else if record.asked.is_multiple_of(A_LINE_EACH) {
            note(&SafeText::own(words));
        }
    }

    fn clear(&self) {
        if self.is_terminal {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(70));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_happened_is_said() {
        let record = AskedRecord {
            asked: 1_200,
            found: 1_150,
            not_found: 50,
            ..AskedRecord::default()
        };
        assert_eq!(
            record.words().as_str(),
            "1,200 userIds asked: 1,150 found, 50 not known to the API"
        );
        let stopped = AskedRecord {
            asked: 1,
            failed: 1,
            left: 3,
            ..AskedRecord::default()
        };
        assert_eq!(
            stopped.words().as_str(),
            "1 userId asked: 0 found, 0 not known to the API, 1 failed, 3 left for the next run"
        );
    }
}
