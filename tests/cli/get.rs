//! `get`: which ids find which user, what it prints, and its exit codes.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::{Value, json};
use smooch_console::sandbox::cast;

use super::desk::{ClosedPort, Desk, Ran, run_bare};

/// The keys of the user's record and the kinds of their values, in the order of the contract.
const USER_KEYS: &[(&str, &[&str])] = &[
    ("schema", &["string"]),
    ("matched_by", &["string"]),
    ("identity", &["string"]),
    ("named", &["boolean"]),
    ("authenticated", &["null"]),
    ("display_name", &["object"]),
    ("id", &["string"]),
    ("user_id", &["string", "null"]),
    ("given_name", &["string", "null"]),
    ("surname", &["string", "null"]),
    ("email", &["string", "null"]),
    ("signed_up_at", &["time", "null"]),
    ("conversation_started", &["boolean"]),
    ("clients", &["array"]),
    ("pending_clients", &["array"]),
    ("properties", &["object"]),
    ("api", &["string"]),
    ("fetched_at", &["time"]),
    ("raw", &["object"]),
];

const CLIENT_KEYS: &[(&str, &[&str])] = &[
    ("id", &["string"]),
    ("platform", &["string"]),
    ("status", &["string", "null"]),
    ("primary", &["boolean", "null"]),
    ("display_name", &["string", "null"]),
    ("last_seen", &["time", "null"]),
    ("linked_at", &["time", "null"]),
    ("external_id", &["string", "null"]),
];

/// Asserts that an object has exactly these keys, in this order, with these kinds of values.
pub fn assert_shape(object: &Value, keys: &[(&str, &[&str])]) {
    let object = object.as_object().expect("an object");
    let names: Vec<&str> = object.keys().map(String::as_str).collect();
    let expected: Vec<&str> = keys.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, expected);
    for (name, kinds) in keys {
        let value = &object[*name];
        let fits = kinds.iter().any(|kind| match *kind {
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "object" => value.is_object(),
            "array" => value.is_array(),
            "null" => value.is_null(),
            "time" => value.as_str().is_some_and(is_time),
            other => panic!("no such kind: {other}"),
        });
        assert!(fits, "{name} is {value}");
    }
}

/// Whether a text is a time like `2024-03-04T09:18:30.007Z`.
fn is_time(text: &str) -> bool {
    text.len() == 24
        && text.ends_with('Z')
        && text.as_bytes()[19] == b'.'
        && text.parse::<jiff::Timestamp>().is_ok()
}

#[test]
fn every_record_has_exactly_the_keys_of_the_contract() {
    let desk = Desk::open();
    let ids = desk.user_ids();
    let mut arguments = vec!["get", "--json"];
    arguments.extend(ids.iter().map(String::as_str));
    let ran = desk.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let records = ran.records();
    assert_eq!(records.len(), ids.len());
    for (record, id) in records.iter().zip(&ids) {
        assert_shape(record, USER_KEYS);
        assert_shape(
            &record["display_name"],
            &[("text", &["string"]), ("provenance", &["string"])],
        );
        for key in ["clients", "pending_clients"] {
            for client in record[key].as_array().unwrap() {
                assert_shape(client, CLIENT_KEYS);
            }
        }
        assert_eq!(record["schema"], "smooch-console/user/1");
        assert_eq!(record["api"], "v1.1");
        assert_eq!(record["id"], **id);
        assert_eq!(record["raw"]["_id"], **id);
        let identified = record["user_id"].is_string();
        assert_eq!(
            record["identity"],
            if identified {
                "identified"
            } else {
                "anonymous"
            }
        );
        let named = !record["given_name"].is_null() || !record["surname"].is_null();
        if !named {
            assert_eq!(record["named"], false);
        }
    }
}

#[test]
fn either_id_leads_to_the_same_user_and_says_which_matched() {
    let desk = Desk::open();
    let person = cast::IDENTIFIED_NAMED;
    let mut by_id = desk.run(&["get", person.id, "--json"]).record();
    let mut by_user_id = desk
        .run(&["get", person.user_id.unwrap(), "--json"])
        .record();
    assert_eq!(by_id["matched_by"], "_id");
    assert_eq!(by_user_id["matched_by"], "userId");
    for record in [&mut by_id, &mut by_user_id] {
        record["matched_by"] = Value::Null;
        record["fetched_at"] = Value::Null;
    }
    assert_eq!(by_id, by_user_id);
}

