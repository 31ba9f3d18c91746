//! JSON in every form in which tools hand it on, packed or through a pipe.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::desk::*;

const MAY: &str = "2024-05-01T00:00:00Z";
const LATE: &str = "2024-06-02T00:00:00Z";

#[test]
fn a_body_over_several_lines_is_one_record() {
    let desk = Desk::new();
    let body = given!("pretty-printed-json/body.json");
    let counted = desk.import(&file("body.json", LATE, body));
    let counts = ["records", "inserted", "rejected"].map(|key| counted[key].clone());
    assert_eq!(counts, [1, 1, 0].map(Value::from), "{counted}");
    desk.prints(&[("is:identified", 1), ("crm-26", 1)]);
}

#[test]
fn bodies_and_lists_are_read_out_of_what_is_around_them() {
    let desk = Desk::with(&[
        file("n8n.jsonl", LATE, given!("wrapped-bodies/n8n.jsonl")),
        file("list.jsonl", LATE, given!("wrapped-bodies/list.jsonl")),
    ]);
    desk.prints(&[
        ("is:identified", 2),
        ("crm-29", 1),
        ("crm-30", 1),
        ("Lena", 1),
    ]);
}

#[test]
fn a_user_of_v2_without_a_profile_is_read() {
    let desk = Desk::with(&[file("u.jsonl", LATE, given!("flat-v2-user/u.jsonl"))]);
    desk.prints(&[("Idris", 1), ("idris@example.org", 1), ("is:unnamed", 0)]);
}

/// Two users and the body of a webhook, in many forms.
fn forms() -> Vec<(&'static str, String)> {
    let users = [
        json!({"_id":"7e6000000000000000000f01","userId":"f1","givenName":"Ann"}),
        json!({"_id":"7e6000000000000000000f02","userId":"f2","givenName":"Bo"}),
    ];
    let body = |user: &Value| json!({"trigger":"conversation:read","appUser":user});
    let bodies: Vec<Value> = users.iter().map(body).collect();
    let text = |value: &Value| Value::from(value.to_string());
    let queue = |name: &str, key: &str| {
        let records: Vec<Value> = bodies.iter().map(|it| json!({key: text(it)})).collect();
        json!({name: records})
    };
    let lines = |values: &[Value]| {
        let lines: Vec<String> = values.iter().map(Value::to_string).collect();
        lines.join("\n")
    };
    let wrap = |wrap: fn(&Value) -> Value| lines(&bodies.iter().map(wrap).collect::<Vec<_>>());
    let v2 = |user: &Value| {
        let user = json!({"id": user["_id"], "externalId": user["userId"],
            "profile": {"givenName": user["givenName"]}});
        json!({"id":"e","type":"user:update","payload":{"user":user}})
    };
    let events: Vec<Value> = users.iter().map(v2).collect();
    vec![
        ("list", json!(users).to_string()),
        ("pretty list", serde_json::to_string_pretty(&users).unwrap()),
        (
            "users",
            serde_json::to_string_pretty(&json!({"users": users})).unwrap(),
        ),
        (
            "appUsers",
            json!({"appUsers": users, "hasMore": false}).to_string(),
        ),
        (
            "pages",
            lines(&[json!({"users": [users[0]]}), json!({"users": [users[1]]})]),
        ),
        (
            "body of users",
            json!({"statusCode": 200, "body": {"users": users}}).to_string(),
        ),
        ("queue", queue("Records", "body").to_string()),
        (
            "pretty queue",
            serde_json::to_string_pretty(&queue("Messages", "Body")).unwrap(),
        ),
        (
            "n8n",
            json!([{"json": {"body": bodies[0]}}, {"json": {"body": bodies[1]}}]).to_string(),
        ),
        (
            "bridge",
            wrap(|body| json!({"id": "6f1c", "source": "x", "detail": body})),
        ),
        ("text", wrap(|body| json!({"value": body.to_string()}))),
        (
            "lines of lists",
            lines(&[json!([users[0]]), json!([users[1]])]),
        ),
        ("lone events", lines(&events)),
    ]
}

#[test]
fn every_form_holds_the_same_users() {
    for (form, text) in forms() {
        let desk = Desk::new();
        let counted = desk.import(&file("f.json", MAY, &text));
        assert_eq!(
            (&counted["inserted"], &counted["rejected"]),
            (&2.into(), &0.into()),
            "{form}: {counted}"
        );
        desk.finds(&[("f1", 1), ("f2", 1), ("Ann", 1)]);
        let again = desk.import(&file("f.json", MAY, &text));
        assert_eq!(again["unchanged"], 2, "{form}: {again}");
    }
}

