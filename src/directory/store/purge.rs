//! Removes users who were last confirmed long ago.
//!
//! In: a moment. Out: the directory without the persons who were last reported before it, all their
//! ids included, and without the agent's visits to them. Merges and deletions stay known. Users with
//! a pin or a note stay: nothing would bring these back, and a pin without its user would only have
//! the user fetched again.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::lineage::Fates;
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
        let held = self.held_ids()?;
        let before = before.as_millisecond();
        let mut purged = Purged::default();
        let old = self.old_persons(before)?;
        let transaction = self.directory_mut().transaction()?;
        for Person { shown, ids } in old {
            if ids.iter().any(|id| held.contains(id)) {
                purged.kept += u64::from(shown);
                continue;
            }
            for id in &ids {
                remove_facts(&transaction, id)?;
            }
            purged.removed += u64::from(shown);
        }
        transaction.execute(
            "DELETE FROM listed WHERE at < ?1 AND user_id NOT IN
                (SELECT user_id FROM users WHERE user_id IS NOT NULL)",
            [before],
        )?;
        transaction.commit()?;
        self.drop_visits_of_nobody()?;
        self.scrub()?;
        Ok(purged)
    }

    /// The persons who were last reported before a moment, each with all of their ids.
    fn old_persons(&self, before: i64) -> Result<Vec<Person>, StoreError> {
        let directory = self.directory();
        let leads = "SELECT EXISTS (SELECT 1 FROM merges) OR EXISTS (SELECT 1 FROM tombstones)";
        let leads: bool = directory.query_row(leads, [], |row| row.get(0))?;
        // Of users whose row could not be read it is not known how old they are: nothing more is
        // taken from them.
        let old = "SELECT id, state < 3 FROM users WHERE at < ?1 AND at != 0";
        let mut find = directory.prepare(old)?;
        let found = find.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut persons = Vec::new();
        let fates = Fates::of(directory);
        let mut newest = directory.prepare("SELECT at FROM users WHERE id = ?1")?;
        for found in found {
            let (id, shown): (String, bool) = found?;
            if !leads {
                let ids = vec![id];
                persons.push(Person { shown, ids });
                continue;
            }
            // A person goes as a whole, with the id that stays.
            if fates.survivor_of(&id)? != id {
                continue;
            }
            let discarded = fates.discarded_of(&id)?.into_iter().map(|it| it.id);
            let ids: Vec<String> = std::iter::once(id).chain(discarded).collect();
            let mut is_old = true;
            for id in &ids {
                let at: Option<i64> = newest.query_row([id], |row| row.get(0)).optional()?;
                is_old &= at.is_none_or(|at| at < before);
            }
            if is_old {
                persons.push(Person { shown, ids });
            }
        }
        Ok(persons)
    }
}

/// A person, by all of their ids.
struct Person {
    /// Whether lists show them.
    shown: bool,
    ids: Vec<String>,
}

/// Removes what is known under an `_id`. That it was merged away or deleted stays known, unless what
/// undid that goes now.
fn remove_facts(directory: &Connection, id: &str) -> Result<(), StoreError> {
    Fates::of(directory).drop_undone(id)?;
    for table in ["copies", "pages"] {
        let delete =
            format!("DELETE FROM {table} WHERE row = (SELECT row FROM users WHERE id = ?1)");
        directory.prepare_cached(&delete)?.execute([id])?;
    }
    directory
        .prepare_cached("DELETE FROM users WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}
