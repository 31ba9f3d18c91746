//! The sandbox over a real connection: what it answers, refuses and stores, and who lives in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should say where"
)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use smooch_console::sandbox::{Sandbox, SandboxError, SandboxOptions, cast};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const NOW: &str = "2026-03-04T09:30:00.250Z";
const NOW_MS: i64 = 1_772_616_600_250;

fn options() -> SandboxOptions {
    SandboxOptions::at(NOW.parse().unwrap())
}

async fn sandbox() -> Sandbox {
    Sandbox::start(options()).await.unwrap()
}

/// A request written by hand, so that nothing re-encodes the path on its way.
struct Desk<'a> {
    sandbox: &'a Sandbox,
    stream: TcpStream,
    authorization: Option<String>,
}

struct Reply {
    status: u16,
    head: String,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a JSON body")
    }

    fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

impl<'a> Desk<'a> {
    async fn at(sandbox: &'a Sandbox) -> Self {
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let key = format!("{}:{}", sandbox.key_id(), sandbox.secret());
        Self {
            sandbox,
            stream: TcpStream::connect(address).await.unwrap(),
            authorization: Some(format!("Basic {}", STANDARD.encode(key))),
        }
    }

    async fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: sandbox\r\n");
        if let Some(authorization) = &self.authorization {
            head += &format!("authorization: {authorization}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n", body.len());
        self.stream.write_all(head.as_bytes()).await.unwrap();
        self.stream.write_all(body).await.unwrap();
        self.reply().await
    }

    async fn reply(&mut self) -> Reply {
        let mut bytes = Vec::new();
        let end = loop {
            let read = self.stream.read_buf(&mut bytes).await.unwrap();
            assert_ne!(read, 0, "the connection was closed before the answer");
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| {
                line.to_lowercase()
                    .strip_prefix("content-length:")?
                    .trim()
                    .parse()
                    .ok()
            })
            .unwrap_or(0);
        let mut body = bytes.split_off(end);
        while body.len() < length {
            assert_ne!(self.stream.read_buf(&mut body).await.unwrap(), 0);
        }
        let text = String::from_utf8(body).unwrap();
        Reply { status, head, text }
    }

    /// A path below the sandbox's app.
    fn path(&self, rest: &str) -> String {
        format!("/v1.1/apps/{}{rest}", self.sandbox.app_id())
    }

    async fn get(&mut self, rest: &str) -> Reply {
        let path = self.path(rest);
        self.send("GET", &path, b"").await
    }

    async fn post_message(&mut self, user: &str, body: &Value) -> Reply {
        let path = self.path(&format!("/appusers/{user}/messages"));
        self.send("POST", &path, body.to_string().as_bytes()).await
    }

    async fn user(&mut self, id: &str) -> Value {
        let reply = self.get(&format!("/appusers/{}", encoded(id))).await;
        assert_eq!(reply.status, 200, "{id}: {}", reply.text);
        reply.json()["appUser"].clone()
    }

    /// Everything that was said, as it came; `None` without a conversation.
    async fn newest_page(&mut self, id: &str) -> Option<Reply> {
        let reply = self.get(&format!("/appusers/{id}/messages")).await;
        match reply.status {
            200 => Some(reply),
            _ => None,
        }
    }
}

fn encoded(id: &str) -> String {
    id.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

fn ids(page: &Value) -> Vec<String> {
    let messages = page["messages"].as_array().unwrap();
    let id = |message: &Value| message["_id"].as_str().unwrap().to_owned();
    messages.iter().map(id).collect()
}

fn received_ms(message: &Value) -> i64 {
    let seconds = message["received"].as_f64().unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of our age")]
    let ms = (seconds * 1000.0).round() as i64;
    ms
}

// ---- access ----

#[tokio::test]
async fn wrong_and_missing_credentials_are_unauthorized() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let wrong = STANDARD.encode(format!("{}:{}x", sandbox.key_id(), sandbox.secret()));
    for authorization in [
        None,
        Some(format!("Basic {wrong}")),
        Some("Basic ???".to_owned()),
        Some("Bearer a.b.c".to_owned()),
    ] {
        desk.authorization = authorization;
        let reply = desk.get("").await;
        assert_eq!(reply.status, 401);
        assert_eq!(reply.error_code(), "unauthorized");
        assert!(!reply.text.contains(sandbox.secret()));
    }
}

