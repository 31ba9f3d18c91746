//! Writes reports into the directory, within one transaction.
//!
//! In: changes, each with its key. Out: rows, and for each change what became of it. What is kept of
//! an id are registers ([`crate::domain::facts`]), so the order of the changes does not matter; what
//! lists and searches see of a person is worked out again whenever one of their ids changes.

mod gone;
mod joining;
mod kept_columns;
mod listed;
mod outcome;
mod over_api;
mod pretending;
mod projecting;
mod replacing;

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior, params};

use super::codes::{portion_code, source_code};
use super::existing::{Existing, Stamps};
use super::forgotten::Forgetting;
use super::known_rows::KnownRow;
use super::listed::has_listed;
use super::report::Dating;
use super::{Change, Keep, KnownRows, Report, Store, StoreError};
use crate::domain::SmoochId;
use crate::domain::facts::{Key, MessageName, Portion, Source};
use kept_columns::KeptColumns;

pub use outcome::{Applied, Outcome};

const INSERT_USER: &str = "INSERT INTO users (id, user_id, name, origin, email, channels,
        properties, message_name, message_at, message_id, state, at, how, line, asked_at, seen_at,
        hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

const INSERT_COPY: &str =
    "INSERT OR REPLACE INTO copies (row, api, json, facts) VALUES (?1, ?2, ?3, ?4)";

/// A transaction on the directory.
pub struct Writer<'s> {
    /// None of its own while everything is going to be taken back.
    transaction: Option<Transaction<'s>>,
    directory: &'s Connection,
    /// Both at hand: looking them up again for each of a million users would cost as much as they.
    insert_user: CachedStatement<'s>,
    insert_copy: CachedStatement<'s>,
    rows: Option<&'s mut KnownRows>,
    keep: Keep,
    forgetting: Forgetting,
    /// Whether lists name users by the `userId` alone.
    has_listed: bool,
}

impl Store {
    /// Begins a transaction.
    pub(in crate::directory) fn write<'s>(
        &'s mut self,
        rows: Option<&'s mut KnownRows>,
    ) -> Result<Writer<'s>, StoreError> {
        let keep = self.keep();
        let forgetting = Forgetting::of(self.directory(), self.hasher())?;
        let directory = self.directory();
        let begin = || Transaction::new_unchecked(directory, TransactionBehavior::Immediate);
        let transaction = if directory.is_autocommit() {
            Some(begin()?)
        } else {
            None
        };
        Ok(Writer {
            transaction,
            directory,
            insert_user: directory.prepare_cached(INSERT_USER)?,
            insert_copy: directory.prepare_cached(INSERT_COPY)?,
            has_listed: has_listed(directory)?,
            rows,
            keep,
            forgetting,
        })
    }

    /// Writes one change in a transaction of its own.
    pub fn record(&mut self, change: &Change) -> Result<Outcome, StoreError> {
        let mut writer = self.write(None)?;
        let applied = writer.apply(change)?;
        writer.commit()?;
        Ok(applied.outcome)
    }
}

