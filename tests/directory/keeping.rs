//! What is kept, from which source, for how long, and who may read it.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc;
use std::time::Duration;

use jiff::{Timestamp, ToSpan as _};
use smooch_console::directory::store::{Change, Keep, Report, Store, StoreError, StoreHandle};
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{ApiVersion, Pin, Provenance, SmoochId};
use smooch_console::wire::v11;

use super::shelf::*;

fn reported(json: &str, source: Source, at: Timestamp) -> Change {
    let user = v11::parse_user(json.as_bytes()).unwrap();
    Change::Report(Box::new(Report::whole(
        &user,
        ApiVersion::V11,
        key(source, at.as_millisecond()),
    )))
}

fn look_up(store: &mut Store, json: &str, at: Timestamp) {
    store.record(&reported(json, Source::Api, at)).unwrap();
}

#[test]
fn what_was_looked_up_is_there_after_a_restart() {
    let shelf = Shelf::new();
    look_up(&mut shelf.open(), &user("u1", "Mara"), now());
    let store = shelf.open();
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.confirmed_at, now());
    assert_eq!(known.source, Source::Api);
    assert_eq!(known.name.text.expose(), "Mara");
    assert!(store.loss().is_none());
}

#[test]
fn an_older_file_does_not_undo_what_the_api_said_since() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let file = shelf.file("u.ndjson", user("u1", "Old"));
    look_up(&mut store, &user("u1", "New"), now());
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 1, 0));
    assert_eq!(find(&store, "u1").unwrap().name.text.expose(), "New");
}

#[test]
fn the_api_brings_back_a_user_that_an_event_called_deleted() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let gone = Change::Deleted {
        id: SmoochId::new("u1"),
        key: key(Source::Webhook, 0),
    };
    store.record(&gone).unwrap();
    look_up(&mut store, &user("u1", "Alive"), now());
    assert!(find(&store, "u1").is_some());
    assert_eq!(store.coverage(now()).unwrap().deleted, 0);
}

#[test]
fn rows_for_lists_say_the_same_as_the_copies() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let json = r#"{"_id":"u1","userId":"c1","email":"m@x","properties":{"plan":"pro","n":1.50},
        "clients":[{"id":"k","platform":"whatsapp","displayName":"Mara","externalId":"+33",
        "lastSeen":"2024-01-02T00:00:00Z"}]}"#;
    look_up(&mut store, json, now());
    let mut rows = 0;
    store
        .each_row(|row| {
            rows += 1;
            assert_eq!(
                (row.id, row.user_id, row.email),
                ("u1", Some("c1"), Some("m@x"))
            );
            assert_eq!(row.name, Some("Mara"));
            assert!(row.properties().eq([["plan", "pro"], ["n", "1.50"]]));
            let channel = row.channels().next().unwrap();
            assert_eq!(channel.platform, Some("whatsapp"));
            assert_eq!(channel.external_id, Some("+33"));
            assert_eq!(channel.last_seen.unwrap().as_second(), 1_704_153_600);
        })
        .unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn with_ids_only_nothing_else_reaches_the_disk() {
    let shelf = Shelf::new();
    let mut options = shelf.options();
    options.keep = Keep::Ids;
    let mut store = Store::open(options).unwrap();
    let lines = user("u1", "Canary-Name").replace("\"clients\"", "\"userId\":\"c1\",\"clients\"");
    let file = shelf.file("u.ndjson", lines);
    assert_eq!(import(&mut store, &file).0.counts, counts(1, 0, 0, 0));
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 1, 0));
    let coverage = store.coverage(now()).unwrap();
    assert_eq!(
        (coverage.users, coverage.identified, coverage.ids_only),
        (1, 1, 1)
    );
    drop(store);
    for file in std::fs::read_dir(shelf.app_folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"Canary-Name"));
    }
}

/// Whether a text is in any file of the app.
fn is_anywhere(shelf: &Shelf, text: &str) -> bool {
    let text = text.as_bytes();
    std::fs::read_dir(shelf.app_folder()).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text)
    })
}

