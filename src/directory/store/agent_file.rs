//! The open file of what the agent made.
//!
//! In: statements on that file. Out: their answers, or an error that says which file it comes from:
//! what is damaged there must never cost the directory. What is written is on the disk when it is
//! reported as done. It knows no table.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{StoreError, StoreFile, opening};

/// How long to wait for another console: what is written there takes milliseconds, and the agent
/// waits for the answer.
const WAIT: Duration = Duration::from_secs(1);

/// The open file.
#[derive(Debug)]
pub(super) struct AgentFile(Connection);

impl AgentFile {
    /// Opens the file in a folder, and makes it if there is none.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::of(opening::open_agent(folder))
    }

    /// Opens the file in a folder where it cannot be written.
    pub(super) fn open_for_reading(folder: &Path) -> Result<Self, StoreError> {
        Self::of(opening::open_for_reading(folder, StoreFile::Agent))
    }

    /// An empty file where there is none and none can be made. Nothing can be written into it: it
    /// would be lost.
    pub(super) fn none() -> Result<Self, StoreError> {
        let none = Self::of(opening::open_no_agent())?;
        none.0.pragma_update(None, "query_only", true)?;
        Ok(none)
    }

    fn of(opened: Result<Connection, StoreError>) -> Result<Self, StoreError> {
        let connection = opened.map_err(|error| error.met_in(StoreFile::Agent))?;
        connection.busy_timeout(WAIT).map_err(met_here)?;
        Ok(Self(connection))
    }

    /// Reads.
    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        read(&self.0).map_err(met_here)
    }

    /// Writes all or nothing; it is on the disk when this returns.
    pub(super) fn write<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let write_all = || {
            let begin = TransactionBehavior::Immediate;
            let transaction = self.0.transaction_with_behavior(begin)?;
            let written = write(&transaction)?;
            transaction.commit()?;
            Ok(written)
        };
        write_all().map_err(met_here)
    }
}

fn met_here(error: rusqlite::Error) -> StoreError {
    StoreError::from(error).met_in(StoreFile::Agent)
}
