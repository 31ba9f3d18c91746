//! Users known only in part: what is searched, shown and claimed.

use serde_json::Value;

use super::shelf::*;
use smooch_console::directory::store::{Change, Report, Store, StoreOptions};
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{ApiVersion, Identity, Provenance};
use smooch_console::wire::v11;

/// A webhook's call for a message with its author's name, but without their profile.
fn wrote(id: &str, name: &str) -> String {
    format!(
        r#"{{"trigger":"message:appUser","version":"v1.1","app":{{"_id":"{APP}"}},"messages":[{{"_id":"m1","role":"appUser","name":"{name}","type":"text","text":"hi","received":1700000000.1}}],"appUser":{{"_id":"{id}","conversationStarted":true}}}}"#
    )
}

/// The same in v2; `user` is what the event has about the author besides the id.
fn wrote_v2(id: &str, name: &str, user: &str) -> String {
    format!(
        r#"{{"app":{{"id":"{APP}"}},"webhook":{{"id":"w","version":"v2"}},"events":[{{"id":"e","type":"conversation:message","createdAt":"2024-03-01T08:00:00.000Z","payload":{{"conversation":{{"id":"c"}},"message":{{"id":"m","received":"2024-03-01T08:00:00.000Z","author":{{"type":"user","userId":"{id}","displayName":"{name}"{user}}},"content":{{"type":"text","text":"hi"}}}}}}}}]}}"#
    )
}

fn shelf_of(lines: &[String]) -> Shelf {
    let shelf = Shelf::new();
    shelf.file("log.jsonl", lines.join("\n"));
    shelf.command(&["import", "log.jsonl"]).assert().success();
    shelf
}

fn searched(shelf: &Shelf, query: &str) -> Vec<Value> {
    let run = shelf.command(&["search", query, "--json"]).output();
    let record: Value = serde_json::from_slice(&run.unwrap().stdout).unwrap();
    record["hits"].as_array().unwrap().clone()
}

#[test]
fn a_user_known_by_a_message_alone_is_found_by_the_name_on_it() {
    let shelf = shelf_of(&[
        wrote("n1", "Newbie"),
        wrote_v2("n2", "Freshling", ""),
        wrote_v2(
            "n3",
            "Beginner",
            r#","user":{"id":"n3","authenticated":false}"#,
        ),
    ]);
    for (name, id) in [("Newbie", "n1"), ("Freshling", "n2"), ("Beginner", "n3")] {
        let hits = searched(&shelf, name);
        assert_eq!(hits.len(), 1, "{name}");
        assert_eq!(hits[0]["id"], id);
        assert_eq!(hits[0]["display_name"], name);
        assert_eq!(hits[0]["field"], "name");
    }
}

#[test]
fn a_name_on_a_message_is_searched_beside_the_name_that_is_shown() {
    let shelf = shelf_of(&[
        user("u1", "Mara"),
        wrote("u1", "Quinny"),
        user("u2", "Bo"),
        wrote("u2", "Web User 64c0a1f2a7f31c0058e6d000"),
    ]);
    let hits = searched(&shelf, "quinny");
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["display_name"], "Mara");
    assert_eq!(hits[0]["field"], "channel_name");
    assert_eq!(searched(&shelf, "'64c0a1f2"), Vec::<Value>::new());
}

fn identities(shelf: &Shelf) -> Vec<(String, Value)> {
    let run = shelf.command(&["search", "", "--json"]).output();
    let record: Value = serde_json::from_slice(&run.unwrap().stdout).unwrap();
    let hits = record["hits"].as_array().unwrap().iter();
    let id = |hit: &Value| hit["id"].as_str().unwrap().to_owned();
    let mut told: Vec<_> = hits.map(|hit| (id(hit), hit["identity"].clone())).collect();
    told.sort_by(|one, other| one.0.cmp(&other.0));
    told
}