const CANARIES: [&str; 6] = [
    "Listed-Canary",
    "Given-Canary",
    "canary@example.org",
    "property-canary",
    "Said-Canary",
    "message-canary",
];

/// A directory in which everything is kept of one among many.
fn keep_all(shelf: &Shelf) -> std::path::PathBuf {
    let [listed, given_name, email, property, spoken, message] = CANARIES;
    let json = format!(
        r#"{{"_id":"u1","userId":"c1","givenName":"{given_name}","email":"{email}","clients":[],
        "properties":{{"p":"{property}"}},"signedUpAt":"2024-01-01T00:00:00Z"}}"#
    );
    let mut store = shelf.open();
    let file = shelf.file("u.ndjson", json.replace('\n', " ") + "\n" + &users(0..300));
    import(&mut store, &file);
    let rows = format!("userId,tag\nnobody-yet,{listed}\n");
    import(&mut store, &shelf.file("crm.csv", rows));
    let body = format!(
        r#"{{"conversation":{{}},"messages":[{{"_id":"m","type":"text","role":"appUser",
        "name":"{spoken}","text":"{message}","received":1}}]}}"#
    );
    let id = SmoochId::new("u1");
    save_newest(&mut store, &id, &body, now());
    store.set_pin(&id, Pin::Set, now()).unwrap();
    file
}

fn open_for_ids(shelf: &Shelf) -> Store {
    let mut options = shelf.options();
    options.keep = Keep::Ids;
    Store::open(options).unwrap()
}

#[test]
fn switching_to_ids_only_removes_what_was_kept_before() {
    let shelf = Shelf::new();
    keep_all(&shelf);
    let broken = shelf.app_folder().join("directory.db.broken-1");
    std::fs::copy(shelf.database(), &broken).unwrap();
    let pins = shelf.app_folder().join("agent.db.broken-1");
    std::fs::write(&pins, "no file of pins").unwrap();
    for canary in CANARIES {
        assert!(is_anywhere(&shelf, canary), "{canary} was never there");
    }
    let before = shelf.open().coverage(now()).unwrap();
    let store = open_for_ids(&shelf);
    let words = store.loss().unwrap().words();
    assert!(words.contains("of 301 users were removed"), "{words}");
    assert!(words.contains("1 set-aside file"), "{words}");
    for canary in CANARIES {
        assert!(!is_anywhere(&shelf, canary), "{canary}, while open");
    }
    drop(store);
    for canary in CANARIES {
        assert!(!is_anywhere(&shelf, canary), "{canary}");
    }
    assert!(is_sound(&shelf.database()));
    assert!(pins.exists() && !broken.exists());
    // Ids, dates and pins stay, and the change is reported once.
    let store = open_for_ids(&shelf);
    assert!(store.loss().is_none());
    let after = store.coverage(now()).unwrap();
    assert_eq!((after.users, after.ids_only), (301, 301));
    assert_eq!(after.identified, before.identified);
    assert_eq!(after.ages, before.ages);
    assert_eq!(store.pinned().unwrap(), [SmoochId::new("u1")]);
}

#[test]
fn switching_to_ids_only_removes_what_another_console_wrote_meanwhile() {
    let shelf = Shelf::new();
    let mut other = shelf.open();
    drop(open_for_ids(&shelf));
    look_up(&mut other, &user("u1", CANARIES[1]), now());
    drop(other);
    assert!(is_anywhere(&shelf, CANARIES[1]));
    drop(open_for_ids(&shelf));
    assert!(!is_anywhere(&shelf, CANARIES[1]));
}

