//! A server whose only user is made of canaries; the end of the id says how it answers.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

pub const SECRET: &str = "canary-secret-7f3a";
pub const NAME: &str = "Canarina Nachtigall";
pub const EMAIL: &str = "canary-mail@example.org";
pub const TEXT: &str = "canary text of a message";
pub const USER_ID: &str = "canary-user-55";

pub const APP_ID: &str = "canaryapp64f1c0de";

/// The `_id` of the user in whose good answers the credentials are repeated.
const ECHOED_ID: &str = "64be90d2a7f31c0058e6d915";

pub struct Server {
    base_url: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for line in listener.incoming() {
                seen.fetch_add(1, Ordering::SeqCst);
                thread::spawn(move || serve(line.unwrap()));
            }
        });
        Self { base_url, requests }
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn serve(mut line: TcpStream) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if line.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    // A client that gave up needs no answer.
    let _ = line.write_all(answer(&head).as_bytes());
}

fn answer(head: &str) -> String {
    let path = head.split(' ').nth(1).unwrap();
    // A server that says too much: the credentials and the user.
    let authorization = head.lines().find(|line| line.starts_with("authorization"));
    let words = format!(
        "{SECRET} {} {NAME} {EMAIL}",
        authorization.unwrap_or_default()
    );
    let error = |status: &str| {
        let code = status.split(' ').next().unwrap();
        let body = format!(r#"{{"error":{{"code":"c{code}","description":"{words}"}}}}"#);
        whole(status, "application/json", &body)
    };
    let id = path.split("/appusers/").nth(1).unwrap_or_default();
    let id = id.split('/').next().unwrap();
    match id.rsplit('-').next().unwrap() {
        "401" => error("401 Unauthorized"),
        "403" => error("403 Forbidden"),
        "404" => error("404 Not Found"),
        "500" => error("500 Internal Server Error"),
        "html" => whole("200 OK", "text/html", &format!("<html>{words}</html>")),
        "cut" => format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{{\"{words}"),
        "redirect" => {
            format!(
                "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/{NAME}\r\ncontent-length: 0\r\n\r\n"
            )
        }
        // The answer is as it should be, but for the credentials in it.
        "echo" | ECHOED_ID => {
            let plain = authorization.unwrap_or_default();
            let escaped = format!("\\u0063{}", SECRET.strip_prefix('c').unwrap());
            let echoed = format!("{TEXT} {plain} {SECRET} {escaped}");
            let body = body(path, id).replace(TEXT, &echoed);
            whole("200 OK", "application/json", &body)
        }
        _ => whole("200 OK", "application/json", &body(path, id)),
    }
}

fn body(path: &str, id: &str) -> String {
    if path.contains("/messages") {
        format!(
            r#"{{"conversation":{{"_id":"c1","unreadCount":0}},"messages":[{{"_id":"m1","role":"appUser","received":1709543910.007,"type":"text","name":"{NAME}","text":"{TEXT}"}}]}}"#
        )
    } else if path.contains("/appusers/") {
        let smooch_id = if id.ends_with("echo") {
            ECHOED_ID
        } else {
            "64be90d2a7f31c0058e6d914"
        };
        format!(
            r#"{{"appUser":{{"_id":"{smooch_id}","userId":"{id}","givenName":"{NAME}","email":"{EMAIL}","conversationStarted":true,"properties":{{"said":"{TEXT}"}},"clients":[]}}}}"#
        )
    } else {
        format!(r#"{{"app":{{"_id":"{APP_ID}","name":"Canary"}}}}"#)
    }
}

fn whole(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
