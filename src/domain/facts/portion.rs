//! How much of a user is known, and what a missing member says.

use crate::domain::Identity;

/// How much of a user is reported or known, which decides what a missing member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Portion {
    /// The ids alone.
    Ids,
    /// A part: a missing member says nothing.
    Part,
    /// Everything: a missing member does not exist.
    Whole,
}

/// What follows when no `userId` is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingUserId {
    /// The user has none: they are anonymous.
    MeansNone,
    /// Nothing: nobody said whether they have one.
    SaysNothing,
}

impl MissingUserId {
    /// Identified if and only if there is a `userId`; `None` when nobody said whether there is one.
    pub(crate) const fn identity(self, has_user_id: bool) -> Option<Identity> {
        match (has_user_id, self) {
            (true, _) => Some(Identity::Identified),
            (false, Self::MeansNone) => Some(Identity::Anonymous),
            (false, Self::SaysNothing) => None,
        }
    }
}
