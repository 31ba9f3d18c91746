//! Brings the files to what is to be kept: nothing but ids where more was kept before.
//!
//! In: the open files and what the settings say. Out: files without a byte of anybody's name, e-mail,
//! messages or JSON when only ids are kept, and words for what was taken away. Who is known, when
//! that was confirmed and by whom stays; what the agent made stays too.

use super::folder::{DIRECTORY, IdsMark};
use super::{Keep, Loss, Store, StoreError};
use crate::text::number::counted;

/// What was taken away because only ids are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reduced {
    /// Users of whom more than ids was kept.
    pub users: u64,
    /// Files that had been set aside and were removed.
    pub set_aside: u64,
    /// Why something may still be there.
    pub unfinished: Option<String>,
}

impl Reduced {
    /// What happened, in words.
    pub(super) fn words(&self) -> String {
        let set_aside = match self.set_aside {
            0 => String::new(),
            some => format!(", and so were {}", counted(some, "set-aside file")),
        };
        match &self.unfinished {
            Some(why) => format!(
                "only ids are to be kept, but names and messages may still be on the disk: {why}"
            ),
            None => format!(
                "only ids are kept: names, e-mails, messages and JSON of {} were removed from the disk{set_aside}",
                counted(self.users, "user"),
            ),
        }
    }
}

impl Store {
    /// Takes away what is not to be kept. That it cannot be done is told, and the rest works.
    pub(super) fn apply_keep(&mut self) -> Result<(), StoreError> {
        let mark = IdsMark::of(&self.folder);
        match self.keep() {
            Keep::All if mark.stands() => match self.note_all_is_kept(&mark) {
                // Whoever keeps ids alone later finds out by looking.
                Err(error) if !error.is_damage() => Ok(()),
                noted => noted,
            },
            Keep::Ids if !mark.stands() || self.holds_more()? => self.keep_ids_only(&mark),
            Keep::All | Keep::Ids => Ok(()),
        }
    }

    /// Tells that more than ids is in files that cannot be written, if only ids are to be kept.
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
        // A file of which the first half was read for its ids alone is read again.
        self.directory().execute("DELETE FROM imports", [])?;
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
        // Of new files there is nothing to tell.
        if reduced.users > 0 || reduced.set_aside > 0 || is_unfinished {
            self.loss.get_or_insert_with(Loss::default).reduced = Some(reduced);
        }
        Ok(())
    }

    /// Whether somebody wrote more than ids since the mark was set.
    fn holds_more(&self) -> Result<bool, StoreError> {
        let more = "SELECT EXISTS (SELECT 1 FROM copies) OR EXISTS (SELECT 1 FROM pages)";
        Ok(self.directory().query_row(more, [], |row| row.get(0))?)
    }

    fn reduce(&mut self, mark: &IdsMark, reduced: &mut Reduced) -> Result<(), StoreError> {
        // It stands again when all is done: whatever stops this, the next start does it.
        if mark.stands() {
            mark.take_away()?;
        }
        let transaction = self.directory_mut().transaction()?;
        transaction.execute_batch("DELETE FROM copies; DELETE FROM pages")?;
        let users = transaction.execute(
            "UPDATE users SET name = NULL, origin = NULL, email = NULL, channels = NULL,
                properties = NULL, message_name = NULL, message_at = NULL, state = 0, hash = NULL
             WHERE origin IS NOT NULL OR message_name IS NOT NULL OR state > 0",
            [],
        )?;
        transaction.commit()?;
        reduced.users = u64::try_from(users).unwrap_or(u64::MAX);
        // Also when nothing was found: an earlier run may have been stopped before this.
        self.scrub()?;
        // What the agent made names users by their ids, and may be the only copy.
        reduced.set_aside = self.remove_set_aside(&[DIRECTORY])?;
        mark.set()
    }
}

fn in_words(error: &StoreError) -> String {
    format!("{error}; {}", error.next_step())
}
