//! What the agent made: which users they opened and pinned, and when. Nothing else brings it back.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;

use super::codes::time;
use super::{Change, Report, Store, StoreError};
use crate::domain::SmoochId;
use crate::domain::facts::Key;
use crate::domain::{Fate, Pin};

/// Only so many visits are kept.
const MOST_OPENED: i64 = 10_000;

impl Store {
    /// Remembers that the agent opened a user.
    pub fn note_opened(&mut self, id: &SmoochId, at: Timestamp) -> Result<(), StoreError> {
        self.agent.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO opened (at, id) VALUES (?1, ?2)")?
                .execute((at.as_millisecond(), id.expose()))?;
            transaction
                .prepare_cached(
                    "DELETE FROM opened WHERE rowid <= (SELECT max(rowid) FROM opened) - ?1",
                )?
                .execute([MOST_OPENED])?;
            Ok(())
        })
    }

    /// Every visit of the agent to a user, the earliest first. Merged users are named by the
    /// survivor; deleted ones are left out.
    pub fn visits(&self) -> Result<Vec<(SmoochId, Timestamp)>, StoreError> {
        let visits = self.dated_ids("SELECT id, at FROM opened ORDER BY rowid")?;
        let mut now = HashMap::new();
        let mut found = Vec::new();
        for (id, at) in visits {
            let at = time(at).unwrap_or_default();
            let id = match now.entry(id) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let id = SmoochId::new(new.key().as_str());
                    let current = match self.fate(&id)? {
                        Fate::Unknown => Some(id),
                        Fate::Merged { into } => Some(into),
                        Fate::Deleted { .. } => None,
                    };
                    new.insert(current)
                }
            };
            found.extend(id.clone().map(|id| (id, at)));
        }
        Ok(found)
    }

    /// Pins a user, or removes the pin; it is on the disk before this returns.
    ///
    /// An id that was merged away means the survivor.
    pub fn set_pin(&mut self, id: &SmoochId, pin: Pin, at: Timestamp) -> Result<(), StoreError> {
        let id = self.survivor_of(id)?;
        let pins: Vec<String> = self.pins()?.into_iter().map(|(pin, _)| pin).collect();
        let mut same = vec![id.clone()];
        for pin in pins {
            let pin = SmoochId::new(pin);
            if pin != id && self.survivor_of(&pin)? == id {
                same.push(pin);
            }
        }
        self.agent.write(|transaction| {
            for id in &same {
                transaction
                    .prepare_cached("DELETE FROM pins WHERE id = ?1")?
                    .execute([id.expose()])?;
            }
            if pin == Pin::Set {
                transaction
                    .prepare_cached("INSERT INTO pins (id, at) VALUES (?1, ?2)")?
                    .execute((id.expose(), at.as_millisecond()))?;
            }
            Ok(())
        })
    }

    /// The pinned users, the newest pin first, each once; merged users are named by the survivor.
    pub fn pinned(&self) -> Result<Vec<SmoochId>, StoreError> {
        let mut pinned = Vec::new();
        for (pin, _) in self.pins()? {
            let id = self.survivor_of(&SmoochId::new(pin))?;
            if !pinned.contains(&id) {
                pinned.push(id);
            }
        }
        Ok(pinned)
    }

    /// Moves the pins of merged users to the survivors, before the merges are forgotten.
    pub(super) fn settle_pins(&mut self) -> Result<(), StoreError> {
        let mut settled = Vec::new();
        for (pin, at) in self.pins()? {
            let old = SmoochId::new(pin);
            let id = self.survivor_of(&old)?;
            if id != old {
                settled.push((old, id, at));
            }
        }
        if settled.is_empty() {
            return Ok(());
        }
        self.agent.write(|transaction| {
            for (old, id, at) in settled {
                transaction.execute("DELETE FROM pins WHERE id = ?1", [old.expose()])?;
                transaction.execute(
                    "INSERT INTO pins (id, at) VALUES (?1, ?2)
                     ON CONFLICT (id) DO UPDATE SET at = max(at, ?2)",
                    (id.expose(), at),
                )?;
            }
            Ok(())
        })
    }

    /// Names the survivors in the visits to merged users, before the merges are forgotten.
    pub(super) fn settle_visits(&mut self) -> Result<(), StoreError> {
        let mut settled = Vec::new();
        for id in self.visited()? {
            let old = SmoochId::new(id);
            let id = self.survivor_of(&old)?;
            if id != old {
                settled.push((old, id));
            }
        }
        self.agent.write(|transaction| {
            for (old, id) in settled {
                let settle = "UPDATE opened SET id = ?2 WHERE id = ?1";
                transaction.execute(settle, (old.expose(), id.expose()))?;
            }
            Ok(())
        })
    }

    /// Forgets visits to users who are no longer known.
    pub(super) fn drop_visits_of_nobody(&mut self) -> Result<(), StoreError> {
        let mut gone = Vec::new();
        for id in self.visited()? {
            if self.row_number(&SmoochId::new(id.as_str()))?.is_none() {
                gone.push(id);
            }
        }
        self.agent.write(|transaction| {
            for id in gone {
                transaction.execute("DELETE FROM opened WHERE id = ?1", [id])?;
            }
            Ok(())
        })
    }

    /// Every id that was visited, as it was written, each once.
    fn visited(&self) -> Result<Vec<String>, StoreError> {
        self.ids("SELECT DISTINCT id FROM opened")
    }

    /// Every id with a pin or a note.
    pub(super) fn held_ids(&self) -> Result<Vec<String>, StoreError> {
        let mut held = Vec::new();
        for id in self.ids("SELECT id FROM pins UNION SELECT id FROM notes")? {
            let survivor = self.survivor_of(&SmoochId::new(id.as_str()))?;
            held.extend([id, survivor.expose().to_owned()]);
        }
        Ok(held)
    }

    fn ids(&self, select: &str) -> Result<Vec<String>, StoreError> {
        self.agent.read(|agent| {
            let mut ids = agent.prepare_cached(select)?;
            ids.query_map([], |row| row.get(0))?.collect()
        })
    }

    fn dated_ids(&self, select: &str) -> Result<Vec<(String, i64)>, StoreError> {
        self.agent.read(|agent| {
            let mut ids = agent.prepare_cached(select)?;
            let rows = ids.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    /// Makes rows for pinned users that a broken directory lost: the pin is their only trace.
    pub(super) fn restore_pinned(&mut self) -> Result<(), StoreError> {
        for (id, at) in self.pins()? {
            let id = self.survivor_of(&SmoochId::new(id))?;
            if self.row_number(&id)?.is_some() {
                continue;
            }
            let key = Key {
                at,
                ..Key::default()
            };
            let mention = Report::mention(id.expose(), key);
            self.record(&Change::Report(Box::new(mention)))?;
        }
        Ok(())
    }

    /// Every pin as it was written, the newest first.
    fn pins(&self) -> Result<Vec<(String, i64)>, StoreError> {
        self.dated_ids("SELECT id, at FROM pins ORDER BY at DESC, id")
    }

    /// Whether nothing at all is known of an id: no user, no merge, no deletion. A user who was
    /// known before was forgotten or purged meanwhile.
    pub(crate) fn has_no_trace(&self, id: &SmoochId) -> Result<bool, StoreError> {
        Ok(self.row_number(id)?.is_none() && self.fate(id)? == Fate::Unknown)
    }

    fn survivor_of(&self, id: &SmoochId) -> Result<SmoochId, StoreError> {
        Ok(match self.fate(id)? {
            Fate::Merged { into } => into,
            Fate::Unknown | Fate::Deleted { .. } => id.clone(),
        })
    }
}
