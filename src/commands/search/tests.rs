//! What programs and people read when a search is done.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::domain::SmoochId;
use crate::search::{KnownUsers, PAGE};
use crate::wire::v11::parse_user;

fn known() -> KnownUsers {
    let mut known = KnownUsers::default();
    let mara = br#"{"appUser":{"_id":"64be90d2a7f31c0058e6d914","userId":"cust-20418","givenName":"Mara","surname":"Quinn","email":"m.q@example.org"}}"#;
    known.learn(parse_user(mara).unwrap(), Timestamp::UNIX_EPOCH);
    known.import_ids([SmoochId::new("64c0a1f2a7f31c0058e6d000")]);
    known
}

fn found(text: &str) -> Results {
    let request = Request::new(text, Timestamp::UNIX_EPOCH, PAGE);
    search_once(&known().snapshot(), &request)
}

fn printed(text: &str, format: Format) -> (Exit, String) {
    let mut bytes = Vec::new();
    let results = found(text);
    let now = Timestamp::from_second(3 * 86_400 + 60).unwrap();
    let exit = print(&results, now, &mut Output::new(&mut bytes, format)).unwrap();
    (exit, String::from_utf8(bytes).unwrap())
}

#[test]
fn the_record_has_every_key_of_the_contract() {
    let (exit, line) = printed("mar", Format::Json);
    assert_eq!((exit, line.matches('\n').count()), (Exit::Done, 1));
    assert!(line.starts_with("{\"schema\":\"smooch-console/search/1\",\"known_users\":2,"));
    assert_eq!(
        serde_json::from_str::<Value>(&line).unwrap(),
        json!({
            "schema": "smooch-console/search/1", "known_users": 2, "matched": 1, "fuzzy": "run",
            "hits": [{
                "id": "64be90d2a7f31c0058e6d914", "user_id": "cust-20418",
                "display_name": "Mara Quinn", "identity": "identified",
                "rank": "prefix", "field": "name", "spans": [[0, 3]]
            }]
        })
    );
}

#[test]
fn of_several_words_the_worst_match_gives_the_field() {
    let (_, line) = printed("m.q@ quinn", Format::Json);
    let record: Value = serde_json::from_str(&line).unwrap();
    let hit = &record["hits"][0];
    assert_eq!(hit["rank"], "word");
    assert_eq!(
        (&hit["field"], &hit["spans"]),
        (&json!("name"), &json!([[5, 10]]))
    );
}

#[test]
fn a_user_known_only_by_id_has_nulls() {
    let (_, line) = printed("64c0", Format::Json);
    let record: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        record["hits"][0],
        json!({
            "id": "64c0a1f2a7f31c0058e6d000", "user_id": null, "display_name": null,
            "identity": null, "rank": "prefix", "field": "id", "spans": [[0, 4]]
        })
    );
}

#[test]
fn finding_nobody_has_its_own_exit_code_and_says_what_was_searched() {
    let (exit, words) = printed("zzz", Format::Words);
    assert_eq!(exit, Exit::NotFound);
    assert_eq!(
        words,
        "0 of 2 users known here match, the oldest copy 3d ago\n"
    );
    assert_eq!(printed("zzz", Format::Json).0, Exit::NotFound);
    let (exit, words) = printed("name:zzz", Format::Words);
    assert_eq!(exit, Exit::NotFound);
    let last = words.lines().last().unwrap();
    assert!(last.starts_with("there is no filter name:; to search names just type zzz"));
}

#[test]
fn a_line_adds_the_matched_field_unless_it_shows_it_already() {
    let (_, words) = printed("m.q@", Format::Words);
    assert_eq!(
        words.lines().next().unwrap(),
        "64be90d2a7f31c0058e6d914  identified  Mara Quinn  userId cust-20418  prefix  email m.q@example.org"
    );
    let (_, words) = printed("is:identified", Format::Words);
    assert!(words.starts_with("64be90d2a7f31c0058e6d914  identified  Mara Quinn"));
}

#[test]
fn a_text_that_is_not_understood_is_refused_with_the_reason() {
    let mut bytes = Vec::new();
    let results = found("mara is:nice");
    let mut out = Output::new(&mut bytes, Format::Json);
    let refused = print(&results, Timestamp::UNIX_EPOCH, &mut out).unwrap_err();
    let Failure::Told { what, next, exit } = refused else {
        unreachable!("{refused:?}");
    };
    assert_eq!(exit, Exit::Usage);
    assert!(
        what.as_str()
            .contains("is: wants anonymous, identified, named or unnamed, not “nice”")
    );
    assert!(next.as_str().contains("search --help"));
    assert!(bytes.is_empty());
}
