//! Brings the files to what is to be kept: nothing but ids where more was kept before.
//!
//! In: the open files and the settings. Out: if only ids are kept, files without a byte of any name,
//! e-mail, message or JSON, and words for what was removed. The ids, when and by which source they
//! were confirmed, and what the agent made all stay.

use super::codes::{HIDDEN, NO_USER_ID};
use super::folder::{DIRECTORY, IdsMark};
use super::loss::Reduced;
use super::{Keep, Loss, Store, StoreError};

impl Store {
    /// Removes what may not be kept. If that cannot be done it is said, and the rest works.
    pub(super) fn apply_keep(&mut self) -> Result<(), StoreError> {
        let mark = IdsMark::of(&self.folder);
        match self.keep() {
            Keep::All if mark.is_set() => match self.note_all_is_kept(&mark) {
                // A later start that keeps ids alone finds out by looking.
                Err(error) if !error.is_damage() => Ok(()),
                noted => noted,
            },
            Keep::Ids if !mark.is_set() || self.holds_more()? => self.keep_ids_only(&mark),
            Keep::All | Keep::Ids => Ok(()),
        }
    }

    /// Says so if only ids may be kept but files that cannot be written hold more.
    pub(super) fn note_names_stay(&mut self) -> Result<(), StoreError> {
        if self.keep() == Keep::Ids && self.holds_more()? {
            self.loss = Some(Loss {
                reduced: Some(Reduced {
                    unfinished: Some(in_words(&StoreError::ReadOnly)),
                    ..Reduced::default()
                }),
                ..Loss::default()
            });
        }
        Ok(())
    }

    fn note_all_is_kept(&self, mark: &IdsMark) -> Result<(), StoreError> {
        // A file that was read, or half read, for its ids alone is read again.
        let transaction = self.directory().unchecked_transaction()?;
        transaction.execute_batch(
            "DELETE FROM imports; UPDATE users SET hash = NULL WHERE hash IS NOT NULL",
        )?;
        transaction.commit()?;
        mark.take_away()
    }

    fn keep_ids_only(&mut self, mark: &IdsMark) -> Result<(), StoreError> {
        let mut reduced = Reduced::default();
        match self.reduce(mark, &mut reduced) {
            Err(error) if error.is_damage() => return Err(error),
            Err(error) => reduced.unfinished = Some(in_words(&self.explain_full(error))),
            Ok(()) => {}
        }
        let is_unfinished = reduced.unfinished.is_some() && self.user_count()? > 0;
        // About new files there is nothing to say.
        if reduced.users > 0 || reduced.set_aside > 0 || is_unfinished {
            self.loss.get_or_insert_with(Loss::default).reduced = Some(reduced);
        }
        Ok(())
    }

    /// Whether more than ids was written since the mark was set.
    fn holds_more(&self) -> Result<bool, StoreError> {
        let more = "SELECT EXISTS (SELECT 1 FROM copies) OR EXISTS (SELECT 1 FROM pages)
            OR EXISTS (SELECT 1 FROM listed)";
        Ok(self.directory().query_row(more, [], |row| row.get(0))?)
    }

    fn reduce(&mut self, mark: &IdsMark, reduced: &mut Reduced) -> Result<(), StoreError> {
        // It is set again when all is done: if this is interrupted, the next start does it.
        if mark.is_set() {
            mark.take_away()?;
        }
        let transaction = self.directory_mut().transaction()?;
        transaction.execute_batch("DELETE FROM copies; DELETE FROM pages; DELETE FROM listed")?;
        // With the facts go the times at which each was reported, and what a whole report closed.
        let users = transaction.execute(
            "UPDATE users SET name = NULL, origin = nullif(origin & ?1, 0), email = NULL,
                channels = NULL, properties = NULL, message_name = NULL, message_at = NULL,
                message_id = NULL, state = CASE state WHEN ?2 THEN state ELSE 0 END, hash = NULL
             WHERE origin & ~?1 != 0 OR message_name IS NOT NULL OR state IN (1, 2)",
            (NO_USER_ID, HIDDEN),
        )?;
        transaction.commit()?;
        reduced.users = u64::try_from(users).unwrap_or(u64::MAX);
        // Also if nothing was found: an earlier run may have been interrupted before this.
        self.scrub()?;
        // What the agent made names users by their ids, and may be the only copy.
        reduced.set_aside = self.remove_set_aside(&[DIRECTORY])?;
        mark.set()
    }
}

fn in_words(error: &StoreError) -> String {
    format!("{error}; {}", error.next_step())
}
