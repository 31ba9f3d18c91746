//! Writes what is told into the directory, within one transaction.
//!
//! In: changes, and when and by whom they were told. Out: rows, and for each change whether it made,
//! changed or only confirmed one. Ids that were merged or deleted do not come back, unless the API
//! itself answers for them.

use rusqlite::{CachedStatement, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::change::{UserRow, api_code, api_of_code, parse_kept};
use super::known_rows::KnownRow;
use super::{Change, Completeness, How, Keep, KnownRows, Spoken, Store, StoreError, Told, merge};
use crate::domain::{ApiVersion, SmoochId};

const INSERT_USER: &str = "INSERT INTO users (id, user_id, name, origin, email, channels,
        properties, message_name, message_at, state, at, how, asked_at, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const INSERT_COPY: &str = "INSERT OR REPLACE INTO copies (row, api, json) VALUES (?1, ?2, ?3)";

const FIND_BY_ROW: &str = "SELECT u.row, u.id, u.user_id, u.state, u.at, u.how, u.hash,
        u.message_name, u.message_at, c.api, c.json
    FROM users u LEFT JOIN copies c ON c.row = u.row WHERE u.row = ?1";

const FIND_BY_ID: &str = "SELECT u.row, u.id, u.user_id, u.state, u.at, u.how, u.hash,
        u.message_name, u.message_at, c.api, c.json
    FROM users u LEFT JOIN copies c ON c.row = u.row WHERE u.id = ?1";

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing is different.
    Unchanged,
    /// Something is different.
    Updated,
    /// A user is new.
    Inserted,
    /// The change names nobody who is known, and could not stand alone.
    Unknown,
}

/// A transaction on the directory.
pub struct Writer<'s> {
    transaction: Transaction<'s>,
    /// Both at hand: looking them up again for each of a million users would cost as much as they.
    insert_user: CachedStatement<'s>,
    insert_copy: CachedStatement<'s>,
    rows: Option<&'s mut KnownRows>,
    keep: Keep,
    how: How,
    at: i64,
}

/// A copy to which something was added, and how much of the user it tells.
type Joined = (ApiVersion, String, Completeness);

/// A user as a row and a copy of them say.
struct Existing {
    row: i64,
    id: String,
    user_id: Option<String>,
    completeness: Completeness,
    at: i64,
    how: How,
    hash: Option<i64>,
    spoken: Option<Spoken>,
    copy: Option<(ApiVersion, String)>,
}

impl Store {
    /// Begins a transaction for what was told at a moment, in milliseconds.
    pub(in crate::directory) fn write<'s>(
        &'s mut self,
        rows: Option<&'s mut KnownRows>,
        how: How,
        at: i64,
    ) -> Result<Writer<'s>, StoreError> {
        let keep = self.keep();
        let directory = self.directory();
        let transaction = Transaction::new_unchecked(directory, TransactionBehavior::Immediate)?;
        Ok(Writer {
            transaction,
            insert_user: directory.prepare_cached(INSERT_USER)?,
            insert_copy: directory.prepare_cached(INSERT_COPY)?,
            rows,
            keep,
            how,
            at,
        })
    }

    /// Writes one change in a transaction of its own.
    pub fn tell(&mut self, change: &Change, how: How, at: i64) -> Result<Outcome, StoreError> {
        let mut writer = self.write(None, how, at)?;
        let outcome = writer.apply(change)?;
        writer.commit()?;
        Ok(outcome)
    }
}

