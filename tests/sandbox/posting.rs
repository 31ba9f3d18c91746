//! New messages: stored or refused.

use super::desk::{Desk, ids, received_ms, sandbox};
use serde_json::json;
use smooch_console::sandbox::cast;

#[tokio::test]
async fn an_agents_message_is_stored_and_read_back() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let before = desk.newest_page(id).await.unwrap().json();
    let body = json!({ "role": "appMaker", "type": "text", "text": "Code: 4711", "name": "Dana",
        "email": "dana@example.com", "metadata": { "round": 3 },
        "actions": [{ "type": "reply", "text": "Thanks", "payload": "T" }] });
    let reply = desk.post_message(id, &body).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let answer = reply.json();
    let message = &answer["message"];
    assert_eq!(message["text"], "Code: 4711");
    assert_eq!(message["name"], "Dana");
    assert_eq!(message["role"], "appMaker");
    assert!(message["actions"][0]["_id"].is_string());
    assert_ne!(message["authorId"], id);
    let unread = before["conversation"]["unreadCount"].as_u64().unwrap();
    assert_eq!(answer["conversation"]["unreadCount"], unread + 1);
    let after = desk.newest_page(id).await.unwrap().json();
    assert_eq!(
        after["messages"].as_array().unwrap().last().unwrap(),
        message
    );
    assert_eq!(ids(&after).len(), ids(&before).len() + 1);
}

#[tokio::test]
async fn simultaneous_messages_get_rising_times() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::ANONYMOUS_UNNAMED.id;
    for number in 0..120 {
        let body = json!({ "role": "appMaker", "type": "text", "text": number.to_string() });
        let reply = desk.post_message(id, &body).await;
        assert!(
            reply.json()["message"].get("name").is_none(),
            "the business has no default name"
        );
    }
    let page = desk.newest_page(id).await.unwrap().json();
    let times: Vec<_> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(received_ms)
        .collect();
    assert_eq!(times.len(), 100);
    assert!(times.is_sorted_by(|one, two| one < two));
}

#[tokio::test]
async fn an_imported_message_gets_the_name_that_the_naming_rules_choose() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let unnamed = cast::ANONYMOUS_UNNAMED.id;
    let cases = [
        (
            cast::IDENTIFIED_NAMED.id,
            json!(null),
            "Mara Quinn".to_owned(),
        ),
        (
            cast::IDENTIFIED_NAMED.id,
            json!("By phone"),
            "By phone".to_owned(),
        ),
        (
            cast::IDENTIFIED_NAMED.id,
            json!(" \u{200b}"),
            "Mara Quinn".to_owned(),
        ),
        (unnamed, json!(null), format!("Web User {unnamed}")),
        (
            cast::NO_CONVERSATION.id,
            json!(null),
            "Noor Haddad".to_owned(),
        ),
    ];
    for (id, name, expected) in cases {
        let body =
            json!({ "role": "appUser", "type": "text", "text": "said by phone", "name": name });
        let reply = desk.post_message(id, &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        let message = &reply.json()["message"];
        assert_eq!(message["name"], expected);
        assert_eq!(message["authorId"], id);
    }
    let begun = desk.user(cast::NO_CONVERSATION.id).await;
    assert_eq!(begun["conversationStarted"], true);
    assert!(desk.newest_page(cast::NO_CONVERSATION.id).await.is_some());
}

#[tokio::test]
async fn every_type_can_be_posted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::EVERY_TYPE.id;
    let link = json!({ "type": "link", "text": "Open", "uri": "https://shop.example.com" });
    let field = json!({ "type": "email", "name": "mail", "label": "E-mail" });
    for (body, text) in [
        (
            json!({ "role": "appMaker", "type": "text", "actions": [link] }),
            "",
        ),
        (
            json!({ "role": "appUser", "type": "image", "mediaUrl": "https://media.example.com/p.png" }),
            " ",
        ),
        (
            json!({ "role": "appMaker", "type": "file", "text": "Here", "mediaUrl": "https://media.example.com/d.pdf" }),
            "Here",
        ),
        (
            json!({ "role": "appMaker", "type": "carousel", "items": [{ "title": "Tea", "actions": [link] }] }),
            "1. Tea\nOpen: https://shop.example.com",
        ),
        (
            json!({ "role": "appMaker", "type": "list", "items": [{ "title": "Tea", "description": "Green", "actions": [link] }] }),
            "1. Tea\nGreen\nOpen: https://shop.example.com",
        ),
        (
            json!({ "role": "appUser", "type": "location", "coordinates": { "lat": 59.9, "long": 10.7 } }),
            "Location shared:\nhttps://maps.google.com/maps?q=59.9,10.7",
        ),
        (
            json!({ "role": "appMaker", "type": "form", "fields": [field] }),
            "",
        ),
        (
            json!({ "role": "appUser", "type": "formResponse",
                "fields": [{ "type": "email", "name": "mail", "label": "E-mail", "email": "a@example.org" }],
                "quotedMessage": { "type": "externalMessageId", "externalMessageId": "x" } }),
            "E-mail: a@example.org",
        ),
        (
            json!({ "role": "appMaker", "type": "text", "text": "There", "destination": { "integrationType": "whatsapp" } }),
            "There",
        ),
    ] {
        let reply = desk.post_message(id, &body).await;
        assert_eq!(reply.status, 201, "{body}: {}", reply.text);
        assert_eq!(reply.json()["message"]["text"], text);
        assert_eq!(reply.json()["message"]["type"], body["type"]);
    }
}

