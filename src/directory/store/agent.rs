//! What the agent made: whom they opened, and when. Nothing else brings it back.

use jiff::Timestamp;

use super::read::time;
use super::{Store, StoreError};
use crate::domain::SmoochId;

/// Older visits than these many are forgotten.
const MOST_OPENED: i64 = 10_000;

impl Store {
    /// Remembers that the agent opened a user.
    pub fn note_opened(&mut self, id: &SmoochId, at: Timestamp) -> Result<(), StoreError> {
        let transaction = self.agent.transaction()?;
        transaction
            .prepare_cached("INSERT INTO opened (at, id) VALUES (?1, ?2)")?
            .execute((at.as_millisecond(), id.expose()))?;
        transaction
            .prepare_cached(
                "DELETE FROM opened WHERE rowid <= (SELECT max(rowid) FROM opened) - ?1",
            )?
            .execute([MOST_OPENED])?;
        transaction.commit()?;
        Ok(())
    }

    /// The users whom the agent opened last, the earliest first, each once.
    pub fn opened(&self, most: u32) -> Result<Vec<(SmoochId, Timestamp)>, StoreError> {
        let mut opened = self.agent.prepare(
            "SELECT id, max(at), max(rowid) AS last FROM opened GROUP BY id
             ORDER BY last DESC LIMIT ?1",
        )?;
        let rows = opened.query_map([most], |row| {
            let at = time(row.get(1)?).unwrap_or_default();
            Ok((SmoochId::new(row.get::<_, String>(0)?), at))
        })?;
        let mut found: Vec<_> = rows.collect::<Result<_, _>>()?;
        found.reverse();
        Ok(found)
    }
}
