//! No leaf of a fixture is dropped in silence: each shows up in the value or in its kept JSON.

use serde_json::Value;
use smooch_console::domain::{EventKind, Message, Quoted, User};
use smooch_console::wire::v11;

use super::fields::time;
use super::fixtures::{PAGES, USERS, body, json, part};

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

/// Paths whose values are secrets, which must not show up.
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
fn every_leaf_of_a_posted_message_is_kept() {
    let name = "v1.1/post_message_created.json";
    let posted = v11::parse_posted_messages(&body(name)).unwrap();
    let kept = format!("{:?}", posted.conversation)
        + &of_messages(&[posted.message])
        + &of_messages(&posted.extra_messages);
    assert_all_leaves(&json(name), &kept);
}

#[test]
fn every_leaf_of_apps_integrations_and_webhooks_is_kept() {
    let app = v11::parse_app(&body("v1.1/app.json")).unwrap();
    assert_all_leaves(
        &json("v1.1/app.json"),
        &format!("{app:?}{}", app.json.expose()),
    );
    let apps = v11::parse_apps(&body("v1.1/apps.json")).unwrap();
    let all: String = apps.items.iter().map(|app| app.json.expose()).collect();
    assert_all_leaves(&json("v1.1/apps.json"), &format!("{apps:?}{all}"));
    let list = v11::parse_integrations(&body("v1.1/integrations.json")).unwrap();
    let all: String = list.items.iter().map(|item| item.json.expose()).collect();
    assert_all_leaves(&json("v1.1/integrations.json"), &format!("{list:?}{all}"));
    let webhook = v11::parse_webhook(&body("v1.1/webhook.json")).unwrap();
    let kept = format!("{webhook:?}{}", webhook.json.expose());
    assert_all_leaves(&json("v1.1/webhook.json"), &kept);
}

#[test]
fn every_leaf_of_every_event_is_kept() {
    for name in [
        "v1.1/webhook_event_merge_appuser.json",
        "v1.1/webhook_event_message_appuser.json",
    ] {
        let event = v11::parse_webhook_event(&body(name)).unwrap();
        assert_all_leaves(&json(name), event.json.expose());
        // Beside the kept JSON, the ids are in the typed value itself.
        let typed = format!("{:?}", event.kind);
        assert!(typed.contains("7c1f0a9be35d42608f1b6a0"), "{typed}");
        assert!(!matches!(event.kind, EventKind::Other { .. }));
    }
}

#[test]
fn every_leaf_of_channels_and_links_is_kept() {
    let (channels, raw) = part("v1.1/channels_and_links.json", "GET channels");
    assert_all_leaves(
        &channels,
        &format!("{:?}", v11::parse_channels(&raw).unwrap()),
    );
    let (systems, raw) = part("v1.1/channels_and_links.json", "GET businesssystems");
    assert_all_leaves(
        &systems,
        &format!("{:?}", v11::parse_business_systems(&raw).unwrap()),
    );
    let (links, raw) = part("v1.1/channels_and_links.json", "GET linkrequest");
    assert_all_leaves(
        &links,
        &format!("{:?}", v11::parse_link_requests(&raw).unwrap()),
    );
    let (code, raw) = part("v1.1/channels_and_links.json", "GET authcode");
    assert_all_leaves(&code, &format!("{:?}", v11::parse_auth_code(&raw).unwrap()));
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
