//! The tables, and bringing older files up to date.
//!
//! In: a folder. Out: open connections whose schema is the newest known, or a polite refusal. All
//! migrations of a file run in one transaction; a file of a newer schema is never written.

mod copies;

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::fit::{refuse_unfit, schema_by_tables, unreadable};
use super::folder::{self, AGENT, DIRECTORY};
use super::{StoreError, StoreFile};

/// Marks both files as ours ("smoo" in ASCII).
const APPLICATION: i32 = 0x736d_6f6f;

/// How long to wait for another console's transaction, in milliseconds.
const WAIT: u32 = 5_000;

/// Pages of the journal after which they are carried over into the file.
const CHECKPOINT_AFTER: u32 = 50_000;

/// What has to be escaped where a path is part of an address.
const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

/// A step from one schema to the next.
#[derive(Clone, Copy)]
enum Step {
    /// Statements.
    Sql(&'static str),
    /// Statements, and then rows that have to be read and written again.
    Rows(&'static str, fn(&Connection) -> Result<(), StoreError>),
}

impl Step {
    const fn sql(&self) -> &'static str {
        match self {
            Self::Sql(sql) | Self::Rows(sql, _) => sql,
        }
    }
}

/// Steps from one schema of the directory to the next. Never change one that was released.
const DIRECTORY_STEPS: &[Step] = &[
    Step::Sql(
        "
CREATE TABLE users (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  user_id TEXT,
  name TEXT,
  origin INTEGER,
  email TEXT,
  channels TEXT,
  properties TEXT,
  message_name TEXT,
  message_at INTEGER,
  state INTEGER NOT NULL,
  at INTEGER NOT NULL,
  how INTEGER NOT NULL,
  asked_at INTEGER,
  hash INTEGER
) STRICT;
CREATE TABLE copies (
  row INTEGER PRIMARY KEY,
  api INTEGER NOT NULL,
  json TEXT NOT NULL
) STRICT;
CREATE TABLE pages (
  row INTEGER PRIMARY KEY,
  api INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE lineage (
  old_id TEXT PRIMARY KEY,
  survivor_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tombstones (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  offset INTEGER NOT NULL,
  line INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
    ),
    Step::Sql(
        "
ALTER TABLE users ADD COLUMN part_at INTEGER;
",
    ),
    // A user's default conversation has no name. A page is numbered, so that what is readable of a
    // broken file can be carried over page by page.
    Step::Sql(
        "
CREATE TABLE pages_by_conversation (
  page INTEGER PRIMARY KEY,
  row INTEGER NOT NULL,
  conversation TEXT NOT NULL,
  api INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (row, conversation)
) STRICT;
INSERT INTO pages_by_conversation (page, row, conversation, api, at, body)
  SELECT row, row, '', api, at, body FROM pages;
DROP TABLE pages;
ALTER TABLE pages_by_conversation RENAME TO pages;
",
    ),
    // What is known of a user became facts, each with its time and its source.
    Step::Rows(
        "
ALTER TABLE users RENAME COLUMN part_at TO seen_at;
ALTER TABLE users ADD COLUMN line INTEGER NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN message_id TEXT;
ALTER TABLE copies ADD COLUMN facts TEXT;
CREATE TABLE merges (
  old_id TEXT PRIMARY KEY,
  survivor_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  line INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_by_survivor ON merges (survivor_id);
INSERT INTO merges (old_id, survivor_id, at, rank, line)
  SELECT old_id, survivor_id, at, 1, 0 FROM lineage;
DROP TABLE lineage;
CREATE TABLE listed (
  user_id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE forgotten (
  hash BLOB PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE imported (
  hash INTEGER NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (hash, size)
) STRICT, WITHOUT ROWID;
DROP TABLE imports;
CREATE TABLE imports (
  file TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  whole INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  line INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  inserted INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  older INTEGER NOT NULL,
  over_api INTEGER NOT NULL,
  forgotten INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
",
        copies::become_facts,
    ),
];

/// Steps from one schema of the agent's file to the next. Never change one that was released.
const AGENT_STEPS: &[Step] = &[Step::Sql(
    "
CREATE TABLE opened (
  at INTEGER NOT NULL,
  id TEXT NOT NULL
) STRICT;
CREATE INDEX opened_by_at ON opened (at);
CREATE TABLE pins (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notes (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
",
)];

/// Indexes that a first import does without until its end, because they cost most of its time.
const INDEXES: [&str; 2] = [
    "CREATE UNIQUE INDEX IF NOT EXISTS users_by_id ON users (id)",
    "CREATE INDEX IF NOT EXISTS users_by_user_id ON users (user_id) WHERE user_id IS NOT NULL",
];

/// Opens the directory's file.
pub(super) fn open_directory(
    folder: &Path,
    most_pages: Option<u32>,
) -> Result<Connection, StoreError> {
    let mut connection = open_file(&folder.join(DIRECTORY))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_AFTER)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    if let Some(most) = most_pages {
        connection.pragma_update(None, "max_page_count", most)?;
    }
    migrate(&mut connection, &folder.join(DIRECTORY), DIRECTORY_STEPS)?;
    // Before the first import there is nothing to find, and the import is faster without them.
    let known: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))?;
    if known && !has_indexes(&connection)? && !is_importing(&connection)? {
        make_indexes(&connection)?;
    }
    Ok(connection)
}

/// Opens the directory's file once more, for reading from its start to its end.
pub(super) fn open_reader(folder: &Path) -> Result<Connection, StoreError> {
    let connection = open_unwritable(&folder.join(DIRECTORY))?;
    connection.busy_timeout(std::time::Duration::from_millis(WAIT.into()))?;
    // Each page is read once, so keeping many gains nothing.
    connection.pragma_update(None, "cache_size", -1_024)?;
    Ok(connection)
}

/// Opens a file that cannot be written, if its schema is up to date.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = open_unwritable(path)?;
    connection.busy_timeout(std::time::Duration::from_millis(WAIT.into()))?;
    refuse_foreign(&connection, path)?;
    refuse_cut(&connection, path)?;
    if version_of(&connection)? != schema_of(path) {
        return Err(StoreError::ReadOnly);
    }
    Ok(connection)
}

/// An empty agent's file in memory, where there is none and none can be made.
pub(super) fn open_no_agent() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    migrate(&mut connection, Path::new(AGENT), AGENT_STEPS)?;
    Ok(connection)
}

/// Opens a file for reading alone, also where SQLite cannot put its journal beside it.
fn open_unwritable(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    match version_of(&connection).map_err(StoreError::from) {
        Ok(_) => Ok(connection),
        // The newest rows may be in the journal alone.
        Err(error) if has_journal(path) => Err(error),
        Err(error) if error.forbids_writing() || error.is_closed() => {
            let path = percent_encode(path.as_os_str().as_bytes(), IN_ADDRESS);
            let unchanging = format!("file:{path}?immutable=1");
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Ok(Connection::open_with_flags(unchanging, flags)?)
        }
        Err(error) => Err(error),
    }
}

/// Opens the file of what the agent made: it is on the disk before it counts as done.
pub(super) fn open_agent(folder: &Path) -> Result<Connection, StoreError> {
    let path = folder.join(AGENT);
    let mut connection = open_file(&path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection, &path, AGENT_STEPS)?;
    Ok(connection)
}

/// Makes a file for what can be read of a broken one, with the same tables. It is put in place only
/// when it is complete, so it needs no journal.
pub(super) fn open_for_salvage(
    path: &Path,
    file: StoreFile,
    broken: &Connection,
) -> Result<Connection, StoreError> {
    folder::prepare_file(path)?;
    let mut connection = Connection::open(path)?;
    let steps = steps_of(file.name());
    // Where the tables cannot be made out they are taken for those of today.
    let schema = schema_by_tables(broken, &statements(steps)).unwrap_or(steps.len());
    migrate(&mut connection, path, steps.get(..schema).unwrap_or(steps))?;
    Ok(connection)
}

/// Brings such a file up to date, once everything is in it.
pub(super) fn finish_salvage(
    connection: &mut Connection,
    path: &Path,
    file: StoreFile,
) -> Result<(), StoreError> {
    migrate(connection, path, steps_of(file.name()))
}

/// Opens one of our files.
fn open_file(path: &Path) -> Result<Connection, StoreError> {
    folder::prepare_file(path)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_millis(WAIT.into()))?;
    // A newer file is left as it is, down to its header, so look before anything is set.
    refuse_foreign(&connection, path)?;
    refuse_cut(&connection, path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

fn refuse_foreign(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    // In one statement, so that another console cannot make the tables in between.
    let asked = connection.query_row(
        "SELECT a.application_id, v.user_version, (SELECT count(*) FROM sqlite_schema)
         FROM pragma_application_id a, pragma_user_version v",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    );
    let (application, found, tables): (i32, u32, i64) = asked.map_err(unreadable)?;
    if application != APPLICATION && (application != 0 || tables > 0) {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    let known = schema_of(path);
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(())
}

/// Finds a file that lost its end before anything reads into the hole.
fn refuse_cut(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    if has_journal(path) {
        // The newest pages may be in the journal alone.
        return Ok(());
    }
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u64>(0));
    let expected = number("PRAGMA page_count")? * number("PRAGMA page_size")?;
    let length = path.metadata().map_or(expected, |file| file.len());
    if length < expected {
        let words = "it is shorter than it was".to_owned();
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(code, Some(words)).into());
    }
    Ok(())
}

fn has_journal(path: &Path) -> bool {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    let journal = Path::new(&journal).metadata();
    journal.is_ok_and(|file| file.len() > 0)
}

fn version_of(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

fn schema_of(path: &Path) -> u32 {
    let name = path.file_name().unwrap_or_default();
    let steps = steps_of(&name.to_string_lossy());
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

fn steps_of(name: &str) -> &'static [Step] {
    if name == AGENT {
        AGENT_STEPS
    } else {
        DIRECTORY_STEPS
    }
}

fn statements(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().map(Step::sql).collect()
}

/// Runs the steps that a file has not seen, all of them or none.
fn migrate(connection: &mut Connection, path: &Path, steps: &[Step]) -> Result<(), StoreError> {
    let newest = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    refuse_unfit(connection, &statements(steps))?;
    if version_of(connection)? == newest {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again under the lock: another console may just have done it.
    let found = version_of(&transaction)?;
    if found > newest {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: newest,
        });
    }
    for step in steps.iter().skip(found as usize) {
        match step {
            Step::Sql(sql) => transaction.execute_batch(sql)?,
            Step::Rows(sql, rewrite) => {
                transaction.execute_batch(sql)?;
                rewrite(&transaction)?;
            }
        }
    }
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(())
}

/// Whether both indexes are there.
pub(in crate::directory) fn has_indexes(connection: &Connection) -> rusqlite::Result<bool> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'users_by_%'",
        [],
        |row| row.get(0),
    )?;
    Ok(count == 2)
}

/// Makes the indexes that are missing.
pub(in crate::directory) fn make_indexes(connection: &Connection) -> rusqlite::Result<()> {
    let make = || {
        INDEXES
            .iter()
            .try_for_each(|index| connection.execute_batch(index))
    };
    match make() {
        // Another console wrote the same user while there was no index; the later row counts.
        Err(error)
            if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
        {
            connection.execute_batch(
                "DELETE FROM users WHERE row NOT IN (SELECT max(row) FROM users GROUP BY id);
                 DELETE FROM copies WHERE row NOT IN (SELECT row FROM users);
                 DELETE FROM pages WHERE row NOT IN (SELECT row FROM users);",
            )?;
            make()
        }
        sound => sound,
    }
}

/// Drops the indexes, for a first import.
pub(in crate::directory) fn drop_indexes(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "BEGIN IMMEDIATE;
         DROP INDEX IF EXISTS users_by_id;
         DROP INDEX IF EXISTS users_by_user_id;
         COMMIT",
    )
}

/// Whether an import was begun and has not ended.
fn is_importing(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM imports)", [], |row| {
        row.get(0)
    })
}

/// Changes with what others write, and only with that.
pub(super) fn data_version(directory: &Connection) -> rusqlite::Result<i64> {
    directory.query_row("PRAGMA data_version", [], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn version(connection: &Connection) -> u32 {
        version_of(connection).unwrap()
    }

    #[test]
    fn steps_run_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        let path = Path::new("x");
        let steps = ["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"].map(Step::Sql);
        migrate(&mut connection, path, &steps[..1]).unwrap();
        assert_eq!(version(&connection), 1);
        migrate(&mut connection, path, &steps).unwrap();
        migrate(&mut connection, path, &steps).unwrap();
        assert_eq!(version(&connection), 2);
        connection
            .execute("INSERT INTO a (x, y) VALUES (1, 2)", [])
            .unwrap();
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "NONSENSE"].map(Step::Sql);
        assert!(migrate(&mut connection, Path::new("x"), &steps).is_err());
        assert_eq!(version(&connection), 0);
        let tables = "SELECT count(*) FROM sqlite_schema";
        let count: i64 = connection.query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 0);
    }
}
