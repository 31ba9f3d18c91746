//! Webhooks: stored and listed.

use super::desk::{Desk, sandbox};
use serde_json::json;

#[tokio::test]
async fn a_webhook_is_created_listed_changed_and_deleted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    assert_eq!(
        desk.get("/webhooks").await.done(200),
        json!({ "webhooks": [] })
    );
    let body = json!({ "target": "https://hooks.example.com/a", "includeClient": true,
        "triggers": ["message:appUser", "typing:appUser"] });
    let made = desk.post("/webhooks", &body).await.done(201)["webhook"].clone();
    assert_eq!(made["target"], "https://hooks.example.com/a");
    assert_eq!(made["version"], "v1.1");
    assert_eq!(
        (&made["includeClient"], &made["includeFullAppUser"]),
        (&json!(true), &json!(false))
    );
    assert!(made["secret"].as_str().unwrap().len() >= 32);
    let plain = json!({ "target": "https://hooks.example.com/b" });
    let plain = desk.post("/webhooks", &plain).await.done(201)["webhook"].clone();
    assert_eq!(plain["triggers"], json!(["message"]));
    assert_ne!(plain["secret"], made["secret"]);
    let listed = desk.get("/webhooks").await.done(200);
    assert_eq!(listed, json!({ "webhooks": [made, plain] }));
    let path = format!("/webhooks/{}", made["_id"].as_str().unwrap());
    let changed = desk
        .put(&path, &json!({ "includeFullAppUser": true, "secret": "x" }))
        .await;
    let changed = changed.done(200)["webhook"].clone();
    assert_eq!(changed["includeFullAppUser"], true);
    assert_eq!(
        (&changed["secret"], &changed["triggers"]),
        (&made["secret"], &made["triggers"])
    );
    assert_eq!(desk.get(&path).await.done(200)["webhook"], changed);
    desk.delete(&path).await.assert_empty();
    for method in ["GET", "PUT", "DELETE"] {
        let reply = desk.call(method, &path, &json!({})).await;
        reply.assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_malformed_or_eleventh_webhook_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for body in [
        json!([]),
        json!({}),
        json!({ "target": "hooks.example.com" }),
        json!({ "target": "file:///etc/passwd" }),
        json!({ "target": "https://hooks.example.com", "triggers": "message" }),
        json!({ "target": "https://hooks.example.com", "triggers": [] }),
        json!({ "target": "https://hooks.example.com", "triggers": ["moon:full"] }),
        json!({ "target": "https://hooks.example.com", "includeClient": "yes" }),
    ] {
        desk.post("/webhooks", &body)
            .await
            .assert_refused(400, "bad_request");
    }
    let good = json!({ "target": "https://hooks.example.com" });
    for _ in 0..10 {
        desk.post("/webhooks", &good).await.done(201);
    }
    desk.post("/webhooks", &good)
        .await
        .assert_refused(400, "bad_request");
    let first = desk.get("/webhooks").await.done(200)["webhooks"][0]["_id"].clone();
    let path = format!("/webhooks/{}", first.as_str().unwrap());
    let reply = desk.put(&path, &json!({ "target": 7 })).await;
    reply.assert_refused(400, "bad_request");
}
