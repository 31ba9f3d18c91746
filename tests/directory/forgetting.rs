//! `forget` leaves no byte of a person in any file.

use std::fs;
use std::path::Path;

use smooch_console::directory::store::{Change, Store, StoreError};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{LookupId, Pin, SmoochId};

use super::shelf::*;

const DIRECTORY: &str = "directory.db";
const AGENT: &str = "agent.db";

const CANARIES: [&str; 9] = [
    "64be90d2a7f31c0058e6d914",
    "64be90d2a7f31c0058e6dead",
    "cust-canary-20418",
    "Maracanary",
    "canary@example.org",
    "property-canary",
    "message-canary",
    "+49-15-canary",
    "Saidcanary",
];

/// Where traces are, in any file of ours below the folder.
fn hits(shelf: &Shelf) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![shelf.options().data_folder];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = [
                path.as_os_str().as_encoded_bytes(),
                &fs::read(&path).unwrap(),
            ]
            .concat();
            for canary in CANARIES {
                if memmem(&bytes, canary.as_bytes()) {
                    found.push(format!("{canary} in {}", path.display()));
                }
            }
        }
    }
    found
}

fn memmem(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// A directory of many users, one with traces everywhere.
fn directory(shelf: &Shelf) {
    let mut store = shelf.open();
    import(&mut store, &shelf.file("before.ndjson", users(0..500)));
    // Three versions of the same person, each longer, so that rows move about in the file.
    for filler in [10, 900, 3_000] {
        let json = format!(
            r#"{{"_id":"{}","userId":"{}","givenName":"{}","email":"{}","signedUpAt":"2024-01-01T00:00:00Z",
            "properties":{{"p":"{}{}"}},"clients":[{{"id":"k","platform":"whatsapp",
            "externalId":"{}"}}]}}"#,
            CANARIES[0],
            CANARIES[2],
            CANARIES[3],
            CANARIES[4],
            CANARIES[5],
            "x".repeat(filler),
            CANARIES[7],
        );
        // Whatever is remembered of the file, its name must not be.
        let file = shelf.file("Maracanary.ndjson", json.replace('\n', " "));
        import(&mut store, &file);
    }
    let merge = format!(
        r#"{{"trigger":"merge:appUser","surviving":{{"_id":"{}"}},"discarded":[{{"_id":"{}"}}]}}"#,
        CANARIES[0], CANARIES[1]
    );
    import(&mut store, &shelf.file("merge.jsonl", merge));
    import(&mut store, &shelf.file("after.ndjson", users(500..1000)));
    let id = SmoochId::new(CANARIES[0]);
    let body = format!(
        r#"{{"conversation":{{}},"messages":[{{"_id":"m","type":"text","role":"appUser","name":"{}","text":"{}","received":1}}]}}"#,
        CANARIES[8], CANARIES[6]
    );
    save_newest(&mut store, &id, &body, now());
    for id in CANARIES.iter().take(2) {
        store.note_opened(&SmoochId::new(*id), now()).unwrap();
        store.set_pin(&SmoochId::new(*id), Pin::Set, now()).unwrap();
    }
}

#[test]
fn either_id_forgets_every_byte_of_the_person() {
    for name in [CANARIES[0], CANARIES[1], CANARIES[2]] {
        let shelf = Shelf::new();
        directory(&shelf);
        // What an earlier accident left behind.
        let broken = shelf.app_folder().join("directory.db.broken-1");
        fs::copy(shelf.database(), &broken).unwrap();
        fs::write(
            shelf.app_folder().join("directory.db.broken-1-wal"),
            CANARIES[3],
        )
        .unwrap();
        let found = hits(&shelf);
        for canary in CANARIES {
            assert!(
                found.iter().any(|hit| hit.starts_with(canary)),
                "{canary} was never there"
            );
        }
        let mut store = shelf.open();
        let forgotten = store.forget(&LookupId::new(name), now()).unwrap();
        assert!(forgotten.rows >= 6, "{forgotten:?}");
        assert_eq!(forgotten.set_aside, 2);
        assert_eq!(
            hits(&shelf),
            Vec::<String>::new(),
            "while the files are open"
        );
        drop(store);
        assert_eq!(hits(&shelf), Vec::<String>::new());
        assert_eq!(everybody(&shelf.open()).len(), 1000);
        assert!(is_sound(&shelf.database()));
    }
}

