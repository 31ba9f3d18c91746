//! Where in a file an import is, noted with every batch so that it can go on from there.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{Counts, Weighed};
use crate::directory::store::{StoreError, count_not_asked, hash_of};
use crate::wire::facts::Extent;

/// What identifies a file, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileIdentity {
    /// `None` for a stream, which is read once.
    words: Option<String>,
    modified: Option<Timestamp>,
}

/// A place between two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    /// Bytes before it.
    pub(super) offset: u64,
    /// Lines before it.
    pub(super) line: u64,
    /// A hash of the records before it.
    pub(super) hash: u64,
}

impl Place {
    /// Adds the hash of a record that follows.
    pub(super) const fn add(&mut self, hash: u64) {
        // Odd and without a pattern, so that the order of what is added counts.
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        self.hash = (self.hash.rotate_left(5) ^ hash).wrapping_mul(STEP);
    }
}

/// What is imported, and how: only the same import goes on where an earlier one stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'f> {
    pub(super) file: &'f FileIdentity,
    /// As of which moment the file reports, in milliseconds.
    pub(super) at: i64,
    /// How much of a user its lines hold.
    pub(super) extent: Extent,
}

/// How far an earlier import came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Begun {
    pub(super) place: Place,
    pub(super) counts: Counts,
    pub(super) weighed: Weighed,
}

impl FileIdentity {
    /// Looks at the file's size, time and beginning.
    pub(super) fn of(head: &[u8], described: &Metadata) -> Self {
        let (seconds, nanoseconds) = (described.mtime(), described.mtime_nsec());
        let head = hash_of(head);
        let words = format!("{}-{seconds}.{nanoseconds}-{head:016x}", described.len());
        Self {
            words: Some(words),
            modified: Timestamp::new(seconds, i32::try_from(nanoseconds).unwrap_or(0)).ok(),
        }
    }

    /// Nothing identifies a stream.
    pub(super) const fn of_stream() -> Self {
        Self {
            words: None,
            modified: None,
        }
    }

    /// Takes in how the columns of a table are read: read otherwise, it is another import.
    #[must_use]
    pub(super) fn read_as(mut self, columns: u64) -> Self {
        self.words = self.words.map(|words| format!("{words}-{columns:016x}"));
        self
    }

    /// Whether it can be read once more from the beginning.
    pub(super) const fn is_file(&self) -> bool {
        self.words.is_some()
    }

    /// When the file was written.
    pub(super) const fn modified(&self) -> Option<Timestamp> {
        self.modified
    }
}

impl Run<'_> {
    const fn is_whole(&self) -> bool {
        matches!(self.extent, Extent::Whole)
    }

    /// How far an earlier run came, if it did not reach the end.
    pub(super) fn find(&self, directory: &Connection) -> Result<Option<Begun>, StoreError> {
        let find = "SELECT offset, line, hash, inserted, updated, unchanged, rejected, older,
                over_api, forgotten
            FROM imports WHERE file = ?1 AND at = ?2 AND whole = ?3";
        let begun = |row: &Row<'_>| {
            Ok(Begun {
                place: Place {
                    offset: row.get(0)?,
                    line: row.get(1)?,
                    hash: row.get::<_, i64>(2)?.cast_unsigned(),
                },
                counts: Counts {
                    inserted: row.get(3)?,
                    updated: row.get(4)?,
                    unchanged: row.get(5)?,
                    rejected: row.get(6)?,
                    not_yet_asked: 0,
                },
                weighed: Weighed {
                    older: row.get(7)?,
                    over_api: row.get(8)?,
                    forgotten: row.get(9)?,
                },
            })
        };
        let Some(words) = &self.file.words else {
            return Ok(None);
        };
        let found = directory.query_row(find, (words, self.at, self.is_whole()), begun);
        let Some(mut begun) = found.optional()? else {
            return Ok(None);
        };
        // They are noted as one number.
        let Counts { inserted, .. } = begun.counts;
        begun.counts.not_yet_asked = count_not_asked(directory, Some(self.at))?.min(inserted);
        begun.counts.inserted -= begun.counts.not_yet_asked;
        Ok(Some(begun))
    }

    /// Notes how far this run is.
    pub(super) fn note(&self, directory: &Connection, begun: &Begun) -> Result<(), StoreError> {
        let Begun {
            place,
            counts,
            weighed,
        } = begun;
        let Some(words) = &self.file.words else {
            return Ok(());
        };
        let note = "INSERT OR REPLACE INTO imports (file, at, whole, offset, line, hash, inserted,
                updated, unchanged, rejected, older, over_api, forgotten)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        directory.prepare_cached(note)?.execute(params![
            words,
            self.at,
            self.is_whole(),
            place.offset,
            place.line,
            place.hash.cast_signed(),
            counts.inserted + counts.not_yet_asked,
            counts.updated,
            counts.unchanged,
            counts.rejected,
            weighed.older,
            weighed.over_api,
            weighed.forgotten,
        ])?;
        Ok(())
    }

    /// Notes that the end was reached, and as of which moment what the file holds is known.
    pub(super) fn finish(
        &self,
        directory: &Connection,
        content: Content,
    ) -> Result<(), StoreError> {
        directory.execute("DELETE FROM imports WHERE file = ?1", [&self.file.words])?;
        let note = "INSERT INTO imported (hash, size, at) VALUES (?1, ?2, ?3)
            ON CONFLICT (hash, size) DO UPDATE SET at = max(at, ?3)";
        let Content { hash, size } = content;
        directory.execute(note, (hash.cast_signed(), size, self.at))?;
        Ok(())
    }
}

/// What identifies the bytes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) hash: u64,
    pub(super) size: u64,
}

impl Content {
    /// As of which moment a file with the same bytes was imported.
    pub(super) fn imported_at(
        self,
        directory: &Connection,
    ) -> Result<Option<Timestamp>, StoreError> {
        let find = "SELECT at FROM imported WHERE hash = ?1 AND size = ?2";
        let key = (self.hash.cast_signed(), self.size);
        let at: Option<i64> = directory
            .query_row(find, key, |row| row.get(0))
            .optional()?;
        Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }
}
