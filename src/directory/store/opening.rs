//! Opens the files of an app.
//!
//! In: a folder. Out: open connections whose schema is the newest known, or an error that says
//! why not. A file that is not ours, is newer than this program or lost its end is left as it is.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::{Connection, OpenFlags};

use super::folder::{self, AGENT, DIRECTORY};
use super::{StoreError, StoreFile, indexes, schema};

/// How long to wait for another console's transaction.
const WAIT: Duration = Duration::from_secs(5);

/// Pages of the journal after which they are carried over into the file.
const CHECKPOINT_AFTER: u32 = 50_000;

/// What has to be escaped where a path is part of an address.
const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/');

/// Opens the directory's file.
pub(super) fn open_directory(
    folder: &Path,
    most_pages: Option<u32>,
) -> Result<Connection, StoreError> {
    let path = folder.join(DIRECTORY);
    let mut connection = open_file(&path, StoreFile::Directory)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_AFTER)?;
    connection.pragma_update(None, "cache_size", -32_768)?;
    if let Some(most) = most_pages {
        connection.pragma_update(None, "max_page_count", most)?;
    }
    schema::bring_up_to_date(&mut connection, &path, StoreFile::Directory)?;
    // Before the first import there is nothing to find, and the import is faster without them.
    let known: bool =
        connection.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))?;
    if known && !indexes::exist(&connection)? && !is_importing(&connection)? {
        indexes::make(&connection)?;
    }
    Ok(connection)
}

/// Opens the directory's file once more, for reading from its start to its end.
pub(super) fn open_reader(folder: &Path) -> Result<Connection, StoreError> {
    let connection = open_unwritable(&folder.join(DIRECTORY))?;
    connection.busy_timeout(WAIT)?;
    // Each page is read once, so keeping many gains nothing.
    connection.pragma_update(None, "cache_size", -1_024)?;
    Ok(connection)
}

/// Opens a file that cannot be written, if its schema is up to date.
pub(super) fn open_for_reading(folder: &Path, file: StoreFile) -> Result<Connection, StoreError> {
    let path = folder.join(file.name());
    let connection = open_unwritable(&path)?;
    connection.busy_timeout(WAIT)?;
    schema::refuse_foreign(&connection, &path, file)?;
    refuse_cut(&connection, &path)?;
    if !schema::is_newest(&connection, file)? {
        return Err(StoreError::ReadOnly);
    }
    Ok(connection)
}

/// An empty agent's file in memory, where there is none and none can be made.
pub(super) fn open_no_agent() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    schema::bring_up_to_date(&mut connection, Path::new(AGENT), StoreFile::Agent)?;
    Ok(connection)
}

/// Opens a file for reading alone, also where SQLite cannot put its journal beside it.
fn open_unwritable(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    match schema::version_of(&connection).map_err(StoreError::from) {
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
    let mut connection = open_file(&path, StoreFile::Agent)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    schema::bring_up_to_date(&mut connection, &path, StoreFile::Agent)?;
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
    schema::make_as_in(&mut connection, path, file, broken)?;
    Ok(connection)
}

/// Opens one of our files.
fn open_file(path: &Path, file: StoreFile) -> Result<Connection, StoreError> {
    folder::prepare_file(path)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(WAIT)?;
    // A newer file is left as it is, down to its header, so look before anything is set.
    schema::refuse_foreign(&connection, path, file)?;
    refuse_cut(&connection, path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
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

/// Whether an import was begun and has not ended.
fn is_importing(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM imports)", [], |row| {
        row.get(0)
    })
}
