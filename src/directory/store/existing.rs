//! A row as it is in the file, with everything that is kept under its id.
//!
//! In: an id, or the number of a row. Out: the row, and the record in it. Changes nothing.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::codes::{NO_USER_ID, source_of_code};
use super::fault::unreadable;
use super::record::{OwnRecord, Record};
use super::report::Dating;
use super::{Report, StoreError};
use crate::domain::facts::{Key, MessageName, Source};

/// What is read of a row; the condition follows.
macro_rules! existing {
    ($condition:literal) => {
        concat!(
            "SELECT u.row, u.id, u.user_id, u.state, u.at, u.how, u.line, u.hash, u.asked_at,
                u.seen_at, u.message_name, u.message_at, u.message_id, u.origin, c.api, c.json,
                c.facts FROM users u LEFT JOIN copies c ON c.row = u.row WHERE ",
            $condition
        )
    };
}

const FIND_BY_ROW: &str = existing!("u.row = ?1");
const FIND_BY_ID: &str = existing!("u.id = ?1");

/// What the file holds under an id.
#[derive(Debug)]
pub(super) struct Existing {
    pub(super) row: i64,
    pub(super) id: String,
    pub(super) user_id: Option<String>,
    pub(super) state: i64,
    pub(super) origin: i64,
    pub(super) key: Key,
    pub(super) stamps: Stamps,
    pub(super) hash: Option<i64>,
    pub(super) message_name: Option<MessageName>,
    pub(super) copy: Option<(i64, String, Option<String>)>,
}

/// What undoes a deletion or a merge of an id, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stamps {
    /// When the API was asked last, and answered with this user.
    pub(super) asked_at: Option<i64>,
    /// When the user did something last, by a webhook that knows when.
    pub(super) seen_at: Option<i64>,
}

impl Stamps {
    pub(super) fn of(report: &Report) -> Self {
        let Key { at, source, .. } = report.key;
        let is_dated = report.dating == Dating::Own;
        Self {
            // What is said beside an answer, such as the name on a message, is no answer for the id.
            asked_at: (source == Source::Api && report.is_whole()).then_some(at),
            seen_at: (source == Source::Webhook && is_dated).then_some(at),
        }
    }

    #[must_use]
    pub(super) fn max(self, other: Self) -> Self {
        Self {
            asked_at: self.asked_at.max(other.asked_at),
            seen_at: self.seen_at.max(other.seen_at),
        }
    }
}

impl Existing {
    /// What the file holds under this `_id`.
    pub(super) fn find(directory: &Connection, id: &str) -> Result<Option<Self>, StoreError> {
        let mut find = directory.prepare_cached(FIND_BY_ID)?;
        Ok(find.query_row([id], read_existing).optional()?)
    }

    /// What the file holds in a row.
    pub(super) fn in_row(directory: &Connection, row: u32) -> Result<Option<Self>, StoreError> {
        let mut find = directory.prepare_cached(FIND_BY_ROW)?;
        Ok(find.query_row([row], read_existing).optional()?)
    }

    /// What is kept under the id.
    pub(super) fn record(&self) -> Result<Record, StoreError> {
        let Some((base, json, facts)) = &self.copy else {
            let has_none = self.origin & NO_USER_ID != 0;
            return Ok(Record::of_ids(self.key, self.user_id.as_deref(), has_none));
        };
        Record::parse(self.key, *base, json, facts.as_deref()).ok_or_else(unreadable)
    }

    /// The same, as the start of a person.
    pub(super) fn own(&self) -> Result<OwnRecord, StoreError> {
        Ok(OwnRecord {
            id: self.id.clone(),
            record: self.record()?,
            message_name: self.message_name.clone(),
        })
    }
}

fn read_existing(row: &rusqlite::Row<'_>) -> rusqlite::Result<Existing> {
    let name: Option<String> = row.get(10)?;
    let name_at: Option<i64> = row.get(11)?;
    let name_id = row.get(12)?;
    let base: Option<i64> = row.get(14)?;
    let json: Option<String> = row.get(15)?;
    let facts: Option<String> = row.get(16)?;
    Ok(Existing {
        row: row.get(0)?,
        id: row.get(1)?,
        user_id: row.get(2)?,
        state: row.get(3)?,
        origin: row.get::<_, Option<i64>>(13)?.unwrap_or_default(),
        key: Key {
            at: row.get(4)?,
            source: source_of_code(row.get(5)?),
            line: row.get::<_, i64>(6)?.cast_unsigned(),
        },
        stamps: Stamps {
            asked_at: row.get(8)?,
            seen_at: row.get(9)?,
        },
        hash: row.get(7)?,
        message_name: name.map(|name| MessageName {
            name: name.into(),
            at: name_at.and_then(|at| Timestamp::from_millisecond(at).ok()),
            id: name_id,
        }),
        copy: base.zip(json).map(|(base, json)| (base, json, facts)),
    })
}
