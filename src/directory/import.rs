//! Users out of files: CSV, JSON lines of users, JSON lines of webhook bodies.
//!
//! In: a file of any size and the open store. Out: rows in the directory, exact counts, and the
//! number and reason of every refused line. Other threads read and parse, this one writes; memory
//! does not grow with the file. Each batch notes the place in the file in the same transaction, so
//! that an interrupted import goes on where it was.

mod csv_rows;
mod dating;
mod json_line;
mod line;
mod lines;
mod progress;
mod quotation;
mod reading;
mod report;
mod shared;
mod writing;

use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::thread;

use jiff::Timestamp;

use super::store::{KnownRows, Store};
use crate::domain::facts::Key;
use crate::wire::facts::Extent;
use json_line::Setting;
use lines::Lines;
use progress::{Begun, FileIdentity, Run};
use reading::Job;
use shared::Before;
use writing::Writing;

pub use dating::{AsOf, DatedBy};
pub use report::{BATCH, Counts, FileKind, ImportError, ImportReport, Progress, Weighed};

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
    let as_of = AsOf::of(identity.modified(), options.as_of, options.now)
        .map_err(ImportError::Unsuitable)?;
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
    let lines = Lines::open(file, so_far.place)?;
    if !options.dry_run && described.len() > LARGE && store.user_count()? < FEW {
        store.drop_indexes()?;
    }
    let format = lines.format();
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
            size: described.len(),
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
    written.shared_user_ids = before.caused(store)?;
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
