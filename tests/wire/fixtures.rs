//! Every fixture decodes, and each of its fields is in the domain value.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use smooch_console::domain::{ClientStatus, Content, Identity, Naming, Scalar};
use smooch_console::wire::{parse_error, v11};

use super::fields::{self, object, opt};

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn body(name: &str) -> Vec<u8> {
    fs::read(folder().join(name)).unwrap()
}

pub fn json(name: &str) -> Value {
    serde_json::from_slice(&body(name)).unwrap()
}

/// The part of a fixture that is one endpoint's answer.
pub fn part(name: &str, key: &str) -> (Value, Vec<u8>) {
    let part = json(name)[key].clone();
    let body = serde_json::to_vec(&part).unwrap();
    (part, body)
}

pub const USERS: [&str; 7] = [
    "v1.1/appuser_anonymous_bare.json",
    "v1.1/appuser_anonymous_channel_name.json",
    "v1.1/appuser_anonymous_named.json",
    "v1.1/appuser_identified_named.json",
    "v1.1/appuser_identified_unnamed.json",
    "v1.1/appuser_pending_clients.json",
    "v1/appuser_legacy_devices.json",
];

pub const PAGES: [&str; 3] = [
    "v1.1/messages_all_types.json",
    "v1.1/messages_page_newest.json",
    "v1.1/messages_page_before.json",
];

#[test]
fn no_fixture_is_left_out() {
    let others = [
        "v1.1/app.json",
        "v1.1/error_401_unauthorized.json",
        "v1.1/error_404_conversation.json",
        "v1.1/error_404_user.json",
        "v1.1/error_429_rate_limited.json",
        "v1.1/webhook_event_merge_appuser.json",
        "v1.1/webhook_event_message_appuser.json",
    ];
    let mut known: Vec<String> = USERS
        .iter()
        .chain(&PAGES)
        .chain(&others)
        .map(ToString::to_string)
        .collect();
    known.sort();
    let mut found = Vec::new();
    for version in ["v1", "v1.1"] {
        for entry in fs::read_dir(folder().join(version)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            found.push(format!("{version}/{name}"));
        }
    }
    found.sort();
    assert_eq!(found, known);
}

#[test]
fn every_field_of_every_user_is_read() {
    for name in USERS {
        let user = v11::parse_user(&body(name)).unwrap();
        assert_eq!(object(&json(name)).len(), 1, "{name}");
        fields::user(&json(name)["appUser"], &user);
    }
}

#[test]
fn a_user_without_its_wrapper_is_read_too() {
    let (_, bare) = part(USERS[3], "appUser");
    let wrapped = v11::parse_user(&body(USERS[3])).unwrap();
    let bare = v11::parse_user(&bare).unwrap();
    assert_eq!(
        (bare.id, bare.clients.len()),
        (wrapped.id, wrapped.clients.len())
    );
}

#[test]
fn identity_and_naming_are_two_things() {
    let facts = |name: &str| {
        let user = v11::parse_user(&body(name)).unwrap();
        (user.identity(), user.naming())
    };
    assert_eq!(
        facts(USERS[0]),
        (Some(Identity::Anonymous), Naming::Unnamed)
    );
    assert_eq!(facts(USERS[2]), (Some(Identity::Anonymous), Naming::Named));
    assert_eq!(facts(USERS[3]), (Some(Identity::Identified), Naming::Named));
    assert_eq!(
        facts(USERS[4]),
        (Some(Identity::Identified), Naming::Unnamed)
    );
}

#[test]
fn the_named_user_reads_as_written_out_by_hand() {
    let user = v11::parse_user(&body(USERS[3])).unwrap();
    assert_eq!(user.id.expose(), "7c1f0a9be35d42608f1b6a01");
    assert_eq!(user.user_id.unwrap().expose(), "amara.okonkwo@example.com");
    assert_eq!(user.given_name, Some("Amara".into()));
    assert_eq!(
        user.signed_up_at.unwrap().as_millisecond(),
        1_699_179_630_400
    );
    assert_eq!(user.credential_required, None);
    let [web, ios] = &user.clients[..] else {
        panic!("two clients")
    };
    assert_eq!((web.primary, web.has_push_token), (Some(true), false));
    assert_eq!((ios.primary, ios.has_push_token), (Some(false), true));
    assert_eq!(ios.app_version, Some("3.2.1".into()));
    let seats = ("seats".into(), Scalar::Number("12".into()));
    assert!(user.properties.0.contains(&seats));
}

#[test]
fn v1_says_that_a_credential_is_required() {
    let user = v11::parse_user(&body(USERS[6])).unwrap();
    assert_eq!(user.credential_required, Some(true));
    assert!(user.json.expose().contains(r#""devices""#));
    assert!(!user.json.expose().contains("<0000>"));
}

#[test]
fn pending_clients_are_pending() {
    let user = v11::parse_user(&body(USERS[5])).unwrap();
    assert!(user.clients.is_empty());
    let statuses: Vec<_> = user.pending_clients.into_iter().map(|c| c.status).collect();
    assert_eq!(statuses, [ClientStatus::Pending, ClientStatus::Pending]);
}

#[test]
fn every_field_of_every_message_is_read() {
    for name in PAGES {
        let page = v11::parse_messages_page(&body(name)).unwrap();
        for (key, value) in object(&json(name)) {
            match key.as_str() {
                "conversation" => fields::conversation(value, &page.conversation),
                "messages" => fields::messages(value, &page.messages),
                "previous" => assert_eq!(*value, opt(page.previous.as_ref())),
                "next" => assert_eq!(*value, opt(page.next.as_ref())),
                other => panic!("the page's `{other}` is not asserted"),
            }
        }
        assert!(page.degraded.is_empty());
    }
}

#[test]
fn the_pages_have_their_lengths_and_links() {
    let newest = v11::parse_messages_page(&body(PAGES[1])).unwrap();
    let before = v11::parse_messages_page(&body(PAGES[2])).unwrap();
    assert_eq!((newest.messages.len(), before.messages.len()), (100, 7));
    assert!(newest.previous.is_some() && newest.next.is_none());
    assert!(before.previous.is_none() && before.next.is_some());
    let last = before.messages.last().unwrap().received;
    assert!(last < newest.messages[0].received);
    let first = newest.messages[0].received.unwrap();
    assert_eq!(first.as_millisecond(), 1_709_543_910_007);
}

#[test]
fn an_unknown_type_keeps_its_word_and_its_text() {
    let page = v11::parse_messages_page(&body(PAGES[0])).unwrap();
    let sticker = page.messages.last().unwrap();
    let kind = Some("sticker".into());
    let parts = Box::default();
    assert_eq!(sticker.content, Content::Unknown { kind, parts });
    assert!(sticker.text.is_some() && sticker.degraded.is_empty());
}

#[test]
fn an_app_is_read_without_its_token() {
    let one = v11::parse_app(&body("v1.1/app.json")).unwrap();
    fields::app(&json("v1.1/app.json")["app"], &one);
}

#[test]
fn every_error_gives_its_code_and_words() {
    for (name, status) in [
        ("v1.1/error_401_unauthorized.json", 401),
        ("v1.1/error_404_conversation.json", 404),
        ("v1.1/error_404_user.json", 404),
        ("v1.1/error_429_rate_limited.json", 429),
    ] {
        let (json, words) = (json(name), parse_error(status, &body(name)));
        assert_eq!(object(&json["error"]).len(), 2);
        assert_eq!(json["error"]["code"], words.code.unwrap());
        assert_eq!(json["error"]["description"], words.detail.expose());
    }
}