#[test]
fn all_four_combinations_of_identity_and_name_look_different() {
    let desk = Desk::open();
    for (person, identity, named) in [
        (cast::IDENTIFIED_NAMED, "identified", true),
        (cast::IDENTIFIED_UNNAMED, "identified", false),
        (cast::ANONYMOUS_NAMED, "anonymous", true),
        (cast::ANONYMOUS_UNNAMED, "anonymous", false),
    ] {
        let record = desk.run(&["get", person.id, "--json"]).record();
        assert_eq!(record["identity"], identity, "{}", person.about);
        assert_eq!(record["named"], named, "{}", person.about);
        assert_eq!(record["authenticated"], Value::Null);
        let by_profile = record["display_name"]["provenance"] == "profile";
        assert_eq!(by_profile, named, "{}", person.about);
    }
}

#[test]
fn a_user_id_of_ugly_characters_is_found_and_printed_in_full() {
    let desk = Desk::open();
    let ugly = cast::STRANGE_USER_ID.user_id.unwrap();
    let record = desk.run(&["get", ugly, "--json"]).record();
    assert_eq!(record["id"], cast::STRANGE_USER_ID.id);
    assert_eq!(record["user_id"], ugly);
    assert_eq!(record["matched_by"], "userId");
}

#[test]
fn messages_are_read_only_when_the_profile_gives_no_name() {
    let paths = |id: &str| {
        let desk = Desk::open();
        desk.run(&["get", id]);
        let requests = desk.requests();
        assert!(requests.iter().all(|request| request.method == "GET"));
        requests
            .iter()
            .map(|request| request.path.contains("/messages"))
            .collect::<Vec<_>>()
    };
    assert_eq!(paths(cast::IDENTIFIED_NAMED.id), [false]);
    assert_eq!(paths(cast::ANONYMOUS_UNNAMED.id), [false, true]);
    assert_eq!(paths(cast::PENDING_ONLY.id).first(), Some(&false));
}

#[test]
fn text_starts_with_the_identity_and_gives_the_source_of_the_name() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "cust-20418"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let mut lines = ran.stdout.lines();
    assert_eq!(lines.next(), Some("IDENTIFIED · NAMED · found by userId"));
    let name = lines.next().unwrap();
    assert!(name.starts_with("name "), "{name}");
    assert!(name.ends_with("(from givenName + surname)"), "{name}");
    for line in [
        "_id            64be90d2a7f31c0058e6d914",
        "userId         cust-20418",
        "logged in      the API cannot tell",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
}

#[test]
fn clients_come_latest_first() {
    let desk = Desk::open();
    let record = desk
        .run(&["get", cast::IDENTIFIED_NAMED.id, "--json"])
        .record();
    let seen: Vec<&str> = record["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["last_seen"].as_str().unwrap_or_default())
        .collect();
    assert!(seen.len() >= 3);
    assert!(seen.is_sorted_by(|a, b| a >= b), "{seen:?}");
}

#[test]
fn several_ids_give_one_line_each_in_order() {
    let desk = Desk::open();
    let ran = desk.run(&[
        "get",
        "--json",
        cast::ANONYMOUS_NAMED.id,
        "cust-20418",
        cast::EVERY_TYPE.user_id.unwrap(),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids: Vec<Value> = ran.records().iter().map(|it| it["id"].clone()).collect();
    let expected = [
        cast::ANONYMOUS_NAMED.id,
        cast::IDENTIFIED_NAMED.id,
        cast::EVERY_TYPE.id,
    ];
    assert_eq!(ids, expected.map(|id| json!(id)));
}

#[test]
fn standard_input_has_one_id_per_line() {
    let desk = Desk::open();
    let mut command = desk.command(&["get", "-", "--json"]);
    let list = format!(
        "cust-20418\r\n\n{}\n",
        cast::STRANGE_USER_ID.user_id.unwrap()
    );
    let ran = Ran::of(command.write_stdin(list));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ids: Vec<Value> = ran.records().iter().map(|it| it["id"].clone()).collect();
    assert_eq!(ids, [cast::IDENTIFIED_NAMED.id, cast::STRANGE_USER_ID.id]);
}

#[test]
fn thousands_of_ids_are_answered_in_order() {
    let desk = Desk::open();
    let known = desk.user_ids();
    let asked: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .cycle()
        .take(2_000)
        .collect();
    let list = asked.join("\n");
    let mut command = desk.command(&["get", "-", "--json"]);
    let ran = Ran::of(command.write_stdin(list));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let found = ran.records();
    assert_eq!(found.len(), asked.len());
    // An old id may lead to the user it was merged into.
    let unlike = |(record, id): &(&Value, &&str)| record["id"] != json!(id);
    let merged = found.iter().zip(&asked).filter(unlike);
    assert!(
        merged
            .into_iter()
            .all(|(record, _)| record["matched_by"] == "merged")
    );
}

#[test]
fn an_id_in_a_pipe_is_answered_before_the_next_one_arrives() {
    let desk = Desk::open();
    let mut child = desk.spawn_piped(&["get", "-", "--json"]);
    let mut ids = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in ["cust-20418", "crm-000417"] {
        writeln!(ids, "{id}").unwrap();
        let record: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(record["user_id"], id);
    }
    drop(ids);
    assert!(answers.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_unknown_id_ends_with_3_and_says_what_was_asked() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "nobody-9", "--json"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.stdout, "");
    assert!(ran.complaint().contains("nobody-9"), "{}", ran.stderr);
}

#[test]
fn an_unknown_id_among_several_does_not_hide_the_others() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "--json", "cust-20418", "nobody-9", "crm-000417"]);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.records().len(), 2);
    assert_eq!(ran.stderr.matches("nobody-9").count(), 1, "{}", ran.stderr);
}

