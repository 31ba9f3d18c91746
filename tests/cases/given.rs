//! The inputs as they were found, each with what is right.

use serde_json::Value;

use super::desk::*;

const EARLY: &str = "2024-05-15T00:00:00Z";
const LATE: &str = "2024-06-02T00:00:00Z";

#[test]
fn a_webhook_with_the_full_user_claims_nothing_about_clients() {
    let base = given!("full-appuser-webhook-wipes-channels/base.jsonl");
    let event = given!("full-appuser-webhook-wipes-channels/event.jsonl");
    let files = [
        file("base.jsonl", EARLY, base),
        file("event.jsonl", LATE, event),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[("channel:whatsapp", 1), ("0612345001", 1), ("has:email", 1)]);
    });
}

#[test]
fn a_full_user_beside_one_client_of_v2_leaves_the_others() {
    let base = given!("v2-full-user-and-source-wipes-other-channels/base.jsonl");
    let event = given!("v2-full-user-and-source-wipes-other-channels/event.jsonl");
    let files = [
        file("base.jsonl", EARLY, base),
        file("event.jsonl", LATE, event),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[
            ("channel:whatsapp", 1),
            ("channel:line", 1),
            ("0612345002", 1),
        ]);
    });
}

#[test]
fn a_part_with_properties_claims_nothing_about_the_rest() {
    let base = given!("part-with-properties-claims-anonymous/base.jsonl");
    let event = given!("part-with-properties-claims-anonymous/event.jsonl");
    let files = [
        file("base.jsonl", EARLY, base),
        file("event.jsonl", LATE, event),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[
            ("is:identified", 1),
            ("is:anonymous", 0),
            ("crm-4", 1),
            ("channel:whatsapp", 1),
            ("channel:web", 1),
            ("birk4@example.org", 1),
            ("prop.plan:gold", 1),
            ("prop.tenantId:t-9", 1),
        ]);
        let person = desk.person("7e6000000000000000000004");
        assert_eq!(person.name.text.expose(), "Birk Alder");
    });
}

#[test]
fn a_client_beside_a_full_user_is_taken() {
    let event = given!("v11-client-dropped-beside-full-appuser/event.jsonl");
    let desk = Desk::with(&[file("event.jsonl", LATE, event)]);
    desk.prints(&[("is:identified", 1), ("channel:web", 1), ("has:channel", 1)]);
    let person = desk.person("7e6000000000000000000006");
    let seen: jiff::Timestamp = "2024-06-01T10:00:00Z".parse().unwrap();
    assert_eq!(person.user.clients[0].last_seen, Some(seen));
}

#[test]
fn the_client_of_a_v2_source_is_taken_in_every_event() {
    let event = given!("v2-source-client-lost-conversation-create/event.jsonl");
    let desk = Desk::with(&[file("event.jsonl", LATE, event)]);
    desk.prints(&[
        ("channel:whatsapp", 2),
        ("0612345008", 1),
        ("0612345009", 1),
        ("Bia", 2),
    ]);
    // The first event says nothing at all of an `externalId`.
    let created = desk.person("7e6000000000000000000008");
    assert_eq!(created.user.identity(), None);
    assert_ne!(created.name.text.expose(), "Anonymous");
}

#[test]
fn a_damaged_user_id_replaces_nothing_and_is_reported() {
    let base = given!("spreadsheet-damaged-userid-replaces-the-true-one/base.jsonl");
    let crm = given!("spreadsheet-damaged-userid-replaces-the-true-one/crm.csv");
    let files = [
        file("base.jsonl", EARLY, base),
        file("crm.csv", "2024-06-01T00:00:00Z", crm),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[("is:identified", 1), ("prop.city:Lyon", 0)]);
        let id = "7e600000000000000000000c";
        assert_eq!(desk.ids("9912140633506421"), [id]);
        assert_eq!(desk.user_id(id).as_deref(), Some("9912140633506421"));
    });
    let desk = Desk::with(&files[..1]);
    let counted = desk.import(&files[1]);
    assert_eq!(counted["rejected"], 1, "{counted}");
    let run = desk.run(&["import", "crm.csv"]);
    assert_eq!(run.status.code(), Some(1));
    let words = String::from_utf8([run.stdout, run.stderr].concat()).unwrap();
    assert!(words.contains("userId"), "{words}");
}