#[tokio::test]
async fn the_app_is_told_with_its_settings() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let reply = desk.get("").await;
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("application/json"));
    let app = &reply.json()["app"];
    assert_eq!(app["_id"], sandbox.app_id());
    assert_eq!(app["settings"]["useAnimalNames"], false);
    assert!(app["name"].is_string());
}

#[tokio::test]
async fn an_unknown_app_a_foreign_app_and_the_list_of_apps_are_refused_differently() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let user = cast::IDENTIFIED_NAMED.id;
    let unknown = format!("/v1.1/apps/0123456789abcdef01234567/appusers/{user}");
    let foreign = format!("/v1.1/apps/{}/appusers/{user}", cast::FOREIGN_APP_ID);
    for (path, status, code) in [
        (unknown.as_str(), 404, "app_not_found"),
        (foreign.as_str(), 403, "forbidden"),
        ("/v1.1/apps", 403, "forbidden"),
    ] {
        let reply = desk.send("GET", path, b"").await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (status, code),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_refused_in_json() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let reply = desk.get("/nothing/here").await;
    assert_eq!(
        (reply.status, reply.error_code().as_str()),
        (404, "not_found")
    );
    let reply = desk.send("GET", "/v2/apps/a/users/b", b"").await;
    assert_eq!(
        (reply.status, reply.error_code().as_str()),
        (404, "not_found")
    );
    let path = desk.path("/appusers/anybody/messages");
    let reply = desk.send("PATCH", &path, b"").await;
    assert_eq!(reply.status, 405);
    assert!(
        reply.head.to_lowercase().contains("allow: get, post"),
        "{}",
        reply.head
    );
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    for address in ["0.0.0.0:0", "192.0.2.7:0", "[::]:0"] {
        let listen: SocketAddr = address.parse().unwrap();
        let refused = Sandbox::start(SandboxOptions {
            listen,
            ..options()
        })
        .await;
        let error = refused.expect_err(address);
        assert!(matches!(error, SandboxError::NotLoopback(_)));
        assert!(error.to_string().contains("this machine only"), "{error}");
    }
}

#[tokio::test]
async fn a_dropped_sandbox_no_longer_listens() {
    let sandbox = sandbox().await;
    let address = sandbox
        .base_url()
        .strip_prefix("http://")
        .unwrap()
        .to_owned();
    let mut open = TcpStream::connect(&address).await.unwrap();
    drop(sandbox);
    // The end of the open connection says that the server has stopped.
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert!(TcpStream::connect(&address).await.is_err());
}

// ---- users ----

#[tokio::test]
async fn a_user_is_found_by_both_ids_and_in_both_forms_of_the_path() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let by_id = desk.user(mara.id).await;
    assert_eq!(by_id["userId"], mara.user_id.unwrap());
    assert_eq!(by_id["givenName"], "Mara");
    assert_eq!(desk.user(mara.user_id.unwrap()).await, by_id);
    let short = format!("/V1.1/appUsers/{}", mara.id);
    assert_eq!(desk.send("GET", &short, b"").await.json()["appUser"], by_id);
}

#[tokio::test]
async fn a_strange_user_id_is_found_raw_and_encoded() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let zoe = cast::STRANGE_USER_ID;
    let user_id = zoe.user_id.unwrap();
    for needed in ['/', '?', '#', '%', '+', '@', ' '] {
        assert!(user_id.contains(needed), "{needed}");
    }
    assert!(!user_id.is_ascii());
    // What a path cannot hold stays encoded; the rest may travel as it is.
    let half_raw = user_id
        .replace('%', "%25")
        .replace('/', "%2F")
        .replace('?', "%3f")
        .replace('#', "%23")
        .replace(' ', "%20");
    for form in [encoded(user_id), half_raw] {
        let reply = desk.get(&format!("/appusers/{form}")).await;
        assert_eq!(reply.status, 200, "{form}");
        assert_eq!(reply.json()["appUser"]["_id"], zoe.id);
        let reply = desk.get(&format!("/appusers/{form}/messages")).await;
        assert_eq!(reply.status, 200, "{form}");
    }
}

#[tokio::test]
async fn a_doubly_encoded_or_plus_for_space_id_is_somebody_else() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let user_id = cast::STRANGE_USER_ID.user_id.unwrap();
    let twice = encoded(&encoded(user_id));
    let plus = encoded(user_id).replace("%20", "+");
    for form in [twice, plus] {
        let reply = desk.get(&format!("/appusers/{form}")).await;
        assert_eq!(reply.error_code(), "user_not_found", "{form}");
    }
}

