//! How many users are known on this machine, from where, and how old that is.

use jiff::Timestamp;

/// How many users were last confirmed how long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ages {
    /// Within a day.
    pub day: u64,
    /// Within 7 days, but not within one.
    pub week: u64,
    /// Within 30 days, but not within 7.
    pub month: u64,
    /// Within 90 days, but not within 30.
    pub quarter: u64,
    /// Longer ago.
    pub older: u64,
}

/// How much is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Users.
    pub users: u64,
    /// Of them, those who have a `userId`.
    pub identified: u64,
    /// Of them, those without any report about a `userId`.
    pub identity_not_known: u64,
    /// Of them, those known by their ids only.
    pub ids_only: u64,
    /// Of them, those known in part.
    pub partial: u64,
    /// Last confirmed by the API itself.
    pub looked_up: u64,
    /// Last confirmed by an imported file.
    pub imported: u64,
    /// Last confirmed by an event of a webhook.
    pub webhook: u64,
    /// Users that the API itself was never asked about.
    pub never_confirmed: u64,
    /// How long ago users were last confirmed.
    pub ages: Ages,
    /// When the user who was longest not confirmed was confirmed.
    pub oldest: Option<Timestamp>,
    /// When the latest confirmation was.
    pub newest: Option<Timestamp>,
    /// Old ids that lead to the survivor of a merge.
    pub merged: u64,
    /// Users who are known to have been deleted.
    pub deleted: u64,
    /// Conversations whose newest messages are kept.
    pub conversations: u64,
    /// `userId`s that files name and nobody is known to have: the API was not asked about them yet.
    pub not_yet_asked: u64,
    /// `userId`s that more than one user has.
    pub shared_user_ids: u64,
    /// The size of all files, in bytes.
    pub bytes: u64,
}

impl Coverage {
    /// Of the users, those who are known to have no `userId`.
    pub(crate) const fn anonymous(&self) -> u64 {
        let others = self.identified.saturating_add(self.identity_not_known);
        self.users.saturating_sub(others)
    }
}
