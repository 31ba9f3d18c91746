//! Faults on purpose, over a real connection.

use super::desk::{Desk, options};
use serde_json::json;
use smooch_console::sandbox::{Fault, Sandbox, SandboxOptions, cast};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn with_faults(specs: &[&str]) -> Sandbox {
    let faults = specs.iter().map(|spec| spec.parse::<Fault>().unwrap());
    let options = SandboxOptions {
        faults: faults.collect(),
        ..options()
    };
    Sandbox::start(options).await.unwrap()
}

#[tokio::test]
async fn every_third_request_is_refused_and_has_no_effect() {
    let sandbox = with_faults(&["429=3"]).await;
    let mut desk = Desk::at(&sandbox).await;
    let body = json!({ "role": "appMaker", "type": "text", "text": "x" });
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let reply = desk.post_message(cast::IDENTIFIED_NAMED.id, &body).await;
        if reply.status == 429 {
            reply.assert_refused(429, "too_many_requests");
            assert!(reply.head.contains("retry-after: 1\r\n"), "{}", reply.head);
        }
        statuses.push(reply.status);
    }
    assert_eq!(statuses, [201, 201, 429, 201, 201, 429]);
    let page = desk
        .newest_page(cast::IDENTIFIED_NAMED.id)
        .await
        .unwrap()
        .text;
    assert_eq!(page.matches("\"text\":\"x\"").count(), 4);
}

#[tokio::test]
async fn failures_alternate_between_the_api_and_a_proxy() {
    let sandbox = with_faults(&["5xx"]).await;
    let mut desk = Desk::at(&sandbox).await;
    for (status, is_json) in [(500, true), (502, false), (503, true), (504, false)] {
        let reply = desk.get("").await;
        assert_eq!(reply.status, status);
        if is_json {
            reply.assert_refused(status, "internal_error");
        } else {
            assert!(reply.head.contains("text/html") && reply.text.contains("<h1>"));
        }
    }
}

#[tokio::test]
async fn a_request_with_a_broken_answer_still_takes_effect() {
    let sandbox = with_faults(&["truncate=2"]).await;
    let mut desk = Desk::at(&sandbox).await;
    let whole = desk.get("").await.text.len();
    let body = json!({ "role": "appMaker", "type": "text", "text": "lost on the way" }).to_string();
    let user = desk.path(&format!("/appusers/{}/messages", cast::IDENTIFIED_NAMED.id));
    let authorization = desk.authorization.clone().unwrap();
    let length = body.len();
    let request = format!(
        "POST {user} HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let address = sandbox.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    // The stream ends before the promised length.
    let _ = stream.read_to_end(&mut received).await;
    let received = String::from_utf8(received).unwrap();
    let (head, half) = received.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 201"));
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let promised: usize = promised.unwrap().parse().unwrap();
    assert_eq!(half.len(), promised / 2);
    assert!(whole > 0);
    let page = desk
        .newest_page(cast::IDENTIFIED_NAMED.id)
        .await
        .unwrap()
        .text;
    assert!(page.contains("lost on the way"));
}

#[tokio::test]
async fn every_answer_is_delayed_by_the_latency() {
    let sandbox = with_faults(&["latency=30ms"]).await;
    let mut desk = Desk::at(&sandbox).await;
    let begun = std::time::Instant::now();
    desk.get("").await.done(200);
    desk.get("").await.done(200);
    assert!(begun.elapsed().as_millis() >= 60);
}

#[tokio::test]
async fn a_listener_receives_every_request_without_its_body() {
    let sandbox = with_faults(&["429=2"]).await;
    let mut heard = sandbox.listen();
    let mut desk = Desk::at(&sandbox).await;
    let body = json!({ "role": "appMaker", "type": "text", "text": "not for the log" });
    desk.post_message("a%2Fb", &body).await;
    desk.get("/keys?x=1").await;
    let (one, two) = (heard.recv().await.unwrap(), heard.recv().await.unwrap());
    assert_eq!((one.method.as_str(), one.status), ("POST", 404));
    assert!(one.path.ends_with("/appusers/a%2Fb/messages"));
    assert_eq!((two.query.as_deref(), two.status), (Some("x=1"), 429));
    assert!(!format!("{one:?}{two:?}").contains("not for the log"));
    assert_eq!(sandbox.requests(), [one, two]);
}