#[tokio::test]
async fn an_unknown_user_and_a_missing_conversation_are_different_404s() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for path in ["/appusers/nobody", "/appusers/nobody/messages"] {
        let reply = desk.get(path).await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (404, "user_not_found")
        );
    }
    for quiet in [cast::NO_CONVERSATION, cast::PENDING_ONLY] {
        assert_eq!(desk.user(quiet.id).await["conversationStarted"], false);
        let reply = desk.get(&format!("/appusers/{}/messages", quiet.id)).await;
        assert_eq!(reply.status, 404);
        assert_eq!(reply.error_code(), "conversation_not_found");
    }
}

#[tokio::test]
async fn every_notable_person_is_as_the_cast_says() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let first: Vec<_> = cast::ALL
        .iter()
        .map(|notable| notable.id.to_owned())
        .collect();
    assert_eq!(sandbox.user_ids()[..first.len()], first);
    for notable in cast::ALL {
        let user = desk.user(notable.id).await;
        assert_eq!(user.get("userId").and_then(Value::as_str), notable.user_id);
    }
    let named = |user: &Value| user.get("givenName").is_some() || user.get("surname").is_some();
    for (notable, is_named) in [
        (cast::IDENTIFIED_NAMED, true),
        (cast::IDENTIFIED_UNNAMED, false),
        (cast::ANONYMOUS_NAMED, true),
        (cast::ANONYMOUS_UNNAMED, false),
    ] {
        assert_eq!(
            named(&desk.user(notable.id).await),
            is_named,
            "{}",
            notable.about
        );
    }
    let pending = desk.user(cast::PENDING_ONLY.id).await;
    assert_eq!(pending["clients"], json!([]));
    assert_eq!(pending["pendingClients"][0]["status"], "pending");
    let gone = desk.user(cast::UNREACHABLE.id).await;
    let statuses: BTreeSet<_> = gone["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, BTreeSet::from(["blocked", "inactive"]));
    let real = desk.user(cast::IDENTIFIED_NAMED.id).await;
    let other = desk.user(cast::SHARES_EMAIL.id).await;
    assert!(real["email"].is_string());
    assert_eq!(real["email"], other["email"]);
}

// ---- messages ----

#[tokio::test]
async fn a_thousand_messages_are_read_backwards_without_loss_or_repeat() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::THOUSAND_MESSAGES.id;
    let mut page = desk.get(&format!("/appusers/{id}/messages")).await.json();
    assert!(
        page.get("next").is_none(),
        "the newest page has nothing newer"
    );
    let mut all = Vec::new();
    loop {
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.is_sorted_by_key(received_ms));
        all.splice(0..0, ids(&page));
        let Some(previous) = page.get("previous").and_then(Value::as_str) else {
            break;
        };
        let path = previous
            .strip_prefix(sandbox.base_url())
            .unwrap()
            .to_owned();
        page = desk.send("GET", &path, b"").await.json();
        assert!(page["next"].is_string());
    }
    assert_eq!(all.len(), 1_000);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 1_000);
}

#[tokio::test]
async fn a_thousand_messages_are_read_forwards_without_loss_or_repeat() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::THOUSAND_MESSAGES.user_id.unwrap();
    let mut path = desk.path(&format!("/appusers/{id}/messages?after=0"));
    let (mut all, mut pages) = (Vec::new(), 0);
    loop {
        let page = desk.send("GET", &path, b"").await.json();
        pages += 1;
        all.extend(ids(&page));
        let Some(next) = page.get("next").and_then(Value::as_str) else {
            break;
        };
        path = next.strip_prefix(sandbox.base_url()).unwrap().to_owned();
    }
    assert_eq!(pages, 10);
    assert_eq!(all.len(), 1_000);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 1_000);
}

