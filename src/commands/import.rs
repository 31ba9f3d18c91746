//! `import`: users out of files into the directory on this machine.
//!
//! In: files. Out: exact counts, and on standard error each refused line with its reason, and how
//! far it is. Ctrl-C stops after the batch that is being written; the next run goes on from there.

mod record;
mod telling;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::ImportArgs;
use crate::config::{Environment, Flags};
use crate::directory::import::{ImportError, ImportOptions, ImportReport, import_file};
use crate::directory::store::{Store, StoreError};
use record::{FileRecord, ImportRecord};
use telling::Telling;

/// Imports every file, one after the other.
pub(super) async fn run<W: Write>(
    args: ImportArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    let dry_run = args.dry_run;
    let cancelled = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&cancelled);
    let import = move || with_store(options, |store| import_all(store, &args, &asked));
    let mut importing = tokio::task::spawn_blocking(import);
    let files = loop {
        tokio::select! {
            done = &mut importing => break done.map_err(|_| broke())??,
            Ok(()) = tokio::signal::ctrl_c() => cancelled.store(true, Ordering::Relaxed),
        }
    };
    let is_done = files.iter().all(FileRecord::is_done);
    match out.format() {
        Format::Json => out.json(&ImportRecord::of(dry_run, files))?,
        Format::Words => {
            let lines: Vec<_> = files.iter().map(|file| file.words(dry_run)).collect();
            out.lines(&lines)?;
        }
    }
    Ok(if is_done { Exit::Done } else { Exit::Failure })
}

fn broke() -> Failure {
    let what = "a part of the program failed in the middle of the import";
    Failure::new(Exit::Failure, what, "run it again: it goes on where it was")
}

/// Imports the files. A file that cannot be read does not keep the next one from being read; a
/// directory that cannot be written ends it all.
fn import_all(
    store: &mut Store,
    args: &ImportArgs,
    cancelled: &AtomicBool,
) -> Result<Vec<FileRecord>, StoreError> {
    let mut records = Vec::new();
    for file in &args.files {
        records.push(import_one(store, file, args, cancelled)?);
        if cancelled.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(records)
}

fn import_one(
    store: &mut Store,
    file: &Path,
    args: &ImportArgs,
    cancelled: &AtomicBool,
) -> Result<FileRecord, StoreError> {
    let options = ImportOptions {
        file,
        batch: args.batch.get(),
        dry_run: args.dry_run,
        now: Timestamp::now(),
    };
    let mut telling = Telling::new(file, args.progress);
    let imported = import_file(store, options, cancelled, |tidings| telling.tell(tidings));
    let rejections = telling.finish();
    let (report, error) = match imported {
        Ok(report) => (report, None),
        Err(ImportError::Store(error)) => return Err(error),
        Err(error) => {
            telling::complain(file, &error.to_string());
            (ImportReport::default(), Some(error.to_string()))
        }
    };
    Ok(FileRecord::of(file, &report, rejections, error))
}
