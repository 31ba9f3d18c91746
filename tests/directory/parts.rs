//! Users of whom only a part was told: what is searched, shown and claimed of them.

use serde_json::Value;

use super::shelf::*;

/// A call of a webhook for a message whose author is told under a name, without their profile.
fn wrote(id: &str, name: &str) -> String {
    format!(
        r#"{{"trigger":"message:appUser","version":"v1.1","app":{{"_id":"{APP}"}},"messages":[{{"_id":"m1","role":"appUser","name":"{name}","type":"text","text":"hi","received":1700000000.1}}],"appUser":{{"_id":"{id}","conversationStarted":true}}}}"#
    )
}

/// The same of v2; `user` is what is told of the author beside their id.
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
fn whoever_is_known_by_a_message_alone_is_found_by_the_name_on_it() {
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
