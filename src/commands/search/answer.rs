//! What `search` found, before it is printed.

use crate::domain::{LookupId, SmoochId};
use crate::search::Results;

/// An id that leads to another user since a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) from: LookupId,
    pub(super) into: SmoochId,
}

/// What a search found, and the merge that led there.
pub(super) struct Answer {
    pub(super) results: Results,
    pub(super) merged: Option<Merged>,
}
