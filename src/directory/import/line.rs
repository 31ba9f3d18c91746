//! What every line of a file comes to, whatever it holds.

use crate::directory::store::Change;

/// What a line reports: of several events, each is taken or refused by itself.
pub(super) type Several = Vec<Result<Event, String>>;

/// What is counted as one: a row, a user or an event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) change: Change,
    /// What it reports beside that, about other users.
    pub(super) beside: Vec<Change>,
}

impl From<Change> for Event {
    fn from(change: Change) -> Self {
        Self {
            change,
            beside: Vec::new(),
        }
    }
}

/// Why a line in another encoding is refused.
pub(super) fn not_utf8() -> String {
    "it is not UTF-8 (perhaps Latin-1 or Windows-1252)".to_owned()
}
