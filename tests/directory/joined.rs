//! Rows of lists that name a user by the `userId` alone, lines that are skipped, persons with several
//! ids, and who was forgotten.

use jiff::Timestamp;
use smooch_console::directory::store::{Change, IdHasher, Outcome, Report, Store, StoreOptions};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{ApiVersion, Fate, LookupId, SmoochId};
use smooch_console::wire::v11;

use super::shelf::*;

fn look_up(store: &mut Store, json: &str, at: Timestamp) -> Outcome {
    let user = v11::parse_user(json.as_bytes()).unwrap();
    let answer = Report::answered(&user, ApiVersion::V11, at);
    store.record(&Change::Report(Box::new(answer))).unwrap()
}

fn event(trigger: &str, rest: &str) -> String {
    format!(r#"{{"trigger":"{trigger}","app":{{"_id":"{APP}"}},{rest}}}"#)
}

/// That ids of a user were merged into another, on a day.
fn merge(store: &mut Store, old: &str, survivor: &str, at: i64) {
    let [old, survivor] = [old, survivor].map(SmoochId::new);
    store.note_merge(&old, &survivor, day(at)).unwrap();
}

fn delete(store: &mut Store, id: &str, at: i64) {
    let gone = Change::Deleted {
        id: SmoochId::new(id),
        key: key(Source::Webhook, day(at).as_millisecond()),
    };
    store.record(&gone).unwrap();
}

/// The names of a user's properties, as the profile and the search show them.
fn tags(store: &Store, id: &str) -> Vec<String> {
    let user = find(store, id).unwrap().user;
    let shown = user.properties.0.iter();
    let mut shown: Vec<_> = shown.map(|(name, _)| name.expose().to_owned()).collect();
    shown.sort();
    let mut searched = Vec::new();
    store
        .each_row(|row| {
            if row.id == id {
                searched.extend(row.properties().map(|[name, _]| name.to_owned()));
            }
        })
        .unwrap();
    searched.sort();
    assert_eq!(shown, searched, "{id}");
    shown
}

#[test]
fn a_row_with_a_user_id_alone_belongs_to_the_one_who_was_named_last() {
    let row = "userId,tag\nc1,vip\n";
    let named = |id: &str| whole(id, r#""userId":"c1","#);
    // Each in every order: the same person shows the row in the end.
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let shelf = Shelf::new();
        let mut store = shelf.open();
        let files = [
            dated(&shelf, "row.csv", 2, row),
            dated(&shelf, "u1.ndjson", 3, named("u1")),
            dated(&shelf, "u2.ndjson", 4, named("u2")),
        ];
        for file in order {
            import(&mut store, &files[file]);
        }
        assert_eq!(tags(&store, "u1"), Vec::<String>::new(), "{order:?}");
        assert_eq!(tags(&store, "u2"), ["tag"], "{order:?}");
        // The API says later that the second one has no `userId` after all.
        look_up(&mut store, &user("u2", "Bo"), day(5));
        assert_eq!(tags(&store, "u1"), ["tag"], "{order:?}");
        assert_eq!(tags(&store, "u2"), Vec::<String>::new(), "{order:?}");
        // And a newer report names the first one's `userId` for a third.
        look_up(&mut store, &named("u3"), day(6));
        assert_eq!(tags(&store, "u1"), Vec::<String>::new(), "{order:?}");
        assert_eq!(tags(&store, "u3"), ["tag"], "{order:?}");
    }
}

#[test]
fn a_row_that_waited_for_its_user_is_there_after_a_restart() {
    let shelf = Shelf::new();
    let row = dated(&shelf, "row.csv", 2, "userId,givenName,tag\nc1,Mara,vip\n");
    import(&mut shelf.open(), &row);
    assert_eq!(shelf.open().user_count().unwrap(), 0, "nobody is known yet");
    let ids = r#"{"_id":"u1","userId":"c1"}"#;
    import(&mut shelf.open(), &dated(&shelf, "ids.ndjson", 3, ids));
    let store = shelf.open();
    assert_eq!(find(&store, "c1").unwrap().name.text.expose(), "Mara");
    assert_eq!(tags(&store, "u1"), ["tag"]);
}

/// How many lines are known by their hash.
fn known_lines(shelf: &Shelf) -> i64 {
    let connection = rusqlite::Connection::open(shelf.database()).unwrap();
    let count = "SELECT count(*) FROM users WHERE hash IS NOT NULL";
    connection.query_row(count, [], |row| row.get(0)).unwrap()
}

fn given_name(store: &Store, id: &str) -> String {
    let user = find(store, id).unwrap().user;
    user.given_name.unwrap().expose().to_owned()
}

#[test]
fn a_line_is_known_only_while_its_row_rests_on_it() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let line = user("u1", "Ana");
    import(&mut store, &dated(&shelf, "a.ndjson", 1, &line));
    assert_eq!(known_lines(&shelf), 1);
    // A list takes nothing away from a whole user.
    import(&mut store, &dated(&shelf, "a.csv", 2, "_id,tag\nu1,vip\n"));
    assert_eq!(known_lines(&shelf), 1);
    // An event does: the line would change something again.
    let renamed = |name: &str, at: i64| {
        let rest = format!(
            r#""timestamp":{},"appUser":{{"_id":"u1","givenName":"{name}"}},"messages":[]"#,
            day(at).as_second()
        );
        event("message:appUser", &rest)
    };
    let log = dated(&shelf, "log.jsonl", 4, renamed("Bo", 4));
    assert_eq!(import(&mut store, &log).0.counts, counts(0, 1, 0, 0));
    assert_eq!(known_lines(&shelf), 0);
    let again = dated(&shelf, "a.ndjson", 5, &line);
    assert_eq!(import(&mut store, &again).0.counts, counts(0, 1, 0, 0));
    assert_eq!(given_name(&store, "u1"), "Ana");
    assert_eq!(known_lines(&shelf), 1);
    // A line that is skipped is as new as its file all the same.
    let again = dated(&shelf, "a.ndjson", 8, &line);
    assert_eq!(import(&mut store, &again).0.counts, counts(0, 0, 1, 0));
    let log = dated(&shelf, "log.jsonl", 9, renamed("Cy", 7));
    import(&mut store, &log);
    assert_eq!(given_name(&store, "u1"), "Ana");
    let log = dated(&shelf, "log.jsonl", 10, renamed("Dee", 9));
    import(&mut store, &log);
    assert_eq!(given_name(&store, "u1"), "Dee");
}

