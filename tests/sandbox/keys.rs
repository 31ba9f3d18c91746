//! An app's keys.

use super::desk::{Desk, sandbox};
use serde_json::json;

#[tokio::test]
async fn a_new_key_works_until_it_is_deleted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let made = desk
        .post("/keys", &json!({ "name": "Macro" }))
        .await
        .done(201)["key"]
        .clone();
    let (id, secret) = (
        made["_id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    assert!(id.starts_with("app_"));
    assert_eq!(made["name"], "Macro");
    let listed = desk.get("/keys").await.done(200);
    assert_eq!(listed["keys"][0]["_id"], sandbox.key_id());
    assert_eq!(listed["keys"][1], made);
    assert_eq!(
        desk.get(&format!("/keys/{id}")).await.done(200),
        json!({ "key": made })
    );
    let token = desk.get(&format!("/keys/{id}/jwt")).await.done(200)["jwt"].clone();
    let mut macros = Desk::at(&sandbox).await;
    macros.take_key(id, secret);
    macros.get("").await.done(200);
    let mut bearer = Desk::at(&sandbox).await;
    bearer.authorization = Some(format!("Bearer {}", token.as_str().unwrap()));
    bearer.get("").await.done(200);
    desk.delete(&format!("/keys/{id}")).await.assert_empty();
    macros.get("").await.assert_refused(401, "unauthorized");
    bearer.get("").await.assert_refused(401, "unauthorized");
    for rest in ["", "/jwt"] {
        let reply = desk.get(&format!("/keys/{id}{rest}")).await;
        reply.assert_refused(404, "not_found");
    }
    desk.delete(&format!("/keys/{id}"))
        .await
        .assert_refused(404, "not_found");
    let account = desk
        .get(&format!("/keys/{}", sandbox.account_key_id()))
        .await;
    account.assert_refused(404, "not_found");
}

#[tokio::test]
async fn an_unnamed_or_eleventh_key_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": 7 }),
        json!([]),
    ] {
        desk.post("/keys", &body)
            .await
            .assert_refused(400, "bad_request");
    }
    for _ in 1..10 {
        desk.post("/keys", &json!({ "name": "k" })).await.done(201);
    }
    let reply = desk.post("/keys", &json!({ "name": "k" })).await;
    reply.assert_refused(400, "bad_request");
}
