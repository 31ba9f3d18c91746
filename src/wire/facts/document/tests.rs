//! Tests of the person as JSON and as a user.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Extent, facts_of_user};
use super::*;
use crate::domain::ApiVersion::{self, V2, V11};
use crate::domain::facts::{FactSet, Register, Registers};
use crate::domain::{ClientStatus, Identity};

fn facts(json: &Value, api: ApiVersion, extent: Extent) -> FactSet {
    facts_of_user(&json.to_string(), api, extent).unwrap()
}

fn with_view<T>(sets: &[FactSet], see: impl FnOnce(&PersonView<'_>) -> T) -> T {
    let registers = Registers::of(sets);
    see(&PersonView::of(&registers, None, &[]))
}

fn documented(sets: &[FactSet]) -> Value {
    with_view(sets, |view| {
        serde_json::from_str(&document("u", view)).unwrap()
    })
}

fn user(sets: &[FactSet]) -> User {
    with_view(sets, |view| user_of(&SmoochId::new("u"), view))
}

fn v11_user() -> Value {
    json!({"_id":"u","userId":"crm","givenName":"Mara","surname":"Quinn","email":"m@example.org",
        "signedUpAt":"2024-03-01T08:00:00.000Z","conversationStarted":true,"hasPaymentInfo":false,
        "properties":{"plan":"pro","seats":12,"old":null},
        "clients":[{"id":"c1","platform":"line","displayName":"Mara"},
            {"_id":"r","id":"w","platform":"web","deviceId":"w"}],
        "pendingClients":[{"id":"p1","platform":"whatsapp"}]})
}

#[test]
fn a_user_of_v1_comes_back_as_they_were() {
    let mut expected = v11_user();
    expected["properties"]
        .as_object_mut()
        .unwrap()
        .remove("old");
    let sets = [facts(&v11_user(), V11, Extent::Whole)];
    assert_eq!(documented(&sets), expected);
    let read = user(&sets);
    assert_eq!(read.clients.len(), 2);
    assert_eq!(read.pending_clients[0].status, ClientStatus::Pending);
    assert_eq!(read.conversation_started, Some(true));
    assert!(read.degraded.is_empty());
}

#[test]
fn a_user_of_v2_is_put_into_the_words_of_v1() {
    let v2 = json!({"id":"u","externalId":"crm","authenticated":true,"zendeskId":null,
        "signedUpAt":"2024-03-01T08:00:00.000Z",
        "profile":{"givenName":"Mara","email":"m@example.org","locale":"fr","avatarUrl":null},
        "metadata":{"plan":"pro"},"identities":[{"type":"email","value":"m@example.org"}],
        "clients":[{"id":"c1","type":"line","status":"active"},
            {"id":"p1","type":"whatsapp","status":"pending"}]});
    let sets = [facts(&v2, V2, Extent::Whole)];
    assert_eq!(
        documented(&sets),
        json!({"_id":"u","userId":"crm","givenName":"Mara","email":"m@example.org",
            "signedUpAt":"2024-03-01T08:00:00.000Z","authenticated":true,
            "profile":{"locale":"fr"},
            "identities":[{"type":"email","value":"m@example.org"}],
            "properties":{"plan":"pro"},
            "clients":[{"id":"c1","platform":"line","status":"active"}],
            "pendingClients":[{"id":"p1","platform":"whatsapp","status":"pending"}]})
    );
    let read = user(&sets);
    assert_eq!(read.authentication, Authentication::LoggedIn);
    assert_eq!(read.given_name, Some("Mara".into()));
    assert_eq!(read.clients[0].platform.0.expose(), "line");
}

#[test]
fn only_what_was_said_makes_a_user_anonymous() {
    let identity = |json: Value, extent| user(&[facts(&json, V11, extent)]).identity();
    assert_eq!(
        identity(json!({"_id":"u","properties":{}}), Extent::Part),
        None
    );
    let anonymous = Some(Identity::Anonymous);
    assert_eq!(identity(json!({"_id":"u"}), Extent::Whole), anonymous);
    assert_eq!(
        identity(json!({"_id":"u","userId":null}), Extent::Part),
        anonymous
    );
    let identified = identity(json!({"_id":"u","userId":7}), Extent::Part);
    assert_eq!(identified, Some(Identity::Identified));
}

#[test]
fn a_whole_user_closes_what_its_version_sends() {
    use crate::domain::facts::Set;
    let closed = |json: Value, api| facts(&json, api, Extent::Whole).closed;
    let clients = [ClientKind::Channel, ClientKind::Install].map(Set::Clients);
    assert_eq!(closed(json!({"_id":"u"}), V11), [Set::Version1]);
    assert_eq!(
        closed(
            json!({"_id":"u","properties":null,"clients":[],"pendingClients":[]}),
            V11
        ),
        [
            &[Set::Version1, Set::Properties][..],
            &clients,
            &[Set::Clients(ClientKind::Pending)]
        ]
        .concat()
    );
    assert_eq!(closed(json!({"id":"u","clients":[]}), V2), [Set::Version2]);
    assert_eq!(
        closed(
            json!({"id":"u","profile":{},"metadata":{},"identities":[]}),
            V2
        ),
        [
            Set::Version2,
            Set::Profile,
            Set::Properties,
            Set::Identities
        ]
    );
    // Nobody knows what a list that cannot be read would have named.
    let broken = json!({"_id":"u","clients":[7],"properties":"x"});
    assert_eq!(closed(broken, V11), [Set::Version1]);
    assert!(facts(&v11_user(), V11, Extent::Part).closed.is_empty());
}

#[test]
fn nulls_in_a_part_are_facts_and_missing_sections_say_nothing() {
    let part = json!({"_id":"u","email":null,"properties":{"plan":null},"clients":null});
    assert_eq!(
        facts(&part, V11, Extent::Part).facts,
        [
            (Member::Email, None),
            (Member::Property("plan".into()), None)
        ]
    );
    let part = json!({"_id":"u","properties":null});
    assert!(facts(&part, V11, Extent::Part).facts.is_empty());
}

#[test]
fn names_beside_the_profile_count_where_the_profile_has_none() {
    let flat = json!({"id":"u","externalId":"c","givenName":"Idris","surname":"Vane",
        "profile":{"surname":"Vale"}});
    assert_eq!(
        documented(&[facts(&flat, V2, Extent::Part)]),
        json!({"_id":"u","userId":"c","givenName":"Idris","surname":"Vale"})
    );
}

#[test]
fn ids_of_a_client_name_the_same_client() {
    let install = json!({"_id":"u","clients":[{"id":"b","_id":"a","guid":"c","platform":"ios"}]});
    let same: Vec<_> = facts(&install, V11, Extent::Part)
        .facts
        .into_iter()
        .filter(|(member, _)| matches!(member, Member::SameClient(..)))
        .collect();
    let pair = |one: &str, other: &str| {
        let same = Member::SameClient(one.into(), other.into());
        (same, Some("true".into()))
    };
    assert_eq!(same, [pair("a", "b"), pair("b", "c")]);
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(1.5)),
        Just(json!("")),
        Just(json!("é\"\\ \u{7}")),
        Just(json!("2024-03-01T08:00:00Z")),
        Just(json!({"b":[],"a":1})),
    ]
}

fn plain() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "userId",
        "givenName",
        "surname",
        "email",
        "avatarUrl",
        "signedUpAt",
        "conversationStarted",
        "hasPaymentInfo",
        "credentialRequired",
        "authenticated",
        "novelty",
    ]);
    let members = prop::collection::hash_map(names, value(), 0..8);
    let properties = prop::collection::hash_map("[a-c]", value(), 0..4);
    (members, properties).prop_map(|(members, properties)| {
        let mut user = json!(members);
        user["properties"] = json!(properties);
        user
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_short_way_reads_what_the_document_says(json in plain(), list in any::<bool>()) {
        let mut set = facts(&json, V11, Extent::Part);
        if list {
            set.register = Register::List(None);
        }
        let part = set.clone();
        with_view(&[set], |view| {
            let id = SmoochId::new("u");
            let mut long = read_document(&id, &document("u", view));
            if let Some(short) = user_of_part(&id, &part) {
                long.missing_user_id = short.missing_user_id;
                long.json = RawJson::new("");
                long.authentication = short.authentication;
                prop_assert_eq!(&short, &long);
                let whole = User { json: short.json.clone(), ..user_of(&id, view) };
                prop_assert_eq!(short, whole);
            }
            Ok(())
        })?;
    }
}