#[test]
fn names_that_another_program_is_reading_are_removed_at_the_next_start() {
    let shelf = Shelf::new();
    // Also when nothing but ids was kept before, and somebody else wrote more.
    keep_all(&shelf);
    std::fs::write(shelf.app_folder().join("ids-only.mark"), "").unwrap();
    let reader = rusqlite::Connection::open(shelf.database()).unwrap();
    let mut rows = reader.prepare("SELECT id FROM users").unwrap();
    let mut reading = rows.query([]).unwrap();
    assert!(reading.next().unwrap().is_some());
    let words = open_for_ids(&shelf).loss().unwrap().words();
    assert!(words.contains("may still be on the disk"), "{words}");
    drop(reading);
    assert!(open_for_ids(&shelf).loss().is_none());
    for canary in CANARIES {
        assert!(!is_anywhere(&shelf, canary), "{canary}");
    }
}

#[test]
fn when_everything_is_kept_again_the_same_file_fills_in() {
    let shelf = Shelf::new();
    let file = keep_all(&shelf);
    let before = everybody(&shelf.open());
    // Also if it is imported in between: the line is known, but little of its content.
    let again = import(&mut open_for_ids(&shelf), &file).0;
    assert_eq!(again.counts, counts(0, 0, 301, 0));
    let mut store = shelf.open();
    assert_eq!(everybody(&store), []);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 301, 0, 0));
    assert!(everybody(&store) == before, "something is missing or new");
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 301, 0));
}

#[test]
fn an_import_interrupted_while_only_ids_were_kept_starts_again() {
    let shelf = Shelf::new();
    let file = shelf.file("u.ndjson", users(0..300));
    let mut store = open_for_ids(&shelf);
    let lines = std::fs::read_to_string(&file).unwrap();
    let stopped = std::sync::atomic::AtomicBool::new(false);
    let options = smooch_console::directory::import::ImportOptions {
        batch: 100,
        as_of: Some(now()),
        ..smooch_console::directory::import::ImportOptions::new(&file, now())
    };
    smooch_console::directory::import::import_file(&mut store, options, &stopped, |progress| {
        let written = matches!(
            progress,
            smooch_console::directory::import::Progress::Written { .. }
        );
        stopped.store(written, std::sync::atomic::Ordering::Relaxed);
    })
    .unwrap();
    assert_eq!(store.user_count().unwrap(), 100);
    drop(store);
    let mut store = shelf.open();
    assert_eq!(import(&mut store, &file).0.resumed_after, None);
    assert_eq!(everybody(&store).len(), lines.lines().count());
}

#[test]
fn a_name_out_of_the_messages_is_kept_for_lists() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    look_up(
        &mut store,
        r#"{"_id":"u1","clients":[],"properties":{}}"#,
        now(),
    );
    let message = |name: &str, at: u32| {
        format!(
            r#"{{"_id":"m{at}","type":"text","role":"appUser","name":"{name}","text":"x","received":{at}}}"#
        )
    };
    let body = format!(
        r#"{{"conversation":{{}},"messages":[{},{}]}}"#,
        message("Old", 1),
        message("Haru", 2)
    );
    let id = SmoochId::new("u1");
    save_newest(&mut store, &id, &body, now());
    let kept = find(&store, "u1").unwrap();
    assert_eq!(kept.name.text.expose(), "Haru");
    assert_eq!(kept.name.provenance, Provenance::Message);
    assert_eq!(kept.user.portion, Portion::Whole);
    store
        .each_row(|row| {
            assert_eq!(
                (row.name, row.provenance),
                (Some("Haru"), Provenance::Message)
            );
        })
        .unwrap();
    // Another look-up of the profile does not take the name away.
    look_up(
        &mut store,
        r#"{"_id":"u1","clients":[],"properties":{"a":"b"}}"#,
        now(),
    );
    assert_eq!(find(&store, "u1").unwrap().name.text.expose(), "Haru");
}

