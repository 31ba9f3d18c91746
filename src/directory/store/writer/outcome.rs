//! What became of a change that was written.

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing is different.
    Unchanged,
    /// Something is different.
    Updated,
    /// A user is new.
    Inserted,
    /// It gives a user another `userId` than the API does, so that it counts for nothing.
    Contradicts,
    /// It is about a forgotten person. A file never brings them back.
    Forgotten,
}

/// What became of a change, and how much of it was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied {
    /// What became of it.
    pub outcome: Outcome,
    /// Facts that are older than what is known.
    pub older: u64,
    /// Facts of a list that are shown in place of something else that the API says.
    pub over_api: u64,
}

impl From<Outcome> for Applied {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            older: 0,
            over_api: 0,
        }
    }
}
