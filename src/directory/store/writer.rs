//! Writes reports into the directory, within one transaction.
//!
//! In: changes, and when and by which source they were reported. Out: rows, and for each change
//! whether it made, changed or only confirmed one. Which facts count is decided by
//! [`crate::domain::facts`]. Ids that were merged lead to their survivors, and deleted ones do not
//! come back, unless the API itself answers for them.

mod gone;
mod joining;
mod pretending;

use jiff::Timestamp;
use rusqlite::{
    CachedStatement, Connection, OptionalExtension as _, Transaction, TransactionBehavior, params,
};

use super::codes::{
    api_code, api_of_code, portion_code, portion_of_code, source_code, source_of_code,
};
use super::columns::Columns;
use super::known_rows::KnownRow;
use super::{Change, Keep, KnownRows, Report, Store, StoreError};
use crate::domain::ApiVersion;
use crate::domain::facts::{Form, Key, MessageName, Portion, Source, Stamp, Standing};

const INSERT_USER: &str = "INSERT INTO users (id, user_id, name, origin, email, channels,
        properties, message_name, message_at, state, at, how, asked_at, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const INSERT_COPY: &str = "INSERT OR REPLACE INTO copies (row, api, json) VALUES (?1, ?2, ?3)";

const FIND_BY_ROW: &str = "SELECT u.row, u.id, u.user_id, u.state, u.at, u.how, u.hash,
        u.message_name, u.message_at, c.api, c.json, u.part_at
    FROM users u LEFT JOIN copies c ON c.row = u.row WHERE u.row = ?1";

const FIND_BY_ID: &str = "SELECT u.row, u.id, u.user_id, u.state, u.at, u.how, u.hash,
        u.message_name, u.message_at, c.api, c.json, u.part_at
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
    /// The change names no known user, and cannot make a new one.
    Unknown,
}

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
    source: Source,
    at: i64,
}

/// A user as a row and a copy of them say.
struct Existing {
    row: i64,
    id: String,
    user_id: Option<String>,
    standing: Standing,
    hash: Option<i64>,
    message_name: Option<MessageName>,
    copy: Option<(ApiVersion, String)>,
}

