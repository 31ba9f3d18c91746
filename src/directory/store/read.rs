//! Reads users back: all of them, or the one with an id.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::codes::{api_of_code, portion_of_code, provenance_of, reports_both_ids, source_of_code};
use super::{Store, StoreError, packed, schema};
use crate::domain::facts::{MessageName, MissingUserId, Portion};
use crate::domain::{
    ApiVersion, DisplayName, Identity, KnownUser, LookupId, Provenance, SmoochId, User, name,
};
use crate::search::PersonChannel;
use crate::wire::kept;

/// The columns of a user that lists and searches are made of, as they are in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow<'r> {
    /// `_id`.
    pub id: &'r str,
    /// `userId`.
    pub user_id: Option<&'r str>,
    /// The resolved name; `None` when nothing but ids is known.
    pub name: Option<&'r str>,
    /// Where the name comes from.
    pub provenance: Provenance,
    /// The name on the user's newest message, as it came.
    pub message_name: Option<&'r str>,
    /// The profile's e-mail.
    pub email: Option<&'r str>,
    channels: &'r str,
    properties: &'r str,
    /// When this was last confirmed.
    pub confirmed_at: Timestamp,
    /// How much of the user is known.
    pub portion: Portion,
    /// What follows if there is no `userId`.
    missing_user_id: MissingUserId,
}

impl<'r> StoredRow<'r> {
    /// Identified if and only if there is a `userId`; `None` when nobody said whether there is one.
    pub(crate) const fn identity(&self) -> Option<Identity> {
        self.missing_user_id.identity(self.user_id.is_some())
    }

    /// Where the user is reached.
    pub fn channels(&self) -> impl Iterator<Item = PersonChannel<'r>> + use<'r> {
        packed::rows(self.channels).map(|[platform, display_name, external_id, seen]| {
            PersonChannel {
                platform: some(platform),
                display_name: some(display_name),
                external_id: some(external_id),
                last_seen: seen.parse().ok().and_then(time),
            }
        })
    }

    /// Custom data: names and values.
    pub fn properties(&self) -> impl Iterator<Item = [&'r str; 2]> + use<'r> {
        packed::rows(self.properties)
    }
}

/// What a user is read from; a row may have no copy.
macro_rules! stored {
    ($join:literal, $condition:literal) => {
        concat!(
            "SELECT c.api, c.json, u.message_name, u.message_at, u.at, u.how, u.state, u.origin,
                 u.id, u.user_id, u.name FROM users u ",
            $join,
            " copies c ON c.row = u.row ",
            $condition
        )
    };
}

const STORED: &str = stored!("JOIN", "");
const BY_ID: &str = stored!("LEFT JOIN", "WHERE u.id = ?1");
const BY_USER_ID: &str = stored!("LEFT JOIN", "WHERE u.user_id = ?1");

impl Store {
    /// Hands on every user with more than ids. A copy that can no longer be read is
    /// damage: it could be read when it was written.
    pub fn each_user(&self, mut take: impl FnMut(KnownUser)) -> Result<(), StoreError> {
        let mut users = self.directory().prepare(STORED)?;
        let mut rows = users.query([])?;
        while let Some(row) = rows.next()? {
            take(read_user(row)?.ok_or_else(unreadable)?);
        }
        Ok(())
    }

