//! Writing that is taken back again, so that its outcome can be counted.

use crate::directory::store::{Store, StoreError, indexes};

impl Store {
    /// Does something, and takes back everything that it wrote.
    pub(crate) fn pretend<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> Result<T, StoreError> {
        self.directory().execute_batch("BEGIN IMMEDIATE")?;
        let done = act(self);
        // A full disk may have ended it already.
        if self.is_pretending() {
            self.directory().execute_batch("ROLLBACK")?;
        }
        Ok(done)
    }

    /// Whether what is written now will be taken back.
    pub(in crate::directory) fn is_pretending(&self) -> bool {
        !self.directory().is_autocommit()
    }

    /// Makes the indexes that are missing, to be taken back with everything else.
    pub(in crate::directory) fn pretend_indexes(&self) -> Result<(), StoreError> {
        Ok(indexes::make(self.directory())?)
    }
}
