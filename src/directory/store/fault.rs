//! What can go wrong with the files, in words and with a next step.
//!
//! In: errors of the system and of SQLite. Out: one of a few cases, each with a next step. The words
//! never hold any content of the files.

use std::io;
use std::path::{Display, Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use super::file::StoreFile;

/// Why the directory cannot be read or written.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The folder cannot be made or entered.
    #[error("the data folder {} cannot be used: {source}", path.display())]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file in it cannot be made or opened.
    #[error(
        "{} in the data folder {} cannot be used: {source}",
        name_of(path),
        folder_of(path)
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file was written by a newer version of the program.
    #[error("{} was written by a newer version of smooch-console (its schema is {found}, this version knows {known})", path.display())]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// The newest schema that is known here.
        known: u32,
    },
    /// The file is a database of another program.
    #[error("{} belongs to another program", path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// Something was taken out of the files, but not out of one that had been set aside.
    #[error("gone everywhere but in {}, which had been set aside and cannot be removed: {source}", path.display())]
    SetAside {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another program keeps writing.
    #[error("another program is writing to the directory's files")]
    Busy,
    /// Another program has the files open.
    #[error("another console has the directory open")]
    InUse,
    /// Nothing more can be written.
    #[error("the disk is full")]
    Full,
    /// There is no room to rewrite the files, which is what it takes to leave no trace.
    #[error("the disk is too full: to leave no trace, the files are rewritten, which takes {kib} KiB for a while, in {} and in the folder for temporary files", folder.display())]
    NoRoom {
        /// Where the files are.
        folder: PathBuf,
        /// How large they are.
        kib: u64,
    },
    /// The files may be read only.
    #[error("the directory can be read, but not written: its folder or its files are read-only")]
    ReadOnly,
    /// The file system failed.
    #[error("the directory's files cannot be read or written: {0}")]
    Disk(rusqlite::Error),
    /// A file is no longer what was written.
    #[error("{} is damaged: {source}", file.words())]
    Damaged {
        /// Which file.
        file: StoreFile,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A damaged file could not be replaced by what is readable of it.
    #[error("{} is damaged and was not repaired: {why}", file.words())]
    NotRepaired {
        /// Which file.
        file: StoreFile,
        /// Why not.
        why: Box<StoreError>,
    },
    /// Anything else that SQLite says.
    #[error("the directory cannot be used: {0}")]
    Sql(rusqlite::Error),
    /// The thread that keeps the files has ended.
    #[error("the directory's thread has ended")]
    Ended,
}

impl StoreError {
    /// What to do about it.
    pub(crate) fn next_step(&self) -> &'static str {
        match self {
            Self::Folder { .. } | Self::File { .. } | Self::ReadOnly => {
                "check the folder's owner and permissions, or set XDG_DATA_HOME to another folder"
            }
            Self::SetAside { .. } => "remove that file, then do the same again",
            Self::Newer { .. } => {
                "use the newer version; the file was left as it is (if there never was a newer version here, the file is damaged: move it away)"
            }
            Self::Foreign { .. } => "move that file away; it was left as it is",
            Self::Busy => "wait until the other console or import is done, then try again",
            Self::InUse => "close every other smooch-console of this app, then try again",
            Self::Full => {
                "make room on the disk, then try again: what was reported as done is kept"
            }
            Self::NoRoom { .. } => {
                "make that much room elsewhere on the disk, then do the same again; or delete that folder, and with it everything that is known here"
            }
            Self::Disk(_) => "check the disk and the limits on file sizes, then try again",
            Self::Damaged { .. } => "start again: what is readable is carried over into a new file",
            Self::NotRepaired { why, .. } => why.next_step(),
            Self::Sql(_) | Self::Ended => "try again; if it happens again, report it",
        }
    }

    /// Whether the files may not be written, so that reading alone may still work.
    pub(super) fn forbids_writing(&self) -> bool {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        match self {
            Self::ReadOnly => true,
            Self::Folder { source, .. } | Self::File { source, .. } => {
                matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem)
            }
            Self::NotRepaired { why, .. } => why.forbids_writing(),
            _ => false,
        }
    }

    /// Whether a file does not open: SQLite says no more than that where it can make no journal.
    pub(super) fn is_closed(&self) -> bool {
        matches!(self, Self::Disk(error)
            if error.sqlite_error_code() == Some(ErrorCode::CannotOpen))
    }

    /// Whether a file itself is broken, so that carrying over what is readable helps.
    pub const fn is_damage(&self) -> bool {
        self.damaged_file().is_some()
    }

    /// The file that is broken, so that carrying over what is readable of it helps.
    pub const fn damaged_file(&self) -> Option<StoreFile> {
        match self {
            Self::Damaged { file, .. } => Some(*file),
            _ => None,
        }
    }

    /// The same error, met in this file.
    pub(super) fn met_in(self, file: StoreFile) -> Self {
        match self {
            Self::Damaged { source, .. } => Self::Damaged { file, source },
            other => other,
        }
    }

    /// Why this file, which is damaged, was not repaired.
    pub(super) fn not_repaired(self, file: StoreFile) -> Self {
        Self::NotRepaired {
            file,
            why: Box::new(self),
        }
    }
}

/// Each file is repaired once, so that a disk that damages files again and again does not fill up
/// with copies.
#[derive(Debug, Default)]
pub(crate) struct Repairs(Vec<StoreFile>);

impl Repairs {
    /// The file that an answer finds damaged, if it was not repaired yet.
    pub(crate) fn due<T>(&mut self, answer: &Result<T, StoreError>) -> Option<StoreFile> {
        let file = answer.as_ref().err()?.damaged_file()?;
        if self.0.contains(&file) {
            return None;
        }
        self.0.push(file);
        Some(file)
    }
}

/// Errors of the directory's file; those of the agent's pass through its own type.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => damaged(error),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Disk(error),
            // No sound file holds a value of another type than was written.
            None if is_wrong_value(&error) => damaged(error),
            _ => Self::Sql(error),
        }
    }
}

const fn damaged(source: rusqlite::Error) -> StoreError {
    let file = StoreFile::Directory;
    StoreError::Damaged { file, source }
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn folder_of(path: &Path) -> Display<'_> {
    path.parent().unwrap_or(path).display()
}

const fn is_wrong_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    matches!(
        error,
        FromSqlConversionFailure(..)
            | IntegralValueOutOfRange(..)
            | InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
    )
}
