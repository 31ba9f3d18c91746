//! What became of a user whose id leads nowhere any more.

use jiff::Timestamp;

use super::SmoochId;

/// What became of an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing that is known.
    Unknown,
    /// It leads to the survivor of a merge.
    Merged {
        /// The survivor.
        into: SmoochId,
    },
    /// The user was deleted.
    Deleted {
        /// When that was told.
        at: Timestamp,
    },
}