impl Writer<'_> {
    /// Makes everything that was applied last.
    pub(in crate::directory) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.map_or(Ok(()), Transaction::commit)?)
    }

    pub(in crate::directory) const fn directory(&self) -> &Connection {
        self.directory
    }

    /// Whether another program wrote since the last time this was asked. What is known of the
    /// rows of ids is looked at again if so.
    pub(in crate::directory) fn others_wrote(&mut self) -> Result<bool, StoreError> {
        match &mut self.rows {
            Some(rows) => rows.others_wrote(self.directory),
            None => Ok(true),
        }
    }

    /// The rows that this writer keeps up to date.
    pub(in crate::directory) fn rows(&self) -> Option<&KnownRows> {
        self.rows.as_deref()
    }

    /// Writes one change.
    pub(in crate::directory) fn apply(&mut self, change: &Change) -> Result<Applied, StoreError> {
        match change {
            Change::Nobody => Ok(Outcome::Unchanged.into()),
            Change::Report(report) => self.record(report),
            Change::Deleted { id, key } => {
                // There is nobody to delete, and their id is not to be written down again.
                if self.holds_forgotten(id, |_| false)? {
                    return Ok(Outcome::Forgotten.into());
                }
                Ok(self.bury(id, *key)?.into())
            }
            Change::Merged {
                surviving,
                discarded,
                key,
            } => {
                let is_newer = |since| surviving.dating == Dating::Own && key.at > since;
                for id in discarded {
                    if self.holds_forgotten(id, is_newer)? {
                        return Ok(Outcome::Forgotten.into());
                    }
                }
                let mut applied = self.record(surviving)?;
                if applied.outcome == Outcome::Forgotten {
                    return Ok(applied);
                }
                if let Some(survivor) = &surviving.id {
                    for id in discarded {
                        let merged = self.merge(id, survivor, *key)?;
                        applied.outcome = applied.outcome.max(merged);
                    }
                }
                Ok(applied)
            }
        }
    }

    /// Notes that the line on which a row rests was met again, in a newer file or further down.
    pub(in crate::directory) fn confirm(&self, row: u32, key: Key) -> Result<(), StoreError> {
        let confirm = "UPDATE users SET at = ?1, how = ?2, line = ?3
            WHERE row = ?4 AND (at < ?1 OR at = ?1 AND line < ?3)";
        self.cached(confirm)?.execute((
            key.at,
            source_code(key.source),
            key.line.cast_signed(),
            row,
        ))?;
        Ok(())
    }

    /// Whether a row still rests on the line with this hash.
    pub(in crate::directory) fn is_still_of_line(
        &self,
        row: u32,
        hash: u64,
    ) -> Result<bool, StoreError> {
        let is = "SELECT 1 FROM users WHERE row = ?1 AND hash = ?2";
        let mut is = self.cached(is)?;
        Ok(is.exists((row, hash.cast_signed()))?)
    }

    fn cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.directory.prepare_cached(sql)
    }

    /// Whether a report is about a person who was forgotten. The API brings them back, and so does a
    /// webhook that says that something happened since; a file never does.
    fn is_forgotten(&self, report: &Report) -> Result<bool, StoreError> {
        let ids = [report.id.as_deref(), report.user_id()];
        let comes_back = |since| match report.key.source {
            // An answer that was kept in a file is a file.
            Source::Api => report.is_whole() && report.dating == Dating::Own,
            Source::Webhook => report.dating == Dating::Own && report.key.at > since,
            Source::File => false,
        };
        self.forgetting
            .holds(self.directory, ids.into_iter().flatten(), comes_back)
    }

    /// Whether the person with an `_id` was forgotten and stays so.
    fn holds_forgotten(
        &self,
        id: &SmoochId,
        comes_back: impl FnOnce(i64) -> bool,
    ) -> Result<bool, StoreError> {
        let ids = std::iter::once(id.expose());
        self.forgetting.holds(self.directory, ids, comes_back)
    }

    fn record(&mut self, report: &Report) -> Result<Applied, StoreError> {
        if self.is_forgotten(report)? {
            return Ok(Outcome::Forgotten.into());
        }
        let Some(id) = &report.id else {
            return self.record_listed(report);
        };
        if let Some(existing) = self.find(id)? {
            return self.join(&existing, report);
        }
        self.insert(report)?;
        if !self.has_gone() && !self.has_listed {
            return Ok(Outcome::Inserted.into());
        }
        self.project_all(std::slice::from_ref(id))?;
        if !self.is_gone(id)? {
            return Ok(Outcome::Inserted.into());
        }
        // Nobody new: at most somebody else is seen otherwise now.
        let is_other = self.project_all(&[self.survivor_of(id)?])?;
        let outcome = if is_other {
            Outcome::Updated
        } else {
            Outcome::Unchanged
        };
        Ok(outcome.into())
    }

    fn find(&self, id: &str) -> Result<Option<Existing>, StoreError> {
        let rows = self.rows.as_ref();
        let known = rows.map_or(KnownRow::AskTheIndex, |rows| rows.row_of(id));
        let found = match known {
            KnownRow::Nowhere => return Ok(None),
            KnownRow::At(row) => Existing::in_row(self.directory, row)?,
            KnownRow::AskTheIndex => Existing::find(self.directory, id)?,
        };
        // Two ids may share a hash.
        Ok(found.filter(|existing| existing.id == id))
    }

    /// Writes a row for a new user.
    fn insert(&mut self, report: &Report) -> Result<(), StoreError> {
        let named = report.message_name.as_ref();
        let with_name = named.and_then(|name| report.columns_with(name));
        let columns = with_name.as_ref().unwrap_or(&report.columns);
        let columns = KeptColumns::of(columns, self.keep);
        let stamps = Stamps::of(report);
        let portion = match self.keep {
            Keep::All => report.portion(),
            Keep::Ids => Portion::Ids,
        };
        let (name, name_at, name_id) = self.message_columns(named);
        self.insert_user.execute(params![
            report.id,
            columns.user_id,
            columns.name,
            columns.origin,
            columns.email,
            columns.channels,
            columns.properties,
            name,
            name_at,
            name_id,
            portion_code(portion),
            report.key.at,
            source_code(report.key.source),
            report.key.line.cast_signed(),
            stamps.asked_at,
            stamps.seen_at,
            report.hash.map(u64::cast_signed),
        ])?;
        let row = self.directory.last_insert_rowid();
        if self.keep == Keep::All {
            let (base, json, facts) = report.copy();
            self.insert_copy.execute((row, base, json, facts))?;
        }
        if let (Some(rows), Some(id)) = (&mut self.rows, &report.id) {
            rows.inserted(id, row);
        }
        Ok(())
    }

    fn message_columns(
        &self,
        name: Option<&MessageName>,
    ) -> (Option<String>, Option<i64>, Option<String>) {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let columns = |name: &MessageName| {
            let at = name.at.map(Timestamp::as_millisecond);
            (Some(name.name.expose().to_owned()), at, name.id.clone())
        };
        name.filter(|_| self.keep == Keep::All)
            .map_or((None, None, None), columns)
    }
}

fn count<T>(each: impl Iterator<Item = T>) -> u64 {
    u64::try_from(each.count()).unwrap_or(u64::MAX)
}
