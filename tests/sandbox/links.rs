//! Channels, business systems, and the codes that link.

use super::desk::{Desk, encoded, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::cast;
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn channels_are_listed_with_the_field_of_their_type() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mut fields = BTreeMap::new();
    for id in sandbox.user_ids() {
        let channels = desk
            .get(&format!("/appusers/{id}/channels"))
            .await
            .done(200);
        for channel in channels["channels"].as_array().unwrap() {
            let kind = channel["type"].as_str().unwrap().to_owned();
            let field = channel
                .as_object()
                .unwrap()
                .keys()
                .find(|name| !["type", "integrationId"].contains(&name.as_str()));
            fields.insert(kind, field.cloned().unwrap_or_default());
        }
    }
    for (kind, field) in [
        ("twilio", "phoneNumber"),
        ("messagebird", "phoneNumber"),
        ("messenger", "userId"),
        ("viber", "userId"),
        ("line", "userId"),
        ("wechat", "userId"),
        ("twitter", "userId"),
        ("mailgun", "address"),
        ("whatsapp", "username"),
        ("telegram", "chatId"),
    ] {
        assert_eq!(fields.get(kind).map(String::as_str), Some(field), "{kind}");
    }
    for install in ["web", "ios", "android", "apn", "fcm", "unity"] {
        assert!(!fields.contains_key(install), "{install} is no channel");
    }
    let mara = desk
        .get(&format!("/appusers/{}/channels", cast::IDENTIFIED_NAMED.id))
        .await;
    let mara = mara.done(200);
    assert_eq!(
        mara["channels"][0]["username"], "15550100142",
        "without the plus"
    );
    let nobody = desk.get("/appusers/nobody/channels").await;
    nobody.assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn business_systems_are_those_that_agents_wrote_from() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mut found = BTreeSet::new();
    for id in sandbox.user_ids() {
        let path = format!("/appusers/{id}/businesssystems");
        let systems = desk.get(&path).await.done(200)["businessSystems"].clone();
        for system in systems.as_array().unwrap() {
            let kind = system["type"].as_str().unwrap();
            let well_formed = match kind {
                "slack" => system["channelId"].is_string(),
                "zendesk" => system["ticketId"].is_string(),
                "helpscout" => system["conversationId"].is_string(),
                "hipchat" => system["roomId"].is_i64(),
                _ => false,
            };
            assert!(well_formed, "{system}");
            found.insert(kind.to_owned());
        }
    }
    assert_eq!(found.len(), 4, "{found:?}");
    let none = format!("/appusers/{}/businessSystems", cast::NO_CONVERSATION.id);
    assert_eq!(
        desk.get(&none).await.done(200),
        json!({ "businessSystems": [] })
    );
    let nobody = desk.get("/appusers/nobody/businesssystems").await;
    nobody.assert_refused(404, "user_not_found");
}

async fn integration(desk: &mut Desk<'_>, kind: &str) -> String {
    let listed = desk
        .get(&format!("/integrations?types={kind}"))
        .await
        .done(200);
    listed["integrations"][0]["_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn link_requests_have_codes_for_channels_with_an_address() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let messenger = integration(&mut desk, "messenger").await;
    let line = integration(&mut desk, "line").await;
    let web = integration(&mut desk, "web").await;
    let path = format!("/appusers/{}/linkrequest", cast::IDENTIFIED_NAMED.id);
    let reply = desk
        .get(&format!("{path}?integrationIds={messenger},{line}"))
        .await;
    let requests = reply.done(200)["linkRequests"].clone();
    assert_eq!(requests.as_array().unwrap().len(), 2);
    for (request, (id, kind)) in [(0, (&messenger, "messenger")), (1, (&line, "line"))] {
        let request = &requests[request];
        assert_eq!(
            (&request["integrationId"], &request["type"]),
            (&json!(id), &json!(kind))
        );
        let code = request["code"].as_str().unwrap();
        assert!(code.starts_with("lr_"));
        assert!(
            request["url"]
                .as_str()
                .unwrap()
                .ends_with(&format!("ref={code}"))
        );
    }
    desk.get(&path).await.assert_refused(400, "bad_request");
    let reply = desk.get(&format!("{path}?integrationIds={web}")).await;
    reply.assert_refused(400, "bad_request");
    let reply = desk.get(&format!("{path}?integrationIds=unknown")).await;
    reply.assert_refused(404, "integration_not_found");
    let nobody = format!("/appusers/nobody/linkrequest?integrationIds={line}");
    desk.get(&nobody)
        .await
        .assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn every_auth_code_is_new() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/authcode", cast::IDENTIFIED_NAMED.id);
    let one = desk.get(&path).await.done(200)["authCode"].clone();
    let two = desk
        .get(&path.replace("authcode", "authCode"))
        .await
        .done(200)["authCode"]
        .clone();
    assert!(one.as_str().unwrap().starts_with("ac_"));
    assert_ne!(one, two);
    let nobody = desk.get("/appusers/nobody/authcode").await;
    nobody.assert_refused(404, "user_not_found");
}

fn twilio(confirmation: &Value) -> Value {
    json!({ "type": "twilio", "phoneNumber": "+15550100199", "confirmation": confirmation })
}

#[tokio::test]
async fn a_linked_channel_waits_until_it_is_confirmed() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/channels", cast::IDENTIFIED_NAMED.id);
    let before = desk.user(cast::IDENTIFIED_NAMED.id).await;
    let said = desk
        .newest_page(cast::IDENTIFIED_NAMED.id)
        .await
        .unwrap()
        .text;
    let message = json!({ "type": "text", "role": "appMaker", "text": "May we text you?" });
    for confirmation in [
        json!({ "type": "prompt", "message": message }),
        json!({ "type": "userActivity", "message": message }),
    ] {
        let user = desk.post(&path, &twilio(&confirmation)).await.done(200)["appUser"].clone();
        assert_eq!(user["clients"], before["clients"]);
        let pending = user["pendingClients"].as_array().unwrap();
        assert_eq!(pending.len(), 1, "asking again does not ask twice");
        assert_eq!(pending[0]["platform"], "twilio");
        assert_eq!(pending[0]["status"], "pending");
        assert_eq!(desk.user(cast::IDENTIFIED_NAMED.id).await, user);
    }
    let after = desk
        .newest_page(cast::IDENTIFIED_NAMED.id)
        .await
        .unwrap()
        .text;
    assert_eq!(
        after, said,
        "the confirmation is no message of the conversation"
    );
}