#[test]
fn purging_takes_whole_persons_and_leaves_merges_and_deletions() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    for (id, at) in [
        ("old", 1),
        ("kept", 1),
        ("late", 8),
        ("stays", 1),
        ("gone", 1),
    ] {
        look_up(&mut store, &user(id, "Ana"), day(at));
    }
    merge(&mut store, "old", "new", 2);
    merge(&mut store, "late", "stays", 9);
    delete(&mut store, "gone", 3);
    // The row of the survivor came with the merge, and the last report of one is about its old id.
    look_up(&mut store, &user("new", "Bo"), day(3));
    let purged = store.purge(day(5)).unwrap();
    assert_eq!(purged.removed, 2);
    let ids: Vec<String> = everybody(&store).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["stays"]);
    let fate = |store: &Store, id: &str| store.fate(&SmoochId::new(id)).unwrap();
    let into = SmoochId::new("new");
    assert_eq!(fate(&store, "old"), Fate::Merged { into });
    assert_eq!(fate(&store, "gone"), Fate::Deleted { at: day(3) });
    let coverage = store.coverage(now()).unwrap();
    assert_eq!((coverage.merged, coverage.deleted), (2, 1));
    // An older export brings back who was merged under the id that stays, and nobody who was deleted.
    let lines = [user("old", "Ana"), user("gone", "Cy")].join("\n");
    import(&mut store, &dated(&shelf, "u.ndjson", 4, lines));
    assert_eq!(find(&store, "old"), None);
    assert_eq!(find(&store, "gone"), None);
    assert_eq!(given_name(&store, "new"), "Ana");
}

#[test]
fn what_undid_a_merge_or_a_deletion_still_counts_after_a_purge() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    merge(&mut store, "split", "other", 2);
    delete(&mut store, "alive", 2);
    for id in ["split", "alive"] {
        look_up(&mut store, &user(id, "Ana"), day(3));
    }
    let coverage = |store: &Store| {
        let coverage = store.coverage(now()).unwrap();
        (coverage.merged, coverage.deleted)
    };
    assert_eq!(coverage(&store), (0, 0));
    // Of the survivor of the merge nothing was known, so there is no row to remove.
    assert_eq!(store.purge(day(5)).unwrap().removed, 2);
    let lines = [user("split", "Ana"), user("alive", "Bo")].join("\n");
    import(&mut store, &dated(&shelf, "u.ndjson", 4, lines));
    assert_eq!(given_name(&store, "split"), "Ana");
    assert_eq!(given_name(&store, "alive"), "Bo");
    assert_eq!(coverage(&store), (0, 0));
}