#[test]
fn case_and_white_space_matter_in_ids() {
    let desk = Desk::open();
    for id in ["CUST-20418", " cust-20418", "cust-20418 "] {
        assert_eq!(desk.run(&["get", id]).code, 3, "{id:?}");
    }
}

#[test]
fn ids_that_cannot_be_sent_are_refused_before_any_request() {
    let desk = Desk::open();
    let long = "x".repeat(1_025);
    for id in ["", ".", "..", long.as_str()] {
        let ran = desk.run(&["get", id]);
        assert_eq!(ran.code, 2, "{id:.9}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
        ran.complaint();
    }
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn a_refused_id_outweighs_one_that_was_not_found() {
    let desk = Desk::open();
    assert_eq!(desk.run(&["get", ".", "nobody-9"]).code, 2);
    assert_eq!(desk.run(&["get", "nobody-9", "."]).code, 2);
}

#[test]
fn a_wrong_secret_ends_with_4_and_names_the_key() {
    let desk = Desk::open();
    let mut command = desk.command(&["get", "cust-20418"]);
    let ran = Ran::of(command.env("SMOOCH_KEY_SECRET", "wrong"));
    assert_eq!(ran.code, 4);
    let complaint = ran.complaint();
    assert!(complaint.contains("app_"), "{complaint}");
    assert!(complaint.contains("SMOOCH_KEY"), "{complaint}");
}

#[test]
fn an_app_that_the_key_may_not_see_ends_with_4() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "cust-20418", "--app-id", cast::FOREIGN_APP_ID]);
    assert_eq!(ran.code, 4);
    ran.complaint();
}

#[test]
fn a_missing_secret_ends_with_4_and_names_its_variable() {
    let ran = run_bare(&["get", "x", "--app-id", "a1", "--key-id", "app_1"], &[]);
    assert_eq!(ran.code, 4);
    assert!(ran.complaint().contains("SMOOCH_KEY_SECRET"));
}

#[test]
fn nothing_configured_ends_with_2_and_names_everything_to_set() {
    let ran = run_bare(&["get", "x"], &[]);
    assert_eq!(ran.code, 2);
    let complaint = ran.complaint();
    for word in [
        "SMOOCH_APP_ID",
        "--app-id",
        "SMOOCH_KEY_ID",
        "SMOOCH_KEY_SECRET",
    ] {
        assert!(complaint.contains(word), "{complaint}");
    }
}

const COMPLETE: [(&str, &str); 3] = [
    ("SMOOCH_APP_ID", "a1"),
    ("SMOOCH_KEY_ID", "app_1"),
    ("SMOOCH_KEY_SECRET", "s"),
];

#[test]
fn an_api_that_nobody_serves_ends_with_5() {
    let closed = ClosedPort::take();
    let ran = run_bare(&["get", "x", "--base-url", &closed.base_url], &COMPLETE);
    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert!(ran.complaint().contains("127.0.0.1"), "{}", ran.stderr);
}

#[test]
fn of_several_failures_the_network_outweighs_a_refused_id() {
    let closed = ClosedPort::take();
    let ran = run_bare(
        &["get", ".", "x", "--base-url", &closed.base_url],
        &COMPLETE,
    );
    assert_eq!(ran.code, 5, "{}", ran.stderr);
}

#[test]
fn plain_http_to_another_machine_is_refused() {
    for base_url in ["http://api.smooch.io", "http://localhost.evil.example"] {
        let ran = run_bare(&["get", "x", "--base-url", base_url], &COMPLETE);
        assert_eq!(ran.code, 2, "{base_url}: {}", ran.stderr);
        ran.complaint();
    }
}

#[test]
fn a_flag_wins_over_its_variable() {
    let desk = Desk::open();
    let mut command = desk.command(&["get", "cust-20418", "--key-id", "app_unknown"]);
    let ran = Ran::of(&mut command);
    assert_eq!(ran.code, 4);
    assert!(ran.stderr.contains("app_unknown"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--key-id"), "{}", ran.stderr);
}
