//! Measures how long it takes until all users of a directory on disk can be searched.
//!
//! `cargo bench --bench load` imports 100,000 and 1,000,000 invented users into a temporary folder,
//! `-- 1000000` only this many, and opens the folder several times, each time in a process of its
//! own with a memory peak of its own. `-- folder PATH` opens an existing folder.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that cannot go on should stop"
)]

#[path = "support/people.rs"]
mod people;
#[path = "support/shelf.rs"]
mod shelf;

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use smooch_console::directory::store::Store;
use smooch_console::lookup::load_everybody;
use smooch_console::search::{KnownUsers, PAGE, Request, search_once};

/// How often a folder is opened.
const TIMES: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    match arguments.next() {
        Some(word) if word == "child" => open(Path::new(&arguments.next().unwrap())),
        Some(word) if word == "folder" => measure(Path::new(&arguments.next().unwrap())),
        Some(count) => fill_and_measure(count.parse().unwrap()),
        None => [100_000, 1_000_000].into_iter().for_each(fill_and_measure),
    }
}

fn fill_and_measure(count: usize) {
    let home = tempfile::tempdir().unwrap();
    shelf::fill(home.path(), shelf::BASE_URL, count);
    println!("\n{count} users");
    measure(home.path());
}

fn measure(folder: &Path) {
    let program = std::env::current_exe().unwrap();
    for _ in 0..TIMES {
        let child = Command::new(&program).arg("child").arg(folder).output();
        print!("{}", String::from_utf8(child.unwrap().stdout).unwrap());
    }
}

/// What one process does and prints.
fn open(folder: &Path) {
    let begun = Instant::now();
    let store = Store::open(shelf::options(folder, shelf::BASE_URL)).unwrap();
    let opened = begun.elapsed();
    let built = load_everybody(&store).unwrap();
    let loaded = begun.elapsed();
    let mut known = KnownUsers::default();
    known.install(built);
    let now = jiff::Timestamp::from_second(people::NOW).unwrap();
    let request = Request::new("smith john", now, PAGE);
    let found = search_once(&known.snapshot(), &request).matched;
    println!(
        "  opened {opened:>7.1?}  loaded {loaded:>7.1?}  {} users searched, {found} found {:>7.1?}  peak {} MB",
        known.len(),
        begun.elapsed(),
        shelf::peak_memory("self") >> 10,
    );
}