impl Store {
    /// Begins a transaction for what a source reports at a moment, in milliseconds.
    pub(in crate::directory) fn write<'s>(
        &'s mut self,
        rows: Option<&'s mut KnownRows>,
        source: Source,
        at: i64,
    ) -> Result<Writer<'s>, StoreError> {
        let keep = self.keep();
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
            rows,
            keep,
            source,
            at,
        })
    }

    /// Writes one change in a transaction of its own.
    pub fn record(
        &mut self,
        change: &Change,
        source: Source,
        at: i64,
    ) -> Result<Outcome, StoreError> {
        let mut writer = self.write(None, source, at)?;
        let outcome = writer.apply(change)?;
        writer.commit()?;
        Ok(outcome)
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
    pub(in crate::directory) fn apply(&mut self, change: &Change) -> Result<Outcome, StoreError> {
        match change {
            Change::Nobody => Ok(Outcome::Unchanged),
            Change::Report(report) => self.record(report),
            Change::ByUserId(report) => self.record_by_user_id(report),
            Change::Deleted(id) => self.bury(id),
            Change::Merged {
                surviving,
                discarded,
            } => {
                let mut outcome = self.record(surviving)?;
                for id in discarded {
                    outcome = outcome.max(self.merge(id, surviving.id())?);
                }
                Ok(outcome)
            }
            Change::ClientRemoved { user, client } => {
                let outcome = self.record(user)?;
                Ok(outcome.max(self.remove_client(user, client)?))
            }
        }
    }

    /// Notes that a row was reported again, and is the same.
    pub(in crate::directory) fn confirm(&self, row: u32) -> Result<(), StoreError> {
        let confirm = "UPDATE users SET at = ?1, how = ?2 WHERE row = ?3 AND at < ?1";
        self.cached(confirm)?
            .execute((self.at, source_code(self.source), row))?;
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

    fn record_by_user_id(&mut self, report: &Report) -> Result<Outcome, StoreError> {
        let find = "SELECT id FROM users WHERE user_id = ?1 ORDER BY at DESC LIMIT 1";
        let id: Option<String> = self
            .cached(find)?
            .query_row([&report.columns.user_id], |row| row.get(0))
            .optional()?;
        let Some(id) = id else {
            return Ok(Outcome::Unknown);
        };
        match report.with_id(&id) {
            Some(report) => self.record(&report),
            None => Ok(Outcome::Unknown),
        }
    }

    /// What decides how much a report counts. Events are read from files, but their source is the
    /// webhook, and they know when they happened.
    fn stamp(&self, report: &Report) -> Stamp {
        Stamp {
            key: Key {
                at: report.at.unwrap_or(self.at),
                source: match report.form {
                    Form::Event => Source::Webhook,
                    Form::Record | Form::Row => self.source,
                },
            },
            portion: report.portion,
            form: report.form,
        }
    }

    fn record(&mut self, report: &Report) -> Result<Outcome, StoreError> {
        if self.is_gone(report.id())? {
            if self.source != Source::Api {
                return self.record_for_survivor(report);
            }
            self.unbury(report.id())?;
        }
        match self.find(report.id())? {
            None => self.insert(report),
            Some(existing) => self.join_weighed(&existing, report),
        }
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

    fn insert(&mut self, report: &Report) -> Result<Outcome, StoreError> {
        let message_name = report.message_name.as_ref();
        let named =
            message_name.and_then(|_| Columns::of_copy(report.api, &report.json, message_name));
        let columns = named.as_ref().unwrap_or(&report.columns);
        let asked_at = (self.source == Source::Api).then_some(self.at);
        let portion = match self.keep {
            Keep::All => report.portion,
            Keep::Ids => Portion::Ids,
        };
        let (keep, key) = (self.keep, self.stamp(report).key);
        let (name, name_at) = self.message_columns(message_name, key.at);
        self.insert_user.execute(params![
            columns.id,
            columns.user_id,
            kept(keep, Some(&columns.name)),
            (keep == Keep::All).then_some(columns.origin),
            kept(keep, columns.email.as_ref()),
            kept(keep, columns.channels.as_ref()),
            kept(keep, columns.properties.as_ref()),
            name,
            name_at,
            portion_code(portion),
            key.at,
            source_code(key.source),
            asked_at,
            report.hash.map(u64::cast_signed),
        ])?;
        let number = self.directory.last_insert_rowid();
        if portion != Portion::Ids {
            self.write_copy(number, report.api, &report.json)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.inserted(&columns.id, number);
        }
        Ok(Outcome::Inserted)
    }

    fn message_columns(
        &self,
        name: Option<&MessageName>,
        reported_at: i64,
    ) -> (Option<String>, Option<i64>) {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let columns = |name: &MessageName| {
            let at = name.at.map_or(reported_at, Timestamp::as_millisecond);
            (Some(name.name.expose().to_owned()), Some(at))
        };
        name.filter(|_| self.keep == Keep::All)
            .map_or((None, None), columns)
    }

    fn write_copy(&mut self, row: i64, api: ApiVersion, json: &str) -> Result<(), StoreError> {
        self.insert_copy.execute((row, api_code(api), json))?;
        Ok(())
    }
}

/// Where only ids are kept, no other text is.
fn kept(keep: Keep, text: Option<&String>) -> Option<&String> {
    text.filter(|_| keep == Keep::All)
}

fn read_existing(row: &rusqlite::Row<'_>) -> rusqlite::Result<Existing> {
    let name: Option<String> = row.get(7)?;
    let name_at: Option<i64> = row.get(8)?;
    let api: Option<i64> = row.get(9)?;
    let json: Option<String> = row.get(10)?;
    Ok(Existing {
        row: row.get(0)?,
        id: row.get(1)?,
        user_id: row.get(2)?,
        standing: Standing {
            key: Key {
                at: row.get(4)?,
                source: source_of_code(row.get(5)?),
            },
            portion: portion_of_code(row.get(3)?),
            list_at: row.get(11)?,
        },
        hash: row.get(6)?,
        message_name: name.map(|name| MessageName {
            name: name.into(),
            at: name_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            id: None,
        }),
        copy: api.map(api_of_code).zip(json),
    })
}