    /// Hands on what lists and searches are made of, without reading any JSON.
    pub fn each_row(&self, take: impl FnMut(&StoredRow<'_>)) -> Result<(), StoreError> {
        each_row_of(self.directory(), i64::MIN..=i64::MAX, take)
    }

    /// The first and the last number that a row has in the file, if there is any row.
    pub(crate) fn row_numbers(&self) -> Result<Option<RangeInclusive<i64>>, StoreError> {
        let ends = "SELECT (SELECT min(row) FROM users), (SELECT max(row) FROM users)";
        let ends: (Option<i64>, Option<i64>) = self
            .directory()
            .query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(ends.0.zip(ends.1).map(|(first, last)| first..=last))
    }

    /// Another connection to the same file, for another thread.
    pub(crate) fn reader(&self) -> Result<Reader, StoreError> {
        schema::open_reader(self.folder()).map(Reader)
    }

    /// The user with this `_id` or `userId`; of several with the same `userId`, the one who was
    /// confirmed last.
    pub fn find(&self, id: &LookupId) -> Result<Option<KnownUser>, StoreError> {
        match self.find_by(BY_ID, id)? {
            Some(user) => Ok(Some(user)),
            None => self.find_by(BY_USER_ID, id),
        }
    }

    fn find_by(&self, by: &str, id: &LookupId) -> Result<Option<KnownUser>, StoreError> {
        let mut find = self.directory().prepare_cached(by)?;
        let mut rows = find.query([id.expose()])?;
        let mut found: Option<KnownUser> = None;
        // Two with the same `userId` are rare: SQLite would take longer to get ready for sorting.
        while let Some(row) = rows.next()? {
            let user = read_user(row)?;
            found = found
                .into_iter()
                .chain(user)
                .max_by_key(|user| user.confirmed_at);
        }
        Ok(found)
    }

    pub(super) fn row_number(&self, id: &SmoochId) -> Result<Option<i64>, StoreError> {
        let mut find = self
            .directory()
            .prepare_cached("SELECT row FROM users WHERE id = ?1")?;
        Ok(find.query_row([id.expose()], |row| row.get(0)).optional()?)
    }
}

/// Another connection to the file, for reading alone.
#[derive(Debug)]
pub struct Reader(Connection);

impl Reader {
    /// Hands on what lists and searches are made of, for the rows with some of the file's numbers.
    pub(crate) fn each_row_within(
        &self,
        numbers: RangeInclusive<i64>,
        take: impl FnMut(&StoredRow<'_>),
    ) -> Result<(), StoreError> {
        each_row_of(&self.0, numbers, take)
    }
}

fn each_row_of(
    connection: &Connection,
    numbers: RangeInclusive<i64>,
    mut take: impl FnMut(&StoredRow<'_>),
) -> Result<(), StoreError> {
    let mut users = connection.prepare(
        "SELECT id, user_id, name, origin, email, channels, properties, at, state, message_name, how
         FROM users WHERE row BETWEEN ?1 AND ?2 ORDER BY row",
    )?;
    let mut rows = users.query([numbers.start(), numbers.end()])?;
    while let Some(row) = rows.next()? {
        take(&read_row(row)?);
    }
    Ok(())
}

fn read_user(row: &Row<'_>) -> rusqlite::Result<Option<KnownUser>> {
    let origin = row.get::<_, Option<i64>>(7)?.unwrap_or_default();
    let portion = portion_of_code(row.get(6)?);
    let source = source_of_code(row.get(5)?);
    let confirmed_at = time(row.get(4)?).unwrap_or_default();
    let named = match row.get_ref(1)?.as_str_or_null()? {
        Some(json) => read_copy(row, json)?,
        None => read_without_copy(row, origin)?,
    };
    Ok(named.map(|(mut user, name)| {
        user.portion = portion;
        user.missing_user_id = MissingUserId::of(portion, source, reports_both_ids(origin));
        KnownUser {
            user,
            name,
            confirmed_at,
            source,
        }
    }))
}

fn read_copy(row: &Row<'_>, json: &str) -> rusqlite::Result<Option<(User, DisplayName)>> {
    let name: Option<String> = row.get(2)?;
    let name_at: Option<i64> = row.get(3)?;
    let message = name.map(|name| {
        let (name, at) = (name.into(), name_at.and_then(time));
        MessageName { name, at, id: None }.message()
    });
    let user = kept::parse_user(json, api_of_code(row.get(0)?));
    Ok(user.map(|user| {
        let name = name::resolve_display_name(&user, message.as_slice());
        (user, name)
    }))
}

/// A user without a copy: the ids, and the name that lists show.
fn read_without_copy(row: &Row<'_>, origin: i64) -> rusqlite::Result<Option<(User, DisplayName)>> {
    let (id, user_id): (String, Option<String>) = (row.get(8)?, row.get(9)?);
    let json = kept::ids_alone(&id, user_id.as_deref());
    let name: Option<String> = row.get(10)?;
    let name = name.map_or_else(DisplayName::unknown, |name| DisplayName {
        text: name.into(),
        provenance: provenance_of(origin),
        ..DisplayName::unknown()
    });
    let user = kept::parse_user(&json, ApiVersion::V11);
    Ok(user.map(|user| (user, name)))
}

fn read_row<'r>(row: &'r Row<'_>) -> rusqlite::Result<StoredRow<'r>> {
    let text = |column: usize| -> rusqlite::Result<Option<&'r str>> {
        Ok(row.get_ref(column)?.as_str_or_null()?)
    };
    let origin = row.get::<_, Option<i64>>(3)?.unwrap_or_default();
    let portion = portion_of_code(row.get(8)?);
    let source = source_of_code(row.get(10)?);
    Ok(StoredRow {
        id: row.get_ref(0)?.as_str()?,
        user_id: text(1)?,
        name: text(2)?,
        provenance: provenance_of(origin),
        message_name: text(9)?,
        email: text(4)?,
        channels: text(5)?.unwrap_or_default(),
        properties: text(6)?.unwrap_or_default(),
        confirmed_at: time(row.get(7)?).unwrap_or_default(),
        portion,
        missing_user_id: MissingUserId::of(portion, source, reports_both_ids(origin)),
    })
}

/// What is empty in the file is not known.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn unreadable() -> StoreError {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    let words = "a copy of a user is no JSON any more".to_owned();
    rusqlite::Error::SqliteFailure(code, Some(words)).into()
}

pub(super) fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}