#[test]
fn what_is_no_user_is_refused_in_a_line_or_two_with_a_hint() {
    let tickets: Vec<Value> = (0..40)
        .map(|id| json!({"id": 361_549 + id, "name": "x"}))
        .collect();
    let unknown: Vec<String> = (0..40)
        .map(|n| json!({"n": n, "people": [{"id": n}]}).to_string())
        .collect();
    let message =
        json!({"_id":"7e6000000000000000000f01","role":"appUser","authorId":"u","received":1});
    for (text, words) in [
        (
            json!({"users": tickets}).to_string(),
            "24 hexadecimal digits",
        ),
        (unknown.join("\n"), "jq -c '.people[]'"),
        (message.to_string(), "a message or a conversation"),
    ] {
        let desk = Desk::new();
        desk.write(&file("f.json", MAY, &text));
        let run = desk.run(&["import", "f.json"]);
        assert_eq!(run.status.code(), Some(1));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.contains(words), "{said}");
        assert!(said.lines().count() <= 2, "{said}");
        assert_eq!(desk.store().user_count().unwrap(), 0);
    }
}

#[test]
fn packed_files_are_unpacked_by_their_first_bytes() {
    for tool in ["gzip", "zstd"] {
        let desk = Desk::with(&[file("t.csv", MAY, "_id,city\na1,Lyon\n")]);
        let Ok(packed) = Command::new(tool)
            .args(["-c", "t.csv"])
            .current_dir(desk.home())
            .output()
        else {
            continue;
        };
        assert!(packed.status.success());
        std::fs::write(desk.home().join("packed"), packed.stdout).unwrap();
        let run = desk.run(&["import", "--json", "packed"]);
        let counted: Value = serde_json::from_slice(&run.stdout).unwrap();
        assert_eq!(
            (&counted["records"], &counted["rejected"]),
            (&1.into(), &0.into()),
            "{tool}"
        );
        assert_eq!(counted["files"][0]["columns"][1]["column"], "city");
    }
}

#[test]
fn standard_input_is_imported_as_of_now() {
    let desk = Desk::new();
    let mut child = desk
        .command(&["import", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"_id,userId,city\na1,c1,Lyon\n").unwrap();
    drop(stdin);
    let run = child.wait_with_output().unwrap();
    let counted: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(
        (&counted["inserted"], &counted["files"][0]["file"]),
        (&1.into(), &"-".into())
    );
    assert_eq!(counted["files"][0]["dated_by"], "reading");
    desk.finds(&[("c1", 1)]);
}

#[test]
fn damaged_ids_of_json_lines_are_refused_and_marks_come_off() {
    let lines = "{\"_id\":\"bad id!\"}\n{\"_id\":\"6.4E+23\"}\n{\"id\":\"../x\"}\n\
        {\"_id\":\"a1\",\"userId\":\"9.91214E+15\"}\n\
        {\"_id\":\"'a2\",\"userId\":\" c2 \",\"givenName\":\"Bo\"}\n\
        {\"id\":\" 7e6000000000000000000f01\",\"externalId\":\"'c3\"}\n";
    let desk = Desk::new();
    let counted = desk.import(&file("u.jsonl", MAY, lines));
    let counts = ["inserted", "rejected"].map(|key| counted[key].clone());
    assert_eq!(counts, [2, 4].map(Value::from), "{counted}");
    let reasons = counted["files"][0]["rejections"].to_string();
    for reason in [
        "no `_id` has",
        "no `id` has",
        "`userId` looks like a number",
    ] {
        assert!(reasons.contains(reason), "{reasons}");
    }
    assert_eq!(desk.ids("c2"), ["a2"]);
    assert_eq!(desk.ids("c3"), ["7e6000000000000000000f01"]);
}

#[test]
fn a_user_inside_user_is_read_by_the_id_that_it_has() {
    let lines = "{\"user\":{\"_id\":\"a1\",\"userId\":\"c1\"}}\n{\"user\":{\"id\":\"a2\",\"externalId\":\"c2\"}}\n";
    let desk = Desk::with(&[file("u.jsonl", MAY, lines)]);
    desk.finds(&[("c1", 1), ("c2", 1)]);
}
