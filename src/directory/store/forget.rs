//! Forgets a person so that no byte of them is left in any file of ours.
//!
//! In: either id, also one that was merged away. Out: the rows are gone, and so are the traces that
//! a database leaves of deleted rows: files are rebuilt, journals are emptied, and files that were
//! set aside are deleted, since no row can be taken out of them.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use rusqlite::Connection;

use super::codes::HIDDEN;
use super::existing::Existing;
use super::folder::{AGENT, DIRECTORY};
use super::salvage::is_set_aside;
use super::{Store, StoreError, forgotten};
use crate::domain::{LookupId, SmoochId};
use crate::wire::facts as wire;

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Every `_id` under which the person was known, old ones included.
    pub ids: Vec<SmoochId>,
    /// How many rows were about them, in all files.
    pub rows: u64,
    /// How many users that were.
    pub users: u64,
    /// How many pages of their messages were kept.
    pub pages: u64,
    /// How many files that had been set aside were removed.
    pub set_aside: u64,
}

/// The ids of one person.
struct Names {
    ids: BTreeSet<String>,
    user_ids: BTreeSet<String>,
}

/// What was removed under an `_id`.
#[derive(Debug, Clone, Copy, Default)]
struct Removed {
    rows: u64,
    users: u64,
    pages: u64,
}

/// Removes everything under an `_id`.
fn remove_id(directory: &Connection, id: &str) -> rusqlite::Result<Removed> {
    let mut of_user = [0; 2];
    for (table, removed) in ["copies", "pages"].into_iter().zip(&mut of_user) {
        let delete =
            format!("DELETE FROM {table} WHERE row IN (SELECT row FROM users WHERE id = ?1)");
        *removed = directory.prepare_cached(&delete)?.execute([id])?;
    }
    let [copies, pages] = of_user;
    let users = directory
        .prepare_cached("DELETE FROM users WHERE id = ?1")?
        .execute([id])?;
    let mut rows = copies + pages + users;
    for delete in [
        "DELETE FROM tombstones WHERE id = ?1",
        "DELETE FROM merges WHERE old_id = ?1 OR survivor_id = ?1",
    ] {
        rows += directory.prepare_cached(delete)?.execute([id])?;
    }
    Ok(Removed {
        rows: count(rows),
        users: count(users),
        pages: count(pages),
    })
}

impl Store {
    /// Forgets the person with this `_id` or `userId`. From `now` on no file brings them back.
    pub fn forget(&mut self, id: &LookupId, now: Timestamp) -> Result<Forgotten, StoreError> {
        let mut forgotten = Forgotten::default();
        self.forget_more(id, now, &mut forgotten)?;
        Ok(forgotten)
    }

    /// The same, added to what an earlier try removed before it met damage: its ids may no longer
    /// be readable. What was removed is noted also if this fails in the end.
    pub fn forget_more(
        &mut self,
        id: &LookupId,
        now: Timestamp,
        forgotten: &mut Forgotten,
    ) -> Result<(), StoreError> {
        self.forget_all(id, now, forgotten)
            .map_err(|error| self.explain_full(error))
    }

    fn forget_all(
        &mut self,
        id: &LookupId,
        now: Timestamp,
        forgotten: &mut Forgotten,
    ) -> Result<(), StoreError> {
        let before = forgotten.ids.iter().map(|id| id.expose().to_owned());
        let Names { ids, user_ids } = self.names_of(id, before)?;
        forgotten.ids = ids.iter().map(|id| SmoochId::new(id.as_str())).collect();
        // What the agent made goes first: if this is interrupted, the directory still knows the
        // ids.
        forgotten.rows += self.agent.write(|transaction| {
            let mut rows = 0;
            for id in &ids {
                for table in ["opened", "pins", "notes"] {
                    let delete = format!("DELETE FROM {table} WHERE id = ?1");
                    rows += transaction.execute(&delete, [id])?;
                }
            }
            Ok(count(rows))
        })?;
        let hasher = self.hasher().cloned();
        let (mut rows, mut users, mut pages) = (0, 0, 0);
        let transaction = self.directory_mut().transaction()?;
        for id in &ids {
            let removed = remove_id(&transaction, id)?;
            rows += removed.rows;
            users += removed.users;
            pages += removed.pages;
        }
        for user_id in &user_ids {
            let listed = "DELETE FROM listed WHERE user_id = ?1";
            rows += count(transaction.execute(listed, [user_id])?);
        }
        // Only somebody who was known can be forgotten.
        if let Some(hasher) = hasher.filter(|_| rows > 0 || forgotten.rows > 0) {
            let names = ids.iter().chain(&user_ids).map(String::as_str);
            forgotten::note(&transaction, &hasher, names, now.as_millisecond())?;
        }
        transaction.commit()?;
        forgotten.rows += rows;
        forgotten.users += users;
        forgotten.pages += pages;
        // Also if nothing was found: an earlier run may have been interrupted before this.
        self.scrub()?;
        forgotten.set_aside += self.remove_set_aside(&[DIRECTORY, AGENT])?;
        Ok(())
    }

