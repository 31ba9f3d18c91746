//! Rows of lists that name a user by the `userId` alone, kept under the `userId`.

use rusqlite::{Connection, OptionalExtension as _};

use super::StoreError;
use crate::domain::facts::{Key, Registers};
use crate::wire::facts as wire;

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
