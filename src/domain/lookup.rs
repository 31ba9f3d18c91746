//! Looking a user up by either id, and which of the two led there.

use jiff::Timestamp;

use super::{LookupId, User};

/// Which id of the user the looked-up text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// The text is the user's `_id`.
    SmoochId,
    /// The text is the user's `userId`.
    UserId,
    /// The text is neither: an old id that now leads to the survivor of a merge.
    Merged,
}

impl MatchedBy {
    /// Compares the text with both ids of the user that the API answered with.
    pub fn of(looked_up: &LookupId, user: &User) -> Self {
        if looked_up.expose() == user.id.expose() {
            Self::SmoochId
        } else if user
            .user_id
            .as_ref()
            .is_some_and(|id| id.expose() == looked_up.expose())
        {
            Self::UserId
        } else {
            Self::Merged
        }
    }
}

/// A user that a lookup led to.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The user.
    pub user: User,
    /// Which id matched.
    pub matched_by: MatchedBy,
    /// When the API was asked, by its own clock where it is known: two answers are ordered by it.
    pub asked_at: Timestamp,
}