#[tokio::test]
async fn bounds_are_exclusive_to_the_microsecond() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let messages = format!("/appusers/{}/messages", cast::ANONYMOUS_NAMED.id);
    let page = desk.get(&messages).await.json();
    let all = ids(&page);
    assert!(page.get("previous").is_none() && page.get("next").is_none());
    let ms = received_ms(&page["messages"][2]);
    let exact = format!("{}.{:03}", ms / 1000, ms % 1000);
    for (query, expected) in [
        (format!("before={exact}"), &all[..2]),
        (format!("before={exact}001"), &all[..3]),
        (format!("after={exact}"), &all[3..]),
        (format!("before={}", ms / 1000 + 1), &all[..3]),
        ("before=0".to_owned(), &all[..0]),
        ("after=99999999999".to_owned(), &all[..0]),
    ] {
        let page = desk.get(&format!("{messages}?{query}")).await.json();
        assert_eq!(ids(&page), expected, "{query}");
    }
}

#[tokio::test]
async fn bounds_that_are_no_times_are_bad_requests() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let messages = format!("/appusers/{}/messages", cast::ANONYMOUS_NAMED.id);
    for query in [
        "before=1&after=2",
        "before=NaN",
        "after=-1",
        "before=",
        "after=1e9",
    ] {
        let reply = desk.get(&format!("{messages}?{query}")).await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (400, "bad_request"),
            "{query}"
        );
    }
}

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
async fn messages_in_the_same_instant_still_rise() {
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
async fn messages_of_a_wrong_shape_are_refused_and_not_stored() {
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

// ---- the log ----

#[tokio::test]
async fn requests_are_counted_as_they_came_over_one_kept_connection() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    desk.get("/appusers/a%2Fb?x=1").await;
    desk.get("").await;
    let log = sandbox.requests();
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].method, "GET");
    assert_eq!(log[0].path, desk.path("/appusers/a%2Fb"));
    assert_eq!(log[0].query.as_deref(), Some("x=1"));
    assert_eq!((log[0].status, log[1].status), (404, 200));
}

#[tokio::test]
async fn an_ordinary_client_gets_along_with_it() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let sandbox = sandbox().await;
    let mut url = url::Url::parse(sandbox.base_url()).unwrap();
    let user_id = cast::STRANGE_USER_ID.user_id.unwrap();
    url.path_segments_mut().unwrap().extend([
        "v1.1",
        "apps",
        sandbox.app_id(),
        "appusers",
        user_id,
        "messages",
    ]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .get(url)
        .basic_auth(sandbox.key_id(), Some(sandbox.secret()));
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let page: Value = answer.json().await.unwrap();
    assert!(!page["messages"].as_array().unwrap().is_empty());
}

// ---- the people ----

/// Every answer about every user: the user and the newest page of messages.
async fn everything(sandbox: &Sandbox) -> Vec<(Value, Option<String>)> {
    let mut desk = Desk::at(sandbox).await;
    let mut all = Vec::new();
    for id in sandbox.user_ids() {
        let user = desk.user(&id).await;
        let page = desk.newest_page(&id).await.map(|reply| reply.text);
        all.push((user, page));
    }
    all
}

/// Messages that can be decoded whole; the hostile user has one that cannot.
fn messages(page: Option<&String>) -> Vec<Value> {
    #[derive(serde::Deserialize)]
    struct Page {
        messages: Vec<Box<serde_json::value::RawValue>>,
    }
    let page = page.map(|text| serde_json::from_str::<Page>(text).unwrap());
    let raw = page.into_iter().flat_map(|page| page.messages);
    raw.filter_map(|message| serde_json::from_str(message.get()).ok())
        .collect()
}

#[tokio::test]
async fn the_same_seed_and_time_give_the_same_bytes() {
    let (one, two) = (sandbox().await, sandbox().await);
    let strip = |sandbox: &Sandbox, text: String| text.replace(sandbox.base_url(), "");
    let (left, right) = (everything(&one).await, everything(&two).await);
    for (left, right) in left.into_iter().zip(right) {
        assert_eq!(left.0.to_string(), right.0.to_string());
        assert_eq!(
            left.1.map(|text| strip(&one, text)),
            right.1.map(|text| strip(&two, text))
        );
    }
    assert_eq!(one.secret(), two.secret());
}

#[tokio::test]
async fn another_seed_gives_other_ids_to_all_but_the_notable() {
    let one = sandbox().await;
    let seed = SandboxOptions::DEFAULT_SEED + 1;
    let two = Sandbox::start(SandboxOptions { seed, ..options() })
        .await
        .unwrap();
    assert_ne!(one.secret(), two.secret());
    assert_ne!(one.app_id(), two.app_id());
    let left: BTreeSet<_> = one.user_ids().into_iter().collect();
    let right: BTreeSet<_> = two.user_ids().into_iter().collect();
    let notable: BTreeSet<_> = cast::ALL.iter().map(|n| n.id.to_owned()).collect();
    assert_eq!(
        left.intersection(&right).cloned().collect::<BTreeSet<_>>(),
        notable
    );
}

