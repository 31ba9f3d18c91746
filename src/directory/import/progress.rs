//! Where in a file an import is, noted with every batch so that it can go on from there.

use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::Counts;
use crate::directory::store::{StoreError, hash_of};

/// How much of the beginning of a file identifies it.
const HEAD: u64 = 64 << 10;

/// What identifies a file, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileIdentity {
    words: String,
    modified: Option<Timestamp>,
}

/// A place between two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) offset: u64,
    /// Lines before it.
    pub(super) line: u64,
}

/// How far an earlier import came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) place: Place,
    pub(super) counts: Counts,
}

impl FileIdentity {
    /// Looks at the file's size, time and beginning.
    pub(super) fn of(file: &mut File, described: &Metadata) -> io::Result<Self> {
        let mut head = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.take(HEAD).read_to_end(&mut head)?;
        file.seek(SeekFrom::Start(0))?;
        let (seconds, nanoseconds) = (described.mtime(), described.mtime_nsec());
        let head = hash_of(&head);
        let words = format!("{}-{seconds}.{nanoseconds}-{head:016x}", described.len());
        let modified = Timestamp::new(seconds, i32::try_from(nanoseconds).unwrap_or(0)).ok();
        Ok(Self { words, modified })
    }

    /// When the file was written, and what it reports was true.
    pub(super) fn written_at(&self, now: Timestamp) -> Timestamp {
        self.modified.map_or(now, |modified| modified.min(now))
    }
}

/// How far an earlier import of the same file came, if it did not reach the end.
pub(super) fn find(
    directory: &Connection,
    file: &FileIdentity,
) -> Result<Option<Begun>, StoreError> {
    let find = "SELECT offset, line, inserted, updated, unchanged, rejected FROM imports
        WHERE file = ?1";
    Ok(directory
        .query_row(find, [&file.words], |row| {
            Ok(Begun {
                place: Place {
                    offset: row.get(0)?,
                    line: row.get(1)?,
                },
                counts: Counts {
                    inserted: row.get(2)?,
                    updated: row.get(3)?,
                    unchanged: row.get(4)?,
                    rejected: row.get(5)?,
                },
            })
        })
        .optional()?)
}

/// Notes how far this import is.
pub(super) fn note(
    directory: &Connection,
    file: &FileIdentity,
    place: Place,
    counts: Counts,
    at: i64,
) -> Result<(), StoreError> {
    directory
        .prepare_cached("INSERT OR REPLACE INTO imports VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute((
            &file.words,
            place.offset,
            place.line,
            counts.inserted,
            counts.updated,
            counts.unchanged,
            counts.rejected,
            at,
        ))?;
    Ok(())
}

/// Notes that the end was reached.
pub(super) fn forget(directory: &Connection, file: &FileIdentity) -> Result<(), StoreError> {
    directory.execute("DELETE FROM imports WHERE file = ?1", [&file.words])?;
    Ok(())
}
