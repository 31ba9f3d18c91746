//! A broken file of what the agent made: it alone is replaced, once, and what is readable comes over.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use smooch_console::directory::store::{Loss, Store, StoreError, StoreFile, StoreHandle};
use smooch_console::domain::{LookupId, Pin, SmoochId};

use super::shelf::*;

const PAGE: usize = 4096;
const PEOPLE: u32 = 300;

fn agent(shelf: &Shelf) -> PathBuf {
    shelf.app_folder().join("agent.db")
}

/// Everybody was opened, pinned, and written a note about.
fn filled() -> Shelf {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..PEOPLE)));
    drop(store);
    let mut agent = Connection::open(agent(&shelf)).unwrap();
    let all = agent.transaction().unwrap();
    for number in 0..PEOPLE {
        let id = id(number);
        for insert in [
            "INSERT INTO opened (at, id) VALUES (?2, ?1)",
            "INSERT INTO pins (id, at) VALUES (?1, ?2)",
            "INSERT INTO notes (id, at, text) VALUES (?1, ?2, 'calls on Mondays')",
        ] {
            all.execute(insert, (&id, number)).unwrap();
        }
    }
    all.commit().unwrap();
    shelf
}

/// How much of everything is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
struct Made {
    pins: usize,
    visits: usize,
    notes: usize,
}

fn made(shelf: &Shelf) -> Made {
    let agent = Connection::open(agent(shelf)).unwrap();
    let count = |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        agent.query_row(&count, [], |row| row.get(0)).unwrap()
    };
    Made {
        pins: count("pins"),
        visits: count("opened"),
        notes: count("notes"),
    }
}

fn zero_page(shelf: &Shelf, page: usize) {
    let mut bytes = fs::read(agent(shelf)).unwrap();
    bytes[page * PAGE..(page + 1) * PAGE].fill(0);
    fs::write(agent(shelf), bytes).unwrap();
}

/// The page that a table or an index begins with.
fn root(shelf: &Shelf, name: &str) -> usize {
    let agent = Connection::open(agent(shelf)).unwrap();
    let root = "SELECT rootpage - 1 FROM sqlite_schema WHERE name = ?1";
    agent.query_row(root, [name], |row| row.get(0)).unwrap()
}

fn set_aside(shelf: &Shelf) -> Vec<String> {
    let files = fs::read_dir(shelf.app_folder()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.contains("broken")).collect();
    names.sort();
    names
}

/// Uses everything that the agent made, repairing what shows itself to be damaged on the way.
fn use_all(mut store: Store) -> Store {
    for _ in 0..2 {
        let used = (|| {
            store.pinned()?;
            store.visits()?;
            store.note_opened(&SmoochId::new(id(0)), now())?;
            store.set_pin(&SmoochId::new(id(0)), Pin::Set, now())?;
            store.purge("2000-01-01T00:00:00Z".parse().unwrap())
        })();
        let Err(error) = used else { return store };
        assert_eq!(error.damaged_file(), Some(StoreFile::Agent), "{error}");
        assert!(error.to_string().contains("agent.db"), "{error}");
        store = store.reopen_salvaged(StoreFile::Agent).unwrap();
    }
    panic!("the salvaged file is damaged too");
}

#[test]
fn whichever_page_is_broken_only_that_file_is_replaced_and_most_comes_over() {
    let pristine = filled();
    let original = fs::read(agent(&pristine)).unwrap();
    let directory = everybody(&pristine.open());
    let all = made(&pristine);
    let mut repaired = 0;
    for page in 0..original.len() / PAGE {
        for file in ["agent.db-wal", "agent.db-shm", "agent.db.broken-1"] {
            let _ = fs::remove_file(pristine.app_folder().join(file));
        }
        fs::write(agent(&pristine), &original).unwrap();
        zero_page(&pristine, page);
        let store = use_all(pristine.open());
        let loss = store.loss().map(Loss::words);
        drop(store);
        assert!(is_sound(&agent(&pristine)), "page {page}");
        assert_eq!(everybody(&pristine.open()), directory, "page {page}");
        let Some(words) = loss else {
            assert_eq!(set_aside(&pristine), Vec::<String>::new(), "page {page}");
            continue;
        };
        repaired += 1;
        assert_eq!(set_aside(&pristine), ["agent.db.broken-1"], "page {page}");
        assert!(words.contains("set aside as agent.db.broken-1"), "{words}");
        // One page leads at most to the rows of one table.
        let left = made(&pristine);
        let whole = [
            left.pins >= all.pins,
            left.visits >= all.visits,
            left.notes >= all.notes,
        ];
        let whole = whole.into_iter().filter(|is_whole| *is_whole).count();
        assert!(whole >= 2, "page {page}: {left:?}");
        assert!(pristine.open().loss().is_none(), "it is said once");
    }
    assert!(repaired >= 5, "{repaired}");
}

