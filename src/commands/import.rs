//! `import`: reads users from files into the directory on this machine.
//!
//! In: files. Out: exact counts, and on standard error the progress and each refused line with its
//! reason. Ctrl-C stops after the current batch, and the next run continues from there. The counts
//! are printed however the import ended.

mod asking;
mod columns;
mod progress;
mod record;
mod scratch;
mod standard_input;
mod weighed;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::connect::connect;
use super::local::{no_home, resolve_store, store_of, with_store};
use super::pauses::report_pauses;
use super::{Exit, Failure, Format, Output};
use crate::cli::ImportArgs;
use crate::config::{Environment, Flags, Folders, Settings};
use crate::directory::import::{
    ColumnMapping, FileKind, ImportError, ImportOptions, ImportReport, LineExtent, Progress,
    import_file, import_stream,
};
use crate::directory::store::{Store, StoreError, StoreOptions};
use asking::ask_all;
use progress::ProgressReport;
use record::{FileRecord, ImportRecord};
use scratch::Scratch;
use standard_input::StandardInput;

/// Where the users go, and where the API can be asked about them.
pub(super) struct Target {
    options: StoreOptions,
    to_ask: Option<(Box<Settings>, Folders)>,
}

impl Target {
    /// The directory alone.
    pub(super) fn directory(environment: Environment, flags: Flags) -> Result<Self, Failure> {
        Ok(Self {
            options: resolve_store(environment, flags)?,
            to_ask: None,
        })
    }

    /// The directory, and the API to ask afterwards. Missing settings are better known before a
    /// long import than after it.
    pub(super) fn with_api(settings: Box<Settings>, folders: Folders) -> Result<Self, Failure> {
        Ok(Self {
            options: store_of(folders.clone(), &settings).ok_or_else(no_home)?,
            to_ask: Some((settings, folders)),
        })
    }
}

/// Imports every file, one after the other.
pub(super) async fn run<W: Write>(
    args: ImportArgs,
    target: Target,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    if let Some(column) = said_twice(&args) {
        let what = format!("--map and --ignore say two things about the column {column}");
        return Err(Failure::new(Exit::Usage, what, "say one of them"));
    }
    let Target { options, to_ask } = target;
    let cancelled = Arc::new(AtomicBool::new(false));
    let sources = Sources::new(Arc::clone(&cancelled));
    let directory = options.clone();
    let mut importing = tokio::task::spawn_blocking(move || import_all(options, &args, &sources));
    let (mut record, mut failure) = loop {
        tokio::select! {
            done = &mut importing => break done.map_err(|_| broke())?,
            Ok(()) = tokio::signal::ctrl_c() => cancelled.store(true, Ordering::Relaxed),
        }
    };
    if let Some((settings, folders)) = to_ask
        && failure.is_none()
        && !cancelled.load(Ordering::Relaxed)
    {
        match connect(*settings, folders).await {
            Ok(to) => {
                report_pauses(to.asker.pauses());
                let (asked, stopped) = ask_all(&to, directory).await;
                to.asker.close();
                (record, failure) = (record.with_asked(asked), stopped);
            }
            Err(error) => failure = Some(error),
        }
    }
    let printed = match out.format() {
        _ if record.is_empty() => Ok(()),
        Format::Json => out.json(&record),
        Format::Words => out.lines(&record.words(&TimeZone::system())),
    };
    match failure {
        Some(failure) => Err(failure),
        None => printed.map(|()| {
            if record.is_done() {
                Exit::Done
            } else {
                Exit::Failure
            }
        }),
    }
}

/// A column of which two different things are said.
fn said_twice(args: &ImportArgs) -> Option<&str> {
    let same = |one: &str, other: &str| one.trim().eq_ignore_ascii_case(other.trim());
    args.map
        .iter()
        .enumerate()
        .find_map(|(at, (column, field))| {
            let mut earlier = args.map.iter().take(at);
            let is_mapped = earlier.any(|(other, to)| same(column, other) && field != to);
            let is_ignored = args.ignore.iter().any(|other| same(column, other));
            (is_mapped || is_ignored).then_some(column.trim())
        })
}

/// What is read beside files, and whether somebody stopped the import.
struct Sources {
    cancelled: Arc<AtomicBool>,
    /// Whether standard input was read: it comes once.
    stdin_is_read: AtomicBool,
}

impl Sources {
    const fn new(cancelled: Arc<AtomicBool>) -> Self {
        Self {
            cancelled,
            stdin_is_read: AtomicBool::new(false),
        }
    }

