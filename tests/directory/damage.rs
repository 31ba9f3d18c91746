//! Broken files: set aside, salvaged, and the loss said.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use rusqlite::Connection;
use smooch_console::directory::store::{Store, StoreError, StoreFile, StoreHandle};
use smooch_console::domain::SmoochId;

use super::shelf::*;

const PAGE: u64 = 4096;

fn filled(users_in_it: u32) -> Shelf {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..users_in_it)));
    store.note_opened(&SmoochId::new(id(1)), now()).unwrap();
    drop(store);
    shelf
}

fn flip_page(shelf: &Shelf, page: u64) {
    flip_page_of(&shelf.database(), page);
}

fn flip_page_of(path: &Path, page: u64) {
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    file.seek(SeekFrom::Start(page * PAGE)).unwrap();
    let mut bytes = [0; 4096];
    file.read_exact(&mut bytes).unwrap();
    for byte in &mut bytes {
        *byte ^= 0xA5;
    }
    file.seek(SeekFrom::Start(page * PAGE)).unwrap();
    file.write_all(&bytes).unwrap();
}

/// Reads everybody, repairing what shows itself to be damaged on the way.
fn read_all(mut store: Store) -> (Store, u64, bool) {
    for _ in 0..3 {
        let mut users = 0;
        let read = store.each_user(|_| users += 1);
        match read.and_then(|()| store.user_count()) {
            Ok(_) => {
                let lost = store.loss().is_some();
                return (store, users, lost);
            }
            Err(error) => {
                let file = error.damaged_file().unwrap_or_else(|| panic!("{error}"));
                store = store.reopen_salvaged(file).unwrap();
            }
        }
    }
    panic!("the salvaged file is damaged too");
}

#[test]
fn an_empty_file_is_replaced_and_that_is_said() {
    let shelf = filled(100);
    fs::write(shelf.database(), b"").unwrap();
    let store = shelf.open();
    assert!(store.loss().unwrap().words().contains("empty"));
    assert_eq!(store.user_count().unwrap(), 0);
    assert_eq!(store.visits().unwrap().len(), 1);
}

#[test]
fn an_empty_file_of_pins_beside_users_is_reported() {
    let shelf = filled(100);
    let agent = shelf.app_folder().join("agent.db");
    fs::write(&agent, b"").unwrap();
    let store = shelf.open();
    let words = store.loss().unwrap().words();
    assert!(words.contains("pins and history was empty"), "{words}");
    assert_eq!(everybody(&store).len(), 100);
    drop(store);
    assert!(shelf.open().loss().is_none(), "it is said once");
    for file in [&agent, &shelf.database()] {
        fs::write(file, b"").unwrap();
    }
    let words = shelf.open().loss().unwrap().words();
    assert!(
        words.contains("only pinned users are still known"),
        "{words}"
    );
    assert!(words.contains("pins and history was empty"), "{words}");
}

#[test]
fn new_files_have_lost_nothing() {
    let shelf = Shelf::new();
    assert!(shelf.open().loss().is_none());
    // As a crash leaves them when they are made: nobody was pinned or opened yet.
    fs::write(shelf.app_folder().join("agent.db"), b"").unwrap();
    assert!(shelf.open().loss().is_none());
}

#[test]
fn a_truncated_file_gives_back_what_is_in_its_rest() {
    let shelf = filled(3_000);
    let length = shelf.database().metadata().unwrap().len();
    let file = OpenOptions::new()
        .write(true)
        .open(shelf.database())
        .unwrap();
    file.set_len(length / 2).unwrap();
    let (store, users, _) = read_all(shelf.open());
    let words = store.loss().unwrap().words();
    assert!(
        words.contains("set aside as directory.db.broken-1"),
        "{words}"
    );
    assert!((300..3_000).contains(&users), "{users}");
    assert!(is_sound(&shelf.database()));
    assert!(shelf.app_folder().join("directory.db.broken-1").exists());
}

#[test]
fn whichever_page_is_flipped_most_users_come_back() {
    let pristine = filled(600);
    let pages = pristine.database().metadata().unwrap().len() / PAGE;
    let original = fs::read(pristine.database()).unwrap();
    for page in 0..pages {
        fs::write(pristine.database(), &original).unwrap();
        flip_page(&pristine, page);
        let (store, users, damaged) = read_all(pristine.open());
        // The roots of the two trees lead to everything; any other page only to its own rows.
        let known = store.user_count().unwrap();
        assert!(users <= 600);
        assert!(
            known >= 300 || page < 16,
            "page {page} of {pages}: {known} known, {users} whole"
        );
        if damaged {
            assert!(is_sound(&pristine.database()), "page {page}");
            // Whatever came back can be used: an import makes it whole again.
            let mut store = store;
            import(&mut store, &pristine.folder.path().join("u.ndjson"));
            assert_eq!(everybody(&store).len(), 600, "page {page}");
        }
        for entry in fs::read_dir(pristine.app_folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().contains("broken") {
                fs::remove_file(path).unwrap();
            }
        }
        for journal in ["directory.db-wal", "directory.db-shm"] {
            let _ = fs::remove_file(pristine.app_folder().join(journal));
        }
    }
}