#[test]
fn visits_come_back_in_their_order_and_follow_merges() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    for id in ["a", "b", "a", "gone", "c"] {
        store.note_opened(&SmoochId::new(id), now()).unwrap();
    }
    let [a, survivor] = ["a", "survivor"].map(SmoochId::new);
    store.note_merge(&a, &survivor, now()).unwrap();
    let gone = Change::Deleted {
        id: SmoochId::new("gone"),
        key: key(Source::Webhook, 0),
    };
    store.record(&gone).unwrap();
    drop(store);
    let visits = shelf.open().visits().unwrap();
    let visited: Vec<&str> = visits.iter().map(|(id, _)| id.expose()).collect();
    assert_eq!(visited, ["survivor", "b", "survivor", "c"]);
    assert!(visits.iter().all(|(_, at)| *at == now()));
}

#[test]
fn coverage_shows_sources_and_ages_and_purge_removes_the_old() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let days_ago = |days: i64| now() - (days * 24).hours();
    look_up(&mut store, &user("new", "A"), days_ago(0));
    look_up(&mut store, &user("week", "B"), days_ago(3));
    look_up(&mut store, &user("old", "C"), days_ago(100));
    let imported = reported(&user("file", "D"), Source::File, days_ago(40));
    store.record(&imported).unwrap();
    let coverage = store.coverage(now()).unwrap();
    let ages = coverage.ages;
    assert_eq!(
        (ages.day, ages.week, ages.month, ages.quarter, ages.older),
        (1, 1, 0, 1, 1)
    );
    assert_eq!(
        (
            coverage.looked_up,
            coverage.imported,
            coverage.never_confirmed
        ),
        (3, 1, 1)
    );
    assert_eq!(coverage.oldest, Some(days_ago(100)));
    assert_eq!(store.purge(days_ago(30)).unwrap().removed, 2);
    let ids: Vec<String> = everybody(&store).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["new", "week"]);
}

#[test]
fn each_app_and_each_place_has_a_folder_of_its_own() {
    let shelf = Shelf::new();
    look_up(&mut shelf.open(), &user("u1", "Mara"), now());
    let mut other = shelf.options();
    other.base_url = "https://api.eu-1.smooch.io/".to_owned();
    assert!(find(&Store::open(other).unwrap(), "u1").is_none());
    assert!(find(&shelf.open(), "u1").is_some());
}

#[test]
fn folders_and_files_are_closed_to_others_even_when_they_were_open() {
    let shelf = Shelf::new();
    look_up(&mut shelf.open(), &user("u1", "Mara"), now());
    let open = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    open(&shelf.app_folder(), 0o755);
    open(&shelf.database(), 0o644);
    let mut store = shelf.open();
    look_up(&mut store, &user("u2", "Bo"), now());
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&shelf.app_folder()), 0o700);
    let files: Vec<_> = std::fs::read_dir(shelf.app_folder()).unwrap().collect();
    assert!(files.len() >= 5, "the journals are there too");
    for file in files {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn the_thread_that_keeps_the_files_answers_in_order() {
    let shelf = Shelf::new();
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let (to, from) = mpsc::channel();
    for number in 0..20_u32 {
        let to = to.clone();
        handle.ask(
            move |store| {
                look_up(store, &user(&id(number), "A"), now());
                store.user_count()
            },
            move |count| to.send(count.unwrap()).unwrap(),
        );
    }
    assert!(handle.close(Duration::from_mins(1)));
    drop(to);
    assert_eq!(
        from.iter().collect::<Vec<u64>>(),
        (1..=20).collect::<Vec<u64>>()
    );
}

#[test]
fn files_that_cannot_be_opened_are_reported_once() {
    let shelf = Shelf::new();
    std::fs::write(shelf.folder.path().join("smooch-console"), "in the way").unwrap();
    let handle = StoreHandle::open(shelf.options()).unwrap();
    let (to, from) = mpsc::channel();
    for _ in 0..2 {
        let to = to.clone();
        handle.ask(
            |store| store.user_count(),
            move |answer| to.send(answer).unwrap(),
        );
    }
    assert!(matches!(
        from.recv().unwrap(),
        Err(StoreError::Folder { .. })
    ));
    assert!(matches!(from.recv().unwrap(), Err(StoreError::Ended)));
}