#[tokio::test]
async fn a_channel_that_needs_no_confirmation_is_linked_at_once() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/channels", encoded("crm-000417"));
    let body = twilio(&json!({ "type": "immediate" }));
    let user = desk.post(&path, &body).await.done(200)["appUser"].clone();
    let primary = |user: &Value| {
        let clients = user["clients"].as_array().unwrap().iter();
        let primary = clients.filter(|client| client["primary"] == true);
        primary
            .map(|client| client["platform"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(primary(&user), [json!("twilio")]);
    let listed = desk.get(&path).await.done(200)["channels"].clone();
    assert_eq!(listed[0]["phoneNumber"], "+15550100199");
    desk.post(&path, &body)
        .await
        .assert_refused(409, "conflict");
    let mail = json!({ "type": "mailgun", "address": "x@example.org", "subject": "Hello",
        "primary": false, "confirmation": { "type": "immediate" } });
    let user = desk.post(&path, &mail).await.done(200)["appUser"].clone();
    assert_eq!(primary(&user), [json!("twilio")]);
}

#[tokio::test]
async fn a_malformed_link_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/channels", cast::IDENTIFIED_NAMED.id);
    let before = desk.user(cast::IDENTIFIED_NAMED.id).await;
    let now = json!({ "type": "immediate" });
    for body in [
        json!([]),
        json!({ "confirmation": now }),
        json!({ "type": "web", "confirmation": now }),
        json!({ "type": "twilio", "confirmation": now }),
        json!({ "type": "mailgun", "phoneNumber": "+15550100199", "confirmation": now }),
        json!({ "type": "twilio", "phoneNumber": "+15550100199" }),
        twilio(&json!({ "type": "telepathy" })),
        twilio(&json!({ "type": "userActivity" })),
        twilio(&json!({ "type": "prompt", "message": { "type": "file", "mediaUrl": "x" } })),
        json!({ "type": "twilio", "phoneNumber": "+1", "confirmation": now, "primary": "yes" }),
    ] {
        desk.post(&path, &body)
            .await
            .assert_refused(400, "bad_request");
    }
    let mut elsewhere = twilio(&now);
    elsewhere["integrationId"] = json!("unknown");
    let reply = desk.post(&path, &elsewhere).await;
    reply.assert_refused(404, "integration_not_found");
    let reply = desk.post("/appusers/nobody/channels", &twilio(&now)).await;
    reply.assert_refused(404, "user_not_found");
    assert_eq!(desk.user(cast::IDENTIFIED_NAMED.id).await, before);
}

#[tokio::test]
async fn an_unlinked_channel_is_gone_and_another_client_is_primary() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/channels", cast::IDENTIFIED_NAMED.id);
    desk.delete(&format!("{path}/WhatsApp"))
        .await
        .assert_empty();
    let user = desk.user(cast::IDENTIFIED_NAMED.id).await;
    assert_eq!(user["clients"].as_array().unwrap().len(), 2);
    assert_eq!(user["clients"][0]["primary"], true);
    assert_eq!(desk.get(&path).await.done(200), json!({ "channels": [] }));
    for kind in ["whatsapp", "line", "web", "nothing"] {
        let reply = desk.delete(&format!("{path}/{kind}")).await;
        reply.assert_refused(404, "not_found");
    }
    let reply = desk.delete("/appusers/nobody/channels/line").await;
    reply.assert_refused(404, "user_not_found");
}
