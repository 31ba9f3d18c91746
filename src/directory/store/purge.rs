//! Removes users who were last confirmed long ago.
//!
//! In: a moment. Out: users who were not confirmed since are gone, and so are the agent's visits to
//! them. Users with a pin or a note stay: nothing would bring these back, and a pin without its user
//! would only have the user fetched again.

use jiff::Timestamp;

use super::{Store, StoreError};

/// What was removed, and what was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Users who are gone.
    pub removed: u64,
    /// Users who are as old but stay, because the agent pinned them or wrote a note.
    pub kept: u64,
}

impl Store {
    /// Removes users who were last confirmed before a moment.
    pub fn purge(&mut self, before: Timestamp) -> Result<Purged, StoreError> {
        self.purge_all(before)
            .map_err(|error| self.explain_full(error))
    }

    fn purge_all(&mut self, before: Timestamp) -> Result<Purged, StoreError> {
        self.settle_pins()?;
        self.settle_visits()?;
        let held = serde_json::Value::from(self.held_ids()?).to_string();
        let old = "at < ?1 AND id NOT IN (SELECT value FROM json_each(?2))";
        let before = before.as_millisecond();
        let transaction = self.directory_mut().transaction()?;
        for table in ["copies", "pages"] {
            let delete =
                format!("DELETE FROM {table} WHERE row IN (SELECT row FROM users WHERE {old})");
            transaction.execute(&delete, (before, &held))?;
        }
        let delete = format!("DELETE FROM users WHERE {old}");
        let removed = transaction.execute(&delete, (before, &held))?;
        let stay = "SELECT count(*) FROM users WHERE at < ?1";
        let kept = transaction.query_row(stay, [before], |row| row.get(0))?;
        transaction.execute("DELETE FROM tombstones WHERE at < ?1", [before])?;
        transaction.execute("DELETE FROM lineage WHERE at < ?1", [before])?;
        transaction.commit()?;
        self.drop_visits_of_nobody()?;
        self.scrub()?;
        Ok(Purged {
            removed: u64::try_from(removed).unwrap_or(u64::MAX),
            kept,
        })
    }
}