    /// Every `_id` and `userId` of the person with an id. The id itself is among them even if it is
    /// not known: what the agent made may still name it.
    fn names_of(
        &self,
        id: &LookupId,
        before: impl Iterator<Item = String>,
    ) -> Result<Names, StoreError> {
        let id = id.expose().to_owned();
        let mut names = Names {
            ids: BTreeSet::from([id.clone()]),
            user_ids: BTreeSet::from([id]),
        };
        names.ids.extend(before);
        match self.hidden_with(&names.user_ids) {
            // Damage shows again where rows are removed, and is repaired then.
            Err(error) if error.is_damage() => {}
            hidden => names.ids.extend(hidden?),
        }
        let mut related = self.directory().prepare(
            "SELECT id FROM users WHERE user_id = ?1
             UNION SELECT survivor_id FROM merges WHERE old_id = ?1
             UNION SELECT old_id FROM merges WHERE survivor_id = ?1",
        )?;
        let mut asked = BTreeSet::new();
        while let Some(next) = names.ids.difference(&asked).next().cloned() {
            let found = related.query_map([&next], |row| row.get::<_, String>(0))?;
            names.ids.extend(found.collect::<Result<Vec<_>, _>>()?);
            // What cannot be read any more goes all the same.
            let known = Existing::find(self.directory(), &next)?;
            if let Some(record) = known.and_then(|known| known.record().ok()) {
                let user_ids = record.registers.user_ids();
                names.user_ids.extend(user_ids.filter_map(wire::text_of));
            }
            asked.insert(next);
        }
        Ok(names)
    }

    /// The `_id`s of users who were deleted or merged away, and had one of these `userId`s.
    fn hidden_with(&self, user_ids: &BTreeSet<String>) -> Result<Vec<String>, StoreError> {
        let mut hidden = self
            .directory()
            .prepare("SELECT id FROM users WHERE state = ?1")?;
        let hidden = hidden.query_map([HIDDEN], |row| row.get::<_, String>(0))?;
        let mut found = Vec::new();
        for id in hidden.collect::<Result<Vec<_>, _>>()? {
            let known = Existing::find(self.directory(), &id)?;
            let record = known.and_then(|known| known.record().ok());
            let user_id = record.and_then(|record| {
                let shown = record.registers.user_id()?;
                wire::text_of(shown.value)
            });
            if user_id.is_some_and(|user_id| user_ids.contains(&user_id)) {
                found.push(id);
            }
        }
        Ok(found)
    }

    /// Rebuilds both files without the free space that may still hold deleted rows, and empties
    /// their journals.
    pub(super) fn scrub(&mut self) -> Result<(), StoreError> {
        if rebuild(&self.directory)? != 0 || self.agent.read(rebuild)? != 0 {
            return Err(StoreError::InUse);
        }
        Ok(())
    }

    /// Says how much room is needed, if there was too little for leaving no trace.
    pub(super) fn explain_full(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Full => StoreError::NoRoom {
                folder: self.folder().to_owned(),
                kib: self.size().div_ceil(1024),
            },
            other => other,
        }
    }

    /// Deletes what was set aside of some of the files; returns how many files there were.
    pub(super) fn remove_set_aside(&self, of: &[&str]) -> Result<u64, StoreError> {
        let unreadable = |source| StoreError::Folder {
            path: self.folder().to_owned(),
            source,
        };
        let mut removed = 0;
        for entry in fs::read_dir(self.folder()).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if is_set_aside(&path, of) {
                if let Err(source) = fs::remove_file(&path) {
                    return Err(StoreError::SetAside { path, source });
                }
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Rebuilds one file; anything but 0 if its journal is in use and could not be emptied.
fn rebuild(connection: &Connection) -> rusqlite::Result<i64> {
    connection.flush_prepared_statement_cache();
    // A copy of everything that stays may not fit into memory.
    connection.pragma_update(None, "temp_store", "FILE")?;
    connection.execute_batch("VACUUM")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::directory::store::StoreOptions;
    use crate::domain::AppId;

    #[test]
    fn a_full_disk_says_how_much_room_is_needed_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let options = StoreOptions::new(folder.path().to_owned(), "https://x", AppId::new("a"));
        let store = Store::open(options).unwrap();
        let full = store.explain_full(StoreError::Full);
        let words = full.to_string();
        let size = store.size().div_ceil(1024);
        assert!(words.contains(&format!("takes {size} KiB")), "{words}");
        assert!(
            words.contains(&store.folder().display().to_string()),
            "{words}"
        );
        assert!(full.next_step().contains("make that much room"));
        let other = store.explain_full(StoreError::Busy);
        assert!(matches!(other, StoreError::Busy));
    }
}