#[test]
fn what_was_carried_over_is_counted() {
    let shelf = filled();
    zero_page(&shelf, root(&shelf, "pins"));
    let store = use_all(shelf.open());
    let words = store.loss().unwrap().words();
    assert_eq!(
        words,
        "the file of pins, history and notes was damaged and set aside as agent.db.broken-1: \
         0 pins, 300 visits and 300 notes were carried over; the rest could not be read"
    );
}

#[test]
fn the_commands_go_on_with_one_broken_page() {
    for table in ["opened", "opened_by_at", "pins", "notes"] {
        let shelf = filled();
        zero_page(&shelf, root(&shelf, table));
        for round in 0..3 {
            let run = shelf.command(&["search", &id(7), "--json"]).output();
            let run = run.unwrap();
            let words = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(0), "{table} {round}: {words}");
            let found: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
            assert_eq!(found["hits"][0]["id"], id(7), "{table}");
            // Searching reads pins and visits, and no note.
            let is_read = ["opened", "pins"].contains(&table);
            let is_said = words.contains("agent.db.broken-1");
            assert_eq!(is_said, is_read && round == 0, "{table} {round}: {words}");
        }
        let run = shelf.command(&["forget", &id(7)]).output().unwrap();
        let words = String::from_utf8(run.stdout).unwrap();
        assert_eq!(run.status.code(), Some(0), "{table}: {words}");
        assert!(words.contains("forgotten on this machine"), "{words}");
        assert!(words.contains("1 set-aside file"), "{table}: {words}");
        assert_eq!(set_aside(&shelf), Vec::<String>::new(), "{table}");
        let store = shelf.open();
        assert_eq!(find(&store, &id(7)), None);
        assert_eq!(everybody(&store).len(), PEOPLE as usize - 1);
        assert!(is_sound(&agent(&shelf)));
    }
}

#[test]
fn both_files_can_be_broken_at_once() {
    let shelf = filled();
    zero_page(&shelf, root(&shelf, "pins"));
    let length = shelf.database().metadata().unwrap().len();
    let directory = fs::OpenOptions::new().write(true).open(shelf.database());
    directory
        .unwrap()
        .set_len(length - 4 * PAGE as u64)
        .unwrap();
    let run = shelf.command(&["search", "name7"]).output().unwrap();
    let words = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(0), "{words}");
    assert_eq!(
        set_aside(&shelf),
        ["agent.db.broken-1", "directory.db.broken-1"]
    );
    for file in set_aside(&shelf) {
        assert!(words.contains(&file), "{words}");
    }
}

#[test]
fn beside_another_console_nothing_is_replaced_and_the_rest_can_be_used() {
    let shelf = filled();
    zero_page(&shelf, root(&shelf, "pins"));
    let other = shelf.open();
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let (to, answers) = std::sync::mpsc::channel();
    let pinned = || {
        let to = to.clone();
        handle.ask(
            |store| store.pinned().map(|pinned| pinned.len()),
            move |pinned| to.send(pinned).unwrap(),
        );
        answers.recv().unwrap()
    };
    for _ in 0..2 {
        let error = pinned().unwrap_err();
        let words = error.to_string();
        assert!(
            matches!(
                error,
                StoreError::NotRepaired {
                    file: StoreFile::Agent,
                    ..
                }
            ),
            "{words}"
        );
        assert!(words.contains("agent.db") && words.contains("another console"));
        let (to, found) = std::sync::mpsc::channel();
        handle.ask(
            |store| Ok(store.find(&LookupId::new(id(7)))?.is_some()),
            move |is_found| to.send(is_found.unwrap()).unwrap(),
        );
        assert!(found.recv().unwrap());
    }
    assert_eq!(set_aside(&shelf), Vec::<String>::new());
    drop(other);
    assert_eq!(pinned().unwrap(), 0);
    assert_eq!(set_aside(&shelf), ["agent.db.broken-1"]);
}

#[test]
fn a_pin_that_meets_damage_is_written_and_the_loss_is_told_before() {
    let shelf = filled();
    zero_page(&shelf, root(&shelf, "pins"));
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let (to, told) = std::sync::mpsc::channel();
    let losses = to.clone();
    handle.on_loss(move |loss| losses.send(loss.to_string()).unwrap());
    handle.insist(
        |store| store.set_pin(&SmoochId::new(id(5)), Pin::Set, now()),
        move |written| to.send(format!("{written:?}")).unwrap(),
    );
    let first = told.recv().unwrap();
    assert!(first.contains("agent.db.broken-1"), "{first}");
    assert_eq!(told.recv().unwrap(), "Ok(())");
    assert!(handle.close(std::time::Duration::from_secs(30)));
    assert_eq!(shelf.open().pinned().unwrap(), [SmoochId::new(id(5))]);
}
