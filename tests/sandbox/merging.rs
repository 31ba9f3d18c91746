//! Merging two users.

use super::desk::{Desk, ids, messages, received_ms, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::cast;
use std::collections::BTreeSet;

fn merge(surviving: &str, discarded: &str) -> Value {
    json!({ "surviving": { "_id": surviving }, "discarded": { "_id": discarded } })
}

#[tokio::test]
async fn a_merge_moves_clients_and_messages_to_the_survivor() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let (survivor, discarded) = (cast::IDENTIFIED_NAMED, cast::IDENTIFIED_UNNAMED);
    let (mara, other) = (desk.user(survivor.id).await, desk.user(discarded.id).await);
    let left = desk.newest_page(survivor.id).await.unwrap().json();
    let right = desk.newest_page(discarded.id).await.unwrap().json();
    let reply = desk
        .post("/appusers/merge", &merge(survivor.id, discarded.id))
        .await;
    reply.assert_empty();
    for gone in [discarded.id, discarded.user_id.unwrap()] {
        let reply = desk.get(&format!("/appusers/{gone}")).await;
        reply.assert_refused(404, "user_not_found");
    }
    let merged = desk.user(survivor.id).await;
    assert_eq!(merged["userId"], mara["userId"]);
    assert_eq!(merged["givenName"], "Mara");
    assert_eq!(
        merged["properties"]["plan"], "pro",
        "the survivor's value wins"
    );
    let count = |user: &Value| user["clients"].as_array().unwrap().len();
    assert_eq!(count(&merged), count(&mara) + count(&other));
    let clients = merged["clients"].as_array().unwrap();
    let primary = clients.iter().filter(|client| client["primary"] == true);
    assert_eq!(primary.count(), 1);
    let all = desk.newest_page(survivor.id).await.unwrap().json();
    let together = |page: &Value| ids(page).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(together(&all), &together(&left) | &together(&right));
    let said = all["messages"].as_array().unwrap();
    assert!(
        said.iter()
            .map(received_ms)
            .is_sorted_by(|one, two| one < two)
    );
    assert_eq!(all["conversation"]["_id"], left["conversation"]["_id"]);
}

#[tokio::test]
async fn an_anonymous_survivor_inherits_what_it_lacks() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let (survivor, discarded) = (cast::NO_CONVERSATION, cast::HOSTILE);
    // A user without a conversation inherits the other's unchanged, even half a surrogate pair.
    let before = desk.newest_page(discarded.id).await.unwrap().text;
    desk.post("/appusers/merge", &merge(survivor.id, discarded.id))
        .await
        .assert_empty();
    let page = desk.newest_page(survivor.id).await.unwrap().text;
    assert_eq!(messages(Some(&page)).len(), messages(Some(&before)).len());
    assert!(page.contains("\\ud83d,"));
    let (survivor, discarded) = (cast::ANONYMOUS_UNNAMED, cast::IDENTIFIED_NAMED);
    desk.post("/appusers/merge", &merge(survivor.id, discarded.id))
        .await
        .assert_empty();
    let merged = desk.user(discarded.user_id.unwrap()).await;
    assert_eq!(
        merged["_id"], survivor.id,
        "the userId leads to the survivor"
    );
    assert_eq!(merged["givenName"], "Mara");
    let reply = desk.get(&format!("/appusers/{}", discarded.id)).await;
    reply.assert_refused(404, "user_not_found");
    let reply = desk
        .post(
            "/appusers",
            &json!({ "userId": discarded.user_id.unwrap() }),
        )
        .await;
    reply.assert_refused(409, "conflict");
}

#[tokio::test]
async fn simultaneous_messages_both_survive_a_merge() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mut made = Vec::new();
    for name in ["left", "right"] {
        let user = desk
            .post("/appusers", &json!({ "userId": name }))
            .await
            .done(201);
        made.push(user["appUser"]["_id"].as_str().unwrap().to_owned());
        for number in 0..120 {
            let text = format!("{name} {number} \",\"received\":1.0");
            let body = json!({ "role": "appUser", "type": "text", "text": text });
            desk.post_message(name, &body).await.done(201);
        }
    }
    desk.post("/appusers/merge", &merge(&made[0], &made[1]))
        .await
        .assert_empty();
    let mut path = desk.path("/appusers/left/messages?after=0");
    let (mut seen, mut last) = (BTreeSet::new(), 0);
    loop {
        let page = desk.send("GET", &path, b"").await.json();
        for message in page["messages"].as_array().unwrap() {
            assert!(received_ms(message) > last);
            last = received_ms(message);
            seen.insert(message["text"].as_str().unwrap().to_owned());
        }
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = next.strip_prefix(sandbox.base_url()).unwrap().to_owned();
    }
    assert_eq!(seen.len(), 240);
}

#[tokio::test]
async fn a_merge_with_oneself_with_nobody_or_by_user_id_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let (mara, other) = (cast::IDENTIFIED_NAMED, cast::ANONYMOUS_NAMED);
    let before = desk.user(mara.id).await;
    for body in [
        merge(mara.id, mara.id),
        json!({}),
        json!({ "surviving": { "_id": mara.id } }),
        json!({ "surviving": mara.id, "discarded": other.id }),
        json!({ "surviving": { "userId": mara.user_id }, "discarded": { "_id": other.id } }),
    ] {
        let reply = desk.post("/appusers/merge", &body).await;
        reply.assert_refused(400, "bad_request");
    }
    for body in [
        merge(mara.id, "0123456789abcdef01234567"),
        merge("0123456789abcdef01234567", mara.id),
        merge(mara.user_id.unwrap(), other.id),
    ] {
        let reply = desk.post("/appusers/merge", &body).await;
        reply.assert_refused(404, "user_not_found");
    }
    assert_eq!(desk.user(mara.id).await, before);
    assert_eq!(desk.user(other.id).await["_id"], other.id);
}