/// A console that is open beside, as it would hold the files.
#[test]
fn the_journal_of_another_console_keeps_nothing_either() {
    let shelf = Shelf::new();
    directory(&shelf);
    let other = shelf.open();
    assert!(find(&other, CANARIES[0]).is_some());
    let mut store = shelf.open();
    store.forget(&LookupId::new(CANARIES[0]), now()).unwrap();
    assert_eq!(hits(&shelf), Vec::<String>::new(), "while both are open");
    assert_eq!(find(&other, CANARIES[0]), None);
    drop(store);
    drop(other);
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn forgetting_is_refused_while_another_program_reads_and_complete_the_next_time() {
    let shelf = Shelf::new();
    directory(&shelf);
    let reader = rusqlite::Connection::open(shelf.database()).unwrap();
    let mut rows = reader.prepare("SELECT id FROM users").unwrap();
    let mut reading = rows.query([]).unwrap();
    assert!(reading.next().unwrap().is_some());
    let mut store = shelf.open();
    let refused = store
        .forget(&LookupId::new(CANARIES[0]), now())
        .unwrap_err();
    let told = matches!(refused, StoreError::InUse | StoreError::Busy);
    assert!(told, "{refused}");
    drop(reading);
    // Nobody is known by the id any more, and what is left of them goes all the same.
    store.forget(&LookupId::new(CANARIES[0]), now()).unwrap();
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn a_file_set_aside_that_cannot_be_removed_is_named() {
    let shelf = Shelf::new();
    directory(&shelf);
    // Nobody, not even root, removes a folder as if it were a file.
    let stubborn = shelf.app_folder().join("directory.db.broken-1");
    fs::create_dir(&stubborn).unwrap();
    let run = shelf.command(&["forget", CANARIES[0]]).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    let words = String::from_utf8(run.stderr).unwrap();
    assert!(words.contains("directory.db.broken-1"), "{words}");
    assert!(words.contains("remove that file"), "{words}");
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn set_aside_files_are_counted_even_if_nobody_is_known() {
    let shelf = Shelf::new();
    directory(&shelf);
    let broken = shelf.app_folder().join("directory.db.broken-1");
    fs::copy(shelf.database(), &broken).unwrap();
    let run = shelf.command(&["forget", "nobody-9"]).output().unwrap();
    assert_eq!(run.status.code(), Some(3));
    let words = String::from_utf8(run.stdout).unwrap();
    assert!(words.contains("nobody is known here"), "{words}");
    assert!(words.contains("1 set-aside file"), "{words}");
    assert!(!broken.exists());
    let help = shelf.command(&["forget", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("set aside"), "{help}");
    assert!(help.contains("Other people's records"), "{help}");
}

#[test]
fn everybody_who_has_the_user_id_is_forgotten() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let lines = ["u1", "u2"].map(|id| {
        user(id, CANARIES[3]).replace(
            "\"clients\"",
            "\"userId\":\"cust-canary-20418\",\"clients\"",
        )
    });
    import(&mut store, &shelf.file("u.ndjson", lines.join("\n")));
    import(&mut store, &shelf.file("others.ndjson", users(0..3)));
    fs::remove_file(shelf.folder.path().join("u.ndjson")).unwrap();
    let forgotten = store.forget(&LookupId::new(CANARIES[2]), now()).unwrap();
    assert_eq!(forgotten.rows, 4, "two rows and two copies");
    assert_eq!(hits(&shelf), Vec::<String>::new());
    assert_eq!(everybody(&store).len(), 3);
}

#[test]
fn an_interrupted_import_remembers_nothing_of_the_person() {
    let shelf = Shelf::new();
    directory(&shelf);
    let mut store = shelf.open();
    let file = shelf.file("Maracanary.csv", users(0..3_000));
    let mut options = shelf.options();
    options.most_pages = Some(60);
    drop(store);
    let mut full = Store::open(options).unwrap();
    import_as(&mut full, &file, 50, false).unwrap_err();
    drop(full);
    store = shelf.open();
    store.forget(&LookupId::new(CANARIES[0]), now()).unwrap();
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn deleted_and_unknown_people_can_be_forgotten_too() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let gone = Change::Deleted {
        id: SmoochId::new(CANARIES[0]),
        key: key(Source::Webhook, 0),
    };
    store.record(&gone).unwrap();
    assert_eq!(
        store.forget(&LookupId::new("nobody"), now()).unwrap().rows,
        0
    );
    assert_eq!(
        store
            .forget(&LookupId::new(CANARIES[0]), now())
            .unwrap()
            .rows,
        1
    );
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn the_command_says_whether_somebody_was_known() {
    let shelf = Shelf::new();
    directory(&shelf);
    let run = |json: bool| {
        let mut arguments = vec!["forget", CANARIES[2]];
        arguments.extend(json.then_some("--json"));
        shelf.command(&arguments).output().unwrap()
    };
    let first = run(true);
    assert_eq!(first.status.code(), Some(0));
    let record: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!(record["schema"], "smooch-console/forget/1");
    assert_eq!(record["forgotten"], true);
    assert_eq!(hits(&shelf), Vec::<String>::new());
    assert_eq!(run(false).status.code(), Some(3));
}

/// Breaks every page of a file that holds some bytes, if there is one.
fn break_pages_with(file: &Path, bytes: &[u8]) -> usize {
    const PAGE: usize = 4096;
    let mut content = fs::read(file).unwrap();
    let mut broken = 0;
    for page in content.chunks_mut(PAGE).skip(1) {
        if memmem(page, bytes) {
            page.fill(0x5a);
            broken += 1;
        }
    }
    fs::write(file, content).unwrap();
    broken
}

fn forget(shelf: &Shelf, id: &str, json: bool) -> std::process::Output {
    let mut arguments = vec!["forget", id];
    arguments.extend(json.then_some("--json"));
    shelf.command(&arguments).output().unwrap()
}

fn said(run: &std::process::Output) -> String {
    let words = [&run.stdout[..], &run.stderr].concat();
    String::from_utf8(words).unwrap()
}

#[test]
fn forgetting_repairs_what_is_damaged_and_says_so() {
    // Somebody else's page, which is only met when the file is rebuilt; the person's own; the
    // page of pins.
    let elsewhere = (DIRECTORY, "Name777");
    for (file, bytes) in [elsewhere, (DIRECTORY, CANARIES[3]), (AGENT, CANARIES[0])] {
        let shelf = Shelf::new();
        directory(&shelf);
        // By its own bytes the person is in no other place than the files.
        fs::remove_file(shelf.folder.path().join("Maracanary.ndjson")).unwrap();
        let path = shelf.app_folder().join(file);
        assert!(break_pages_with(&path, bytes.as_bytes()) > 0, "{bytes}");
        let run = forget(&shelf, CANARIES[0], false);
        let words = said(&run);
        assert_eq!(run.status.code(), Some(0), "{bytes}: {words}");
        assert!(words.contains("forgotten on this machine: "), "{words}");
        assert!(
            words.contains(&format!("set aside as {file}.broken-1")),
            "{words}"
        );
        let other = if file == AGENT { DIRECTORY } else { AGENT };
        assert!(!words.contains(&format!("{other}.broken")), "{words}");
        assert!(words.contains("1 set-aside file, which may have held them, was removed"));
        assert_eq!(hits(&shelf), Vec::<String>::new(), "{bytes}");
        let store = shelf.open();
        assert!(store.loss().is_none(), "{bytes}");
        assert!(everybody(&store).len() > 500, "{bytes}");
        assert!(is_sound(&path));
    }
}

#[test]
fn rows_removed_before_the_damage_was_met_count() {
    let shelf = Shelf::new();
    directory(&shelf);
    let whole = Shelf::new();
    directory(&whole);
    let rows = |run: &std::process::Output| {
        let record: serde_json::Value = serde_json::from_slice(&run.stdout).unwrap();
        (record["rows"].clone(), record["damage_met"].clone())
    };
    let (expected, _) = rows(&forget(&whole, CANARIES[2], true));
    // The damage is met when the file is rebuilt, after every row was removed.
    break_pages_with(&shelf.database(), b"Name777");
    let (removed, damage_met) = rows(&forget(&shelf, CANARIES[2], true));
    assert_eq!((removed, damage_met), (expected, true.into()));
}

#[test]
fn nobody_is_said_to_be_unknown_for_sure_when_a_file_could_not_be_read() {
    let shelf = Shelf::new();
    directory(&shelf);
    break_pages_with(&shelf.database(), b"Name777");
    let run = forget(&shelf, "nobody-9", false);
    let words = said(&run);
    assert_eq!(run.status.code(), Some(3), "{words}");
    assert!(
        words.contains("as far as the files could be read"),
        "{words}"
    );
    assert!(words.contains("1 set-aside file"), "{words}");
    let again = said(&forget(&shelf, "nobody-9", false));
    assert_eq!(again, "nobody is known here by this id\n");
}

#[test]
fn what_cannot_be_repaired_beside_another_console_says_how_far_it_came() {
    let shelf = Shelf::new();
    directory(&shelf);
    break_pages_with(&shelf.database(), b"Name777");
    let other = shelf.open();
    let run = forget(&shelf, CANARIES[2], false);
    let words = said(&run);
    assert_eq!(run.status.code(), Some(1), "{words}");
    for part in [
        "directory.db",
        "was not repaired: another console",
        "so far removed: 1 user and 1 page of messages; more may be left",
        "close every other smooch-console",
    ] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert_eq!(find(&other, CANARIES[0]), None);
    drop(other);
    let run = forget(&shelf, CANARIES[2], false);
    let words = said(&run);
    assert!([Some(0), Some(3)].contains(&run.status.code()), "{words}");
    assert_eq!(hits(&shelf), Vec::<String>::new());
}

#[test]
fn a_lock_is_not_reported_as_done() {
    let shelf = Shelf::new();
    directory(&shelf);
    let other = rusqlite::Connection::open(shelf.app_folder().join(AGENT)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = forget(&shelf, CANARIES[2], false);
    let words = said(&run);
    assert_eq!(run.status.code(), Some(1), "{words}");
    assert!(
        words.contains("so far, nothing about them was removed"),
        "{words}"
    );
    assert!(words.contains("next: "), "{words}");
    assert!(find(&shelf.open(), CANARIES[0]).is_some());
}