#[tokio::test]
async fn the_people_are_many_and_mixed() {
    let sandbox = sandbox().await;
    let everyone = everything(&sandbox).await;
    assert!(everyone.len() >= 60, "{} people", everyone.len());
    let unique: HashSet<_> = sandbox.user_ids().into_iter().collect();
    assert_eq!(unique.len(), everyone.len());
    let mut kinds = BTreeMap::new();
    for (user, _) in &everyone {
        let identified = user.get("userId").is_some();
        let named = user.get("givenName").is_some() || user.get("surname").is_some();
        *kinds.entry((identified, named)).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 4);
    assert!(kinds.values().all(|count| *count >= 8), "{kinds:?}");
}

#[tokio::test]
async fn every_platform_of_the_contract_is_there() {
    let sandbox = sandbox().await;
    let mut platforms = BTreeSet::new();
    for (user, _) in everything(&sandbox).await {
        for client in user["clients"].as_array().unwrap() {
            platforms.insert(client["platform"].as_str().unwrap().to_owned());
        }
    }
    let expected = "android apn fcm ios line mailgun messagebird messenger telegram twilio \
        twitter viber web wechat whatsapp apple instagram kakao gbm googlercs slackconnect custom \
        other frontendEmail unity";
    for platform in expected.split_whitespace() {
        assert!(platforms.contains(platform), "{platform}");
    }
}

#[tokio::test]
async fn every_type_of_message_action_and_quotation_is_there() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let page = desk.newest_page(cast::EVERY_TYPE.id).await.unwrap().text;
    let (mut types, mut actions, mut quotes) = (HashSet::new(), HashSet::new(), HashSet::new());
    let collect = |holder: &Value, actions: &mut HashSet<String>| {
        for action in holder["actions"].as_array().into_iter().flatten() {
            actions.insert(action["type"].as_str().unwrap().to_owned());
        }
    };
    let messages = messages(Some(&page));
    for message in &messages {
        types.insert(message["type"].as_str().unwrap().to_owned());
        collect(message, &mut actions);
        for item in message["items"].as_array().into_iter().flatten() {
            collect(item, &mut actions);
        }
        if let Some(kind) = message["quotedMessage"]["type"].as_str() {
            quotes.insert(kind.to_owned());
        }
    }
    for kind in [
        "text",
        "image",
        "file",
        "carousel",
        "list",
        "location",
        "form",
        "formResponse",
        "sticker",
    ] {
        assert!(types.contains(kind), "{kind}");
    }
    for kind in [
        "link",
        "webview",
        "postback",
        "buy",
        "share",
        "reply",
        "locationRequest",
    ] {
        assert!(actions.contains(kind), "{kind}");
    }
    assert!(quotes.contains("message") && quotes.contains("externalMessageId"));
    assert!(
        messages
            .iter()
            .any(|message| message["payload"].is_string())
    );
    let answer = messages
        .iter()
        .find(|m| m["type"] == "formResponse")
        .unwrap();
    let quoted = &answer["quotedMessage"]["content"];
    assert!(
        messages.contains(quoted),
        "the form that is quoted was really asked"
    );
}

#[tokio::test]
async fn nothing_lies_after_now_and_everything_is_in_order() {
    let sandbox = sandbox().await;
    let ms = |value: &Value| -> Option<i64> {
        let time: jiff::Timestamp = value.as_str()?.parse().unwrap();
        Some(time.as_millisecond())
    };
    let mut fractions = HashSet::new();
    for (user, page) in everything(&sandbox).await {
        let id = user["_id"].as_str().unwrap();
        let signed_up = ms(&user["signedUpAt"]).unwrap();
        let messages = messages(page.as_ref());
        let times: Vec<_> = messages.iter().map(received_ms).collect();
        assert!(times.is_sorted_by(|one, two| one < two), "{id}");
        fractions.extend(times.iter().map(|time| time % 1000));
        assert!(signed_up < times.first().copied().unwrap_or(NOW_MS), "{id}");
        assert!(times.last().copied().unwrap_or(0) <= NOW_MS, "{id}");
        for client in user["clients"].as_array().unwrap() {
            let seen = ms(&client["lastSeen"]).unwrap();
            assert!(seen <= NOW_MS, "{id}");
            assert!(ms(&client["linkedAt"]).unwrap_or(0) <= seen, "{id}");
            let wrote = messages.iter().filter(|message| {
                message["role"] == "appUser"
                    && message["source"]["integrationId"] == client["integrationId"]
            });
            assert!(wrote.map(received_ms).max().unwrap_or(0) <= seen, "{id}");
        }
    }
    assert!(fractions.len() > 100, "times have real milliseconds");
}