#[tokio::test]
async fn malformed_messages_are_refused_and_not_stored() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let before = desk.newest_page(id).await.unwrap().text;
    let link = json!({ "type": "link", "text": "Open", "uri": "https://shop.example.com" });
    for body in [
        json!("text"),
        json!({ "type": "text", "text": "no role" }),
        json!({ "role": "whisper", "type": "text", "text": "x" }),
        json!({ "role": "appMaker", "text": "no type" }),
        json!({ "role": "appMaker", "type": "sticker", "text": "x" }),
        json!({ "role": "appMaker", "type": "text", "text": "" }),
        json!({ "role": "appMaker", "type": "text", "text": 5 }),
        json!({ "role": "appMaker", "type": "text", "text": "x".repeat(4097) }),
        json!({ "role": "appMaker", "type": "text", "text": "x", "actions": [{ "type": "reply", "text": "no payload" }] }),
        json!({ "role": "appMaker", "type": "text", "text": "x", "actions": [{ "type": "share" }] }),
        json!({ "role": "appUser", "type": "text", "text": "x", "actions": [link] }),
        json!({ "role": "appUser", "type": "text", "text": "x", "destination": { "integrationType": "web" } }),
        json!({ "role": "appMaker", "type": "text", "text": "x", "destination": { "integrationType": "line" } }),
        json!({ "role": "appMaker", "type": "image" }),
        json!({ "role": "appMaker", "type": "carousel", "items": [] }),
        json!({ "role": "appMaker", "type": "list", "items": [{ "title": "no actions" }] }),
        json!({ "role": "appUser", "type": "location", "coordinates": { "lat": 91, "long": 0 } }),
        json!({ "role": "appMaker", "type": "form", "fields": [{ "type": "text", "name": "no_label" }] }),
        json!({ "role": "appMaker", "type": "text", "text": "x", "metadata": { "deep": {} } }),
    ] {
        let reply = desk.post_message(id, &body).await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (400, "bad_request"),
            "{body}"
        );
    }
    assert_eq!(desk.newest_page(id).await.unwrap().text, before);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_too_large() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = desk.path(&format!("/appusers/{}/messages", cast::IDENTIFIED_NAMED.id));
    let reply = desk.send("POST", &path, &vec![b' '; 100 * 1024 + 1]).await;
    assert_eq!(reply.status, 413);
    assert_eq!(reply.error_code(), "request_entity_too_large");
}

#[tokio::test]
async fn messages_that_lack_something_or_have_too_much_are_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let before = desk.newest_page(id).await.unwrap().text;
    let link = json!({ "type": "link", "text": "Open", "uri": "https://shop.example.com" });
    let item = json!({ "title": "Tea", "actions": [link] });
    let field = json!({ "type": "text", "name": "n", "label": "N" });
    let select = |option: serde_json::Value, count: usize| {
        json!({ "type": "form", "fields": [{ "type": "select", "name": "s", "label": "S",
            "options": vec![option; count] }] })
    };
    let numbered =
        |number: usize| json!({ "type": "text", "name": number.to_string(), "label": "N" });
    let many: Vec<_> = (0..21).map(numbered).collect();
    for mut body in [
        json!({ "type": "file" }),
        json!({ "type": "image", "mediaUrl": 7 }),
        json!({ "type": "location" }),
        json!({ "type": "location", "coordinates": { "lat": "59", "long": 10 } }),
        json!({ "type": "carousel" }),
        json!({ "type": "carousel", "items": vec![item.clone(); 11] }),
        json!({ "type": "list", "items": [{ "actions": [link] }] }),
        json!({ "type": "list", "items": [{ "title": "Tea", "actions": vec![link.clone(); 4] }] }),
        json!({ "type": "text", "text": "x", "actions": [{ "type": "dance", "text": "x" }] }),
        json!({ "type": "text", "text": "x", "actions": [{ "type": "link", "text": "x" }] }),
        json!({ "type": "text", "text": "x", "actions": [{ "type": "buy", "text": "x", "amount": 0.5 }] }),
        json!({ "type": "text", "text": "x", "actions": [
            { "type": "webview", "text": "x", "uri": "https://shop.example.com" }] }),
        json!({ "type": "form", "fields": [field, field] }),
        json!({ "type": "form", "fields": many }),
        json!({ "type": "form", "fields": [{ "type": "date", "name": "d", "label": "D" }] }),
        select(json!({ "name": "a" }), 1),
        select(json!({ "name": "a", "label": "A" }), 21),
        json!({ "type": "formResponse", "fields": [field], "quotedMessage": {} }),
        json!({ "role": "appUser", "type": "form", "fields": [field] }),
        json!({ "role": "appUser", "type": "formResponse", "fields": [field] }),
        json!({ "type": "text", "text": "x", "metadata": { "big": "x".repeat(4096) } }),
        json!({ "type": "text", "text": "x", "destination": {} }),
    ] {
        body.as_object_mut()
            .unwrap()
            .entry("role")
            .or_insert(json!("appMaker"));
        let reply = desk.post_message(id, &body).await;
        assert_eq!(reply.status, 400, "{body}");
        reply.assert_refused(400, "bad_request");
    }
    assert_eq!(desk.newest_page(id).await.unwrap().text, before);
    let mut fine = select(json!({ "name": "a", "label": "A" }), 20);
    fine["role"] = json!("appMaker");
    desk.post_message(id, &fine).await.done(201);
    let nobody = desk.post_message("nobody", &json!({})).await;
    nobody.assert_refused(404, "user_not_found");
}
