//! A directory on disk full of invented users.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "support of measurements; each file uses its own part"
)]

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use smooch_console::directory::import::{ImportOptions, import_file};
use smooch_console::directory::store::{Store, StoreOptions};
use smooch_console::domain::AppId;

use super::people::{NOW, People};

/// The address of the API, which is never asked.
pub const BASE_URL: &str = "https://api.example.org/";

/// The app.
pub const APP_ID: &str = "a1";

/// Where the directory of the app is.
pub fn options(folder: &Path, base_url: &str) -> StoreOptions {
    StoreOptions::new(folder.to_owned(), base_url, AppId::new(APP_ID))
}

/// Imports this many invented users, as an agent would.
pub fn fill(folder: &Path, base_url: &str, count: usize) {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("people.ndjson");
    let mut to = BufWriter::new(File::create(&file).unwrap());
    for person in People::new(count) {
        writeln!(to, "{}", person.json()).unwrap();
    }
    to.into_inner().unwrap();
    let mut store = Store::open(options(folder, base_url)).unwrap();
    let options = ImportOptions {
        as_of: Timestamp::from_second(NOW).ok(),
        ..ImportOptions::new(&file, Timestamp::from_second(NOW).unwrap())
    };
    let report = import_file(&mut store, options, &AtomicBool::new(false), |_| {}).unwrap();
    assert_eq!(report.counts.inserted, count as u64);
}

/// The peak memory of a process, in KiB (Linux only).
pub fn peak_memory(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
