//! A client with handwritten requests, so that nothing re-encodes a path on its way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use smooch_console::sandbox::{Sandbox, SandboxOptions};
use std::fmt::Write as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub const NOW: &str = "2026-03-04T09:30:00.250Z";
pub const NOW_MS: i64 = 1_772_616_600_250;

pub fn options() -> SandboxOptions {
    SandboxOptions::at(NOW.parse().unwrap())
}

pub async fn sandbox() -> Sandbox {
    Sandbox::start(options()).await.unwrap()
}

/// A handwritten request, so that nothing re-encodes the path on its way.
pub struct Desk<'a> {
    sandbox: &'a Sandbox,
    stream: TcpStream,
    pub authorization: Option<String>,
    pub content_type: Option<String>,
    /// The name that requests give the server.
    pub host: String,
}

/// Name, file name, type and content of a part; a field has no file name.
pub type FormPart<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a JSON body")
    }

    /// The JSON body of a success.
    #[track_caller]
    pub fn done(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    #[track_caller]
    pub fn assert_empty(&self) {
        assert_eq!(self.done(200), serde_json::json!({}));
    }

    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.error_code(), code, "{}", self.text);
        assert!(self.json()["error"]["description"].is_string());
    }

    pub fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

impl<'a> Desk<'a> {
    pub async fn at(sandbox: &'a Sandbox) -> Self {
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let key = format!("{}:{}", sandbox.key_id(), sandbox.secret());
        Self {
            sandbox,
            stream: TcpStream::connect(address).await.unwrap(),
            authorization: Some(format!("Basic {}", STANDARD.encode(key))),
            content_type: None,
            host: address.to_owned(),
        }
    }

    /// A client with the account's key.
    pub async fn of_account(sandbox: &'a Sandbox) -> Self {
        let mut desk = Self::at(sandbox).await;
        desk.take_key(sandbox.account_key_id(), sandbox.account_secret());
        desk
    }

    /// Switches to another key.
    pub fn take_key(&mut self, id: &str, secret: &str) {
        let key = STANDARD.encode(format!("{id}:{secret}"));
        self.authorization = Some(format!("Basic {key}"));
    }

    pub async fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.host);
        if let Some(authorization) = &self.authorization {
            write!(head, "authorization: {authorization}\r\n").unwrap();
        }
        if let Some(content_type) = &self.content_type {
            write!(head, "content-type: {content_type}\r\n").unwrap();
        }
        write!(head, "content-length: {}\r\n\r\n", body.len()).unwrap();
        // In one piece, because two small writes would wait for an acknowledgement in between.
        let request = [head.as_bytes(), body].concat();
        self.stream.write_all(&request).await.unwrap();
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
    pub fn path(&self, rest: &str) -> String {
        format!("/v1.1/apps/{}{rest}", self.sandbox.app_id())
    }

    pub async fn get(&mut self, rest: &str) -> Reply {
        let path = self.path(rest);
        self.send("GET", &path, b"").await
    }

    /// A request with a JSON body below the sandbox's app.
    pub async fn call(&mut self, method: &str, rest: &str, body: &Value) -> Reply {
        let path = self.path(rest);
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.send(method, &path, body.as_bytes()).await
    }

    pub async fn post(&mut self, rest: &str, body: &Value) -> Reply {
        self.call("POST", rest, body).await
    }

    pub async fn put(&mut self, rest: &str, body: &Value) -> Reply {
        self.call("PUT", rest, body).await
    }

    pub async fn delete(&mut self, rest: &str) -> Reply {
        self.call("DELETE", rest, &Value::Null).await
    }

    /// Uploads parts of (name, file name, type, content).
    pub async fn upload(&mut self, rest: &str, parts: &[FormPart<'_>]) -> Reply {
        let path = self.path(rest);
        self.upload_at(&path, parts).await
    }

    /// The same, at a whole path.
    pub async fn upload_at(&mut self, path: &str, parts: &[FormPart<'_>]) -> Reply {
        let mut body = Vec::new();
        for (name, file_name, kind, content) in parts {
            let mut head = format!("--fence42\r\nContent-Disposition: form-data; name=\"{name}\"");
            if !file_name.is_empty() {
                write!(head, "; filename=\"{file_name}\"\r\nContent-Type: {kind}").unwrap();
            }
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(b"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--fence42--\r\n");
        self.content_type = Some("multipart/form-data; boundary=fence42".to_owned());
        let reply = self.send("POST", path, &body).await;
        self.content_type = None;
        reply
    }

    pub async fn post_message(&mut self, user: &str, body: &Value) -> Reply {
        let path = self.path(&format!("/appusers/{user}/messages"));
        self.send("POST", &path, body.to_string().as_bytes()).await
    }

    pub async fn user(&mut self, id: &str) -> Value {
        let reply = self.get(&format!("/appusers/{}", encoded(id))).await;
        assert_eq!(reply.status, 200, "{id}: {}", reply.text);
        reply.json()["appUser"].clone()
    }

    /// All messages as received; `None` without a conversation.
    pub async fn newest_page(&mut self, id: &str) -> Option<Reply> {
        let reply = self.get(&format!("/appusers/{id}/messages")).await;
        match reply.status {
            200 => Some(reply),
            _ => None,
        }
    }
}

pub fn encoded(id: &str) -> String {
    let mut encoded = String::new();
    for byte in id.bytes() {
        write!(encoded, "%{byte:02x}").unwrap();
    }
    encoded
}

pub fn ids(page: &Value) -> Vec<String> {
    let messages = page["messages"].as_array().unwrap();
    let id = |message: &Value| message["_id"].as_str().unwrap().to_owned();
    messages.iter().map(id).collect()
}

pub fn received_ms(message: &Value) -> i64 {
    let seconds = message["received"].as_f64().unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of our age")]
    let ms = (seconds * 1000.0).round() as i64;
    ms
}

/// The answers about all users: each user and the newest page of messages.
pub async fn everything(sandbox: &Sandbox) -> Vec<(Value, Option<String>)> {
    let mut desk = Desk::at(sandbox).await;
    let mut all = Vec::new();
    for id in sandbox.user_ids() {
        let user = desk.user(&id).await;
        let page = desk.newest_page(&id).await.map(|reply| reply.text);
        all.push((user, page));
    }
    all
}

/// Messages that decode completely; the hostile user has one that doesn't.
pub fn messages(page: Option<&String>) -> Vec<Value> {
    #[derive(serde::Deserialize)]
    struct Page {
        messages: Vec<Box<serde_json::value::RawValue>>,
    }
    let page = page.map(|text| serde_json::from_str::<Page>(text).unwrap());
    let raw = page.into_iter().flat_map(|page| page.messages);
    let decode = |message: Box<serde_json::value::RawValue>| {
        let decoded = serde_json::from_str(message.get());
        let half = message.get().contains("\\ud83d,");
        assert_eq!(decoded.is_err(), half, "{message}");
        decoded.ok()
    };
    raw.filter_map(decode).collect()
}
