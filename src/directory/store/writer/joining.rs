//! Adds a report to what is known under its id already.
//!
//! In: a row and a report. Out: the row with both, what is seen of the person worked out again, and
//! the hash under which the next import may skip the line.

use rusqlite::params;

use super::{Applied, Outcome, Writer, count};
use crate::directory::store::codes::source_code;
use crate::directory::store::existing::{Existing, Stamps};
use crate::directory::store::fault::unreadable;
use crate::directory::store::record::Record;
use crate::directory::store::{Keep, Report, StoreError};
use crate::domain::facts::{MessageName, Register};

impl Writer<'_> {
    /// Adds a report to what is known under its id.
    pub(super) fn join(
        &mut self,
        existing: &Existing,
        report: &Report,
    ) -> Result<Applied, StoreError> {
        if let Some(applied) = self.replace(existing, report)? {
            return Ok(applied);
        }
        let before = existing.record()?;
        let facts = report.facts().ok_or_else(unreadable)?;
        let mut after = before.clone();
        let older = after.take(&report.what, &facts, self.keep);
        let known_name = existing.message_name.as_ref();
        let name = MessageName::later(known_name, report.message_name.as_ref());
        let name = name.filter(|_| self.keep == Keep::All);
        let stamps = existing.stamps.max(Stamps::of(report));
        let is_same = after.registers == before.registers
            && after.key == before.key
            && name == known_name
            && stamps == existing.stamps;
        let contradicts = contradicts(&after, &facts.register);
        if is_same {
            let outcome = if contradicts {
                Outcome::Contradicts
            } else {
                Outcome::Unchanged
            };
            return Ok(Applied {
                older,
                ..outcome.into()
            });
        }
        let root_before = self.survivor_of(&existing.id)?;
        let hash = hash_after(existing, &after, report);
        self.write_own(existing, &after, name, stamps, hash)?;
        let root_after = self.survivor_of(&existing.id)?;
        let is_shown_otherwise =
            self.project_all(&[existing.id.clone(), root_before, root_after])?;
        // What is known under an id that leads nowhere is seen by nobody.
        let says_more = (!before.says_the_same(&after, self.keep) || name != known_name)
            && !self.is_gone(&existing.id)?;
        let outcome = match (contradicts, is_shown_otherwise || says_more) {
            (true, _) => Outcome::Contradicts,
            (false, true) => Outcome::Updated,
            (false, false) => Outcome::Unchanged,
        };
        Ok(Applied {
            outcome,
            older,
            over_api: count(after.registers.over_api(&facts)),
        })
    }

    /// Writes what is kept under an id; what is shown of the person follows.
    fn write_own(
        &mut self,
        existing: &Existing,
        record: &Record,
        name: Option<&MessageName>,
        stamps: Stamps,
        hash: Option<i64>,
    ) -> Result<(), StoreError> {
        let (message_name, message_at, message_id) = self.message_columns(name);
        self.cached(
            "UPDATE users SET at = ?1, how = ?2, line = ?3, asked_at = ?4, seen_at = ?5, hash = ?6,
                message_name = ?7, message_at = ?8, message_id = ?9 WHERE row = ?10",
        )?
        .execute(params![
            record.key.at,
            source_code(record.key.source),
            record.key.line.cast_signed(),
            stamps.asked_at,
            stamps.seen_at,
            hash,
            message_name,
            message_at,
            message_id,
            existing.row,
        ])?;
        match self.keep {
            Keep::All => {
                let written = record.write();
                self.insert_copy.execute((
                    existing.row,
                    written.base,
                    written.json,
                    written.facts,
                ))?;
            }
            Keep::Ids => {
                let shown = record.registers.user_id();
                let user_id = shown.and_then(|shown| crate::wire::facts::text_of(shown.value));
                self.cached("UPDATE users SET user_id = ?1 WHERE row = ?2")?
                    .execute((user_id, existing.row))?;
            }
        }
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(())
    }
}

/// Whether a list gives the user another `userId` than the API does.
fn contradicts(record: &Record, register: &Register) -> bool {
    match register {
        Register::List(Some(claimed)) => record.registers.contradicts(claimed),
        Register::Api | Register::List(None) => false,
    }
}

/// The hash under which a line is known to change nothing: only while the row rests on it alone, or
/// on it and on lists, which take nothing away from a whole user.
fn hash_after(existing: &Existing, record: &Record, report: &Report) -> Option<i64> {
    let beside = record.sets_beside();
    let is_only_lists = beside.iter().all(|set| set.register != Register::Api);
    let rests_on_report = match record.whole() {
        Some(_) => is_only_lists && record.key == report.key && report.is_whole(),
        None => beside.len() == 1 && record.key == report.key,
    };
    if rests_on_report {
        return report.hash.map(u64::cast_signed);
    }
    let rests_as_before = record.whole().is_some() && is_only_lists && record.key == existing.key;
    existing.hash.filter(|_| rests_as_before)
}
