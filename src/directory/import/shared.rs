//! `userId`s that more than one user has because of an import.

use crate::directory::store::{Store, StoreError};

/// What there was before an import.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    last_row: i64,
    shared: u64,
}

impl Before {
    /// Looks at the directory.
    pub(super) fn of(store: &Store) -> Result<Self, StoreError> {
        let last_row = "SELECT coalesce(max(row), 0) FROM users";
        let last_row = store
            .directory()
            .query_row(last_row, [], |row| row.get(0))?;
        let shared = match last_row {
            0 => 0,
            _ => store.shared_user_ids()?,
        };
        Ok(Self { last_row, shared })
    }

    /// How many have become shared since, or are shared by a new user.
    pub(super) fn caused(self, store: &Store) -> Result<u64, StoreError> {
        let now = "SELECT count(*), count(*) FILTER (WHERE last > ?1) FROM
            (SELECT max(row) AS last FROM users WHERE user_id IS NOT NULL
                GROUP BY user_id HAVING count(*) > 1)";
        let now = store.directory().query_row(now, [self.last_row], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?))
        });
        let (shared, by_new) = now?;
        Ok(by_new.max(shared.saturating_sub(self.shared)))
    }
}