#[tokio::test]
async fn absent_values_are_absent_keys() {
    let sandbox = sandbox().await;
    fn nulls(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Null => found.push(at.to_owned()),
            Value::Array(items) => items.iter().for_each(|item| nulls(item, at, found)),
            Value::Object(entries) => {
                for (name, value) in entries {
                    nulls(value, &format!("{at}.{name}"), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for (user, page) in everything(&sandbox).await {
        nulls(&user, user["_id"].as_str().unwrap(), &mut found);
        for message in messages(page.as_ref()) {
            nulls(&message, "message", &mut found);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The part of `text` from `at` on that still belongs to a host name.
fn host_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-.".contains(c)));
    rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
}

fn is_reserved(host: &str) -> bool {
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|reserved| host == *reserved || host.ends_with(&format!(".{reserved}")))
}

#[tokio::test]
async fn addresses_are_reserved_for_examples() {
    let sandbox = sandbox().await;
    let (mut mails, mut links) = (0, 0);
    for (user, page) in everything(&sandbox).await {
        let said = page.unwrap_or_default().replace(sandbox.base_url(), "");
        for text in [user.to_string(), said] {
            for (at, _) in text.match_indices('@') {
                let host = host_at(&text, at + 1);
                // "@cmd" and the like are no addresses.
                if host.contains('.') {
                    mails += 1;
                    assert!(is_reserved(host), "{host}");
                }
            }
            for (at, scheme) in text.match_indices("https://") {
                links += 1;
                let host = host_at(&text, at + scheme.len());
                // The API itself writes this host into the text of a location.
                assert!(is_reserved(host) || host == "maps.google.com", "{host}");
            }
        }
    }
    assert!(mails > 40 && links > 40, "{mails} {links}");
}

#[tokio::test]
async fn phone_numbers_are_reserved_for_fiction() {
    let sandbox = sandbox().await;
    let mut numbers = BTreeSet::new();
    for (user, page) in everything(&sandbox).await {
        let text = format!("{user}{}", page.unwrap_or_default());
        for (at, _) in text.match_indices('+') {
            let digits: String = text[at + 1..]
                .chars()
                .take_while(|c| c.is_ascii_digit() || "- ()".contains(*c))
                .filter(char::is_ascii_digit)
                .collect();
            if digits.len() >= 7 {
                numbers.insert(digits);
            }
        }
    }
    assert!(numbers.len() >= 12, "{numbers:?}");
    for number in numbers {
        let american = number.starts_with("155501") && number.len() == 11;
        let british = number.starts_with("447700900") && number.len() == 12;
        assert!(american || british, "{number}");
    }
}

#[tokio::test]
async fn the_hostile_user_sends_what_breaks_terminals_and_json() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let page = desk.newest_page(cast::HOSTILE.id).await.unwrap().text;
    assert!(
        page.contains("\\ud83d,"),
        "half of a surrogate pair travels raw"
    );
    let said: String = messages(Some(&page))
        .iter()
        .filter_map(|message| message["text"].as_str())
        .collect();
    for needed in [
        "\u{1b}[2J",
        "\u{1b}]52;c;",
        "\u{9b}",
        "\u{202e}",
        "\u{2067}",
        "\t",
        "\r\n",
        "\u{2028}",
        "\u{200b}\u{200c}\u{200d}",
        "\u{1100}\u{1100}",
        "\0",
    ] {
        assert!(said.contains(needed), "{needed:?}");
    }
    assert!(said.contains(&"\u{200d}👩".repeat(30)));
    let user = desk.user(cast::HOSTILE.id).await;
    let name = user["givenName"].as_str().unwrap();
    assert!(name.contains('\u{1b}') && name.contains('✓'));
    assert!(user["surname"].as_str().unwrap().contains('\u{202e}'));
}
