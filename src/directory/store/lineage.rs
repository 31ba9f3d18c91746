//! What became of ids that no longer lead to a user: merged into a survivor, or deleted.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use super::read::time;
use super::{Store, StoreError};
use crate::domain::{Fate, LookupId, SmoochId};

/// A longer chain of merges is a mistake.
pub(super) const MOST_MERGES: usize = 64;

impl Store {
    /// What became of an id, following merges of merges.
    pub fn fate(&self, id: &SmoochId) -> Result<Fate, StoreError> {
        let mut at = id.expose().to_owned();
        let mut seen = BTreeSet::new();
        let mut next = self
            .directory()
            .prepare_cached("SELECT survivor_id FROM lineage WHERE old_id = ?1")?;
        while seen.len() < MOST_MERGES && seen.insert(at.clone()) {
            match next.query_row([&at], |row| row.get(0)).optional()? {
                Some(survivor) => at = survivor,
                None => break,
            }
        }
        if at != id.expose() {
            return Ok(Fate::Merged {
                into: SmoochId::new(at),
            });
        }
        let mut deleted = self
            .directory()
            .prepare_cached("SELECT at FROM tombstones WHERE id = ?1")?;
        let deleted: Option<i64> = deleted.query_row([&at], |row| row.get(0)).optional()?;
        Ok(deleted
            .and_then(time)
            .map_or(Fate::Unknown, |at| Fate::Deleted { at }))
    }

    /// When the user with this id was last confirmed; the id may be an old one.
    pub(crate) fn last_confirmed(&self, id: &LookupId) -> Result<Option<Timestamp>, StoreError> {
        let old = SmoochId::new(id.expose());
        let id = match self.fate(&old)? {
            Fate::Merged { into } => into,
            Fate::Unknown | Fate::Deleted { .. } => old,
        };
        let last = "SELECT max(at) FROM users WHERE id = ?1 OR user_id = ?1";
        let mut last = self.directory().prepare_cached(last)?;
        let at: Option<i64> = last.query_row([id.expose()], |row| row.get(0))?;
        Ok(at.and_then(time))
    }

    /// Notes that the API led an old id to a survivor.
    pub fn note_merge(
        &mut self,
        old: &SmoochId,
        survivor: &SmoochId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        if old == survivor {
            return Ok(());
        }
        self.directory().execute(
            "INSERT OR REPLACE INTO lineage (old_id, survivor_id, at) VALUES (?1, ?2, ?3)",
            (old.expose(), survivor.expose(), at.as_millisecond()),
        )?;
        Ok(())
    }
}
