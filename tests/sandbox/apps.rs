//! Apps, and which key sees which.

use super::desk::{Desk, sandbox};
use serde_json::json;
use smooch_console::sandbox::cast;

#[tokio::test]
async fn an_update_of_an_app_changes_only_what_it_names() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let before = desk.get("").await.done(200)["app"].clone();
    let change = json!({ "name": "Loom & Co", "metadata": { "region": null, "k": 1 },
        "settings": { "conversationRetentionSeconds": 60 }, "appToken": "x" });
    let after = desk.put("", &change).await.done(200)["app"].clone();
    let mut expected = before.clone();
    expected["name"] = json!("Loom & Co");
    expected["settings"]["conversationRetentionSeconds"] = json!(60);
    expected["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("region");
    expected["metadata"]["k"] = json!(1);
    assert_eq!(after, expected);
    assert_eq!(desk.get("").await.done(200)["app"], expected);
    assert_eq!(sandbox.app_name(), "Loom & Co");
    for body in [
        json!({ "name": "" }),
        json!({ "name": null }),
        json!({ "name": "x".repeat(101) }),
        json!({ "settings": { "useAnimalNames": "yes" } }),
        json!({ "settings": { "conversationRetentionSeconds": -1 } }),
        json!({ "metadata": { "deep": {} } }),
    ] {
        desk.put("", &body).await.assert_refused(400, "bad_request");
    }
    assert_eq!(desk.get("").await.done(200)["app"], expected);
}

#[tokio::test]
async fn the_account_lists_creates_and_deletes_apps() {
    let sandbox = sandbox().await;
    let mut desk = Desk::of_account(&sandbox).await;
    let made = desk
        .send("POST", "/v1.1/apps", br#"{"name":"Second shop"}"#)
        .await;
    let made = made.done(201)["app"].clone();
    let id = made["_id"].as_str().unwrap().to_owned();
    let listed = desk.send("GET", "/v1.1/apps", b"").await.done(200);
    assert_eq!(
        (&listed["hasMore"], &listed["offset"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(listed["apps"][0]["_id"], sandbox.app_id());
    assert_eq!(listed["apps"][1], made);
    let part = desk
        .send("GET", "/v1.1/apps?limit=1&offset=0", b"")
        .await
        .done(200);
    assert_eq!(part["hasMore"], true);
    let granted = desk
        .send("GET", "/v1.1/apps?serviceAccountId=x", b"")
        .await
        .done(200);
    assert_eq!(granted["apps"], json!([]));
    // Each app has its own people, channels and webhooks.
    let path = format!("/v1.1/apps/{id}");
    let mara = format!("{path}/appusers/{}", cast::IDENTIFIED_NAMED.id);
    desk.send("GET", &mara, b"")
        .await
        .assert_refused(404, "user_not_found");
    let users = format!("{path}/appusers");
    desk.send("POST", &users, br#"{"userId":"cust-20418"}"#)
        .await
        .done(201);
    assert_eq!(
        desk.user("cust-20418").await["_id"],
        cast::IDENTIFIED_NAMED.id
    );
    desk.send("DELETE", &path, b"").await.assert_empty();
    desk.send("GET", &path, b"")
        .await
        .assert_refused(404, "app_not_found");
    for body in [&b"{}"[..], b"[]", br#"{"name":7}"#] {
        let reply = desk.send("POST", "/v1.1/apps", body).await;
        reply.assert_refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_key_of_an_app_sees_only_its_own_app() {
    let sandbox = sandbox().await;
    let mut account = Desk::of_account(&sandbox).await;
    let made = account
        .send("POST", "/v1.1/apps", br#"{"name":"Other"}"#)
        .await
        .done(201);
    let other = made["app"]["_id"].as_str().unwrap().to_owned();
    let mut desk = Desk::at(&sandbox).await;
    for (method, path) in [
        ("GET", format!("/v1.1/apps/{other}")),
        ("DELETE", format!("/v1.1/apps/{other}")),
        ("GET", format!("/v1.1/apps/{other}/appusers/x")),
        ("GET", "/v1.1/apps".to_owned()),
        ("POST", "/v1.1/apps".to_owned()),
    ] {
        desk.send(method, &path, b"{}")
            .await
            .assert_refused(403, "forbidden");
    }
    // The short form means the key's own app, and the account has none.
    let short = format!("/v1.1/appusers/{}", cast::IDENTIFIED_NAMED.id);
    desk.send("GET", &short, b"").await.done(200);
    desk.send("GET", "/v1.1/integrations", b"").await.done(200);
    account
        .send("GET", &short, b"")
        .await
        .assert_refused(403, "forbidden");
    let foreign = format!("/v1.1/apps/{}", cast::FOREIGN_APP_ID);
    account
        .send("GET", &foreign, b"")
        .await
        .assert_refused(403, "forbidden");
}

#[tokio::test]
async fn a_deleted_app_takes_its_keys_with_it() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    desk.delete("").await.assert_empty();
    desk.get("").await.assert_refused(401, "unauthorized");
    let mut account = Desk::of_account(&sandbox).await;
    account.get("").await.assert_refused(404, "app_not_found");
    assert_eq!(sandbox.app_name(), "");
    assert!(sandbox.user_ids().is_empty());
}
