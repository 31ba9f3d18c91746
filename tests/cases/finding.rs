//! What a search finds: numbers however they are written, names in either spelling, merged ids.

use serde_json::Value;

use super::desk::*;

const EARLY: &str = "2024-05-15T00:00:00Z";
const LATE: &str = "2024-06-02T00:00:00Z";

fn record(desk: &Desk, query: &str) -> (Value, Option<i32>) {
    let run = desk.run(&["search", "--json", "--", query]);
    let record = serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|_| panic!("{query}: {}", String::from_utf8_lossy(&run.stderr)));
    (record, run.status.code())
}

/// The `userId`s of those whom a query finds.
fn user_ids(desk: &Desk, query: &str) -> Vec<String> {
    let (record, _) = record(desk, query);
    let hits = record["hits"].as_array().unwrap().iter();
    hits.map(|hit| hit["user_id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_phone_column_of_a_csv_file_is_found_by_number() {
    let crm = given!("csv-phone-column-not-found-by-number/crm.csv");
    let desk = Desk::with(&[file("crm.csv", LATE, crm)]);
    for (query, user_id) in [
        ("+84987654321", "crm-15"),
        ("0987654321", "crm-15"),
        ("0084 987 654 321", "crm-15"),
        ("٠٩٨٧٦٥٤٣٢١", "crm-15"),
        ("https://wa.me/84987654321", "crm-15"),
        ("0171 1234567", "crm-16"),
        ("+49 171 1234567", "crm-16"),
        ("tel:+49-171-1234567;ext=3", "crm-16"),
    ] {
        assert_eq!(user_ids(&desk, query), [user_id], "{query}");
    }
    desk.prints(&[("has:phone", 2), ("!has:phone", 0), ("prop.phone:+84", 1)]);
    let (found, _) = record(&desk, "crm-15");
    assert_eq!(found["hits"][0]["phones"][0], "+84 987 654 321");
}

#[test]
fn an_apostrophe_is_found_however_it_is_written() {
    let users = given!("typographic-apostrophe/u.jsonl");
    let desk = Desk::with(&[file("u.jsonl", LATE, users)]);
    for query in [
        "O'Brien",
        "O’Brien",
        "obrien",
        "o‘brien",
        "OʼBrien",
        "O`Brien",
        "O´Brien",
    ] {
        assert_eq!(user_ids(&desk, query), ["crm-19"], "{query}");
    }
    for query in ["D’Souza", "D'Souza", "dsouza"] {
        assert_eq!(user_ids(&desk, query), ["crm-20"], "{query}");
    }
}

#[test]
fn the_number_in_a_pasted_line_is_found() {
    let users = given!("pasted-phone/u.jsonl");
    let desk = Desk::with(&[file("u.jsonl", LATE, users)]);
    for query in [
        "0612345037",
        "Call from +31 6 12345037 at 10:00",
        "https://wa.me/31612345037",
        "31612345037@s.whatsapp.net",
        "Gemiste oproep 06-12345037 (10:02:11)",
    ] {
        assert_eq!(user_ids(&desk, query), ["crm-37"], "{query}");
    }
    assert_eq!(
        user_ids(&desk, "Call from +31 6 99999999 at 10:00"),
        Vec::<String>::new()
    );
}

#[test]
fn a_merged_id_leads_to_the_survivor_and_says_so() {
    let old = "7e6000000000000000000029";
    let base = given!("merged-id-on-the-command-line/base.jsonl");
    let event = given!("merged-id-on-the-command-line/ev.jsonl");
    let desk = Desk::with(&[
        file("base.jsonl", EARLY, base),
        file("ev.jsonl", LATE, event),
    ]);
    for query in [
        old,
        &old.to_uppercase(),
        "user 7e6000000000000000000029 wrote",
    ] {
        let (found, code) = record(&desk, query);
        assert_eq!(
            (code, &found["hits"][0]["user_id"]),
            (Some(0), &"crm-42".into())
        );
        assert_eq!(found["merged"]["into"], "7e600000000000000000002a");
    }
    let run = desk.run(&["search", old]);
    let words = String::from_utf8(run.stdout).unwrap();
    let said = format!("{old} is an old id: merged into 7e600000000000000000002a");
    assert!(words.contains(&said), "{words}");
    assert!(words.contains("crm-42"), "{words}");
}

#[test]
fn a_verified_address_of_v2_is_found() {
    let user = r#"{"id":"7e6000000000000000000050","authenticated":true,"externalId":"crm-50","profile":{},"metadata":{},"identities":[{"type":"phoneNumber","value":"+31612345050"},{"type":"email","value":"zed@example.org"}]}"#;
    let desk = Desk::with(&[file("u.jsonl", LATE, user)]);
    for query in ["0612345050", "zed@example.org", "has:phone"] {
        assert_eq!(user_ids(&desk, query), ["crm-50"], "{query}");
    }
}

#[test]
fn a_misspelt_name_is_offered_but_not_found() {
    let user = r#"{"_id":"7e6000000000000000000051","givenName":"Mara","surname":"Quinn"}"#;
    let desk = Desk::with(&[file("u.jsonl", LATE, user)]);
    let (found, code) = record(&desk, "Marra");
    assert_eq!(code, Some(3));
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(0));
    assert_eq!(found["near"][0]["display_name"], "Mara Quinn");
}

#[test]
fn forgetting_by_an_address_needs_a_yes_and_an_id_stays_exact() {
    let users = concat!(
        r#"{"_id":"7e6000000000000000000061","userId":"a@example.org"}"#,
        "\n",
        r#"{"_id":"7e6000000000000000000062","email":"A@example.org","givenName":"Ann"}"#,
        "\n",
        r#"{"_id":"7e6000000000000000000063","email":"a@example.org"}"#,
    );
    let desk = Desk::with(&[file("u.jsonl", LATE, users)]);
    let asked = desk.run(&["forget", "--email", "a@example.org"]);
    let words = String::from_utf8(asked.stderr).unwrap();
    assert_eq!(asked.status.code(), Some(2), "{words}");
    assert!(words.contains("2 users would be forgotten"), "{words}");
    assert!(words.contains("7e6000000000000000000062  Ann"), "{words}");
    desk.finds(&[("7e60", 3)]);
    let done = desk.run(&["forget", "--email", "a@example.org", "--yes"]);
    let words = String::from_utf8(done.stdout).unwrap();
    assert!(
        words.starts_with("forgotten on this machine: 2 users;"),
        "{words}"
    );
    assert_eq!(desk.ids("7e60"), ["7e6000000000000000000061"]);
    let nobody = desk.run(&["forget", "--email", "a@example.org", "--yes"]);
    assert_eq!(nobody.status.code(), Some(3));
    assert_eq!(
        desk.run(&["forget", "a@example.org"]).status.code(),
        Some(0)
    );
    desk.finds(&[("7e60", 0)]);
}
