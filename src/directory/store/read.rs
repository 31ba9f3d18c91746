//! Reads users back: all of them, or the one with an id.

use std::ops::RangeInclusive;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::codes::{
    Base, base_of_code, is_mixed, missing_user_id, portion_of_code, provenance_of, source_of_code,
    time,
};
use super::existing::Existing;
use super::fault::unreadable;
use super::whole_person::{PartsOf, PersonRecord, joined_part};
use super::{Store, StoreError, opening, packed};
use crate::domain::facts::{MessageName, MissingUserId, Portion};
use crate::domain::{
    ApiVersion, DisplayName, Identity, KnownUser, LookupId, Provenance, SmoochId, WholeReport, name,
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
                 u.id, c.facts IS NULL, u.user_id, u.name FROM users u ",
            $join,
            " copies c ON c.row = u.row WHERE u.state < 3 ",
            $condition
        )
    };
}

const STORED: &str = stored!("JOIN", "");
const BY_ID: &str = stored!("LEFT JOIN", "AND u.id = ?1");
const BY_USER_ID: &str = stored!("LEFT JOIN", "AND u.user_id = ?1");

impl Store {
    /// Hands on every user with more than ids. A copy that can no longer be read is
    /// damage: it could be read when it was written.
    pub fn each_user(&self, mut take: impl FnMut(KnownUser)) -> Result<(), StoreError> {
        let mut users = self.directory().prepare(STORED)?;
        let mut rows = users.query([])?;
        while let Some(row) = rows.next()? {
            take(self.read_user(row)?.ok_or_else(unreadable)?);
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
        opening::open_reader(self.folder()).map(Reader)
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
            let user = self.read_user(row)?;
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
        "SELECT id, user_id, name, origin, email, channels, properties, at, state, message_name
         FROM users WHERE row BETWEEN ?1 AND ?2 AND state < 3 ORDER BY row",
    )?;
    let mut rows = users.query([numbers.start(), numbers.end()])?;
    while let Some(row) = rows.next()? {
        take(&read_row(row)?);
    }
    Ok(())
}

impl Store {
    /// Reads a user. Almost always the copy says all, and is read as it is.
    fn read_user(&self, row: &Row<'_>) -> Result<Option<KnownUser>, StoreError> {
        let origin = row.get::<_, Option<i64>>(7)?.unwrap_or_default();
        let is_copy_alone = row.get(9)? && !is_mixed(origin);
        let base: Option<i64> = row.get(0)?;
        if base.is_none() && !is_mixed(origin) {
            return Ok(read_without_copy(row, origin)?);
        }
        let base = base.and_then(base_of_code);
        let Some(base) = base.filter(|_| is_copy_alone) else {
            return self.read_person(row.get_ref(8)?.as_str().map_err(rusqlite::Error::from)?);
        };
        let (Base::Whole(api) | Base::Joined(api)) = base;
        let Some(mut user) = kept::parse_user(
            row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?,
            api,
        ) else {
            return Ok(None);
        };
        let name: Option<String> = row.get(2)?;
        let at = row.get::<_, Option<i64>>(3)?.and_then(time);
        let message = name.map(|name| {
            MessageName {
                name: name.into(),
                at,
                id: None,
            }
            .message()
        });
        let name = name::resolve_display_name(&user, message.as_slice());
        user.portion = portion_of_code(row.get(6)?);
        if user.user_id.is_none() {
            user.missing_user_id = missing_user_id(origin);
        }
        let confirmed_at = time(row.get(4)?).unwrap_or_default();
        let source = source_of_code(row.get(5)?);
        let (whole, beside) = match base {
            Base::Whole(_) => (WholeReport::InTheUser, Vec::new()),
            Base::Joined(_) => {
                let part = joined_part(source, confirmed_at, user.json.clone());
                (WholeReport::Missing, vec![part])
            }
        };
        Ok(Some(KnownUser {
            user,
            name,
            confirmed_at,
            source,
            notes: Vec::new(),
            whole,
            beside,
        }))
    }

    /// Reads a user that several reports describe.
    fn read_person(&self, id: &str) -> Result<Option<KnownUser>, StoreError> {
        let Some(existing) = Existing::find(self.directory(), id)? else {
            return Ok(None);
        };
        let parts = PartsOf {
            gone: true,
            listed: true,
        };
        let person = PersonRecord::read(self.directory(), existing.own()?, parts)?;
        Ok(person.known_user())
    }
}

/// A user without a copy: the ids, and the name that lists show.
fn read_without_copy(row: &Row<'_>, origin: i64) -> rusqlite::Result<Option<KnownUser>> {
    let (id, user_id): (String, Option<String>) = (row.get(8)?, row.get(10)?);
    let json = kept::ids_alone(&id, user_id.as_deref());
    let name: Option<String> = row.get(11)?;
    let name = name.map_or_else(DisplayName::unknown, |name| DisplayName {
        text: name.into(),
        provenance: provenance_of(origin),
        ..DisplayName::unknown()
    });
    let confirmed_at = time(row.get(4)?).unwrap_or_default();
    let source = source_of_code(row.get(5)?);
    Ok(kept::parse_user(&json, ApiVersion::V11).map(|mut user| {
        user.portion = Portion::Ids;
        user.missing_user_id = missing_user_id(origin);
        KnownUser {
            user,
            name,
            confirmed_at,
            source,
            notes: Vec::new(),
            whole: WholeReport::Missing,
            beside: Vec::new(),
        }
    }))
}

fn read_row<'r>(row: &'r Row<'_>) -> rusqlite::Result<StoredRow<'r>> {
    let text = |column: usize| -> rusqlite::Result<Option<&'r str>> {
        Ok(row.get_ref(column)?.as_str_or_null()?)
    };
    let origin = row.get::<_, Option<i64>>(3)?.unwrap_or_default();
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
        portion: portion_of_code(row.get(8)?),
        missing_user_id: missing_user_id(origin),
    })
}

/// What is empty in the file is not known.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