#[test]
fn without_its_first_page_a_file_still_gives_up_its_users() {
    let shelf = filled(1_000);
    flip_page(&shelf, 0);
    let store = shelf.open();
    let loss = store.loss().unwrap();
    assert_eq!(loss.users, 1_000);
    assert_eq!(everybody(&store).len(), 1_000);
}

#[test]
fn a_rebuilt_file_without_its_beginning_still_knows_who_was_forgotten() {
    for damaged in [16, PAGE] {
        let shelf = filled(1_000);
        // As `forget` leaves it.
        let file = Connection::open(shelf.database()).unwrap();
        file.execute_batch("INSERT INTO forgotten (hash, at) VALUES (x'0102', 5); VACUUM;")
            .unwrap();
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        drop(file);
        let mut bytes = fs::read(shelf.database()).unwrap();
        let damaged = usize::try_from(damaged).unwrap();
        bytes[..damaged].fill(0xA5);
        fs::write(shelf.database(), bytes).unwrap();
        let store = shelf.open();
        let loss = store.loss().unwrap();
        assert_eq!(loss.users, 1_000, "{damaged}");
        assert!(
            !loss.words().contains("who was forgotten"),
            "{}",
            loss.words()
        );
        drop(store);
        let file = Connection::open(shelf.database()).unwrap();
        let count = "SELECT count(*) FROM forgotten WHERE hash = x'0102' AND at = 5";
        let count: i64 = file.query_row(count, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 1, "{damaged}");
    }
}

#[test]
fn users_whose_rows_cannot_be_read_come_back_by_the_index_and_their_copies() {
    const TABLE_LEAF: u8 = 0x0d;
    let pristine = filled(600);
    let original = fs::read(pristine.database()).unwrap();
    let expected = everybody(&pristine.open());
    let mut pages = 0;
    for (page, bytes) in (0..).zip(original.chunks(usize::try_from(PAGE).unwrap())) {
        // Copies hold JSON; the index holds the ids, but no names.
        let holds = |text: &str| {
            bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
        };
        let holds_id = (0..600).any(|number| holds(&id(number)));
        if bytes[0] != TABLE_LEAF || !holds_id || !holds("Name") || holds("{\"") {
            continue;
        }
        pages += 1;
        for file in fs::read_dir(pristine.app_folder()).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        fs::write(pristine.database(), &original).unwrap();
        flip_page(&pristine, page);
        let (store, users, lost) = read_all(pristine.open());
        assert!(lost, "page {page}");
        assert_eq!(users, 600, "page {page}");
        let ids = |all: Vec<(String, String)>| all.into_iter().map(|(id, _)| id);
        assert!(
            ids(everybody(&store)).eq(ids(expected.clone())),
            "page {page}"
        );
        let mut names = Vec::new();
        store
            .each_row(|row| names.extend(row.name.map(str::to_owned)))
            .unwrap();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 600, "page {page}");
    }
    assert!(pages > 3, "{pages}");
}

#[test]
fn garbage_is_set_aside() {
    let shelf = filled(10);
    fs::write(
        shelf.database(),
        "no database, but long enough to be one ".repeat(1_000),
    )
    .unwrap();
    let store = shelf.open();
    assert!(store.loss().is_some());
    assert_eq!(store.user_count().unwrap(), 0);
    assert!(shelf.app_folder().join("directory.db.broken-1").exists());
}