#[test]
fn a_user_is_anonymous_only_when_a_source_says_there_is_no_user_id() {
    let shelf = shelf_of(&[
        user("a-whole", "Ana"),
        wrote("b-event", "Bo"),
        wrote_v2(
            "c-event",
            "Cy",
            r#","user":{"id":"c-event","authenticated":false}"#,
        ),
        wrote_v2("d-author", "Dee", ""),
        r#"{"_id":"e-fragment","givenName":"Eve"}"#.into(),
        r#"{"_id":"f-ids","userId":"c1"}"#.into(),
        r#"{"_id":"g-id"}"#.into(),
    ]);
    shelf.file("u.csv", "_id,givenName\nh-csv,Hal\n");
    shelf.command(&["import", "u.csv"]).assert().success();
    let (anonymous, identified) = (Value::from("anonymous"), Value::from("identified"));
    let expected = [
        ("a-whole", anonymous.clone()),
        ("b-event", anonymous.clone()),
        ("c-event", anonymous),
        ("d-author", Value::Null),
        ("e-fragment", Value::Null),
        ("f-ids", identified),
        ("g-id", Value::Null),
        ("h-csv", Value::Null),
    ];
    assert_eq!(
        identities(&shelf),
        expected.map(|(id, told)| (id.to_owned(), told))
    );
    let store = shelf.open();
    for id in ["e-fragment", "h-csv"] {
        assert_eq!(find(&store, id).unwrap().user.identity(), None, "{id}");
    }
    drop(store);

    let count = |query: &str| searched(&shelf, query).len();
    assert_eq!(["is:anonymous", "!is:anonymous"].map(count), [3, 1]);
    assert_eq!(["is:identified", "!is:identified"].map(count), [1, 3]);
    assert_eq!(["has:userid", "!has:userid"].map(count), [1, 3]);

    let run = shelf.command(&["directory", "stats", "--json"]).output();
    let stats: Value = serde_json::from_slice(&run.unwrap().stdout).unwrap();
    let counted = ["identified", "anonymous", "identity_not_known"].map(|key| stats[key].as_u64());
    assert_eq!(counted, [Some(1), Some(3), Some(4)]);
    let run = shelf.command(&["directory", "stats"]).output().unwrap();
    let words = String::from_utf8(run.stdout).unwrap();
    assert!(
        words.contains("8: 1 identified, 3 anonymous, 4 not known"),
        "{words}"
    );
}

#[test]
fn what_a_whole_user_says_counts_where_only_ids_are_kept() {
    let shelf = Shelf::new();
    let keep = smooch_console::directory::store::Keep::Ids;
    let options = StoreOptions {
        keep,
        ..shelf.options()
    };
    let mut store = Store::open(options).unwrap();
    let told = |id: &str, how| {
        let user = v11::parse_user(user(id, "Ana").as_bytes()).unwrap();
        let told = Report::whole(&user, ApiVersion::V11, key(how, 1));
        Change::Report(Box::new(told))
    };
    for change in [told("u1", Source::Api), told("u2", Source::File)] {
        store.record(&change).unwrap();
    }
    let rest = [
        r#"{"_id":"u3","givenName":"Ana"}"#.to_owned(),
        user("u4", "Ana"),
    ];
    import(&mut store, &shelf.file("u.ndjson", rest.join("\n")));
    drop(store);
    let anonymous = Value::from("anonymous");
    let expected = [
        ("u1", anonymous.clone()),
        ("u2", anonymous.clone()),
        ("u3", Value::Null),
        ("u4", anonymous),
    ];
    assert_eq!(
        identities(&shelf),
        expected.map(|(id, told)| (id.to_owned(), told))
    );
}

#[test]
fn the_word_anonymous_is_not_shown_as_a_name() {
    let shelf = shelf_of(&[r#"{"_id":"u1","userId":"c1"}"#.into()]);
    let hits = searched(&shelf, "c1");
    assert_eq!(hits[0]["display_name"], Value::Null);
    let run = shelf.command(&["search", "c1"]).output().unwrap();
    let words = String::from_utf8(run.stdout).unwrap();
    assert!(
        words.starts_with("u1  identified  no name known  userId c1"),
        "{words}"
    );
}

#[test]
fn users_known_by_ids_or_a_message_alone_are_read_back() {
    let shelf = shelf_of(&[
        wrote("n1", "Newbie"),
        r#"{"_id":"u1","userId":"c1"}"#.into(),
        r#"{"_id":"u2"}"#.into(),
    ]);
    let store = shelf.open();
    let newbie = find(&store, "n1").unwrap();
    assert_eq!(newbie.name.text.expose(), "Newbie");
    assert_eq!(newbie.name.provenance, Provenance::Message);
    assert_eq!(newbie.source, Source::Webhook);
    assert_eq!(newbie.user.identity(), Some(Identity::Anonymous));
    let identified = find(&store, "c1").unwrap();
    assert_eq!(identified.user.id.expose(), "u1");
    assert_eq!(identified.user.identity(), Some(Identity::Identified));
    assert_eq!(identified.source, Source::File);
    assert_eq!(identified.name.provenance, Provenance::Fallback);
    let bare = find(&store, "u2").unwrap();
    assert_eq!(
        (bare.user.user_id.clone(), bare.user.identity()),
        (None, None)
    );
    assert_eq!(bare.user.portion, Portion::Ids);
}
