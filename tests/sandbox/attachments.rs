//! Uploads: stored, served, removed, and deleted with their message.

use super::desk::{Desk, FormPart, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::{Sandbox, cast};

const PICTURE: FormPart<'static> = ("source", "map 1.png", "image/png", b"not really a picture");

fn path_of(sandbox: &Sandbox, url: &Value) -> String {
    let url = url.as_str().unwrap();
    url.strip_prefix(sandbox.base_url()).unwrap().to_owned()
}

#[tokio::test]
async fn everybody_can_read_an_upload_until_it_is_removed() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let reply = desk
        .upload("/attachments?access=public", &[PICTURE])
        .await
        .done(201);
    assert_eq!(reply["mediaType"], "image/png");
    let path = path_of(&sandbox, &reply["mediaUrl"]);
    assert!(path.ends_with("/map%201.png"), "{path}");
    let key = desk.authorization.take();
    let served = desk.send("GET", &path, b"").await;
    assert_eq!(
        (served.status, served.text.as_str()),
        (200, "not really a picture")
    );
    assert!(
        served.head.contains("content-type: image/png"),
        "{}",
        served.head
    );
    desk.send("POST", &path, b"")
        .await
        .assert_refused(405, "method_not_allowed");
    desk.authorization = key;
    let remove = json!({ "mediaUrl": reply["mediaUrl"] });
    desk.post("/attachments/remove", &remove)
        .await
        .assert_empty();
    desk.send("GET", &path, b"")
        .await
        .assert_refused(404, "not_found");
    desk.post("/attachments/remove", &remove)
        .await
        .assert_refused(404, "not_found");
    let elsewhere = json!({ "mediaUrl": "https://media.example.com/p.png" });
    desk.post("/attachments/remove", &elsewhere)
        .await
        .assert_refused(404, "not_found");
    desk.post("/attachments/remove", &json!({}))
        .await
        .assert_refused(400, "bad_request");
}

#[tokio::test]
async fn a_malformed_upload_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED.id;
    for query in [
        String::new(),
        "?access=private".to_owned(),
        "?access=public&for=profile".to_owned(),
        "?access=public&for=message".to_owned(),
    ] {
        let reply = desk
            .upload(&format!("/attachments{query}"), &[PICTURE])
            .await;
        reply.assert_refused(400, "bad_request");
    }
    let good = format!("/attachments?access=public&for=message&appUserId={mara}");
    for part in [
        ("file", "a.png", "image/png", &b"x"[..]),
        ("source", "", "", b"no file"),
        ("source", "a.png", "image/png", b""),
        ("source", "a.exe", "application/x-msdownload", b"x"),
        ("source", "a.html", "text/html", b"x"),
        ("source", "a", "nonsense", b"x"),
    ] {
        let reply = desk.upload(&good, &[part]).await;
        reply.assert_refused(400, "bad_request");
    }
    let not_parts = desk
        .post("/attachments?access=public", &json!({ "source": "x" }))
        .await;
    not_parts.assert_refused(400, "bad_request");
    let nobody = "/attachments?access=public&for=message&userId=nobody";
    desk.upload(nobody, &[PICTURE])
        .await
        .assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn a_file_of_ten_megabytes_is_accepted_and_a_larger_one_is_not() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mut file = vec![b'x'; 10 * 1024 * 1024];
    let path = "/attachments?access=public";
    let reply = desk
        .upload(path, &[("source", "a.pdf", "application/pdf", &file)])
        .await;
    reply.done(201);
    for more in [1, 100_000] {
        file.resize(10 * 1024 * 1024 + more, b'x');
        let reply = desk
            .upload(path, &[("source", "a.pdf", "application/pdf", &file)])
            .await;
        reply.assert_refused(413, "request_entity_too_large");
    }
}

/// Uploads a picture for messages of `user` and posts it; returns the paths of message and file.
async fn post_picture(desk: &mut Desk<'_>, sandbox: &Sandbox, user: &str) -> (String, String) {
    let upload = format!("/attachments?access=public&for=message&userId={user}");
    let url = desk.upload(&upload, &[PICTURE]).await.done(201)["mediaUrl"].clone();
    let body = json!({ "role": "appMaker", "type": "image", "mediaUrl": url });
    let message = desk.post_message(user, &body).await.done(201)["message"].clone();
    assert_eq!(message["mediaType"], "image/png");
    assert_eq!(message["mediaSize"], 20);
    let id = message["_id"].as_str().unwrap();
    (
        format!("/appusers/{user}/messages/{id}"),
        path_of(sandbox, &url),
    )
}

