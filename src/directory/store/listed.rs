//! Rows of lists that name a user by the `userId` alone, kept under the `userId`.

use rusqlite::{Connection, OptionalExtension as _};

use super::{Store, StoreError};
use crate::domain::facts::{Key, Registers};
use crate::wire::facts as wire;

/// Nobody is known who has the `userId`.
const WITHOUT_USER: &str = "NOT EXISTS (SELECT 1 FROM users
    WHERE users.user_id = listed.user_id AND users.state < 3)";

impl Store {
    /// The `userId`s that lists name and nobody is known to have: the API was not asked about them
    /// yet, or does not know them.
    pub fn user_ids_not_asked(&self) -> Result<Vec<String>, StoreError> {
        let find = format!("SELECT user_id FROM listed WHERE {WITHOUT_USER} ORDER BY user_id");
        let mut find = self.directory().prepare(&find)?;
        let found = find.query_map([], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

/// How many `userId`s lists name that nobody is known to have; only those of one moment, if one is
/// given.
pub(in crate::directory) fn count_not_asked(
    directory: &Connection,
    at: Option<i64>,
) -> Result<u64, StoreError> {
    let count =
        format!("SELECT count(*) FROM listed WHERE (?1 IS NULL OR at = ?1) AND {WITHOUT_USER}");
    Ok(directory.query_row(&count, [at], |row| row.get(0))?)
}

/// Whether lists name anybody by the `userId` alone.
pub(super) fn has_listed(directory: &Connection) -> Result<bool, StoreError> {
    let any = "SELECT EXISTS (SELECT 1 FROM listed)";
    Ok(directory.query_row(any, [], |row| row.get(0))?)
}

/// What lists say under a `userId`; nothing if it can no longer be read.
pub(super) fn registers_of(
    directory: &Connection,
    user_id: &str,
) -> Result<Option<Registers>, StoreError> {
    let mut find = directory.prepare_cached("SELECT facts FROM listed WHERE user_id = ?1")?;
    let facts: Option<String> = find.query_row([user_id], |row| row.get(0)).optional()?;
    let sets = facts.and_then(|facts| wire::decode(&facts, Key::default()));
    Ok(sets.map(|sets| Registers::of(&sets)))
}