#[test]
fn in_a_circle_of_merges_all_but_the_oldest_count() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    merge(&mut store, "a", "b", 1);
    merge(&mut store, "b", "c", 2);
    merge(&mut store, "c", "a", 3);
    assert_eq!(store.coverage(now()).unwrap().merged, 2);
}

/// A directory that remembers who was forgotten.
fn remembering(shelf: &Shelf) -> Store {
    let hasher = IdHasher::new(|id| Some(id.iter().rev().map(|byte| byte ^ 0x5a).collect()));
    let options = StoreOptions {
        hasher: Some(hasher),
        ..shelf.options()
    };
    Store::open(options).unwrap()
}

#[test]
fn no_file_brings_back_a_forgotten_person_whatever_its_date() {
    let shelf = Shelf::new();
    let mut store = remembering(&shelf);
    let line = whole("u1", r#""userId":"c1","givenName":"Mara","#);
    import(&mut store, &dated(&shelf, "u.ndjson", 1, &line));
    store.forget(&LookupId::new("c1"), day(5)).unwrap();
    for at in [1, 5, 9] {
        let files = [
            dated(&shelf, "u.ndjson", at, &line),
            dated(&shelf, "part.ndjson", at, r#"{"_id":"u1","surname":"Q"}"#),
            dated(&shelf, "row.csv", at, "_id,tag\nu1,vip\n"),
            dated(&shelf, "by-user-id.csv", at, "userId,tag\nc1,vip\n"),
            // By another `_id`, which was not known.
            dated(&shelf, "other.csv", at, "_id,userId\nu2,c1\n"),
            // An event that does not say when it happened.
            dated(
                &shelf,
                "log.jsonl",
                at,
                event(
                    "conversation:start",
                    r#""appUser":{"_id":"u1","userId":"c1"}"#,
                ),
            ),
            // An event that happened before.
            dated(
                &shelf,
                "old.jsonl",
                at,
                event(
                    "conversation:start",
                    &format!(
                        r#""timestamp":{},"appUser":{{"_id":"u1"}}"#,
                        day(4).as_second()
                    ),
                ),
            ),
        ];
        for file in files {
            let report = import(&mut store, &file).0;
            assert_eq!(report.weighed.forgotten, 1, "{at}: {}", file.display());
            assert_eq!(report.counts, counts(0, 0, 1, 0), "{}", file.display());
        }
        assert_eq!(store.user_count().unwrap(), 0);
        assert_eq!(find(&store, "c1"), None);
    }
    // Others are not concerned.
    import(&mut store, &dated(&shelf, "others.ndjson", 9, users(0..3)));
    assert_eq!(store.user_count().unwrap(), 3);
}

#[test]
fn a_look_up_or_a_later_event_brings_a_forgotten_person_back() {
    let happened = |at: i64| {
        let rest = format!(
            r#""timestamp":{},"appUser":{{"_id":"u1"}}"#,
            day(at).as_second()
        );
        event("conversation:start", &rest)
    };
    for by_event in [true, false] {
        let shelf = Shelf::new();
        let mut store = remembering(&shelf);
        let line = whole("u1", r#""givenName":"Mara","#);
        import(&mut store, &dated(&shelf, "u.ndjson", 1, &line));
        store.forget(&LookupId::new("u1"), day(5)).unwrap();
        drop(store);
        let mut store = remembering(&shelf);
        if by_event {
            let log = dated(&shelf, "log.jsonl", 9, happened(6));
            assert_eq!(import(&mut store, &log).0.counts, counts(1, 0, 0, 0));
        } else {
            assert_eq!(look_up(&mut store, &line, day(6)), Outcome::Inserted);
        }
        assert!(find(&store, "u1").is_some());
        // From now on files count again.
        let row = dated(&shelf, "row.csv", 7, "_id,tag\nu1,vip\n");
        assert_eq!(import(&mut store, &row).0.counts, counts(0, 1, 0, 0));
        assert_eq!(tags(&store, "u1"), ["tag"]);
    }
}

#[test]
fn the_same_line_in_a_newer_file_is_shown_again_in_place_of_a_list() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let line = user("u1", "Ana");
    import(&mut store, &dated(&shelf, "old.ndjson", 1, &line));
    import(
        &mut store,
        &dated(&shelf, "crm.csv", 2, "_id,givenName\nu1,Bo\n"),
    );
    assert_eq!(given_name(&store, "u1"), "Bo");
    import(&mut store, &dated(&shelf, "new.ndjson", 3, &line));
    assert_eq!(given_name(&store, "u1"), "Ana");
    let mut shown = Vec::new();
    store
        .each_row(|row| shown.push(row.name.map(str::to_owned)))
        .unwrap();
    assert_eq!(shown, [Some("Ana".to_owned())]);
}