#[test]
fn a_newer_schema_is_refused_politely_and_left_alone() {
    for name in ["directory.db", "agent.db"] {
        let shelf = filled(10);
        let path = shelf.app_folder().join(name);
        let newer = Connection::open(&path).unwrap();
        newer.pragma_update(None, "user_version", 99).unwrap();
        drop(newer);
        let before = fs::read(&path).unwrap();
        let refused = shelf.try_open().unwrap_err();
        assert!(
            matches!(refused, StoreError::Newer { found: 99, .. }),
            "{refused}"
        );
        assert!(refused.to_string().contains("newer version"));
        assert_eq!(fs::read(&path).unwrap(), before);
        for arguments in [
            vec!["import", "u.ndjson"],
            vec!["import", "--dry-run", "u.ndjson"],
            vec!["directory", "stats"],
            vec!["directory", "purge", "--older-than", "1d"],
            vec!["forget", "somebody"],
        ] {
            let run = shelf.command(&arguments).output().unwrap();
            let words = String::from_utf8(run.stderr).unwrap();
            assert_eq!(run.status.code(), Some(1), "{arguments:?}: {words}");
            assert!(words.contains("newer version"), "{arguments:?}: {words}");
            assert_eq!(fs::read(&path).unwrap(), before, "{arguments:?}");
        }
    }
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let shelf = filled(10);
    fs::remove_file(shelf.database()).unwrap();
    let theirs = Connection::open(shelf.database()).unwrap();
    theirs.execute_batch("CREATE TABLE theirs (x)").unwrap();
    drop(theirs);
    let before = fs::read(shelf.database()).unwrap();
    assert!(matches!(shelf.try_open(), Err(StoreError::Foreign { .. })));
    assert_eq!(fs::read(shelf.database()).unwrap(), before);
}

#[test]
fn a_crash_while_a_file_is_replaced_loses_nothing() {
    let shelf = filled(50);
    // As it is between the two renamings.
    fs::rename(
        shelf.database(),
        shelf.app_folder().join("directory.db.new"),
    )
    .unwrap();
    assert_eq!(everybody(&shelf.open()).len(), 50);
}

#[test]
fn nothing_is_set_aside_while_another_console_has_it_open() {
    let shelf = filled(1_000);
    let other = shelf.open();
    flip_page(&shelf, 0);
    let refused = shelf.try_open();
    let refused = refused.unwrap_err();
    assert!(matches!(
        refused,
        StoreError::NotRepaired {
            file: StoreFile::Directory,
            ..
        }
    ));
    let words = refused.to_string();
    assert!(
        words.contains("directory.db") && words.contains("another console"),
        "{words}"
    );
    drop(other);
    assert_eq!(everybody(&shelf.open()).len(), 1_000);
}

#[test]
fn damage_that_shows_later_is_repaired_on_the_thread() {
    let shelf = filled(2_000);
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let (to, from) = std::sync::mpsc::channel();
    let told = to.clone();
    handle.ask(
        |store| store.user_count(),
        move |count| told.send(count.unwrap()).unwrap(),
    );
    assert_eq!(from.recv().unwrap(), 2_000);
    drop(handle);
    // A page of copies: from these, rows on a damaged page of the other table would be made again.
    let bytes = fs::read(shelf.database()).unwrap();
    let is_copy = |bytes: &[u8]| bytes.starts_with(b"{\"") || bytes.starts_with(b"[{\"");
    let at = bytes.windows(3).position(is_copy).unwrap();
    flip_page(&shelf, u64::try_from(at).unwrap() / PAGE);
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let told = to.clone();
    handle.ask(
        |store| {
            let mut users = 0;
            store.each_user(|_| users += 1)?;
            Ok(users)
        },
        move |count| told.send(count.unwrap()).unwrap(),
    );
    let users = from.recv().unwrap();
    assert!((1_000..2_000).contains(&users), "{users}");
    let (news_to, news) = std::sync::mpsc::channel();
    handle.on_loss(move |loss| news_to.send(loss.what.clone()).unwrap());
    assert!(news.recv().unwrap().contains("set aside"));
}

#[test]
fn two_consoles_write_at_once() {
    let shelf = filled(10);
    let write = |range: std::ops::Range<u32>| {
        let mut store = shelf.open();
        let file = shelf.file(&format!("{}.ndjson", range.start), users(range));
        import_as(&mut store, &file, 20, false)
            .unwrap()
            .0
            .counts
            .inserted
    };
    std::thread::scope(|scope| {
        let one = scope.spawn(|| write(100..600));
        let two = scope.spawn(|| write(400..900));
        // Both tell of 400 to 600; each of them is new to exactly one of the two.
        assert_eq!(one.join().unwrap() + two.join().unwrap(), 800);
    });
    assert_eq!(everybody(&shelf.open()).len(), 810);
    assert!(is_sound(&shelf.database()));
}

#[test]
fn two_first_imports_at_once_make_each_user_once() {
    let shelf = Shelf::new();
    let write = |range: std::ops::Range<u32>| {
        let mut store = shelf.open();
        let file = shelf.file(&format!("{}.ndjson", range.start), users(range));
        import_as(&mut store, &file, 20, false).unwrap();
    };
    std::thread::scope(|scope| {
        scope.spawn(|| write(0..500));
        scope.spawn(|| write(250..750));
    });
    assert_eq!(everybody(&shelf.open()).len(), 750);
    assert!(is_sound(&shelf.database()));
}
