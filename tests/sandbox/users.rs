//! Users by either id, and the notable ones.

use super::desk::{Desk, encoded, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::cast;
use std::collections::BTreeSet;

#[tokio::test]
async fn a_user_is_found_by_both_ids_and_in_both_forms_of_the_path() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let by_id = desk.user(mara.id).await;
    assert_eq!(by_id["userId"], mara.user_id.unwrap());
    assert_eq!(by_id["givenName"], "Mara");
    assert_eq!(desk.user(mara.user_id.unwrap()).await, by_id);
    let short = format!("/V1.1/appUsers/{}", mara.id);
    assert_eq!(desk.send("GET", &short, b"").await.json()["appUser"], by_id);
}

#[tokio::test]
async fn a_strange_user_id_is_found_raw_and_encoded() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let zoe = cast::STRANGE_USER_ID;
    let user_id = zoe.user_id.unwrap();
    for needed in ['/', '?', '#', '%', '+', '@', ' '] {
        assert!(user_id.contains(needed), "{needed}");
    }
    assert!(!user_id.is_ascii());
    // Characters that a path can't contain stay encoded; the rest may be sent raw.
    let half_raw = user_id
        .replace('%', "%25")
        .replace('/', "%2F")
        .replace('?', "%3f")
        .replace('#', "%23")
        .replace(' ', "%20");
    assert!(
        half_raw.contains(['ë', '@', '+']),
        "beyond ASCII, too: {half_raw}"
    );
    for form in [encoded(user_id), half_raw] {
        let reply = desk.get(&format!("/appusers/{form}")).await;
        assert_eq!(reply.status, 200, "{form}");
        assert_eq!(reply.json()["appUser"]["_id"], zoe.id);
        let reply = desk.get(&format!("/appusers/{form}/messages")).await;
        assert_eq!(reply.status, 200, "{form}");
    }
}

#[tokio::test]
async fn a_doubly_encoded_id_or_a_plus_for_a_space_is_another_user() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let user_id = cast::STRANGE_USER_ID.user_id.unwrap();
    let twice = encoded(&encoded(user_id));
    let plus = encoded(user_id).replace("%20", "+");
    for form in [twice, plus] {
        let reply = desk.get(&format!("/appusers/{form}")).await;
        assert_eq!(reply.error_code(), "user_not_found", "{form}");
    }
}

#[tokio::test]
async fn an_unknown_user_and_a_missing_conversation_are_different_404s() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for path in ["/appusers/nobody", "/appusers/nobody/messages"] {
        let reply = desk.get(path).await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (404, "user_not_found")
        );
    }
    for quiet in [cast::NO_CONVERSATION, cast::PENDING_ONLY] {
        assert_eq!(desk.user(quiet.id).await["conversationStarted"], false);
        let reply = desk.get(&format!("/appusers/{}/messages", quiet.id)).await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.error_code(), "conversation_not_found");
    }
}

#[tokio::test]
async fn every_notable_person_matches_the_cast() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let first: Vec<_> = cast::ALL
        .iter()
        .map(|notable| notable.id.to_owned())
        .collect();
    assert_eq!(sandbox.user_ids()[..first.len()], first);
    for notable in cast::ALL {
        let user = desk.user(notable.id).await;
        assert_eq!(user.get("userId").and_then(Value::as_str), notable.user_id);
    }
    let named = |user: &Value| user.get("givenName").is_some() || user.get("surname").is_some();
    for (notable, is_named) in [
        (cast::IDENTIFIED_NAMED, true),
        (cast::IDENTIFIED_UNNAMED, false),
        (cast::ANONYMOUS_NAMED, true),
        (cast::ANONYMOUS_UNNAMED, false),
    ] {
        assert_eq!(
            named(&desk.user(notable.id).await),
            is_named,
            "{}",
            notable.about
        );
    }
    let pending = desk.user(cast::PENDING_ONLY.id).await;
    assert_eq!(pending["clients"], json!([]));
    assert_eq!(pending["pendingClients"][0]["status"], "pending");
    let gone = desk.user(cast::UNREACHABLE.id).await;
    let statuses: BTreeSet<_> = gone["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, BTreeSet::from(["blocked", "inactive"]));
    let real = desk.user(cast::IDENTIFIED_NAMED.id).await;
    let other = desk.user(cast::SHARES_EMAIL.id).await;
    assert!(real["email"].is_string());
    assert_eq!(real["email"], other["email"]);
}
