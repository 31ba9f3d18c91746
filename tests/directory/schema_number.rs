//! A damaged header: no number in it makes the program panic, hang, or make new tables over old ones.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use smooch_console::directory::store::{Loss, Store, StoreError};
use smooch_console::domain::{Pin, SmoochId};

use super::shelf::*;

const FILES: [&str; 2] = ["directory.db", "agent.db"];
const PEOPLE: u32 = 40;

fn filled() -> Shelf {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..PEOPLE)));
    for number in 0..3 {
        let id = SmoochId::new(id(number));
        store.set_pin(&id, Pin::Set, now()).unwrap();
        let body = r#"{"conversation":{},"messages":[{"_id":"m","type":"text","role":"appUser","text":"Hello","received":1}]}"#;
        save_newest(&mut store, &id, body, now());
    }
    drop(store);
    shelf
}

/// The whole content, if all of it is there.
fn check_whole(store: &Store, after: &str) {
    assert_eq!(everybody(store).len(), PEOPLE as usize, "{after}");
    assert_eq!(store.pinned().unwrap().len(), 3, "{after}");
    assert_eq!(store.coverage(now()).unwrap().conversations, 3, "{after}");
}

fn number_of(path: &Path) -> i64 {
    let file = Connection::open(path).unwrap();
    file.query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

fn set_number(path: &Path, number: i64) {
    let file = Connection::open(path).unwrap();
    file.pragma_update(None, "user_version", number).unwrap();
}

#[test]
fn a_smaller_or_negative_number_costs_nothing_but_a_copy() {
    for name in FILES {
        let newest = number_of(&filled().app_folder().join(name));
        let numbers = (0..newest).chain([-1, -77, i64::from(i32::MIN)]);
        for number in numbers {
            let shelf = filled();
            set_number(&shelf.app_folder().join(name), number);
            let after = format!("{name} called {number}");
            let store = shelf.open();
            let words = store.loss().map(Loss::words);
            let words = words.unwrap_or_else(|| panic!("{after}: nothing is said"));
            assert!(words.contains(&format!("{name}.broken-1")), "{words}");
            check_whole(&store, &after);
            drop(store);
            let store = shelf.open();
            assert!(store.loss().is_none(), "{after}: it is said once");
            check_whole(&store, &after);
            assert_eq!(number_of(&shelf.app_folder().join(name)), newest);
        }
    }
}

#[test]
fn a_larger_number_is_refused_in_words_whatever_the_tables_are() {
    for name in FILES {
        for number in [99, i64::from(i32::MAX)] {
            let shelf = filled();
            let path = shelf.app_folder().join(name);
            set_number(&path, number);
            let before = fs::read(&path).unwrap();
            let refused = shelf.try_open().unwrap_err();
            assert!(matches!(refused, StoreError::Newer { .. }), "{refused}");
            let run = shelf.command(&["search", "name7"]).output().unwrap();
            let words = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(1), "{words}");
            assert!(words.contains(&number.to_string()), "{words}");
            assert!(
                words.contains("if there never was a newer version"),
                "{words}"
            );
            assert_eq!(fs::read(&path).unwrap(), before);
        }
    }
}

fn clear(folder: &Path, originals: &[(PathBuf, Vec<u8>)]) {
    for file in fs::read_dir(folder).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    for (path, bytes) in originals {
        fs::write(path, bytes).unwrap();
    }
}

/// Each byte of SQLite's header, which is 100 bytes long.
#[test]
fn whichever_byte_of_a_header_is_wrong_all_is_there_or_the_file_is_left_as_it_is() {
    let shelf = filled();
    let originals = FILES.map(|name| {
        let path = shelf.app_folder().join(name);
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    });
    for (path, bytes) in &originals {
        for byte in 0..100 {
            clear(&shelf.app_folder(), &originals);
            let mut wrong = bytes.clone();
            wrong[byte] ^= 0xff;
            fs::write(path, &wrong).unwrap();
            let after = format!("byte {byte} of {}", path.display());
            match shelf.try_open() {
                Ok(store) => check_whole(&store, &after),
                Err(error @ (StoreError::Newer { .. } | StoreError::Foreign { .. })) => {
                    assert!(error.to_string().contains(".db"), "{after}: {error}");
                    assert_eq!(fs::read(path).unwrap(), wrong, "{after}");
                }
                Err(error) => panic!("{after}: {error}"),
            }
        }
    }
}
