//! `messages`: order, limits, time bounds, and missing conversations.

use serde_json::Value;
use smooch_console::sandbox::cast;

use super::desk::Desk;
use super::get::assert_shape;

const MESSAGE_KEYS: &[(&str, &[&str])] = &[
    ("schema", &["string"]),
    ("id", &["string"]),
    ("received", &["time"]),
    ("author", &["object"]),
    ("type", &["string"]),
    ("text", &["string", "null"]),
    ("source", &["string", "null"]),
    ("raw", &["object"]),
];

const AUTHOR_KEYS: &[(&str, &[&str])] = &[
    ("side", &["string"]),
    ("name", &["string", "null"]),
    ("id", &["string", "null"]),
];

fn messages(desk: &Desk, id: &str, options: &[&str]) -> Vec<Value> {
    let mut arguments = vec!["messages", id, "--json"];
    arguments.extend(options);
    let ran = desk.run(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.records()
}

fn received(messages: &[Value]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message["received"].as_str().unwrap())
        .collect()
}

#[test]
fn every_record_has_exactly_the_keys_of_the_contract() {
    let desk = Desk::open();
    for person in [cast::EVERY_TYPE, cast::IDENTIFIED_NAMED] {
        let messages = messages(&desk, person.id, &[]);
        assert!(!messages.is_empty());
        for message in &messages {
            assert_shape(message, MESSAGE_KEYS);
            assert_shape(&message["author"], AUTHOR_KEYS);
            assert_eq!(message["schema"], "smooch-console/message/1");
            assert_eq!(message["raw"]["_id"], message["id"]);
            assert_eq!(message["raw"]["type"], message["type"]);
            let side = match message["raw"]["role"].as_str() {
                Some("appUser") => "user",
                Some("appMaker") => "business",
                other => panic!("an unexpected role: {other:?}"),
            };
            assert_eq!(message["author"]["side"], side);
        }
    }
}

#[test]
fn every_type_of_message_is_named_as_the_api_names_it() {
    let desk = Desk::open();
    let messages = messages(&desk, cast::EVERY_TYPE.id, &[]);
    for kind in [
        "text",
        "image",
        "file",
        "carousel",
        "list",
        "location",
        "form",
        "formResponse",
        "sticker",
    ] {
        assert!(messages.iter().any(|it| it["type"] == kind), "{kind}");
    }
}

#[test]
fn either_id_leads_to_the_same_messages() {
    let desk = Desk::open();
    let person = cast::STRANGE_USER_ID;
    assert_eq!(
        messages(&desk, person.id, &[]),
        messages(&desk, person.user_id.unwrap(), &[])
    );
}

#[test]
fn the_newest_hundred_come_oldest_first_by_default() {
    let desk = Desk::open();
    let hundred = messages(&desk, cast::THOUSAND_MESSAGES.id, &[]);
    assert_eq!(hundred.len(), 100);
    assert!(received(&hundred).is_sorted());
    let all = messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "5000"]);
    assert_eq!(all.len(), 1_000);
    assert_eq!(all[900..], hundred);
}

#[test]
fn many_pages_join_without_gaps_or_repeats() {
    let desk = Desk::open();
    let all = messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "1000"]);
    let times = received(&all);
    assert!(times.is_sorted_by(|a, b| a < b));
    let some = messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "250"]);
    assert_eq!(some, all[750..]);
}

#[test]
fn a_small_limit_takes_the_newest_and_reads_one_page() {
    let desk = Desk::open();
    let three = messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "3"]);
    assert_eq!(three.len(), 3);
    let pages = desk
        .requests()
        .iter()
        .filter(|request| request.path.contains("/messages"))
        .count();
    assert_eq!(pages, 1);
    let hundred = messages(&desk, cast::THOUSAND_MESSAGES.id, &[]);
    assert_eq!(three, hundred[97..]);
}

#[test]
fn before_excludes_the_bound_itself_and_all_later_messages() {
    let desk = Desk::open();
    let all = messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "1000"]);
    let bound = all[400]["received"].as_str().unwrap();
    let id = cast::THOUSAND_MESSAGES.id;
    let earlier = messages(&desk, id, &["--before", bound, "--limit", "150"]);
    assert_eq!(earlier, all[250..400]);
    let rest = messages(&desk, id, &["--before", bound, "--limit", "1000"]);
    assert_eq!(rest, all[..400]);
}

#[test]
fn a_bound_between_two_milliseconds_keeps_the_earlier_one() {
    let desk = Desk::open();
    let id = cast::THOUSAND_MESSAGES.id;
    let all = messages(&desk, id, &[]);
    let bound = all[50]["received"].as_str().unwrap().replace('Z', "500Z");
    let earlier = messages(&desk, id, &["--before", &bound, "--limit", "1"]);
    assert_eq!(earlier, all[50..=50]);
}

#[test]
fn before_the_first_message_there_is_nothing() {
    let desk = Desk::open();
    let before = ["--before", "2001-01-01T00:00:00Z"];
    assert!(messages(&desk, cast::THOUSAND_MESSAGES.id, &before).is_empty());
}

#[test]
fn a_missing_conversation_is_reported_and_is_not_a_failure() {
    let desk = Desk::open();
    for options in [&["--json"][..], &[]] {
        let mut arguments = vec!["messages", cast::NO_CONVERSATION.id];
        arguments.extend(options);
        let ran = desk.run(&arguments);
        assert_eq!(ran.code, 0);
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.contains("no conversation yet"), "{}", ran.stderr);
    }
}

#[test]
fn an_unknown_user_differs_from_one_without_a_conversation() {
    let desk = Desk::open();
    let ran = desk.run(&["messages", "nobody-9"]);
    assert_eq!(ran.code, 3);
    assert!(ran.complaint().contains("nobody-9"));
}

#[test]
fn each_message_begins_with_time_and_side_and_what_else_it_has_is_indented() {
    let desk = Desk::open();
    let ran = desk.run(&["messages", cast::EVERY_TYPE.id]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let records = messages(&desk, cast::EVERY_TYPE.id, &[]);
    let lines = ran.stdout.lines().filter(|line| !line.starts_with("    "));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), records.len());
    for (line, record) in lines.iter().zip(&records) {
        let side = record["author"]["side"].as_str().unwrap();
        let head = format!("{}  {side:8}  ", record["received"].as_str().unwrap());
        assert!(line.starts_with(&head), "{line}");
    }
}

#[test]
fn messages_sends_only_read_requests() {
    let desk = Desk::open();
    messages(&desk, cast::THOUSAND_MESSAGES.id, &["--limit", "300"]);
    let requests = desk.requests();
    assert!(requests.len() >= 4);
    assert!(requests.iter().all(|request| request.method == "GET"));
}
