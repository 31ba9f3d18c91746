//! What became of ids that no longer lead to a user of their own: merged into another, or deleted.
//!
//! In: an id. Out: the id that stays, and the ids that lead to it. A merge counts until the API
//! answers for the old id itself later on; a deletion until the API answers, or a webhook that knows
//! its time says that the user did something.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::codes::{source_of_rank, time};
use super::{Store, StoreError};
use crate::domain::facts::{Key, Merge, Source, survivor_of};
use crate::domain::{Fate, LookupId, SmoochId};

/// That nothing undid a deletion `t` of a user `u`.
macro_rules! is_deleted {
    () => {
        "NOT coalesce(u.asked_at >= t.at OR u.seen_at > t.at, FALSE)"
    };
}

/// The merges and deletions in a file.
pub(super) struct Fates<'c>(&'c Connection);

/// An id that leads to a survivor.
pub(super) struct DiscardedId {
    pub(super) id: String,
    /// When the last merge on its way there was reported.
    pub(super) merged: Key,
}

impl<'c> Fates<'c> {
    pub(super) const fn of(directory: &'c Connection) -> Self {
        Self(directory)
    }

    /// The id that stays of the person with this one.
    pub(super) fn survivor_of(&self, id: &str) -> Result<String, StoreError> {
        survivor_of(id, |id| self.merge_of(id))
    }

    /// The newest merge of an id, if it counts.
    fn merge_of(&self, id: &str) -> Result<Option<Merge>, StoreError> {
        let mut find = self.0.prepare_cached(
            "SELECT m.survivor_id, m.at, m.rank, m.line, u.asked_at
             FROM merges m LEFT JOIN users u ON u.id = m.old_id WHERE m.old_id = ?1",
        )?;
        let found = find
            .query_row([id], |row| {
                let key = Key {
                    at: row.get(1)?,
                    source: source_of_rank(row.get(2)?),
                    line: row.get::<_, i64>(3)?.cast_unsigned(),
                };
                let merge = Merge {
                    key,
                    into: row.get(0)?,
                };
                Ok((merge, row.get::<_, Option<i64>>(4)?))
            })
            .optional()?;
        Ok(found.and_then(|(merge, asked_at)| {
            let is_undone = asked_at.is_some_and(|at| Key::answered(at) > merge.key);
            (!is_undone).then_some(merge)
        }))
    }

    /// The ids that lead to a survivor, itself left out.
    pub(super) fn discarded_of(&self, survivor: &str) -> Result<Vec<DiscardedId>, StoreError> {
        let mut into = self
            .0
            .prepare_cached("SELECT old_id FROM merges WHERE survivor_id = ?1")?;
        let mut found: Vec<DiscardedId> = Vec::new();
        let mut known = BTreeSet::from([survivor.to_owned()]);
        let mut open = vec![(survivor.to_owned(), None::<Key>)];
        while let Some((id, since)) = open.pop() {
            let old = into.query_map([&id], |row| row.get::<_, String>(0))?;
            for old in old.collect::<Result<Vec<_>, _>>()? {
                if known.contains(&old) {
                    continue;
                }
                let Some(merge) = self.merge_of(&old)? else {
                    continue;
                };
                if self.survivor_of(&old)? != survivor {
                    continue;
                }
                known.insert(old.clone());
                let merged = since.map_or(merge.key, |since| since.max(merge.key));
                open.push((old.clone(), Some(merged)));
                found.push(DiscardedId { id: old, merged });
            }
        }
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    /// When the user with this id was deleted, unless something undid that.
    pub(super) fn deleted_at(&self, id: &str) -> Result<Option<i64>, StoreError> {
        let mut find = self.0.prepare_cached(concat!(
            "SELECT t.at FROM tombstones t LEFT JOIN users u ON u.id = t.id WHERE t.id = ?1 AND ",
            is_deleted!()
        ))?;
        Ok(find.query_row([id], |row| row.get(0)).optional()?)
    }

    /// Removes the deletion and the merge of an id that no longer count.
    pub(super) fn drop_undone(&self, id: &str) -> Result<(), StoreError> {
        if self.deleted_at(id)?.is_none() {
            let mut delete = self
                .0
                .prepare_cached("DELETE FROM tombstones WHERE id = ?1")?;
            delete.execute([id])?;
        }
        if self.merge_of(id)?.is_none() {
            let mut delete = self
                .0
                .prepare_cached("DELETE FROM merges WHERE old_id = ?1")?;
            delete.execute([id])?;
        }
        Ok(())
    }

    /// How many users are deleted.
    pub(super) fn deletions(&self) -> Result<u64, StoreError> {
        let count = concat!(
            "SELECT count(*) FROM tombstones t LEFT JOIN users u ON u.id = t.id WHERE ",
            is_deleted!()
        );
        Ok(self.0.query_row(count, [], |row| row.get(0))?)
    }

    /// How many ids lead to another one.
    pub(super) fn merges(&self) -> Result<u64, StoreError> {
        let mut ids = self.0.prepare("SELECT old_id FROM merges")?;
        let mut ids = ids.query([])?;
        let mut count = 0;
        while let Some(row) = ids.next()? {
            let id: String = row.get(0)?;
            count += u64::from(self.survivor_of(&id)? != id);
        }
        Ok(count)
    }
}

impl Store {
    /// What became of an id, following merges of merges.
    pub fn fate(&self, id: &SmoochId) -> Result<Fate, StoreError> {
        let fates = Fates::of(self.directory());
        let survivor = fates.survivor_of(id.expose())?;
        let deleted = fates.deleted_at(&survivor)?;
        if let Some(at) = deleted.and_then(time) {
            return Ok(Fate::Deleted { at });
        }
        Ok(if survivor == id.expose() {
            Fate::Unknown
        } else {
            Fate::Merged {
                into: SmoochId::new(survivor),
            }
        })
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

    /// Notes that the API, asked for an old id, led to a survivor.
    pub fn note_merge(
        &mut self,
        old: &SmoochId,
        survivor: &SmoochId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = Key {
            source: Source::Api,
            at: at.as_millisecond(),
            line: 0,
        };
        let mut writer = self.write(None)?;
        writer.merge(old, survivor.expose(), key)?;
        writer.commit()?;
        Ok(())
    }
}