    /// Standard input; the reason in words if it was read before.
    fn stdin(&self) -> Result<StandardInput, ImportError> {
        if self.stdin_is_read.swap(true, Ordering::Relaxed) {
            let words = "standard input was read already";
            return Err(ImportError::Unsuitable(words.to_owned()));
        }
        Ok(StandardInput::new(Arc::clone(&self.cancelled)))
    }
}

fn broke() -> Failure {
    let what = "a part of the program failed in the middle of the import";
    Failure::new(
        Exit::Failure,
        what,
        "run it again: it resumes where it stopped",
    )
}

/// Imports the files. After a file that cannot be read, the next one follows; a directory that
/// cannot be written ends the import.
fn import_all(
    options: StoreOptions,
    args: &ImportArgs,
    sources: &Sources,
) -> (ImportRecord, Option<Failure>) {
    let mut files = Vec::new();
    let mut act = |options| {
        with_store(options, |store| {
            if args.dry_run {
                // Counts from before damage showed were rolled back.
                files.clear();
                store.pretend(|store| import_rest(store, args, sources, &mut files))?
            } else {
                import_rest(store, args, sources, &mut files)
            }
        })
    };
    let done = if args.dry_run {
        Scratch::beside(options).and_then(|scratch| act(scratch.options()))
    } else {
        act(options)
    };
    let not_begun = args.files.iter().skip(files.len());
    (ImportRecord::of(args.dry_run, files, not_begun), done.err())
}

/// Imports the files that are not done yet.
fn import_rest(
    store: &mut Store,
    args: &ImportArgs,
    sources: &Sources,
    done: &mut Vec<FileRecord>,
) -> Result<(), StoreError> {
    // The directory was repaired after the last file failed.
    done.pop_if(|last| last.has_failed());
    for file in args.files.iter().skip(done.len()) {
        let (record, failed) = import_one(store, file, args, sources);
        done.push(record);
        if let Some(error) = failed {
            return Err(error);
        }
        if sources.cancelled.load(Ordering::Relaxed) {
            break;
        }
    }
    Ok(())
}

/// Imports a file. The error beside the record is one that would hit the next file too.
fn import_one(
    store: &mut Store,
    file: &Path,
    args: &ImportArgs,
    sources: &Sources,
) -> (FileRecord, Option<StoreError>) {
    let mapping = ColumnMapping {
        map: args.map.clone(),
        ignore: args.ignore.clone(),
    };
    let options = ImportOptions {
        batch: args.batch.get(),
        dry_run: args.dry_run,
        as_of: args.as_of,
        lines: if args.whole {
            LineExtent::Whole
        } else {
            LineExtent::ByMembers
        },
        columns: Some(&mapping),
        ..ImportOptions::new(file, Timestamp::now())
    };
    let mut progress = ProgressReport::new(file, args.progress && !args.dry_run);
    let tell = |step: Progress<'_>| progress.show(step);
    let imported = if file == Path::new("-") {
        sources.stdin().and_then(|stdin| {
            import_stream(store, options, Box::new(stdin), &sources.cancelled, tell)
        })
    } else {
        import_file(store, options, &sources.cancelled, tell)
    };
    let (so_far, printed) = progress.finish();
    match imported {
        Ok(report) => {
            let notes = notes_for(report.kind, args);
            let record = FileRecord::of(file, &report, printed).with_notes(notes);
            (record, None)
        }
        Err(ImportError::Store(error)) => {
            let record = FileRecord::of(file, &so_far, printed);
            (record.failed(error.to_string()), Some(error))
        }
        Err(error) => {
            progress::complain(file, &error.to_string());
            let record = FileRecord::of(file, &ImportReport::default(), printed);
            (record.unsuitable(error.to_string()), None)
        }
    }
}

/// Which options do not mean anything for a kind of file.
fn notes_for(kind: FileKind, args: &ImportArgs) -> Vec<&'static str> {
    let names_columns = !args.map.is_empty() || !args.ignore.is_empty();
    match kind {
        FileKind::Csv if args.whole => {
            vec!["--whole does not apply to CSV: a row never holds the whole user"]
        }
        FileKind::JsonLines | FileKind::JsonDocument if names_columns => {
            vec!["--map and --ignore do not apply to JSON"]
        }
        FileKind::Csv | FileKind::JsonLines | FileKind::JsonDocument => Vec::new(),
    }
}
