//! The indexes of the users, which a first import does without until its end.
//!
//! In: the open directory. Out: the indexes are made, dropped, or found to be missing. The callers
//! decide when.

use rusqlite::Connection;

/// Keeping them up to date would take most of the time of a first import.
const INDEXES: [&str; 2] = [
    "CREATE UNIQUE INDEX IF NOT EXISTS users_by_id ON users (id)",
    "CREATE INDEX IF NOT EXISTS users_by_user_id ON users (user_id) WHERE user_id IS NOT NULL",
];

/// Whether both are there.
pub(super) fn exist(connection: &Connection) -> rusqlite::Result<bool> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'users_by_%'",
        [],
        |row| row.get(0),
    )?;
    Ok(count == 2)
}

/// Makes those that are missing.
pub(super) fn make(connection: &Connection) -> rusqlite::Result<()> {
    let make_all = || {
        INDEXES
            .iter()
            .try_for_each(|index| connection.execute_batch(index))
    };
    match make_all() {
        // Another console wrote the same user while there was no index; the later row counts.
        Err(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
        {
            connection.execute_batch(
                "DELETE FROM users WHERE row NOT IN (SELECT max(row) FROM users GROUP BY id);
                 DELETE FROM copies WHERE row NOT IN (SELECT row FROM users);
                 DELETE FROM pages WHERE row NOT IN (SELECT row FROM users);",
            )?;
            make_all()
        }
        sound => sound,
    }
}

/// Drops both, for a first import.
pub(super) fn remove(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "BEGIN IMMEDIATE;
         DROP INDEX IF EXISTS users_by_id;
         DROP INDEX IF EXISTS users_by_user_id;
         COMMIT",
    )
}
