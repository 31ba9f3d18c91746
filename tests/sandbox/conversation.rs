//! Deleting messages, typing, reading, and pressing buttons.

use super::desk::{Desk, ids, received_ms, sandbox};
use serde_json::json;
use smooch_console::sandbox::cast;

#[tokio::test]
async fn a_message_can_be_deleted_only_once() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let before = ids(&desk.newest_page(id).await.unwrap().json());
    let path = format!("/appusers/{id}/messages/{}", before[3]);
    desk.delete(&path).await.assert_empty();
    let after = ids(&desk.newest_page(id).await.unwrap().json());
    assert_eq!(after, [&before[..3], &before[4..]].concat());
    desk.delete(&path)
        .await
        .assert_refused(404, "message_not_found");
    let reply = desk.delete("/appusers/nobody/messages/x").await;
    reply.assert_refused(404, "user_not_found");
    let quiet = format!("/appusers/{}/messages/x", cast::NO_CONVERSATION.id);
    let reply = desk.delete(&quiet).await;
    reply.assert_refused(404, "conversation_not_found");
}

#[tokio::test]
async fn a_conversation_goes_on_after_all_its_messages_are_deleted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let body = json!({ "role": "appMaker", "type": "text", "text": "before" });
    let before = desk.post_message(id, &body).await.done(201);
    desk.delete(&format!("/appusers/{id}/messages"))
        .await
        .assert_empty();
    let page = desk.newest_page(id).await.unwrap().json();
    assert_eq!(page["messages"], json!([]));
    assert_eq!(page["conversation"]["_id"], before["conversation"]["_id"]);
    let after = desk.post_message(id, &body).await.done(201);
    assert!(received_ms(&after["message"]) > received_ms(&before["message"]));
    assert_ne!(after["message"]["_id"], before["message"]["_id"]);
    let reply = desk.delete("/appusers/nobody/messages").await;
    reply.assert_refused(404, "user_not_found");
    let quiet = format!("/appusers/{}/messages", cast::NO_CONVERSATION.id);
    let reply = desk.delete(&quiet).await;
    reply.assert_refused(404, "conversation_not_found");
}

#[tokio::test]
async fn a_text_with_a_picture_becomes_two_messages() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let body = json!({ "role": "appMaker", "type": "text", "text": "The way to us", "name": "Dana",
        "mediaUrl": "https://media.example.com/map.png" });
    let answer = desk.post_message(id, &body).await.done(201);
    assert!(answer["message"].get("mediaUrl").is_none());
    let extra = answer["extraMessages"].as_array().unwrap();
    assert_eq!(extra.len(), 1);
    assert_eq!(
        (&extra[0]["type"], &extra[0]["text"]),
        (&json!("image"), &json!(" "))
    );
    assert_eq!(extra[0]["mediaType"], "image/png");
    assert_eq!(extra[0]["name"], "Dana");
    let page = desk.newest_page(id).await.unwrap().json();
    let stored = page["messages"].as_array().unwrap();
    assert_eq!(stored[stored.len() - 2], answer["message"]);
    assert_eq!(stored[stored.len() - 1], extra[0]);
    assert_eq!(page["conversation"], answer["conversation"]);
}

#[tokio::test]
async fn the_conversation_returns_its_facts() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let page = desk.newest_page(id).await.unwrap().json();
    let reply = desk.get(&format!("/appusers/{id}/conversation")).await;
    assert_eq!(
        reply.done(200),
        json!({ "conversation": page["conversation"] })
    );
    let quiet = format!("/appusers/{}/conversation", cast::NO_CONVERSATION.id);
    let reply = desk.get(&quiet).await;
    reply.assert_refused(404, "conversation_not_found");
    let reply = desk.get("/appusers/nobody/conversation").await;
    reply.assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn only_the_users_own_reading_resets_the_unread_count() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let body = json!({ "role": "appMaker", "type": "text", "text": "news" });
    let answer = desk.post_message(id, &body).await.done(201);
    let unread = answer["conversation"]["unreadCount"].clone();
    assert!(unread.as_u64().unwrap() > 0);
    let activity = format!("/appusers/{id}/conversation/activity");
    for kind in ["typing:start", "typing:stop", "conversation:read"] {
        let body = json!({ "role": "appMaker", "type": kind, "name": "Desk" });
        let reply = desk.post(&activity, &body).await.done(200);
        assert_eq!(reply["conversation"]["unreadCount"], unread, "{kind}");
    }
    let page = desk.newest_page(id).await.unwrap().json();
    assert_eq!(
        page["conversation"]["unreadCount"], unread,
        "looking is not reading"
    );
    let read = desk
        .post(&format!("/appusers/{id}/conversation/read"), &json!(null))
        .await;
    read.assert_empty();
    let page = desk.newest_page(id).await.unwrap().json();
    assert_eq!(page["conversation"]["unreadCount"], 0);
    assert!(page["conversation"]["appUserLastRead"].is_f64());
}

#[tokio::test]
async fn typing_and_reading_need_a_conversation_and_a_known_type() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let typing = json!({ "role": "appMaker", "type": "typing:start" });
    for (user, code) in [
        (cast::NO_CONVERSATION.id, "conversation_not_found"),
        ("nobody", "user_not_found"),
    ] {
        for rest in ["activity", "read"] {
            let path = format!("/appusers/{user}/conversation/{rest}");
            desk.post(&path, &typing).await.assert_refused(404, code);
        }
    }
    let path = format!(
        "/appusers/{}/conversation/activity",
        cast::IDENTIFIED_NAMED.id
    );
    for body in [
        json!(null),
        json!({}),
        json!({ "role": "appMaker" }),
        json!({ "type": "typing:start" }),
        json!({ "role": "whisper", "type": "typing:start" }),
        json!({ "role": "appMaker", "type": "dancing:start" }),
        json!({ "role": "appMaker", "type": "typing:start", "name": 7 }),
    ] {
        desk.post(&path, &body)
            .await
            .assert_refused(400, "bad_request");
    }
}

#[tokio::test]
async fn a_press_on_a_button_is_echoed_where_the_app_wants_it() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::IDENTIFIED_NAMED.id;
    let body = json!({ "role": "appMaker", "type": "text", "text": "Well?", "actions": [
        { "type": "postback", "text": "Call me", "payload": "CALL" },
        { "type": "link", "text": "Open", "uri": "https://shop.example.com" } ] });
    let answer = desk.post_message(id, &body).await.done(201);
    let actions = answer["message"]["actions"].clone();
    let path = format!("/appusers/{id}/conversation/postback");
    let press = json!({ "actionId": actions[0]["_id"] });
    let newest = |page: &serde_json::Value| page["messages"].as_array().unwrap().last().cloned();
    desk.post(&path, &press).await.assert_empty();
    let page = desk.newest_page(id).await.unwrap().json();
    assert_eq!(newest(&page).unwrap(), answer["message"]);
    desk.put("", &json!({ "settings": { "echoPostback": true } }))
        .await
        .done(200);
    desk.post(&path, &press).await.assert_empty();
    let echo = newest(&desk.newest_page(id).await.unwrap().json()).unwrap();
    assert_eq!(
        (&echo["role"], &echo["text"]),
        (&json!("appUser"), &json!("Call me"))
    );
    for wrong in [json!(actions[1]["_id"]), json!("unknown")] {
        let reply = desk.post(&path, &json!({ "actionId": wrong })).await;
        reply.assert_refused(404, "not_found");
    }
    desk.post(&path, &json!({}))
        .await
        .assert_refused(400, "bad_request");
}
