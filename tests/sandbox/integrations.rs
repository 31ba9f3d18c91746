//! The app's channels.

use super::desk::{Desk, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::cast;

fn types(page: &Value) -> Vec<&str> {
    let listed = page["integrations"].as_array().unwrap().iter();
    listed.map(|one| one["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn integrations_are_listed_in_pages_and_by_type() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let all = desk.get("/integrations?limit=100").await.done(200);
    assert_eq!(
        (&all["hasMore"], &all["offset"]),
        (&json!(false), &json!(0))
    );
    let all = types(&all);
    let (mut parts, mut offset) = (Vec::new(), 0);
    loop {
        let part = desk
            .get(&format!("/integrations?limit=10&offset={offset}"))
            .await
            .done(200);
        parts.extend(types(&part).into_iter().map(str::to_owned));
        offset += 10;
        if part["hasMore"] == false {
            break;
        }
    }
    assert_eq!(parts, all);
    let some = desk.get("/integrations?types=line,web").await.done(200);
    assert_eq!(types(&some), ["web", "line"]);
    let statuses = desk.get("/integrations?types=twitter,gbm").await.done(200);
    assert_eq!(statuses["integrations"][0]["status"], "error");
    assert!(statuses["integrations"][0]["error"].is_string());
    assert_eq!(statuses["integrations"][1]["status"], "inactive");
    for query in ["limit=0", "limit=101", "limit=many", "offset=-1"] {
        let reply = desk.get(&format!("/integrations?{query}")).await;
        reply.assert_refused(400, "bad_request");
    }
}

#[tokio::test]
async fn every_client_belongs_to_an_integration_of_its_platform() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for notable in cast::ALL {
        let user = desk.user(notable.id).await;
        for client in user["clients"].as_array().unwrap() {
            let id = client["integrationId"].as_str().unwrap();
            let found = desk.get(&format!("/integrations/{id}")).await.done(200);
            assert_eq!(found["integration"]["type"], client["platform"]);
        }
    }
}

#[tokio::test]
async fn an_integration_is_created_changed_and_deleted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let body = json!({ "type": "line", "displayName": "Second shop", "channelId": "1" });
    let made = desk.post("/integrations", &body).await.done(201)["integration"].clone();
    assert_eq!(
        (&made["type"], &made["status"]),
        (&json!("line"), &json!("active"))
    );
    let path = format!("/integrations/{}", made["_id"].as_str().unwrap());
    let change = json!({ "displayName": null, "channelId": "2", "type": "web", "_id": "x" });
    let changed = desk.put(&path, &change).await.done(200)["integration"].clone();
    assert_eq!(
        (&changed["type"], &changed["_id"]),
        (&json!("line"), &made["_id"])
    );
    assert_eq!(changed["channelId"], "2");
    assert!(changed.get("displayName").is_none());
    assert_eq!(desk.get(&path).await.done(200)["integration"], changed);
    desk.delete(&path).await.assert_empty();
    for method in ["GET", "PUT", "DELETE"] {
        let reply = desk.call(method, &path, &json!({})).await;
        reply.assert_refused(404, "integration_not_found");
    }
    for body in [
        json!({}),
        json!({ "type": "pigeon" }),
        json!({ "type": "line", "displayName": 7 }),
        json!({ "type": "line", "displayName": "x".repeat(101) }),
    ] {
        let reply = desk.post("/integrations", &body).await;
        reply.assert_refused(400, "bad_request");
    }
}