impl Writer<'_> {
    /// Makes everything that was applied last.
    pub(in crate::directory) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }

    pub(in crate::directory) fn transaction(&self) -> &Transaction<'_> {
        &self.transaction
    }

    /// Whether another program wrote since the last time this was asked. What is known of the
    /// rows of ids is looked at again if so.
    pub(in crate::directory) fn others_wrote(&mut self) -> Result<bool, StoreError> {
        match &mut self.rows {
            Some(rows) => rows.others_wrote(&self.transaction),
            None => Ok(true),
        }
    }

    /// The rows that this writer keeps up to date.
    pub(in crate::directory) fn rows(&self) -> Option<&KnownRows> {
        self.rows.as_deref()
    }

    /// Writes one change.
    pub(in crate::directory) fn apply(&mut self, change: &Change) -> Result<Outcome, StoreError> {
        match change {
            Change::Nobody => Ok(Outcome::Unchanged),
            Change::Told(told) => self.tell(told),
            Change::ByUserId(told) => self.tell_by_user_id(told),
            Change::Gone(id) => self.bury(id),
            Change::Merged {
                surviving,
                discarded,
            } => {
                let mut outcome = self.tell(surviving)?;
                for id in discarded {
                    outcome = outcome.max(self.merge(id, surviving.id())?);
                }
                Ok(outcome)
            }
        }
    }

    /// Notes that a row was told again, and is the same.
    pub(in crate::directory) fn confirm(&self, row: u32) -> Result<(), StoreError> {
        let confirm = "UPDATE users SET at = ?1, how = ?2 WHERE row = ?3 AND at < ?1";
        self.cached(confirm)?
            .execute((self.at, self.how.code(), row))?;
        Ok(())
    }

    /// Whether a row is still told by the line of this hash.
    pub(in crate::directory) fn is_told_by(&self, row: u32, hash: u64) -> Result<bool, StoreError> {
        let is = "SELECT 1 FROM users WHERE row = ?1 AND hash = ?2";
        let mut is = self.cached(is)?;
        Ok(is.exists((row, hash.cast_signed()))?)
    }

    fn cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.transaction.prepare_cached(sql)
    }

    fn tell_by_user_id(&mut self, told: &Told) -> Result<Outcome, StoreError> {
        let find = "SELECT id FROM users WHERE user_id = ?1 ORDER BY at DESC LIMIT 1";
        let id: Option<String> = self
            .cached(find)?
            .query_row([&told.row.user_id], |row| row.get(0))
            .optional()?;
        let Some(id) = id else {
            return Ok(Outcome::Unknown);
        };
        let mut told = told.clone();
        if let Some(json) = merge::with_id(&told.json, &id, told.api) {
            told.json = json;
        }
        told.row.id = id;
        self.tell(&told)
    }

    /// Events stand in files, but a file is not who told them.
    const fn how(&self, told: &Told) -> How {
        if told.by_event {
            How::Webhook
        } else {
            self.how
        }
    }

    fn tell(&mut self, told: &Told) -> Result<Outcome, StoreError> {
        if self.is_gone(told.id())? {
            if self.how != How::LookedUp {
                return Ok(Outcome::Unchanged);
            }
            self.unbury(told.id())?;
        }
        match self.find(told.id())? {
            None => self.insert(told),
            Some(existing) => self.join(existing, told),
        }
    }

    fn is_gone(&self, id: &str) -> Result<bool, StoreError> {
        if self.rows.as_ref().is_some_and(|rows| !rows.has_gone()) {
            return Ok(false);
        }
        let gone = "SELECT 1 FROM tombstones WHERE id = ?1
            UNION ALL SELECT 1 FROM lineage WHERE old_id = ?1";
        Ok(self.cached(gone)?.exists([id])?)
    }

    /// The API answers for an id that was said to be gone: it knows best.
    fn unbury(&self, id: &str) -> Result<(), StoreError> {
        self.cached("DELETE FROM tombstones WHERE id = ?1")?
            .execute([id])?;
        self.cached("DELETE FROM lineage WHERE old_id = ?1")?
            .execute([id])?;
        Ok(())
    }

    fn find(&self, id: &str) -> Result<Option<Existing>, StoreError> {
        let rows = self.rows.as_ref();
        let known = rows.map_or(KnownRow::AskTheIndex, |rows| rows.row_of(id));
        let found = match known {
            KnownRow::Nowhere => return Ok(None),
            KnownRow::At(row) => self
                .cached(FIND_BY_ROW)?
                .query_row([row], read_existing)
                .optional()?,
            KnownRow::AskTheIndex => self
                .cached(FIND_BY_ID)?
                .query_row([id], read_existing)
                .optional()?,
        };
        // Two ids may share a hash.
        Ok(found.filter(|existing| existing.id == id))
    }

    fn insert(&mut self, told: &Told) -> Result<Outcome, StoreError> {
        let spoken = told.spoken.as_ref();
        let named = spoken.and_then(|_| row_of(told.api, &told.json, spoken));
        let row = named.as_ref().unwrap_or(&told.row);
        let asked_at = (self.how == How::LookedUp).then_some(self.at);
        let (message_name, message_at) = self.spoken_columns(spoken);
        let state = if self.keep == Keep::Ids {
            Completeness::Mentioned
        } else {
            told.completeness
        };
        let (keep, how) = (self.keep, self.how(told));
        self.insert_user.execute(params![
            row.id,
            row.user_id,
            kept(keep, Some(&row.name)),
            (keep == Keep::All).then_some(row.origin),
            kept(keep, row.email.as_ref()),
            kept(keep, row.channels.as_ref()),
            kept(keep, row.properties.as_ref()),
            message_name,
            message_at,
            state.code(),
            self.at,
            how.code(),
            asked_at,
            told.hash.map(u64::cast_signed),
        ])?;
        let number = self.transaction.last_insert_rowid();
        if state != Completeness::Mentioned {
            self.write_copy(number, told.api, &told.json)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.inserted(&row.id, number);
        }
        Ok(Outcome::Inserted)
    }

    fn spoken_columns(&self, spoken: Option<&Spoken>) -> (Option<String>, Option<i64>) {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let columns = |spoken: &Spoken| {
            let at = spoken.at.map_or(self.at, jiff::Timestamp::as_millisecond);
            (Some(spoken.name.expose().to_owned()), Some(at))
        };
        spoken
            .filter(|_| self.keep == Keep::All)
            .map_or((None, None), columns)
    }

    fn write_copy(&mut self, row: i64, api: ApiVersion, json: &str) -> Result<(), StoreError> {
        self.insert_copy.execute((row, api_code(api), json))?;
        Ok(())
    }

    /// Joins what is told to what is known of the same user.
    fn join(&mut self, existing: Existing, told: &Told) -> Result<Outcome, StoreError> {
        let spoken = newer(existing.spoken.as_ref(), told.spoken.as_ref());
        let said_more = spoken != existing.spoken.as_ref() && self.keep == Keep::All;
        // What the API answered later than a file was written stands against the file.
        let is_outdated = existing.how == How::LookedUp
            && existing.completeness == Completeness::Whole
            && existing.at > self.at
            && self.how != How::LookedUp;
        let joined = if is_outdated {
            None
        } else {
            self.joined_copy(&existing, told)
        };
        let user_id = match told.row.user_id.as_ref() {
            Some(told) if !is_outdated && existing.user_id.as_ref() != Some(told) => Some(told),
            _ => None,
        };
        // A whole user without a `userId` has none any more.
        let lost_user_id = told.completeness == Completeness::Whole
            && told.row.user_id.is_none()
            && existing.user_id.is_some()
            && !is_outdated;
        if joined.is_none() && user_id.is_none() && !said_more && !lost_user_id {
            if !is_outdated {
                self.note_same(&existing, told)?;
            }
            return Ok(Outcome::Unchanged);
        }
        let spoken = spoken.cloned();
        self.update(existing, told, joined.as_ref(), spoken.as_ref())?;
        Ok(Outcome::Updated)
    }

    /// The copy with what is told added; `None` when that makes no difference.
    fn joined_copy(&self, existing: &Existing, told: &Told) -> Option<Joined> {
        if self.keep == Keep::Ids {
            return None;
        }
        match (&existing.copy, told.completeness) {
            (None, Completeness::Mentioned) => None,
            (None, completeness) => Some((told.api, told.json.clone(), completeness)),
            (Some((api, json)), Completeness::Whole) => {
                let carried = merge::carry_clients(json, &told.json, told.api);
                let new = carried.as_ref().unwrap_or(&told.json);
                let differs =
                    new != json || *api != told.api || existing.completeness != Completeness::Whole;
                differs.then(|| (told.api, new.clone(), Completeness::Whole))
            }
            (Some((api, json)), _) => {
                let new = merge::add(json, *api, &told.json, told.api)?;
                let same = serde_json::from_str::<serde_json::Value>(json).ok()
                    == serde_json::from_str(&new).ok();
                (!same).then_some((*api, new, existing.completeness))
            }
        }
    }

    /// Nothing is different: at most when it was confirmed, and by which line.
    fn note_same(&self, existing: &Existing, told: &Told) -> Result<(), StoreError> {
        let confirms = told.completeness >= existing.completeness && existing.at < self.at;
        let rehashes = told.hash.is_some() && existing.hash != told.hash.map(u64::cast_signed);
        if !confirms && !rehashes && self.how != How::LookedUp {
            return Ok(());
        }
        let (at, how) = self.confirmed(existing, told);
        self.cached(
            "UPDATE users SET at = ?1, how = ?2, hash = coalesce(?3, hash),
                asked_at = coalesce(?4, asked_at) WHERE row = ?5",
        )?
        .execute((
            at,
            how.code(),
            told.hash.map(u64::cast_signed),
            (self.how == How::LookedUp).then_some(self.at),
            existing.row,
        ))?;
        Ok(())
    }

    /// What confirmed the copy last: part of a user says nothing about the rest of a copy.
    fn confirmed(&self, existing: &Existing, told: &Told) -> (i64, How) {
        if told.completeness >= existing.completeness && self.at >= existing.at {
            (self.at, self.how(told))
        } else {
            (existing.at, existing.how)
        }
    }

    fn update(
        &mut self,
        existing: Existing,
        told: &Told,
        joined: Option<&Joined>,
        spoken: Option<&Spoken>,
    ) -> Result<(), StoreError> {
        let (at, how) = self.confirmed(&existing, told);
        let copy = joined
            .map(|(api, json, _)| (*api, json.as_str()))
            .or_else(|| {
                existing
                    .copy
                    .as_ref()
                    .map(|(api, json)| (*api, json.as_str()))
            });
        let user_id = match told.completeness {
            Completeness::Whole => told.row.user_id.clone(),
            _ => told.row.user_id.clone().or(existing.user_id),
        };
        // Mostly what is told is all that there is, and its columns were worked out on the way.
        let is_as_told = spoken.is_none() && copy == Some((told.api, told.json.as_str()));
        let row = copy
            .or(Some((told.api, told.json.as_str())))
            .filter(|_| !is_as_told)
            .and_then(|(api, json)| row_of(api, json, spoken));
        let row = row.as_ref().unwrap_or(&told.row);
        let completeness =
            joined.map_or(existing.completeness, |(_, _, completeness)| *completeness);
        let (message_name, message_at) = self.spoken_columns(spoken);
        self.cached(
            "UPDATE users SET user_id = ?1, name = ?2, origin = ?3, email = ?4, channels = ?5,
                properties = ?6, message_name = ?7, message_at = ?8, state = ?9,
                at = ?10, how = ?11, asked_at = coalesce(?12, asked_at), hash = ?13
             WHERE row = ?14",
        )?
        .execute(params![
            user_id,
            kept(self.keep, Some(&row.name)),
            (self.keep == Keep::All).then_some(row.origin),
            kept(self.keep, row.email.as_ref()),
            kept(self.keep, row.channels.as_ref()),
            kept(self.keep, row.properties.as_ref()),
            message_name,
            message_at,
            completeness.code(),
            at,
            how.code(),
            (self.how == How::LookedUp).then_some(self.at),
            told.hash.map(u64::cast_signed),
            existing.row,
        ])?;
        if let Some((api, json, _)) = joined {
            self.write_copy(existing.row, *api, json)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(())
    }

    /// Notes that an old id leads to a survivor; what was known under it goes.
    fn merge(&mut self, old: &SmoochId, survivor: &str) -> Result<Outcome, StoreError> {
        let old = old.expose();
        if old == survivor {
            return Ok(Outcome::Unchanged);
        }
        let removed = self.remove(old)?;
        self.note_gone();
        let noted = self
            .cached(
                "INSERT INTO lineage (old_id, survivor_id, at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (old_id) DO UPDATE SET survivor_id = ?2, at = ?3
                 WHERE survivor_id != ?2",
            )?
            .execute((old, survivor, self.at))?;
        Ok(changed(removed || noted > 0))
    }

    /// Notes that a user was deleted; what was known of them goes.
    fn bury(&mut self, id: &SmoochId) -> Result<Outcome, StoreError> {
        let id = id.expose();
        let removed = self.remove(id)?;
        self.note_gone();
        let noted = self
            .cached("INSERT OR IGNORE INTO tombstones (id, at) VALUES (?1, ?2)")?
            .execute((id, self.at))?;
        Ok(changed(removed || noted > 0))
    }

    fn note_gone(&mut self) {
        if let Some(rows) = &mut self.rows {
            rows.note_gone();
        }
    }

    fn remove(&mut self, id: &str) -> Result<bool, StoreError> {
        let Some(existing) = self.find(id)? else {
            return Ok(false);
        };
        for table in ["users", "copies", "pages"] {
            self.cached(&format!("DELETE FROM {table} WHERE row = ?1"))?
                .execute([existing.row])?;
        }
        if let Some(rows) = &mut self.rows {
            rows.removed(id);
            rows.outdate(existing.hash);
        }
        Ok(true)
    }
}

