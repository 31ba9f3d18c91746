//! What goes: ids that were merged away or deleted. What is known under them stays, unseen.

use super::{Outcome, Writer};
use crate::directory::store::codes::rank_of;
use crate::directory::store::lineage::Fates;
use crate::directory::store::{StoreError, indexes};
use crate::domain::SmoochId;
use crate::domain::facts::Key;

impl Writer<'_> {
    /// Whether any id is known to have been merged away or deleted.
    pub(super) fn has_gone(&self) -> bool {
        self.rows.as_ref().is_none_or(|rows| rows.has_gone())
    }

    /// The id that stays of the person with this one.
    pub(super) fn survivor_of(&self, id: &str) -> Result<String, StoreError> {
        if !self.has_gone() {
            return Ok(id.to_owned());
        }
        Fates::of(self.directory).survivor_of(id)
    }

    /// Whether an id was merged away, or the user with it was deleted.
    pub(super) fn is_gone(&self, id: &str) -> Result<bool, StoreError> {
        let fates = Fates::of(self.directory);
        Ok(self.has_gone() && (fates.survivor_of(id)? != id || fates.deleted_at(id)?.is_some()))
    }

    /// Notes that an id leads to another one from now on.
    pub(in crate::directory::store) fn merge(
        &mut self,
        old: &SmoochId,
        survivor: &str,
        key: Key,
    ) -> Result<Outcome, StoreError> {
        let old = old.expose();
        if old == survivor {
            return Ok(Outcome::Unchanged);
        }
        self.note_gone()?;
        let before = self.survivor_of(old)?;
        let noted = self
            .cached(
                "INSERT INTO merges (old_id, survivor_id, at, rank, line)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (old_id) DO UPDATE
                    SET survivor_id = ?2, at = ?3, rank = ?4, line = ?5
                 WHERE (at, rank, line, survivor_id) < (?3, ?4, ?5, ?2)",
            )?
            .execute((
                old,
                survivor,
                key.at,
                rank_of(key.source),
                key.line.cast_signed(),
            ))?;
        if noted == 0 {
            return Ok(Outcome::Unchanged);
        }
        let after = self.survivor_of(old)?;
        self.project_all(&[old.to_owned(), before, after])?;
        Ok(Outcome::Updated)
    }

    /// Notes that a user was deleted.
    pub(super) fn bury(&mut self, id: &SmoochId, key: Key) -> Result<Outcome, StoreError> {
        let id = id.expose();
        self.note_gone()?;
        let noted = self
            .cached(
                "INSERT INTO tombstones (id, at) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET at = ?2 WHERE at < ?2",
            )?
            .execute((id, key.at))?;
        if noted == 0 {
            return Ok(Outcome::Unchanged);
        }
        let survivor = self.survivor_of(id)?;
        self.project_all(&[id.to_owned(), survivor])?;
        Ok(Outcome::Updated)
    }

    fn note_gone(&mut self) -> Result<(), StoreError> {
        self.make_index()?;
        if let Some(rows) = &mut self.rows {
            rows.note_gone();
        }
        Ok(())
    }

    /// Makes the indexes that a first import does without: from now on ids lead to other ids.
    pub(super) fn make_index(&mut self) -> Result<(), StoreError> {
        if let Some(rows) = &mut self.rows
            && rows.lacks_index()
        {
            indexes::make(self.directory)?;
            rows.note_index();
        }
        Ok(())
    }
}
