//! How an import goes and ends: counts, progress and errors.

use std::io;

use jiff::Timestamp;
use thiserror::Error;

use super::columns::ColumnReport;
use super::dating::AsOf;
use crate::directory::store::{Applied, Outcome, StoreError};
use crate::domain::Untrusted;

/// Records that are written in one transaction, unless said otherwise.
pub const BATCH: usize = 10_000;

/// What became of the records of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Users who are new.
    pub inserted: u64,
    /// Rows with a `userId` that nobody is known to have: kept until the API is asked about it.
    pub not_yet_asked: u64,
    /// Records that changed something.
    pub updated: u64,
    /// Records that changed nothing.
    pub unchanged: u64,
    /// Records that were refused.
    pub rejected: u64,
}

impl Counts {
    /// All records.
    pub const fn records(&self) -> u64 {
        self.inserted + self.not_yet_asked + self.updated + self.unchanged + self.rejected
    }

    pub(super) fn add(&mut self, outcome: Outcome, about: About) {
        match outcome {
            Outcome::Inserted if about == About::UserIdAlone => self.not_yet_asked += 1,
            Outcome::Inserted => self.inserted += 1,
            Outcome::Updated => self.updated += 1,
            Outcome::Unchanged | Outcome::Forgotten => self.unchanged += 1,
            Outcome::Contradicts => self.rejected += 1,
        }
    }
}

/// By what a record names its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// By the `_id`.
    SmoochId,
    /// By the `userId`, which tells who it is only once the API was asked.
    UserIdAlone,
}

/// What became of what the records say, beside what was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Weighed {
    /// Facts that are older than what is known, and change nothing.
    pub older: u64,
    /// Facts that are shown in place of what the API said earlier.
    pub over_api: u64,
    /// Records about forgotten people. A file never brings them back.
    pub forgotten: u64,
}

impl Weighed {
    pub(super) fn add(&mut self, applied: Applied) {
        self.older += applied.older;
        self.over_api += applied.over_api;
        self.forgotten += u64::from(applied.outcome == Outcome::Forgotten);
    }
}

/// What happens while a file is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'t> {
    /// The kind of file is known.
    Recognised(FileKind),
    /// An earlier import of the same file was stopped; this one goes on after its last line.
    Resumed {
        /// The last line that is done.
        line: u64,
        /// What became of the records up to there.
        counts: Counts,
    },
    /// A line was refused.
    Rejected {
        /// Its number in the file; of a document the number of the record.
        line: u64,
        /// Why.
        why: &'t str,
    },
    /// In a dry run: a fact would be shown in place of what the API said earlier.
    OverApi {
        /// The line that it is on.
        line: u64,
        /// What it is about, in the words of v1.1.
        member: &'t Untrusted,
    },
    /// A batch is written and safe from a crash of this program, except in a dry run.
    Written {
        /// How many bytes of the file are done.
        bytes: u64,
        /// Of how many, if that is known.
        total: Option<u64>,
        /// What became of all records so far.
        counts: Counts,
    },
    /// All records are written; the indexes are being made.
    Indexing,
}

/// What kind of file was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileKind {
    /// One JSON object a line.
    #[default]
    JsonLines,
    /// JSON over any number of lines.
    JsonDocument,
    /// Rows under a header.
    Csv,
}

/// What was mended or left out of a table's rows that were read in this run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mended {
    /// Ids and numbers that a spreadsheet's marks were taken off.
    pub marks: u64,
    /// Ids that white space was taken off.
    pub blanks: u64,
    /// Dates that were not read, because it is not clear what they mean.
    pub unread_moments: u64,
    /// Phone numbers that were not read, because a spreadsheet rounded them.
    pub rounded_numbers: u64,
    /// Rows without the last cells, which count as empty.
    pub short_rows: u64,
    /// Whether any cell was empty.
    pub has_empty_cells: bool,
}

/// How an import ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// What became of the records, those of earlier, stopped runs included.
    pub counts: Counts,
    /// The last line of an earlier, stopped run.
    pub resumed_after: Option<u64>,
    /// What became of what they say.
    pub weighed: Weighed,
    /// As of which moment the file reports; `None` if everything in it has a time of its own.
    pub as_of: Option<AsOf>,
    /// What kind of file it is.
    pub kind: FileKind,
    /// As of which moment a file with the same bytes was imported before.
    pub same_bytes_as: Option<Timestamp>,
    /// Whether it was stopped before the end.
    pub cancelled: bool,
    /// `userId`s that more than one user has because of it.
    pub shared_user_ids: u64,
    /// What each column of a table became.
    pub columns: Vec<ColumnReport>,
    /// What was mended in a table.
    pub mended: Mended,
    /// Whether it came through a pipe, and cannot be read once more.
    pub is_stream: bool,
}

/// Why a file cannot be imported, or not to its end.
#[derive(Debug, Error)]
pub enum ImportError {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is not what can be imported.
    #[error("{0}")]
    Unsuitable(String),
    /// The directory cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