#[tokio::test]
async fn a_file_for_a_message_is_deleted_with_it() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let user = cast::IDENTIFIED_NAMED.user_id.unwrap();
    for whole in ["", "/messages", "user"] {
        let (message, file) = post_picture(&mut desk, &sandbox, user).await;
        assert_eq!(desk.send("GET", &file, b"").await.status, 200);
        let deleted = match whole {
            "" => desk.delete(&message).await,
            "user" => desk.delete(&format!("/appusers/{user}")).await,
            rest => desk.delete(&format!("/appusers/{user}{rest}")).await,
        };
        deleted.assert_empty();
        desk.send("GET", &file, b"")
            .await
            .assert_refused(404, "not_found");
    }
}

#[tokio::test]
async fn a_general_file_stays_when_its_message_is_deleted() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let user = cast::IDENTIFIED_NAMED.id;
    let reply = desk
        .upload("/attachments?access=public", &[PICTURE])
        .await
        .done(201);
    let url = &reply["mediaUrl"];
    let body = json!({ "role": "appMaker", "type": "file", "mediaUrl": url });
    desk.post_message(user, &body).await.done(201);
    desk.delete(&format!("/appusers/{user}/messages"))
        .await
        .assert_empty();
    assert_eq!(
        desk.send("GET", &path_of(&sandbox, url), b"").await.status,
        200
    );
}

#[tokio::test]
async fn an_image_sent_to_a_user_is_a_message() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let path = format!("/appusers/{}/images", cast::IDENTIFIED_NAMED.id);
    let role = ("role", "", "", &b"appMaker"[..]);
    let answer = desk.upload(&path, &[PICTURE, role]).await.done(201);
    assert_eq!(answer["message"]["type"], "image");
    let page = desk
        .newest_page(cast::IDENTIFIED_NAMED.id)
        .await
        .unwrap()
        .json();
    assert_eq!(
        page["messages"].as_array().unwrap().last(),
        answer.get("message")
    );
    let file = path_of(&sandbox, &answer["message"]["mediaUrl"]);
    assert_eq!(
        desk.send("GET", &file, b"").await.text,
        "not really a picture"
    );
    desk.upload(&path, &[PICTURE])
        .await
        .assert_refused(400, "bad_request");
    let text = ("source", "a.txt", "text/plain", &b"x"[..]);
    desk.upload(&path, &[text, role])
        .await
        .assert_refused(400, "bad_request");
    let nobody = desk
        .upload("/appusers/nobody/images", &[PICTURE, role])
        .await;
    nobody.assert_refused(404, "user_not_found");
}

#[tokio::test]
async fn uploads_have_a_total_limit_until_some_are_removed() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let file = vec![b'x'; 10 * 1024 * 1024];
    let large = [("source", "a.pdf", "application/pdf", &file[..])];
    let general = "/attachments?access=public";
    let mut urls = Vec::new();
    for _ in 0..6 {
        let reply = desk.upload(general, &large).await.done(201);
        urls.push(reply["mediaUrl"].clone());
    }
    let user = cast::IDENTIFIED_NAMED.id;
    let of_message = format!("{general}&for=message&appUserId={user}");
    let image = format!("/appusers/{user}/images");
    for path in [general, &of_message, &image] {
        let reply = desk.upload(path, &large).await;
        reply.assert_refused(413, "request_entity_too_large");
        assert!(
            reply.text.contains("at most 64 MiB of uploads"),
            "{}",
            reply.text
        );
    }
    // Another app has no room of its own.
    let mut account = Desk::of_account(&sandbox).await;
    let made = account
        .send("POST", "/v1.1/apps", br#"{"name":"Second"}"#)
        .await;
    let second = made.done(201)["app"]["_id"].as_str().unwrap().to_owned();
    let path = format!("/v1.1/apps/{second}{general}");
    let reply = account.upload_at(&path, &large).await;
    reply.assert_refused(413, "request_entity_too_large");
    // What is small still fits, and what is removed makes room.
    desk.upload(general, &[PICTURE]).await.done(201);
    let remove = json!({ "mediaUrl": urls[0] });
    desk.post("/attachments/remove", &remove)
        .await
        .assert_empty();
    desk.upload(general, &large).await.done(201);
}