/// Of a user of whom only ids are kept, no other text is.
fn kept(keep: Keep, text: Option<&String>) -> Option<&String> {
    text.filter(|_| keep == Keep::All)
}

const fn changed(changed: bool) -> Outcome {
    if changed {
        Outcome::Updated
    } else {
        Outcome::Unchanged
    }
}

/// The columns as a copy and a name say.
fn row_of(api: ApiVersion, json: &str, spoken: Option<&Spoken>) -> Option<UserRow> {
    Some(UserRow::of(&parse_kept(json, api)?, spoken))
}

/// The later of two names under which a user wrote.
fn newer<'s>(known: Option<&'s Spoken>, told: Option<&'s Spoken>) -> Option<&'s Spoken> {
    match (known, told) {
        (Some(known), Some(told)) if told.at <= known.at => Some(known),
        (known, told) => told.or(known),
    }
}

fn read_existing(row: &rusqlite::Row<'_>) -> rusqlite::Result<Existing> {
    let name: Option<String> = row.get(7)?;
    let at: Option<i64> = row.get(8)?;
    let api: Option<i64> = row.get(9)?;
    let json: Option<String> = row.get(10)?;
    Ok(Existing {
        row: row.get(0)?,
        id: row.get(1)?,
        user_id: row.get(2)?,
        completeness: Completeness::of_code(row.get(3)?),
        at: row.get(4)?,
        how: How::of_code(row.get(5)?),
        hash: row.get(6)?,
        spoken: name.map(|name| {
            let at = at.and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
            Spoken::new(name.into(), at)
        }),
        copy: api.map(api_of_code).zip(json),
    })
}
