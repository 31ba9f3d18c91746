//! Measures the directory on disk: first import, re-import, reading, counting, and exact look-up.
//!
//! `cargo bench --bench import` uses a million users, `-- 100000` another number; `-- 1000000 5`
//! also imports a file with each user five times, each time changed. Each import runs in a process
//! of its own with a memory peak of its own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement that cannot go on should stop"
)]

#[path = "support/people.rs"]
mod people;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use jiff::Timestamp;
use smooch_console::directory::import::{BATCH, ImportOptions, import_file};
use smooch_console::directory::store::{Store, StoreOptions};
use smooch_console::domain::{AppId, LookupId};

const LOOK_UPS: usize = 10_000;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    match arguments.next().as_deref() {
        Some("child") => {
            let folder = arguments.next().expect("a folder");
            let file = arguments.next().expect("a file");
            import(Path::new(&folder), Path::new(&file));
        }
        count => {
            let number = |text: Option<&str>| text.and_then(|text| text.parse().ok());
            let times = number(arguments.next().as_deref());
            measure(number(count).unwrap_or(1_000_000), times.unwrap_or(0));
        }
    }
}

fn options(folder: &Path) -> StoreOptions {
    StoreOptions::new(
        folder.to_owned(),
        "https://api.example.org/",
        AppId::new("a1"),
    )
}

fn measure(count: usize, times: usize) {
    let home = tempfile::tempdir().unwrap();
    let [all, changed] = ["all.ndjson", "changed.ndjson"].map(|name| home.path().join(name));
    write_people(&all, count, 1, |_| false);
    write_people(&changed, count, 1, |number| number % 50 == 0);
    let bytes = all.metadata().unwrap().len();
    println!(
        "{count} users, {} MB of JSON lines, a batch is {BATCH}",
        bytes >> 20
    );
    let folder = home.path().join("data");
    for (what, file) in [
        ("first import", &all),
        ("the same file again", &all),
        ("one in fifty changed", &changed),
    ] {
        import_apart(what, &folder, file);
    }
    let store = Store::open(options(&folder)).unwrap();
    let database = store
        .folder()
        .join("directory.db")
        .metadata()
        .unwrap()
        .len();
    println!(
        "size on disk           {} MB, {} B a user",
        database >> 20,
        database / count as u64
    );
    let begun = Instant::now();
    let mut rows = 0_usize;
    store
        .each_row(|row| rows += usize::from(!row.id.is_empty()))
        .unwrap();
    println!(
        "reading {rows} rows   {:.2} s",
        begun.elapsed().as_secs_f64()
    );
    let begun = Instant::now();
    let coverage = store.coverage(Timestamp::now()).unwrap();
    println!(
        "counting {} users  {:.2} s",
        coverage.users,
        begun.elapsed().as_secs_f64()
    );
    look_up(&store, count);
    probe(&store, count);
    drop(store);
    if times > 0 {
        fs::remove_dir_all(&folder).unwrap();
        fs::remove_file(&changed).unwrap();
        let many = home.path().join("many.ndjson");
        write_people(&many, count, times, |number| number >= count);
        println!(
            "a file of {} MB, the same users {times} times",
            many.metadata().unwrap().len() >> 20
        );
        import_apart("first import", &folder, &all);
        fs::remove_dir_all(&folder).unwrap();
        import_apart("first import of many", &folder, &many);
    }
}

fn import_apart(what: &str, folder: &Path, file: &Path) {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program);
    let child = child.arg("child").arg(folder).arg(file).output();
    let told = String::from_utf8(child.unwrap().stdout).unwrap();
    println!("{what:<22} {}", told.trim());
}

/// Writes the users this many times; a changed one has a property with its number.
fn write_people(path: &Path, count: usize, times: usize, is_changed: impl Fn(usize) -> bool) {
    let mut to = BufWriter::new(File::create(path).unwrap());
    let people = (0..times).flat_map(|_| people::People::new(count));
    for (number, person) in people.enumerate() {
        let json = person.json();
        if is_changed(number) {
            let body = json.strip_suffix("}}").unwrap();
            let body = body.strip_suffix("\"properties\":{}").unwrap();
            writeln!(to, "{body}\"properties\":{{\"visit\":\"{number}\"}}}}}}").unwrap();
        } else {
            writeln!(to, "{json}").unwrap();
        }
    }
    to.flush().unwrap();
}

/// What one process does and prints.
fn import(folder: &Path, file: &Path) {
    let mut store = Store::open(options(folder)).unwrap();
    let begun = Instant::now();
    let options = ImportOptions::new(file, Timestamp::now());
    let report = import_file(&mut store, options, &AtomicBool::new(false), |_| {}).unwrap();
    let seconds = begun.elapsed().as_secs_f64();
    let counts = report.counts;
    println!(
        "{seconds:>6.2} s  {:>7.0} rows/s  peak {:>4} MB  inserted {} updated {} unchanged {} rejected {}",
        counts.records() as f64 / seconds,
        peak_memory() >> 10,
        counts.inserted,
        counts.updated,
        counts.unchanged,
        counts.rejected,
    );
}

/// The peak memory of this process, in KiB (Linux only).
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The time that SQLite alone takes to find a row by its id, without reading the user.
fn probe(store: &Store, count: usize) {
    let step = (count / LOOK_UPS).max(1);
    let ids: Vec<String> = people::People::new(count)
        .step_by(step)
        .map(|person| person.id)
        .collect();
    let connection = rusqlite::Connection::open(store.folder().join("directory.db")).unwrap();
    connection
        .pragma_update(None, "cache_size", -32_768)
        .unwrap();
    let mut find = connection
        .prepare("SELECT row FROM users WHERE id = ?1")
        .unwrap();
    let times = ids.iter().map(|id| {
        let begun = Instant::now();
        let row: i64 = find.query_row([id], |row| row.get(0)).unwrap();
        assert!(row > 0);
        begun.elapsed().as_nanos()
    });
    tell_times("_id", times.collect(), "the row's number alone");
}

fn tell_times(what: &str, mut times: Vec<u128>, how: &str) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100] as f64 / 1000.0;
    println!(
        "exact {what:<16} p50 {:.0} µs  p99 {:.0} µs  max {:.0} µs, {how}",
        at(50),
        at(99),
        at(100)
    );
}

fn look_up(store: &Store, count: usize) {
    let step = (count / LOOK_UPS).max(1);
    let (mut ids, mut user_ids) = (Vec::new(), Vec::new());
    let mut number = 0;
    store
        .each_row(|row| {
            if number % step == 0 {
                ids.push(LookupId::new(row.id));
                user_ids.extend(row.user_id.map(LookupId::new));
            }
            number += 1;
        })
        .unwrap();
    for (what, ids) in [("_id", &mut ids), ("userId", &mut user_ids)] {
        // Not in the order of the file.
        ids.sort_by_key(|id| id.expose().bytes().rev().collect::<Vec<u8>>());
        let times = ids.iter().map(|id| {
            let begun = Instant::now();
            assert!(store.find(id).unwrap().is_some());
            begun.elapsed().as_nanos()
        });
        tell_times(what, times.collect(), "the whole copy read");
    }
}
