//! Creating, changing, erasing and deleting users.

use super::desk::{Desk, encoded, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::cast;

#[tokio::test]
async fn a_user_is_created_before_they_ever_write() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let body = json!({ "userId": "new/one@example.org", "givenName": "Nela", "surname": null,
        "signedUpAt": "2024-03-01T09:00:00+01:00", "properties": { "plan": "pro", "n": 3 } });
    let reply = desk.post("/appusers", &body).await.done(201);
    let user = &reply["appUser"];
    assert_eq!(user["_id"].as_str().unwrap().len(), 24);
    assert_eq!(user["userId"], "new/one@example.org");
    assert_eq!(user["givenName"], "Nela");
    assert!(user.get("surname").is_none());
    assert_eq!(user["signedUpAt"], "2024-03-01T08:00:00.000Z");
    assert_eq!(user["conversationStarted"], false);
    assert_eq!(user["properties"], json!({ "plan": "pro", "n": 3 }));
    assert_eq!(
        (&user["clients"], &user["pendingClients"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(&desk.user("new/one@example.org").await, user);
    assert_eq!(&desk.user(user["_id"].as_str().unwrap()).await, user);
    let messages = format!("/appusers/{}/messages", encoded("new/one@example.org"));
    desk.get(&messages)
        .await
        .assert_refused(404, "conversation_not_found");
}

#[tokio::test]
async fn an_existing_user_or_one_without_a_user_id_is_not_created() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let taken = json!({ "userId": cast::IDENTIFIED_NAMED.user_id.unwrap() });
    desk.post("/appusers", &taken)
        .await
        .assert_refused(409, "conflict");
    let fresh = json!({ "userId": "u-1" });
    desk.post("/appusers", &fresh).await.done(201);
    desk.post("/appusers", &fresh)
        .await
        .assert_refused(409, "conflict");
    for body in [
        json!({}),
        json!([]),
        json!({ "userId": "" }),
        json!({ "userId": null }),
        json!({ "userId": 7 }),
        json!({ "userId": "x".repeat(1025) }),
        json!({ "userId": "u-2", "givenName": 7 }),
        json!({ "userId": "u-2", "properties": { "deep": {} } }),
        json!({ "userId": "u-2", "signedUpAt": "yesterday" }),
    ] {
        let reply = desk.post("/appusers", &body).await;
        reply.assert_refused(400, "bad_request");
    }
    desk.get("/appusers/u-2")
        .await
        .assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn an_update_changes_only_what_it_names() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let before = desk.user(mara.id).await;
    let change = json!({ "surname": "Quinn-Oyelaran", "userId": "ignored",
        "properties": { "plan": "trade", "tier": null, "vip": true } });
    let reply = desk
        .put(&format!("/appusers/{}", mara.user_id.unwrap()), &change)
        .await;
    let user = reply.done(200)["appUser"].clone();
    let mut expected = before.clone();
    expected["surname"] = json!("Quinn-Oyelaran");
    expected["properties"]["plan"] = json!("trade");
    expected["properties"]["vip"] = json!(true);
    expected["properties"]
        .as_object_mut()
        .unwrap()
        .remove("tier");
    assert_eq!(user, expected);
    assert_eq!(desk.user(mara.id).await, expected);
    let path = format!("/appusers/{}", mara.id);
    let change = json!({ "givenName": null, "surname": "", "properties": null });
    let user = desk.put(&path, &change).await.done(200)["appUser"].clone();
    assert!(user.get("givenName").is_none(), "null removes");
    assert_eq!(user["surname"], "", "an empty text is set");
    assert_eq!(user["properties"], json!({}));
    assert_eq!(user["email"], before["email"]);
}

#[tokio::test]
async fn a_malformed_update_changes_nothing() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}", cast::IDENTIFIED_NAMED.id);
    let before = desk.user(cast::IDENTIFIED_NAMED.id).await;
    for body in [
        json!("text"),
        json!({ "givenName": 1 }),
        json!({ "givenName": "x".repeat(129) }),
        json!({ "givenName": "changed", "email": [] }),
        json!({ "givenName": "changed", "properties": { "list": [] } }),
        json!({ "givenName": "changed", "properties": { "big": "x".repeat(4096) } }),
        json!({ "properties": "text" }),
        json!({ "signedUpAt": 5 }),
    ] {
        desk.put(&path, &body)
            .await
            .assert_refused(400, "bad_request");
    }
    assert_eq!(desk.user(cast::IDENTIFIED_NAMED.id).await, before);
    let reply = desk
        .put("/appusers/nobody", &json!({ "givenName": "x" }))
        .await;
    reply.assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn a_deleted_user_is_gone_with_everything() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let path = format!("/appusers/{}", mara.user_id.unwrap());
    desk.delete(&path).await.assert_empty();
    for id in [mara.id, mara.user_id.unwrap()] {
        for rest in ["", "/messages", "/channels"] {
            let reply = desk.get(&format!("/appusers/{id}{rest}")).await;
            reply.assert_refused(404, "user_not_found");
        }
    }
    desk.delete(&path)
        .await
        .assert_refused(404, "user_not_found");
    assert!(!sandbox.user_ids().contains(&mara.id.to_owned()));
    // The userId is free again, and belongs to a new person when it is taken.
    let again = desk
        .post("/appusers", &json!({ "userId": mara.user_id.unwrap() }))
        .await;
    assert_ne!(again.done(201)["appUser"]["_id"], mara.id);
}

#[tokio::test]
async fn an_erased_profile_leaves_the_messages_and_their_names() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let said = desk.newest_page(mara.id).await.unwrap().text;
    let reply = desk.delete(&format!("/appusers/{}/profile", mara.id)).await;
    let user = reply.done(200)["appUser"].clone();
    assert_eq!(user["userId"], mara.user_id.unwrap());
    for name in ["givenName", "surname", "email"] {
        assert!(user.get(name).is_none(), "{name}");
    }
    assert_eq!(user["properties"], json!({}));
    let clients = user["clients"].as_array().unwrap();
    assert_eq!(clients.len(), 3);
    for client in clients {
        for name in ["displayName", "avatarUrl", "info", "raw"] {
            assert!(client.get(name).is_none(), "{name}");
        }
    }
    assert_eq!(desk.user(mara.id).await, user);
    assert_eq!(desk.newest_page(mara.id).await.unwrap().text, said);
    assert!(said.contains("Mara Quinn"));
    let nobody = desk.delete("/appusers/nobody/profile").await;
    nobody.assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn an_id_wins_over_a_user_id_that_looks_the_same() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let other = cast::ANONYMOUS_NAMED.id;
    let reply = desk.post("/appusers", &json!({ "userId": other })).await;
    let made = reply.done(201)["appUser"]["_id"].clone();
    assert_eq!(desk.user(other).await["_id"], other, "the _id comes first");
    desk.delete(&format!("/appusers/{other}"))
        .await
        .assert_empty();
    assert_eq!(desk.user(other).await["_id"], made);
    let merge = desk.post("/appusers", &json!({ "userId": "merge" })).await;
    let merge: Value = merge.done(201)["appUser"].clone();
    assert_eq!(
        desk.user("merge").await,
        merge,
        "only a POST is the literal"
    );
}