#[test]
fn names_in_the_raw_data_of_channels_are_found() {
    let users = given!("names-of-the-channel-in-raw/u.jsonl");
    let desk = Desk::with(&[file("u.jsonl", LATE, users)]);
    desk.prints(&[("Rosa", 1), ("tareka99", 1), ("@tareka99", 1)]);
    assert_eq!(desk.ids("Rosa"), ["7e6000000000000000000027"]);
    assert_eq!(desk.ids("@tareka99"), ["7e6000000000000000000028"]);
}

#[test]
fn the_same_table_again_and_again_changes_nothing() {
    let rows = given!("same-csv-twice/crm.csv");
    let desk = Desk::new();
    for round in 0..4 {
        let counted = desk.import(&file("crm.csv", "2024-05-01T00:00:00Z", rows));
        desk.prints(&[("prop.city:Metz", 1), ("prop.city:Lyon", 0)]);
        if round > 0 {
            let changed = ["inserted", "updated"].map(|key| counted[key].clone());
            assert_eq!(changed, [Value::from(0), Value::from(0)], "{counted}");
        }
    }
    assert_eq!(desk.email("d5").as_deref(), Some("e1@example.org"));
}

#[test]
fn an_older_file_replaces_nothing() {
    let one = given!("older-file-replaces-newer/day1.ndjson");
    let two = given!("older-file-replaces-newer/day2.ndjson");
    let three = given!("older-file-replaces-newer/day3.csv");
    let files = [
        file("day1.ndjson", "2024-01-01T00:00:00Z", one),
        file("day2.ndjson", "2024-01-02T00:00:00Z", two),
        file("day3.csv", "2024-01-03T00:00:00Z", three),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[("day3@example.org", 1), ("day2@example.org", 0)]);
        assert_eq!(desk.email("a1").as_deref(), Some("day3@example.org"));
    });
}

#[test]
fn one_broken_page_of_the_agents_file_costs_that_file_alone() {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let users = given!("one-broken-page-of-agent-db/u.ndjson");
    let desk = Desk::with(&[file("u.ndjson", LATE, users)]);
    desk.run(&["search", "ann"]);
    let mut broken = std::fs::File::options()
        .write(true)
        .open(desk.folder().join("agent.db"))
        .unwrap();
    broken.seek(SeekFrom::Start(3 * 4096)).unwrap();
    broken.write_all(&[0; 4096]).unwrap();
    drop(broken);
    for _ in 0..3 {
        let run = desk.run(&["search", "ann"]);
        assert_eq!(run.status.code(), Some(0));
        let words = String::from_utf8(run.stdout).unwrap();
        assert!(words.starts_with("a1"), "{words}");
    }
    let set_aside = |of: &str| {
        let files = std::fs::read_dir(desk.folder()).unwrap();
        let names = files.map(|it| it.unwrap().file_name().into_string().unwrap());
        let start = format!("{of}.broken-");
        let is_one = |name: &String| {
            let number = name.strip_prefix(&start);
            number.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit()))
        };
        names.filter(is_one).count()
    };
    assert_eq!(set_aside("directory.db"), 0);
    assert!(set_aside("agent.db") <= 1, "it is replaced once");
    let run = desk.run(&["forget", "c1"]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(set_aside("directory.db"), 0);
    assert_eq!(desk.run(&["search", "ann"]).status.code(), Some(3));
}

#[test]
fn tables_about_different_columns_end_the_same_in_any_order() {
    let files = [
        file(
            "1.csv",
            "2024-01-01T00:00:00Z",
            given!("order-of-csv-files/1.csv"),
        ),
        file(
            "2.csv",
            "2024-01-02T00:00:00Z",
            given!("order-of-csv-files/2.csv"),
        ),
        file(
            "3.csv",
            "2024-01-03T00:00:00Z",
            given!("order-of-csv-files/3.csv"),
        ),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[
            ("prop.city:Lyon", 0),
            ("prop.city:Metz", 1),
            ("prop.plan:gold", 1),
            ("prop.plan:free", 0),
            ("two@example.org", 0),
            ("three@example.org", 1),
        ]);
    });
}

#[test]
fn an_event_of_the_far_future_counts_from_the_date_of_its_file() {
    let files = [
        file(
            "hook.jsonl",
            "2024-01-01T00:00:00Z",
            given!("events-of-the-future/hook.jsonl"),
        ),
        file(
            "later.csv",
            "2025-01-01T00:00:00Z",
            given!("events-of-the-future/later.csv"),
        ),
    ];
    in_every_order(&files, |desk| {
        desk.prints(&[("file@example.org", 1)]);
        assert_eq!(desk.email("a1").as_deref(), Some("file@example.org"));
    });
}
