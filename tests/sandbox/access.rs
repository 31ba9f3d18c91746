//! Access, refusals, and the log of requests.

use super::desk::{Desk, options, sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use smooch_console::sandbox::{Sandbox, SandboxError, SandboxOptions, cast};
use std::net::SocketAddr;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

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
async fn the_app_is_returned_with_its_settings() {
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
async fn the_sandbox_listens_only_on_loopback() {
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
    // When the open connection ends, the server has stopped.
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest).await;
    assert!(rest.is_empty());
    assert!(TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn requests_over_one_kept_connection_are_logged_in_order() {
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
async fn an_ordinary_client_works_with_it() {
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

#[tokio::test]
async fn a_request_for_a_server_of_another_name_is_refused() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let port = desk.host.rsplit(':').next().unwrap().to_owned();
    let own = [
        format!("localhost:{port}"),
        "LOCALHOST".to_owned(),
        "[::1]:9".to_owned(),
    ];
    for host in own {
        desk.host = host;
        assert_eq!(desk.get("").await.status, 200, "{}", desk.host);
    }
    // With the right key, and for a file that needs none.
    let upload = [("source", "a.txt", "text/plain", &b"x"[..])];
    let reply = desk.upload("/attachments?access=public", &upload).await;
    let url = reply.done(201)["mediaUrl"].as_str().unwrap().to_owned();
    let media = url.strip_prefix(sandbox.base_url()).unwrap();
    for host in [
        format!("rebound.example:{port}"),
        "192.0.2.7".to_owned(),
        String::new(),
    ] {
        desk.host = host;
        desk.get("").await.assert_refused(403, "forbidden");
        let reply = desk.send("GET", media, b"").await;
        reply.assert_refused(403, "forbidden");
        assert!(reply.text.contains("loopback"), "{}", reply.text);
    }
}
