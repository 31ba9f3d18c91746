//! Pins are kept, in order, and follow users through merges.

use jiff::ToSpan as _;
use smooch_console::directory::store::{Change, Store};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{LookupId, Pin, SmoochId};
use smooch_console::lookup::load_known;
use smooch_console::search::{Request, search_once};

use super::shelf::*;

fn pin(store: &mut Store, id: &str, minute: i64) {
    let at = now() + minute.minutes();
    store.set_pin(&SmoochId::new(id), Pin::Set, at).unwrap();
}

fn unpin(store: &mut Store, id: &str) {
    store
        .set_pin(&SmoochId::new(id), Pin::Removed, now())
        .unwrap();
}

fn pinned(store: &Store) -> Vec<String> {
    let pinned = store.pinned().unwrap();
    pinned.iter().map(|id| id.expose().to_owned()).collect()
}

/// A webhook says that the second user is the first one.
fn merge(shelf: &Shelf, store: &mut Store, survivor: &str, old: &str) {
    let body = format!(
        r#"{{"trigger":"merge:appUser","surviving":{{"_id":"{survivor}"}},"discarded":[{{"_id":"{old}"}}]}}"#
    );
    import(store, &shelf.file("merge.jsonl", body));
}

#[test]
fn pins_come_back_after_a_restart_the_newest_first() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    for (minute, id) in ["a", "b", "c"].into_iter().enumerate() {
        pin(&mut store, id, i64::try_from(minute).unwrap());
    }
    pin(&mut store, "a", 9);
    unpin(&mut store, "b");
    unpin(&mut store, "nobody");
    drop(store);
    assert_eq!(pinned(&shelf.open()), ["a", "c"]);
}

#[test]
fn a_pin_is_on_the_disk_before_it_counts_as_done() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    pin(&mut store, "a", 0);
    // The files as a crash would leave them: copied while the store is open.
    let crashed = Shelf::new();
    std::fs::create_dir_all(crashed.app_folder()).unwrap();
    for file in std::fs::read_dir(shelf.app_folder()).unwrap() {
        let path = file.unwrap().path();
        let to = crashed.app_folder().join(path.file_name().unwrap());
        std::fs::copy(&path, to).unwrap();
    }
    assert_eq!(pinned(&crashed.open()), ["a"]);
}

#[test]
fn the_pin_of_a_merged_user_is_the_survivors() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..3)));
    pin(&mut store, &id(0), 0);
    pin(&mut store, &id(2), 1);
    merge(&shelf, &mut store, &id(1), &id(0));
    assert_eq!(pinned(&store), [id(2), id(1)]);
    // Pinning either again does not make two of them, and one is enough to take both away.
    pin(&mut store, &id(0), 2);
    assert_eq!(pinned(&store), [id(1), id(2)]);
    pin(&mut store, "older", 3);
    merge(&shelf, &mut store, &id(1), "older");
    assert_eq!(pinned(&store), [id(1), id(2)]);
    unpin(&mut store, &id(1));
    assert_eq!(pinned(&store), [id(2)]);
}

#[test]
fn a_pin_stays_with_the_survivor_when_the_merge_is_purged() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    pin(&mut store, "old", 0);
    let gone = Change::Deleted {
        id: SmoochId::new("elsewhere"),
        key: key(Source::Webhook, 0),
    };
    store.record(&gone).unwrap();
    let (old, survivor) = (SmoochId::new("old"), SmoochId::new("survivor"));
    store
        .note_merge(&old, &survivor, now() - 1.hours())
        .unwrap();
    store.purge(now()).unwrap();
    assert_eq!(pinned(&store), ["survivor"]);
}

#[test]
fn forgetting_a_person_takes_their_pin_and_nobody_elses() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..2)));
    for number in 0..2 {
        pin(&mut store, &id(number), number.into());
    }
    store.forget(&LookupId::new(id(0)), now()).unwrap();
    assert_eq!(pinned(&store), [id(1)]);
}

fn known(store: &Store) -> Vec<String> {
    let known = load_known(store).unwrap();
    let results = search_once(&known.snapshot(), &Request::new("", now(), 100));
    assert_eq!(known.len() as u64, store.user_count().unwrap());
    assert_eq!(results.known, known.len());
    let mut ids: Vec<String> = results
        .hits
        .iter()
        .map(|hit| hit.entry.id.expose().to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn purging_keeps_pinned_users_and_drops_the_visits_to_the_others() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..4)));
    merge(&shelf, &mut store, &id(1), &id(3));
    for number in [0, 2, 3] {
        store
            .note_opened(&SmoochId::new(id(number)), now())
            .unwrap();
    }
    // Pinned under the name that leads to the survivor.
    pin(&mut store, &id(3), 0);
    let purged = store.purge(now() + 1.hours()).unwrap();
    assert_eq!((purged.removed, purged.kept), (2, 1));
    assert_eq!(pinned(&store), [id(1)]);
    let visits = store.visits().unwrap();
    let visited: Vec<&str> = visits.iter().map(|(id, _)| id.expose()).collect();
    assert_eq!(visited, [id(1)]);
    drop(store);
    let store = shelf.open();
    assert_eq!(known(&store), [id(1)]);
    let opened = rusqlite::Connection::open(shelf.app_folder().join("agent.db")).unwrap();
    let count = "SELECT count(*) FROM opened";
    assert_eq!(
        opened
            .query_row(count, [], |row| row.get::<_, u64>(0))
            .unwrap(),
        1
    );
}

#[test]
fn a_user_with_a_note_stays() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..2)));
    let agent = rusqlite::Connection::open(shelf.app_folder().join("agent.db")).unwrap();
    let note = "INSERT INTO notes (id, at, text) VALUES (?1, 0, 'calls on Mondays')";
    agent.execute(note, [id(0)]).unwrap();
    let purged = store.purge(now() + 1.hours()).unwrap();
    assert_eq!((purged.removed, purged.kept), (1, 1));
    assert_eq!(known(&store), [id(0)]);
}

#[test]
fn a_visit_or_a_pin_alone_brings_nobody_back() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..1)));
    store.note_opened(&SmoochId::new("visited"), now()).unwrap();
    pin(&mut store, "pinned", 0);
    assert_eq!(known(&store), [id(0)]);
}

#[test]
fn a_pinned_user_is_known_by_id_when_the_directory_was_lost() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("u.ndjson", users(0..3)));
    pin(&mut store, &id(1), 0);
    drop(store);
    std::fs::write(shelf.database(), b"").unwrap();
    let store = shelf.open();
    assert_eq!(known(&store), [id(1)]);
    assert_eq!(pinned(&store), [id(1)]);
}
