//! Writes what the threads that read have parsed, and counts what became of it.
//!
//! In: batches of records in the file's order. Out: rows in the directory and exact counts. The place
//! in the file is noted with each batch, in the same transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use super::input::Amount;
use super::line::Event;
use super::progress::{Begun, Content, Place, Run};
use super::reading::{Batch, Batches, Job, Parsed, Record};
use super::report::About;
use super::{AsOf, Counts, ImportError, ImportReport, Progress, Weighed};
use crate::directory::store::{Applied, Change, KnownRows, Outcome, Store, Writer};
use crate::domain::Untrusted;
use crate::domain::facts::Key;

/// An import that is being written.
pub(super) struct Writing<'i, T> {
    pub(super) job: Job<'i>,
    pub(super) run: Run<'i>,
    /// How much there is to read.
    pub(super) amount: Amount,
    pub(super) as_of: AsOf,
    /// What is written.
    pub(super) so_far: Begun,
    /// Whether anything was dated by the file, because it has no time of its own.
    pub(super) has_dated: bool,
    pub(super) cancelled: &'i AtomicBool,
    pub(super) tell: &'i mut T,
}

impl<T: FnMut(Progress<'_>)> Writing<'_, T> {
    /// Writes everything, or until somebody stops it.
    pub(super) fn write(
        mut self,
        store: &mut Store,
        rows: &mut KnownRows,
        batches: &mut Batches,
    ) -> Result<ImportReport, ImportError> {
        let written = self.write_all(store, rows, batches);
        if store.is_pretending() {
            let is_done = written?;
            // The next file may name by `userId` the users of this one.
            store.pretend_indexes()?;
            return self.report(store, is_done);
        }
        // Also for half a file: until the rest comes, users are searched for in what there is.
        let indexed = store.lacks_indexes().and_then(|lacks| {
            if lacks {
                (self.tell)(Progress::Indexing);
                store.make_indexes()?;
            }
            Ok(())
        });
        let is_done = written?;
        indexed?;
        let report = self.report(store, is_done)?;
        if is_done {
            let (run, content) = (self.run, self.content());
            // Last of all: an import that is interrupted before this goes on here.
            store.make_durable(|directory| run.finish(directory, content))?;
        }
        Ok(report)
    }

    const fn content(&self) -> Content {
        Content {
            hash: self.so_far.place.hash,
            size: self.so_far.place.offset,
        }
    }

    fn report(&self, store: &Store, is_done: bool) -> Result<ImportReport, ImportError> {
        let same_bytes_as = if is_done {
            self.content().imported_at(store.directory())?
        } else {
            None
        };
        Ok(ImportReport {
            counts: self.so_far.counts,
            weighed: self.so_far.weighed,
            as_of: Some(self.as_of).filter(|_| self.has_dated),
            same_bytes_as,
            cancelled: !is_done && self.is_cancelled(),
            ..ImportReport::default()
        })
    }

    /// Writes batch after batch; `false` when that was stopped before the end.
    fn write_all(
        &mut self,
        store: &mut Store,
        rows: &mut KnownRows,
        batches: &mut Batches,
    ) -> Result<bool, ImportError> {
        while !self.is_cancelled() {
            let Some(batch) = batches.next()? else { break };
            if batch.records.is_empty() {
                self.so_far.place = self.place_after(&batch);
                return Ok(true);
            }
            self.write_batch(store, rows, &batch)?;
            batches.done_with(batch);
        }
        Ok(false)
    }

    fn write_batch(
        &mut self,
        store: &mut Store,
        rows: &mut KnownRows,
        batch: &Batch,
    ) -> Result<(), ImportError> {
        let mut writer = store.write(Some(rows))?;
        let mut done = Done {
            doubtful: writer.others_wrote()?,
            counts: self.so_far.counts,
            weighed: self.so_far.weighed,
        };
        for record in &batch.records {
            self.apply(&mut writer, batch, record, &mut done)?;
        }
        let place = self.place_after(batch);
        let begun = Begun {
            place,
            counts: done.counts,
            weighed: done.weighed,
        };
        self.run.note(writer.directory(), &begun)?;
        writer.commit()?;
        self.so_far = begun;
        let (bytes, total) = self.amount.done(batch.end.offset);
        (self.tell)(Progress::Written {
            bytes,
            total,
            counts: begun.counts,
        });
        Ok(())
    }

    /// The place after a batch, with the hash of all records until there.
    fn place_after(&self, batch: &Batch) -> Place {
        let mut place = Place {
            hash: self.so_far.place.hash,
            ..batch.end
        };
        batch
            .records
            .iter()
            .for_each(|record| place.add(record.hash));
        place
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn apply(
        &mut self,
        writer: &mut Writer<'_>,
        batch: &Batch,
        record: &Record,
        done: &mut Done,
    ) -> Result<(), ImportError> {
        match &record.what {
            Parsed::Same { unchanged, raw } => {
                let hash = record.hash;
                let key = Key {
                    line: record.line,
                    ..self.job.setting.key
                };
                let holds = !unchanged.is_overtaken_by(key)
                    && writer.rows().is_some_and(|rows| rows.still_holds(hash))
                    && (!done.doubtful || writer.is_still_of_line(unchanged.row, hash)?);
                if holds {
                    if unchanged.is_confirmed_by(key) {
                        writer.confirm(unchanged.row, key)?;
                    }
                    self.has_dated = true;
                    done.counts.unchanged += 1;
                    return Ok(());
                }
                match self.job.parse(raw, &batch.bytes, hash, record.line) {
                    Parsed::Changes(events) => self.apply_all(writer, record.line, &events, done),
                    Parsed::Refused(why) => {
                        self.refuse(record.line, &why, done);
                        Ok(())
                    }
                    Parsed::Same { .. } => {
                        done.counts.unchanged += 1;
                        Ok(())
                    }
                }
            }
            Parsed::Changes(events) => self.apply_all(writer, record.line, events, done),
            Parsed::Refused(why) => {
                self.refuse(record.line, why, done);
                Ok(())
            }
        }
    }

    fn apply_all(
        &mut self,
        writer: &mut Writer<'_>,
        line: u64,
        events: &[Result<Event, String>],
        done: &mut Done,
    ) -> Result<(), ImportError> {
        for event in events {
            let Event { change, beside } = match event {
                Ok(event) => event,
                Err(why) => {
                    self.refuse(line, why, done);
                    continue;
                }
            };
            let mut outcome = Outcome::Unchanged;
            for change in beside.iter().chain([change]) {
                let applied = self.apply_change(writer, line, change)?;
                done.weighed.add(applied);
                outcome = outcome.max(applied.outcome);
            }
            done.counts.add(outcome, about(change));
            if outcome == Outcome::Contradicts {
                let why = "its `userId` is not the one that the API gives this user";
                (self.tell)(Progress::Rejected { line, why });
            }
        }
        Ok(())
    }

    fn apply_change(
        &mut self,
        writer: &mut Writer<'_>,
        line: u64,
        change: &Change,
    ) -> Result<Applied, ImportError> {
        self.has_dated |= key_of(change).is_some_and(|key| key.at == self.run.at);
        let applied = writer.apply(change)?;
        if applied.over_api > 0
            && writer.is_pretending()
            && let Change::Report(report) = change
        {
            for member in writer.over_api(report)? {
                let member = Untrusted::from(member.path());
                let member = &member;
                (self.tell)(Progress::OverApi { line, member });
            }
        }
        Ok(applied)
    }

    fn refuse(&mut self, line: u64, why: &str, done: &mut Done) {
        done.counts.rejected += 1;
        (self.tell)(Progress::Rejected { line, why });
    }
}

/// What a batch has come to.
struct Done {
    /// Whether somebody else wrote in between.
    doubtful: bool,
    counts: Counts,
    weighed: Weighed,
}

fn about(change: &Change) -> About {
    match change {
        Change::Report(report) if report.id.is_none() => About::UserIdAlone,
        _ => About::SmoochId,
    }
}

fn key_of(change: &Change) -> Option<Key> {
    match change {
        Change::Report(report) => Some(report.key),
        Change::Merged { key, .. } | Change::Deleted { key, .. } => Some(*key),
        Change::Nobody => None,
    }
}
