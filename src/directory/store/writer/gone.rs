//! What goes: ids that were merged or deleted, and places where users are no longer reached.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension as _;

use super::joining::{Joined, Weighed};
use super::{Existing, Outcome, Writer};
use crate::directory::store::lineage::MOST_MERGES;
use crate::directory::store::{Report, StoreError};
use crate::domain::facts::{Source, Weight};
use crate::domain::{Client, SmoochId};
use crate::wire::kept;

impl Writer<'_> {
    pub(super) fn is_gone(&self, id: &str) -> Result<bool, StoreError> {
        if self.rows.as_ref().is_some_and(|rows| !rows.has_gone()) {
            return Ok(false);
        }
        let gone = "SELECT 1 FROM tombstones WHERE id = ?1
            UNION ALL SELECT 1 FROM lineage WHERE old_id = ?1";
        Ok(self.cached(gone)?.exists([id])?)
    }

    /// The API answers for an id that was reported as gone, and it knows best.
    pub(super) fn unbury(&self, id: &str) -> Result<(), StoreError> {
        self.cached("DELETE FROM tombstones WHERE id = ?1")?
            .execute([id])?;
        self.cached("DELETE FROM lineage WHERE old_id = ?1")?
            .execute([id])?;
        Ok(())
    }

    /// The survivor of the merges of an id: the id itself if there were none, `None` if the user was
    /// deleted.
    fn survivor_of(&self, id: &str) -> Result<Option<String>, StoreError> {
        if !self.is_gone(id)? {
            return Ok(Some(id.to_owned()));
        }
        let mut next = self.cached("SELECT survivor_id FROM lineage WHERE old_id = ?1")?;
        let (mut at, mut seen) = (id.to_owned(), BTreeSet::new());
        while let Some(survivor) = next.query_row([&at], |row| row.get(0)).optional()? {
            if seen.len() >= MOST_MERGES || !seen.insert(std::mem::replace(&mut at, survivor)) {
                return Ok(None);
            }
        }
        Ok(if self.is_gone(&at)? { None } else { Some(at) })
    }

    /// Adds a report about an id that was merged away to the survivor.
    pub(super) fn record_for_survivor(&mut self, report: &Report) -> Result<Outcome, StoreError> {
        let Some(survivor) = self.survivor_of(report.id())? else {
            return Ok(Outcome::Unchanged);
        };
        let Some(report) = report.about(&survivor) else {
            return Ok(Outcome::Unchanged);
        };
        match self.find(&survivor)? {
            None => self.insert(&report),
            Some(existing) => {
                let weight = existing.standing.weigh(&self.stamp(&report));
                let weight = weight.of_discarded();
                self.join(&existing, &report, weight)
            }
        }
    }

    /// Notes that an old id leads to a survivor. What is known under the old id and not of the
    /// survivor passes to the survivor.
    pub(super) fn merge(&mut self, old: &SmoochId, survivor: &str) -> Result<Outcome, StoreError> {
        let old = old.expose();
        let resolved = self.survivor_of(survivor)?;
        if old == survivor || resolved.as_deref() == Some(old) {
            return Ok(Outcome::Unchanged);
        }
        let known = self.find(old)?;
        if let Some(known) = &known {
            if let Some(survivor) = resolved {
                self.hand_over(known, &survivor)?;
            }
            self.remove(known)?;
        }
        self.note_gone();
        let noted = self
            .cached(
                "INSERT INTO lineage (old_id, survivor_id, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (old_id) DO UPDATE SET survivor_id = ?2, at = ?3
                 WHERE survivor_id != ?2",
            )?
            .execute((old, survivor, self.at))?;
        Ok(changed(known.is_some() || noted > 0))
    }

    fn hand_over(&mut self, old: &Existing, survivor: &str) -> Result<(), StoreError> {
        let Some(report) = all_of(old).and_then(|report| report.about(survivor)) else {
            return Ok(());
        };
        let row = match self.find(survivor)? {
            None => {
                self.insert(&report)?;
                self.directory.last_insert_rowid()
            }
            Some(existing) => {
                let row = existing.row;
                self.join(&existing, &report, Weight::Adds)?;
                row
            }
        };
        self.cached("UPDATE OR IGNORE pages SET row = ?1 WHERE row = ?2")?
            .execute((row, old.row))?;
        Ok(())
    }

    /// Notes that a user was deleted, and removes what was known.
    pub(super) fn bury(&mut self, id: &SmoochId) -> Result<Outcome, StoreError> {
        let id = id.expose();
        let known = self.find(id)?;
        if let Some(known) = &known {
            self.remove(known)?;
        }
        self.note_gone();
        let noted = self
            .cached("INSERT OR IGNORE INTO tombstones (id, at) VALUES (?1, ?2)")?
            .execute((id, self.at))?;
        Ok(changed(known.is_some() || noted > 0))
    }

    fn note_gone(&mut self) {
        if let Some(rows) = &mut self.rows {
            rows.note_gone();
        }
    }

    fn remove(&mut self, known: &Existing) -> Result<(), StoreError> {
        for table in ["users", "copies", "pages"] {
            self.cached(&format!("DELETE FROM {table} WHERE row = ?1"))?
                .execute([known.row])?;
        }
        if let Some(rows) = &mut self.rows {
            rows.removed(&known.id);
            rows.outdate(known.hash);
        }
        Ok(())
    }

    /// Removes a client from the copy, unless the copy is newer than that.
    pub(super) fn remove_client(
        &mut self,
        report: &Report,
        client: &Client,
    ) -> Result<Outcome, StoreError> {
        let Some(id) = self.survivor_of(report.id())? else {
            return Ok(Outcome::Unchanged);
        };
        let Some(existing) = self.find(&id)? else {
            return Ok(Outcome::Unchanged);
        };
        let at = self.stamp(report).key.at;
        let is_older = self.source != Source::Api && at < existing.standing.key.at;
        let Some((api, json)) = existing.copy.as_ref().filter(|_| !is_older) else {
            return Ok(Outcome::Unchanged);
        };
        let Some(json) = kept::without_client(json, *api, client) else {
            return Ok(Outcome::Unchanged);
        };
        let Some(mention) = Report::of_ids(&id, None) else {
            return Ok(Outcome::Unchanged);
        };
        let weighed = Weighed {
            report: &mention,
            stamp: self.stamp(&mention),
            weight: Weight::Adds,
        };
        let joined = Joined {
            api: *api,
            json,
            portion: existing.standing.portion,
        };
        let name = existing.message_name.as_ref();
        self.update(&existing, weighed, Some(&joined), name)?;
        Ok(Outcome::Updated)
    }
}

/// Everything that is known of a user, as a report.
fn all_of(known: &Existing) -> Option<Report> {
    let mut report = match &known.copy {
        Some((api, json)) => {
            let user = kept::parse_user(json, *api)?;
            Report::of(&user, *api, known.standing.portion)
        }
        None => Report::of_ids(&known.id, known.user_id.as_deref())?,
    };
    report.at = Some(known.standing.key.at);
    Some(report.with_message_name(known.message_name.clone()))
}

const fn changed(changed: bool) -> Outcome {
    if changed {
        Outcome::Updated
    } else {
        Outcome::Unchanged
    }
}
