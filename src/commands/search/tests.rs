//! What programs and people read when a search is done.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::domain::SmoochId;
use crate::search::{KnownUsers, PAGE};
use crate::wire::v11::parse_user;

fn known() -> KnownUsers {
    let mut known = KnownUsers::default();
    let mara = br#"{"appUser":{"_id":"64be90d2a7f31c0058e6d914","userId":"cust-20418","givenName":"Mara","surname":"Quinn","email":"m.q@example.org","clients":[{"id":"c1","platform":"whatsapp","externalId":"+31 6 12345037","lastSeen":"1970-01-01T00:00:30Z"}]}}"#;
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
    let answer = Answer {
        results: found(text),
        merged: None,
    };
    let now = Timestamp::from_second(3 * 86_400 + 60).unwrap();
    let exit = print(&answer, now, &mut Output::new(&mut bytes, format)).unwrap();
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
                "rank": "prefix", "field": "name", "spans": [[0, 3]],
                "email": "m.q@example.org", "phones": ["+31 6 12345037"],
                "last_seen": "1970-01-01T00:00:30.000Z"
            }],
            "near": [], "merged": null
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
            "identity": null, "rank": "prefix", "field": "id", "spans": [[0, 4]],
            "email": null, "phones": [], "last_seen": null
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
fn a_line_says_what_an_agent_asks_for_and_where_else_the_text_was_found() {
    let (_, words) = printed("m.q@", Format::Words);
    assert_eq!(
        words.lines().collect::<Vec<_>>(),
        [
            "64be90d2a7f31c0058e6d914  identified  Mara Quinn  userId cust-20418  \
             e-mail m.q@example.org  phone +31 6 12345037  seen 3d ago",
            "1 of 2 users known here matches, the oldest copy 3d ago"
        ]
    );
    let (_, words) = printed("is:identified", Format::Words);
    assert!(words.starts_with("64be90d2a7f31c0058e6d914  identified  Mara Quinn"));
}

#[test]
fn a_misspelt_name_offers_the_nearest_ones_and_still_finds_nobody() {
    let (exit, line) = printed("Marra", Format::Json);
    let record: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(exit, Exit::NotFound);
    assert_eq!(
        (&record["hits"], &record["matched"]),
        (&json!([]), &json!(0))
    );
    assert_eq!(record["near"][0]["display_name"], "Mara Quinn");
    assert_eq!(record["near"][0]["spans"], json!([[0, 4]]));
    let (_, words) = printed("Marra", Format::Words);
    let lines: Vec<&str> = words.lines().collect();
    assert!(
        lines[0].starts_with("0 of 2 users known here match"),
        "{words}"
    );
    assert_eq!(lines[1], "did you mean one of these?");
    assert!(lines[2].starts_with("64be90d2a7f31c0058e6d914  identified  Mara Quinn"));
}

#[test]
fn a_merge_that_led_to_the_hit_is_mentioned() {
    let answer = Answer {
        results: found("64be90d2a7f31c0058e6d914"),
        merged: Some(Merged {
            from: LookupId::new("64be90d2a7f31c0058e6d900"),
            into: SmoochId::new("64be90d2a7f31c0058e6d914"),
        }),
    };
    let words = words::lines(&answer, Timestamp::UNIX_EPOCH);
    assert_eq!(
        words.last().unwrap().as_str(),
        "64be90d2a7f31c0058e6d900 is an old id: merged into 64be90d2a7f31c0058e6d914"
    );
    let record = serde_json::to_value(SearchRecord::of(&answer)).unwrap();
    assert_eq!(record["merged"]["from"], "64be90d2a7f31c0058e6d900");
    assert_eq!(record["hits"][0]["user_id"], "cust-20418");
}

#[test]
fn a_text_that_is_not_understood_is_refused_with_the_reason() {
    let mut bytes = Vec::new();
    let answer = Answer {
        results: found("mara is:nice"),
        merged: None,
    };
    let mut out = Output::new(&mut bytes, Format::Json);
    let refused = print(&answer, Timestamp::UNIX_EPOCH, &mut out).unwrap_err();
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
