//! Users out of files: CSV, JSON lines of users, JSON lines of webhook bodies.
//!
//! In: a file of any size and the open store. Out: rows in the directory, exact counts, and the
//! number and reason of every refused line. Other threads read and parse, this one writes; memory
//! does not grow with the file. Each batch notes the place in the file in the same transaction, so
//! that an interrupted import goes on where it was.

mod csv_rows;
mod json_line;
mod line;
mod lines;
mod progress;
mod quotation;
mod reading;
mod report;
mod shared;

use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use jiff::Timestamp;

use super::store::{Change, KnownRows, Outcome, Store, Writer};
use crate::domain::known::Key;
use json_line::Setting;
use lines::Lines;
use progress::FileIdentity;
use reading::{Batch, Batches, Job, Parsed, Record};
use shared::Before;

pub use report::{BATCH, Counts, ImportError, ImportReport, Progress};

/// From this size on, in bytes, importing a file without indexes and making them later is faster.
const LARGE: u64 = 16 << 20;

/// Indexing fewer users than this again takes no time.
const FEW: u64 = 20_000;

/// How a file is imported.
#[derive(Debug, Clone, Copy)]
pub struct ImportOptions<'o> {
    /// The file.
    pub file: &'o Path,
    /// Records that are written in one transaction.
    pub batch: usize,
    /// Count, but take back everything that is written. To count several files one after the other,
    /// import them within one [`Store::pretend`].
    pub dry_run: bool,
    /// The present; a file that claims to be newer is taken to be from now.
    pub now: Timestamp,
}

/// Imports one file.
pub fn import_file(
    store: &mut Store,
    options: ImportOptions<'_>,
    cancelled: &AtomicBool,
    tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    if options.dry_run && !store.is_pretending() {
        store.pretend(|store| import(store, options, cancelled, tell))?
    } else {
        import(store, options, cancelled, tell)
    }
}

fn import(
    store: &mut Store,
    options: ImportOptions<'_>,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    let (mut file, described) = open(options.file)?;
    let identity = FileIdentity::of(&mut file, &described)?;
    let at = identity.written_at(options.now).as_millisecond();
    let begun = if options.dry_run {
        None
    } else {
        progress::find(store.directory(), &identity)?
    };
    let mut report = ImportReport {
        counts: begun.map(|begun| begun.counts).unwrap_or_default(),
        resumed_after: begun.map(|begun| begun.place.line),
        ..ImportReport::default()
    };
    if let Some(line) = report.resumed_after {
        let counts = report.counts;
        tell(Progress::Resumed { line, counts });
    }
    let start = begun.map(|begun| begun.place).unwrap_or_default();
    let lines = Lines::open(file, start)?;
    if !options.dry_run && described.len() > LARGE && store.user_count()? < FEW {
        store.drop_indexes()?;
    }
    let (format, total) = (lines.format(), described.len());
    let mut rows = KnownRows::load(store)?;
    let by_line = rows.by_line();
    let before = Before::of(store)?;
    let app_id = store.app_id().clone();
    let job = Job {
        format: &format,
        setting: Setting {
            app_id: &app_id,
            key: Key {
                at,
                ..Key::default()
            },
        },
        batch: options.batch.max(1),
        same: &|hash| by_line.get(&hash).copied(),
    };
    thread::scope(|scope| {
        // Dropped when this side ends, so that the others do not wait forever.
        let mut batches = job.start(scope, lines);
        let mut import = Import {
            job,
            identity: &identity,
            at,
            total,
            report: &mut report,
            cancelled,
            tell: &mut tell,
        };
        import.write(store, &mut rows, &mut batches)
    })?;
    report.shared_user_ids = before.caused(store)?;
    Ok(report)
}

