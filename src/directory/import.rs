//! Users out of files: CSV, JSON of users and of webhook bodies, in lines or as documents.
//!
//! In: a file of any size and the open store. Out: rows in the directory, exact counts, and the
//! number and reason of every refused line. Other threads read and parse, this one writes; memory
//! does not grow with the file. Each batch notes the place in the file in the same transaction, so
//! that an interrupted import goes on where it was.

mod cells;
mod columns;
mod csv_rows;
mod dating;
mod document;
mod input;
mod json_line;
mod line;
mod lines;
mod progress;
mod quotation;
mod raw;
mod reading;
mod recognising;
mod report;
mod shared;
mod unpacking;
mod unwrapping;
mod writing;

use std::io::Read;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::thread;

use jiff::Timestamp;

use super::store::{KnownRows, Store};
use crate::domain::facts::Key;
use crate::wire::facts::Extent;
use input::{Opened, open_file, open_stream};
use json_line::Setting;
use lines::{Format, Lines};
use progress::{Begun, Run};
use reading::Job;
use shared::Before;
use writing::Writing;

pub use columns::{Becomes, ColumnMapping, ColumnReport, LeftOut};
pub use dating::{AsOf, DatedBy};
pub use report::{BATCH, Counts, FileKind, ImportError, ImportReport, Mended, Progress, Weighed};

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
    /// As of which moment the file reports, if its date does not say that.
    pub as_of: Option<Timestamp>,
    /// How much of each user a line holds at least.
    pub lines: LineExtent,
    /// The present: no file can be from later.
    pub now: Timestamp,
    /// What the agent says about columns.
    pub columns: Option<&'o ColumnMapping>,
}

/// How much of each user a line of a file holds at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineExtent {
    /// Everything, if it has every member that the API always sends.
    ByMembers,
    /// Everything.
    Whole,
}

impl<'o> ImportOptions<'o> {
    /// Imports a file as it is, in batches of the usual size.
    pub const fn new(file: &'o Path, now: Timestamp) -> Self {
        Self {
            file,
            batch: BATCH,
            dry_run: false,
            as_of: None,
            lines: LineExtent::ByMembers,
            now,
            columns: None,
        }
    }
}

/// Imports one file.
pub fn import_file(
    store: &mut Store,
    options: ImportOptions<'_>,
    cancelled: &AtomicBool,
    tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    let opened = open_file(options.file)?;
    import_opened(store, options, opened, cancelled, tell)
}

/// Imports what comes through a pipe, which is as old as it is read. It has to end by itself, also
/// when somebody stops the import.
pub fn import_stream(
    store: &mut Store,
    options: ImportOptions<'_>,
    stream: Box<dyn Read + Send>,
    cancelled: &AtomicBool,
    tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    let opened = open_stream(stream)?;
    import_opened(store, options, opened, cancelled, tell)
}

fn import_opened(
    store: &mut Store,
    options: ImportOptions<'_>,
    opened: Opened,
    cancelled: &AtomicBool,
    tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    if options.dry_run && !store.is_pretending() {
        store.pretend(|store| import(store, options, opened, cancelled, tell))?
    } else {
        import(store, options, opened, cancelled, tell)
    }
}

fn import(
    store: &mut Store,
    options: ImportOptions<'_>,
    opened: Opened,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<ImportReport, ImportError> {
    let Opened {
        input,
        head,
        mut identity,
        amount,
    } = opened;
    let as_of = if identity.is_file() {
        AsOf::of(identity.modified(), options.as_of, options.now)
    } else {
        AsOf::of_stream(options.as_of, options.now)
    };
    let as_of = as_of.map_err(ImportError::Unsuitable)?;
    let no_mapping = ColumnMapping::default();
    let lines = Lines::open(input, &head, options.columns.unwrap_or(&no_mapping))?;
    let format = lines.format();
    if let Format::Csv(header) = &*format {
        identity = identity.read_as(header.hash());
    }
    tell(Progress::Recognised(format.kind()));
    let run = Run {
        file: &identity,
        at: as_of.at.as_millisecond(),
        extent: match options.lines {
            LineExtent::ByMembers => Extent::Part,
            LineExtent::Whole => Extent::Whole,
        },
    };
    let begun = if options.dry_run {
        None
    } else {
        resume(store, run, &mut tell)?
    };
    let so_far = begun.unwrap_or_default();
    let lines = lines.resume(so_far.place)?;
    if !options.dry_run && amount.at_least() > LARGE && store.user_count()? < FEW {
        store.drop_indexes()?;
    }
    let mut rows = KnownRows::load(store)?;
    let by_line = rows.by_line();
    let before = Before::of(store)?;
    let app_id = store.app_id().clone();
    let job = Job {
        format: &format,
        setting: Setting {
            app_id: &app_id,
            key: Key {
                at: run.at,
                ..Key::default()
            },
            extent: run.extent,
        },
        batch: options.batch.max(1),
        same: &|hash| by_line.get(hash),
    };
    let mut written = thread::scope(|scope| {
        // Dropped when this side ends, so that the others do not wait forever.
        let mut batches = job.start(scope, lines);
        let writing = Writing {
            job,
            run,
            amount,
            as_of,
            so_far,
            has_dated: false,
            cancelled,
            tell: &mut tell,
        };
        writing.write(store, &mut rows, &mut batches)
    })?;
    written.resumed_after = begun.map(|begun| begun.place.line);
    written.kind = format.kind();
    written.is_stream = !identity.is_file();
    written.shared_user_ids = before.caused(store)?;
    if let Format::Csv(header) = &*format {
        written.columns = header.reports().to_vec();
        written.mended = header.mended();
    }
    Ok(written)
}

/// Finds out where an earlier run of the same import stopped.
fn resume(
    store: &Store,
    run: Run<'_>,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<Option<Begun>, ImportError> {
    let begun = run.find(store.directory())?;
    if let Some(Begun { place, counts, .. }) = begun {
        let line = place.line;
        tell(Progress::Resumed { line, counts });
    }
    Ok(begun)
}
