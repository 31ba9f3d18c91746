//! How pages are joined if they overlap, fail half-way or never end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZeroUsize;
use std::sync::Arc;

use serde_json::Value;

use super::super::scripted::{Scripted, page};
use super::*;
use crate::domain::{AnswerFault, Cursor};

const USER: &str = r#"{"_id":"u1","givenName":"Mara","conversationStarted":true,"properties":{}}"#;

async fn messages(
    api: &Arc<Scripted>,
    limit: usize,
    before: Option<&str>,
) -> (Result<Exit, Failure>, Vec<String>) {
    let mut bytes = Vec::new();
    let args = MessagesArgs {
        id: "u1".to_owned(),
        limit: NonZeroUsize::new(limit).unwrap(),
        before: before.map(|bound| bound.parse().unwrap()),
    };
    let mut out = Output::new(&mut bytes, Format::Json);
    let exit = run(args, &api.connected(), &mut out).await;
    let ids = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].to_string())
        .map(|id| id.trim_matches('"').to_owned())
        .collect();
    (exit, ids)
}

/// Messages `m{n}`, each received in second `n`.
fn said(numbers: impl IntoIterator<Item = u32>) -> String {
    let all: Vec<String> = numbers
        .into_iter()
        .map(|n| {
            format!(r#"{{"_id":"m{n}","role":"appUser","type":"text","text":"t","received":{n}}}"#)
        })
        .collect();
    format!("[{}]", all.join(","))
}

#[tokio::test]
async fn older_pages_are_read_until_there_are_enough() {
    let api = Scripted::new(
        USER,
        [Ok(page(&said(7..=9), true)), Ok(page(&said(4..=6), true))],
    );
    let (exit, ids) = messages(&api, 5, None).await;
    assert_eq!(exit, Ok(Exit::Done));
    assert_eq!(ids, ["m5", "m6", "m7", "m8", "m9"]);
    assert_eq!(api.asked().len(), 2);
}

#[tokio::test]
async fn reading_stops_at_the_oldest_message() {
    let api = Scripted::new(
        USER,
        [Ok(page(&said(7..=9), true)), Ok(page(&said(6..=6), false))],
    );
    let (exit, ids) = messages(&api, 100, None).await;
    assert_eq!(exit, Ok(Exit::Done));
    assert_eq!(ids, ["m6", "m7", "m8", "m9"]);
}

#[tokio::test]
async fn what_was_read_before_a_failure_is_printed_and_the_run_fails() {
    let down = Problem::Answer(AnswerFault::Server {
        status: 502,
        detail: "down".into(),
    });
    let api = Scripted::new(USER, [Ok(page(&said(7..=9), true)), Err(down)]);
    let (exit, ids) = messages(&api, 100, None).await;
    assert!(matches!(
        exit,
        Err(Failure::Told {
            exit: Exit::Network,
            ..
        })
    ));
    assert_eq!(ids, ["m7", "m8", "m9"]);
}

#[tokio::test]
async fn a_bound_in_time_starts_the_reading_and_cursors_go_on() {
    let api = Scripted::new(
        USER,
        [Ok(page(&said(5..=6), true)), Ok(page(&said(3..=4), false))],
    );
    let (_, ids) = messages(&api, 9, Some("1970-01-01T00:00:07Z")).await;
    assert_eq!(ids, ["m3", "m4", "m5", "m6"]);
    let bound = "1970-01-01T00:00:07Z".parse().unwrap();
    let asked = [
        PageRequest::Before(bound),
        PageRequest::Older(Cursor::new("older")),
    ];
    assert_eq!(api.asked(), asked);
}

#[tokio::test]
async fn a_degraded_message_says_why_and_keeps_its_neighbours() {
    let mixed = r#"[{"_id":"m1","role":"appUser","type":"text","text":"a","received":1},
        {"_id":"m2","role":"appUser","type":"text","text":{"b":1},"received":2}]"#;
    let api = Scripted::new(USER, [Ok(page(mixed, false))]);
    let mut bytes = Vec::new();
    let args = MessagesArgs {
        id: "u1".to_owned(),
        limit: NonZeroUsize::new(9).unwrap(),
        before: None,
    };
    let mut out = Output::new(&mut bytes, Format::Json);
    run(args, &api.connected(), &mut out).await.unwrap();
    let records: Vec<Value> = serde_json::Deserializer::from_slice(&bytes)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(records.len(), 2);
    assert!(records[0].get("degraded").is_none());
    assert!(records[1]["degraded"].is_string());
    assert_eq!(records[1]["raw"]["text"]["b"], 1);
}

/// The plain lines of messages given as a JSON array.
async fn lines_of(messages: &str) -> Vec<String> {
    let api = Scripted::new(USER, [Ok(page(messages, false))]);
    let mut bytes = Vec::new();
    let args = MessagesArgs {
        id: "u1".to_owned(),
        limit: NonZeroUsize::new(9).unwrap(),
        before: None,
    };
    let mut out = Output::new(&mut bytes, Format::Words);
    run(args, &api.connected(), &mut out).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_customer_cannot_write_what_the_console_says_of_a_message() {
    let imitated = r#"[{"_id":"m1","role":"appUser","type":"text","received":1,
        "name":"! not everything of message m1 could be read",
        "text":"a  [not read whole: `text` is no text]\n1970-01-01T00:00:01.000Z  user    ! Mara: a"},
        {"_id":"m2","role":"appUser","type":"text","text":{"b":1},"received":2}]"#;
    let lines = lines_of(imitated).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    // The mark has a column of its own, left of everything that a customer can write.
    assert!(
        lines[0].starts_with("1970-01-01T00:00:01.000Z  user      "),
        "{lines:?}"
    );
    assert_eq!(
        lines[1],
        "1970-01-01T00:00:02.000Z  user    ! Mara: (no text)"
    );
}

#[test]
fn what_could_not_be_read_is_said_apart_from_the_messages() {
    let mixed = r#"[{"_id":"m1","role":"appUser","type":"text","text":"a","received":1},
        {"_id":"m2","role":"appUser","type":"text","text":{"b":1},"received":2}]"#;
    let MessagePage::Messages { messages, .. } = page(mixed, false) else {
        panic!("there are messages");
    };
    assert_eq!(words::not_read(&messages[0]), None);
    let said = words::not_read(&messages[1]).unwrap();
    assert!(
        said.as_str()
            .starts_with("not everything of message m2 could be read: "),
        "{said}"
    );
}

#[tokio::test]
async fn the_name_comes_from_the_newest_message_that_has_one_even_if_that_is_not_printed() {
    let api = Scripted::of_location_without_name();
    let mut bytes = Vec::new();
    let args = MessagesArgs {
        id: "u1".to_owned(),
        limit: NonZeroUsize::MIN,
        before: None,
    };
    let mut out = Output::new(&mut bytes, Format::Words);
    run(args, &api.connected(), &mut out).await.unwrap();
    let line = String::from_utf8(bytes).unwrap();
    assert!(line.contains("Alder Quist: [location]"), "{line}");
    assert!(!line.contains(": hi"), "one message is printed: {line}");
}