/// Opens what can be read from any place in it.
fn open(path: &Path) -> Result<(File, Metadata), ImportError> {
    let unsuitable = |words: &str| Err(ImportError::Unsuitable(words.to_owned()));
    if path == Path::new("-") {
        return unsuitable("standard input cannot be imported: save it as a file first");
    }
    // Before it is opened: opening a pipe waits until something writes to it.
    let described = path.metadata()?;
    if described.is_dir() {
        return unsuitable("it is a folder");
    }
    if !described.is_file() {
        return unsuitable("it is a pipe or a device: save what comes out of it as a file first");
    }
    let file = File::open(path)?;
    let described = file.metadata()?;
    Ok((file, described))
}

/// The writing side.
struct Import<'i, T> {
    job: Job<'i>,
    identity: &'i FileIdentity,
    at: i64,
    total: u64,
    report: &'i mut ImportReport,
    cancelled: &'i AtomicBool,
    tell: &'i mut T,
}

impl<T: FnMut(Progress<'_>)> Import<'_, T> {
    fn write(
        &mut self,
        store: &mut Store,
        rows: &mut KnownRows,
        batches: &mut Batches,
    ) -> Result<(), ImportError> {
        let written = self.write_all(store, rows, batches);
        if store.is_pretending() {
            self.report.cancelled = !written? && self.is_cancelled();
            // The next file may name by `userId` the users of this one.
            return Ok(store.pretend_indexes()?);
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
        self.report.cancelled = !is_done && self.is_cancelled();
        if is_done {
            // Last of all: an import that is interrupted before this goes on here.
            store.make_durable(|directory| progress::forget(directory, self.identity))?;
        }
        Ok(())
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
        let doubtful = writer.others_wrote()?;
        let mut counts = self.report.counts;
        for record in &batch.records {
            self.apply(&mut writer, batch, record, doubtful, &mut counts)?;
        }
        progress::note(
            writer.directory(),
            self.identity,
            batch.end,
            counts,
            self.at,
        )?;
        writer.commit()?;
        self.report.counts = counts;
        (self.tell)(Progress::Written {
            bytes: batch.end.offset,
            total: self.total,
            counts,
        });
        Ok(())
    }

    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn apply(
        &mut self,
        writer: &mut Writer<'_>,
        batch: &Batch,
        record: &Record,
        doubtful: bool,
        counts: &mut Counts,
    ) -> Result<(), ImportError> {
        match &record.what {
            Parsed::Same {
                unchanged,
                hash,
                raw,
            } => {
                let holds = writer.rows().is_some_and(|rows| rows.still_holds(*hash))
                    && (!doubtful || writer.is_still_of_line(unchanged.row, *hash)?);
                if holds {
                    let key = Key {
                        line: record.line,
                        ..self.job.setting.key
                    };
                    if unchanged.is_confirmed_by(key) {
                        writer.confirm(unchanged.row, key)?;
                    }
                    counts.unchanged += 1;
                    return Ok(());
                }
                match self.job.parse(raw, &batch.bytes, *hash, record.line) {
                    Parsed::Changes(changes) => {
                        self.apply_all(writer, record.line, &changes, counts)?;
                    }
                    Parsed::Refused(why) => self.refuse(record.line, &why, counts),
                    Parsed::Same { .. } => counts.unchanged += 1,
                }
            }
            Parsed::Changes(changes) => {
                self.apply_all(writer, record.line, changes, counts)?;
            }
            Parsed::Refused(why) => self.refuse(record.line, why, counts),
        }
        Ok(())
    }

    fn apply_all(
        &mut self,
        writer: &mut Writer<'_>,
        line: u64,
        changes: &[Result<Change, String>],
        counts: &mut Counts,
    ) -> Result<(), ImportError> {
        for change in changes {
            let change = match change {
                Ok(change) => change,
                Err(why) => {
                    self.refuse(line, why, counts);
                    continue;
                }
            };
            let outcome = writer.apply(change)?.outcome;
            counts.add(outcome);
            if outcome == Outcome::Contradicts {
                let why = "its `userId` is not the one that the API gives this user";
                (self.tell)(Progress::Rejected { line, why });
            }
        }
        Ok(())
    }

    fn refuse(&mut self, line: u64, why: &str, counts: &mut Counts) {
        counts.rejected += 1;
        (self.tell)(Progress::Rejected { line, why });
    }
}
