//! How a name is resolved when the messages help, are not needed, or cannot be read.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;

use super::super::scripted::{Scripted, page};
use super::*;
use crate::domain::AnswerFault;

const UNNAMED: &str = r#"{"_id":"7c1f0a9be35d42608f1b6a05","conversationStarted":true,
    "clients":[{"id":"c","platform":"line","status":"active","displayName":"Kitty"}],
    "properties":{"plan":"pro"}}"#;

async fn get(api: &std::sync::Arc<Scripted>, format: Format) -> (Result<Exit, Failure>, String) {
    let mut bytes = Vec::new();
    let args = GetArgs {
        ids: vec!["x".to_owned()],
    };
    let mut out = Output::new(&mut bytes, format);
    let exit = run(args, &api.connected(), std::io::empty(), &mut out).await;
    (exit, String::from_utf8(bytes).unwrap())
}

fn display_name(line: &str) -> (String, String) {
    let record: Value = serde_json::from_str(line).unwrap();
    let name = &record["display_name"];
    let text = |key: &str| name[key].as_str().unwrap().to_owned();
    (text("text"), text("provenance"))
}

#[tokio::test]
async fn the_messages_name_a_user_without_a_name_in_the_profile() {
    let said = r#"[{"_id":"m1","role":"appUser","type":"text","name":"Acrobatic Rat",
        "text":"hi","received":1709543910.007}]"#;
    let api = Scripted::new(UNNAMED, [Ok(page(said, true))]);
    let (exit, line) = get(&api, Format::Json).await;
    assert_eq!(exit, Ok(Exit::Done));
    assert_eq!(
        display_name(&line),
        ("Acrobatic Rat".into(), "message".into())
    );
    assert_eq!(api.asked(), [PageRequest::Newest]);
}

#[tokio::test]
async fn a_user_whose_messages_cannot_be_read_is_shown_but_the_run_fails() {
    let down = Problem::Answer(AnswerFault::Server {
        status: 503,
        detail: "busy".into(),
    });
    let api = Scripted::new(UNNAMED, [Err(down)]);
    let (exit, line) = get(&api, Format::Json).await;
    assert_eq!(exit, Ok(Exit::Network));
    assert_eq!(display_name(&line), ("Kitty".into(), "channel".into()));
}

#[tokio::test]
async fn a_user_who_has_not_written_is_not_asked_about_messages() {
    let silent =
        r#"{"_id":"7c1f0a9be35d42608f1b6a05","conversationStarted":false,"properties":{}}"#;
    let api = Scripted::new(silent, []);
    let (exit, line) = get(&api, Format::Json).await;
    assert_eq!(exit, Ok(Exit::Done));
    assert_eq!(display_name(&line), ("Anonymous".into(), "fallback".into()));
    assert_eq!(api.asked(), []);
}

#[tokio::test]
async fn messages_are_read_when_the_api_does_not_say_whether_there_are_any() {
    let unsaid = r#"{"_id":"7c1f0a9be35d42608f1b6a05","properties":{}}"#;
    let api = Scripted::new(unsaid, [Ok(MessagePage::NoConversation)]);
    let (exit, _) = get(&api, Format::Json).await;
    assert_eq!(exit, Ok(Exit::Done));
    assert_eq!(api.asked(), [PageRequest::Newest]);
}

#[tokio::test]
async fn a_record_says_when_the_user_was_asked_for_by_the_servers_clock() {
    let api = Scripted::new(UNNAMED, [Ok(page("[]", false))]);
    let (_, text) = get(&api, Format::Json).await;
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["fetched_at"], "2024-03-04T09:00:00.000Z");
}

#[tokio::test]
async fn raw_json_over_several_lines_stays_on_one() {
    let api = Scripted::new(UNNAMED, [Ok(page("[]", false))]);
    let (_, text) = get(&api, Format::Json).await;
    assert_eq!(text.lines().count(), 1);
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["raw"]["clients"][0]["displayName"], "Kitty");
}

#[tokio::test]
async fn text_of_strangers_comes_after_our_own_words() {
    let hostile = r#"{"_id":"7c1f0a9be35d42608f1b6a05","givenName":"A\nIDENTIFIED · NAMED",
        "properties":{"x\nIDENTIFIED":"y\nIDENTIFIED"}}"#;
    let api = Scripted::new(hostile, []);
    let (_, text) = get(&api, Format::Words).await;
    let starts: Vec<&str> = text
        .lines()
        .map(|line| line.split(' ').next().unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "ANONYMOUS",
            "name",
            "_id",
            "logged",
            "conversation",
            "property"
        ]
    );
}

#[tokio::test]
async fn a_newer_message_without_a_name_takes_no_name_away() {
    let api = Scripted::of_location_without_name();
    let (_, line) = get(&api, Format::Json).await;
    assert_eq!(
        display_name(&line),
        ("Alder Quist".into(), "message".into())
    );
}
