//! No leaf of a fixture is dropped in silence: each shows up in the value or in its kept JSON.

use serde_json::Value;
use smooch_console::domain::{Message, Quoted, User};
use smooch_console::wire::v11;

use super::fields::time;
use super::fixtures::{PAGES, USERS, body, json};

fn leaves<'a>(value: &'a Value, path: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                leaves(value, &format!("{path}.{key}"), found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                leaves(value, &format!("{path}[{index}]"), found);
            }
        }
        leaf => found.push((path.to_owned(), leaf)),
    }
}

/// Paths of secrets, which must not show up.
fn is_secret(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    [
        "pushNotificationToken",
        "appToken",
        "secret",
        "code",
        "url",
        "authCode",
    ]
    .contains(&last)
}

fn assert_all_leaves(json: &Value, kept: &str) {
    let mut found = Vec::new();
    leaves(json, "", &mut found);
    assert!(!found.is_empty());
    for (path, leaf) in found {
        let shown = match leaf {
            Value::String(text) => {
                let escaped = serde_json::to_string(text).unwrap();
                kept.contains(escaped.trim_matches('"')) || kept.contains(text)
            }
            Value::Number(number) => {
                kept.contains(&number.to_string())
                    || time(leaf).is_some_and(|time| kept.contains(&format!("{time:?}")))
            }
            other => kept.contains(&other.to_string()),
        };
        let is_blank = leaf.as_str().is_some_and(|text| text.trim().is_empty());
        if is_secret(&path) {
            assert!(!shown, "{path} leaks {leaf}");
        } else {
            assert!(shown || is_blank, "{path} lost {leaf}");
        }
    }
}

fn of_user(user: &User) -> String {
    format!("{user:?}{}", user.json.expose())
}

fn of_messages(messages: &[Message]) -> String {
    let mut kept = format!("{messages:?}");
    for message in messages {
        kept.push_str(message.json.expose());
    }
    kept
}

#[test]
fn every_leaf_of_every_user_is_kept() {
    for name in USERS {
        let user = v11::parse_user(&body(name)).unwrap();
        assert_all_leaves(&json(name), &of_user(&user));
    }
}

#[test]
fn every_leaf_of_every_page_is_kept() {
    for name in PAGES {
        let page = v11::parse_messages_page(&body(name)).unwrap();
        let rest = format!("{:?}{:?}{:?}", page.conversation, page.previous, page.next);
        assert_all_leaves(&json(name), &(rest + &of_messages(&page.messages)));
    }
}

#[test]
fn every_leaf_of_an_app_is_kept() {
    let app = v11::parse_app(&body("v1.1/app.json")).unwrap();
    assert_all_leaves(
        &json("v1.1/app.json"),
        &format!("{app:?}{}", app.json.expose()),
    );
}

#[test]
fn a_quoted_message_keeps_its_own_json() {
    let page = v11::parse_messages_page(&body(PAGES[0])).unwrap();
    let json = &json(PAGES[0])["messages"][11]["quotedMessage"]["content"];
    let Some(Quoted::Message(quoted)) = &page.messages[11].quoted else {
        panic!("the form is quoted")
    };
    assert_all_leaves(json, quoted.json.expose());
}
