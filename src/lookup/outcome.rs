//! What comes of looking somebody up.

use crate::domain::{Fate, Found, KnownUser, MatchedBy, Problem, SmoochId};

/// What the API answered, after following a merge that this machine knows of.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "taken apart as soon as it is there"
)]
pub(crate) enum LookupOutcome {
    /// The user, or the survivor of a merge.
    Found(Found),
    /// The API knows nobody under this id.
    NotFound {
        /// The API's answer.
        problem: Problem,
        /// What this machine knows of the id.
        fate: Fate,
    },
    /// The id was merged into another user, who could not be fetched.
    SurvivorFailed {
        /// The user who survived the merge.
        survivor: SmoochId,
        /// Why they could not be fetched.
        problem: Problem,
    },
    /// The API gave no answer about the id.
    Failed(Problem),
}

impl LookupOutcome {
    /// The user, or the problem alone.
    pub(crate) fn into_result(self) -> Result<Found, Problem> {
        match self {
            Self::Found(found) => Ok(found),
            Self::NotFound { problem, .. }
            | Self::SurvivorFailed { problem, .. }
            | Self::Failed(problem) => Err(problem),
        }
    }
}

/// What this machine knows of an id before the API answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Recalled {
    /// A copy of the user.
    User {
        /// The copy, and when it was confirmed.
        known: Box<KnownUser>,
        /// [`MatchedBy::Merged`] when the id is an old one that leads to this user.
        matched_by: Option<MatchedBy>,
    },
    /// No copy, but what became of the user.
    Gone(Fate),
    /// Nothing.
    Nothing,
}

/// What became of an answer that was to be remembered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kept {
    /// Nothing is remembered here, or it could not be written.
    Not,
    /// It is kept as the API gave it.
    AsAnswered,
    /// It is kept with what other reports say: here is all of it.
    WithMore(Box<KnownUser>),
}
