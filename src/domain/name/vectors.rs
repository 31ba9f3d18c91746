//! The vectors of the API document, section 8.4, and more of the same shape.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

use serde_json::Value;

use super::*;
use crate::domain::Naming;
use crate::domain::{
    Author, Client, ClientId, ClientStatus, Content, Message, MissingUserId, Properties, RawJson,
    Scalar, Side, SmoochId, Source, User, UserId,
};

const DOCUMENTED: &str = include_str!("../../../tests/fixtures/naming_cases.json");
const MORE: &str = include_str!("../../../tests/fixtures/naming_more.json");

fn text(value: &Value) -> Option<Untrusted> {
    value.as_str().map(Untrusted::from)
}

fn client(value: &Value) -> Client {
    let raw = value["raw"].as_object().map(|raw| {
        raw.iter()
            .map(|(key, value)| {
                let scalar = value.as_str().map_or_else(
                    || Scalar::Json(value.to_string().into()),
                    |text| Scalar::Text(text.into()),
                );
                (Untrusted::from(key.as_str()), scalar)
            })
            .collect()
    });
    Client {
        id: value["id"].as_str().map(ClientId::new),
        record_id: None,
        device_id: None,
        platform: Platform(text(&value["platform"]).unwrap()),
        status: ClientStatus::Unknown,
        primary: value["primary"].as_bool(),
        external_id: None,
        integration_id: None,
        display_name: text(&value["displayName"]),
        avatar_url: None,
        last_seen: value["lastSeen"].as_str().map(|t| t.parse().unwrap()),
        linked_at: value["linkedAt"].as_str().map(|t| t.parse().unwrap()),
        app_version: None,
        has_push_token: false,
        info: Properties::default(),
        raw: Properties(raw.unwrap_or_default()),
        json: RawJson::new("{}"),
    }
}

fn user(case: &Value) -> User {
    let profile = &case["user"];
    let clients = |key: &str| case[key].as_array().unwrap().iter().map(client).collect();
    User {
        user_id: profile["userId"].as_str().map(UserId::new),
        given_name: text(&profile["givenName"]),
        surname: text(&profile["surname"]),
        listed_name: None,
        email: text(&profile["email"]),
        clients: clients("clients"),
        pending_clients: clients("pendingClients"),
        missing_user_id: MissingUserId::MeansNone,
        ..User::bare(SmoochId::new(profile["_id"].as_str().unwrap()))
    }
}

fn message(role: &str, name: &Value, received: Option<f64>) -> Message {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "small seconds of the vectors"
    )]
    let received = received.map(|s| jiff::Timestamp::from_second(s as i64).unwrap());
    Message {
        id: None,
        received,
        author: Author {
            side: match role {
                "appUser" => Side::User,
                "appMaker" => Side::Business,
                "whisper" => Side::Internal,
                other => Side::Other(other.into()),
            },
            id: None,
            name: text(name),
            avatar_url: None,
            email: None,
            subtype: None,
        },
        text: None,
        content: Content::Text,
        actions: Vec::new(),
        payload: None,
        source: None,
        quoted: None,
        metadata: Properties::default(),
        degraded: Vec::new(),
        json: RawJson::new("{}"),
    }
}

fn messages(case: &Value) -> Vec<Message> {
    match case["messages"].as_array() {
        Some(list) => list
            .iter()
            .map(|m| {
                message(
                    m["role"].as_str().unwrap(),
                    &m["name"],
                    m["received"].as_f64(),
                )
            })
            .collect(),
        None => vec![message(
            "appUser",
            &case["latestUserMessageName"],
            Some(1.0),
        )],
    }
}

fn check(vectors: &str) -> usize {
    let vectors: Value = serde_json::from_str(vectors).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let expected = &case["expected"];
        let name = resolve_display_name(&user(case), &messages(case));
        assert_eq!(
            name.text.expose(),
            expected["name"].as_str().unwrap(),
            "{id}"
        );
        let provenance = name.provenance.as_str();
        assert_eq!(provenance, expected["provenance"].as_str().unwrap(), "{id}");
        if let Some(cleaned) = expected["cleaned"].as_bool() {
            assert_eq!(name.cleaned, cleaned, "{id}");
        }
        if let Some(origin) = expected["origin"].as_str() {
            assert_eq!(name.origin_words().expose(), origin, "{id}");
        }
        let is_profile = name.provenance == Provenance::Profile;
        let naming = user(case).naming();
        assert_eq!(naming == Naming::Named, is_profile, "{id}");
    }
    cases.len()
}

#[test]
fn every_documented_vector_resolves() {
    assert_eq!(check(DOCUMENTED), 20);
}

#[test]
fn every_further_vector_resolves() {
    assert!(check(MORE) >= 40);
}

fn resolved(text: &str) -> DisplayName {
    DisplayName {
        text: text.into(),
        provenance: Provenance::Profile,
        profile_fields: None,
        platform: None,
        cleaned: false,
    }
}

fn author_of(message: &Message) -> String {
    resolve_author_name(message, &resolved("Mara Quinn"))
        .expose()
        .to_owned()
}

#[test]
fn a_message_line_shows_the_stored_name_cleaned() {
    let stored = Value::from("\u{202e}Old  Name");
    assert_eq!(author_of(&message("appUser", &stored, None)), "Old Name");
    assert_eq!(author_of(&message("appMaker", &stored, None)), "Old Name");
}

#[test]
fn a_user_without_a_stored_name_shows_the_resolved_one() {
    assert_eq!(
        author_of(&message("appUser", &Value::from(" "), None)),
        "Mara Quinn"
    );
    assert_eq!(
        author_of(&message("appUser", &Value::Null, None)),
        "Mara Quinn"
    );
}

#[test]
fn the_business_falls_back_to_subtype_then_system_then_its_own_word() {
    let mut line = message("appMaker", &Value::Null, None);
    assert_eq!(author_of(&line), "Business");
    line.source = Some(Source {
        kind: Some("api".into()),
        integration_id: None,
        client_id: None,
        original_message_id: None,
        original_timestamp: None,
    });
    assert_eq!(author_of(&line), "Business");
    line.source.as_mut().unwrap().kind = Some("slack".into());
    assert_eq!(author_of(&line), "slack");
    line.author.subtype = Some("bot".into());
    assert_eq!(author_of(&line), "bot");
    line.author.subtype = Some("agent".into());
    assert_eq!(author_of(&line), "slack");
}

#[test]
fn an_unknown_role_names_itself() {
    assert_eq!(
        author_of(&message("supervisor", &Value::Null, None)),
        "supervisor"
    );
    assert_eq!(author_of(&message("", &Value::Null, None)), "Unknown");
}

#[test]
fn every_channel_has_its_own_places_for_names() {
    use serde_json::json;
    for (given, expected) in [
        (
            json!({"platform":"whatsapp","displayName":"+31 6 12345039",
                "raw":{"from":"31612345039","profile":{"name":"Rosa Paz","age":[7]}}}),
            &["Rosa Paz"][..],
        ),
        (
            json!({"platform":"telegram","displayName":"T. A.",
                "raw":{"id":7,"username":"tareka99","first_name":"T.","last_name":"A."}}),
            &["@tareka99"],
        ),
        (
            json!({"platform":"instagram","raw":{"name":"Ines","username":"ines.k"}}),
            &["Ines", "@ines.k"],
        ),
        (
            json!({"platform":"twitter","raw":{"name":"Xu","screen_name":"xu_1","nickname":" "}}),
            &["Xu", "@xu_1"],
        ),
        (
            json!({"platform":"line","displayName":"Haru","raw":{"displayName":"Haru"}}),
            &[],
        ),
        (
            json!({"platform":"web","raw":{"profile":[1],"app":{"name":"Shop"}}}),
            &[],
        ),
    ] {
        let found = names_in_raw(&client(&given)).into_iter();
        let found: Vec<String> = found.map(|name| name.expose().to_owned()).collect();
        assert_eq!(found, expected, "{given}");
    }
}
