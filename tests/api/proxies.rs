//! A proxy in between: used where one is set, never for this machine, and never shown the key.

use std::sync::atomic::Ordering;

use assert_cmd::Command;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::toy::{KEY, SECRET, Toy, answer, ok};
use super::trust::{Door, fixture, serve_tls};

/// Every variable that leads to a proxy.
const VARIABLES: [&str; 6] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Runs the program behind a proxy; the environment of a process cannot be changed under a test.
async fn run(base_url: &str, proxy: &Toy) -> (i32, String) {
    run_with(base_url, &proxy.base_url, "").await
}

async fn run_with(base_url: &str, proxy: &str, ca_file: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
    command
        .env_clear()
        .env("SMOOCH_BASE_URL", base_url)
        .env("SMOOCH_APP_ID", "a1")
        .env("SMOOCH_KEY_ID", KEY)
        .env("SMOOCH_KEY_SECRET", SECRET)
        .env("SMOOCH_CA_FILE", ca_file)
        .args(["get", "mara"]);
    for variable in VARIABLES {
        command.env(variable, proxy);
    }
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap());
    let ran = ran.await.unwrap();
    let words = String::from_utf8(ran.stderr).unwrap();
    (ran.status.code().unwrap(), words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_refuses_is_a_problem_of_its_own_and_sees_no_key() {
    for status in [
        "403 Forbidden",
        "407 Proxy Authentication Required",
        "302 Found",
    ] {
        let proxy = Toy::start(move |_| answer(status, "", "<html>Sign in</html>")).await;
        let (code, words) = run("https://api.smooch.io", &proxy).await;
        assert_eq!(code, 5, "{words}");
        assert!(
            words.contains("the proxy does not let us through to api.smooch.io"),
            "{words}"
        );
        assert!(words.contains("HTTPS_PROXY"), "{words}");
        let requests = proxy.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(requests[0].starts_with("CONNECT api.smooch.io:443 HTTP/1.1\r\n"));
        let token = BASE64_STANDARD.encode(format!("{KEY}:{SECRET}"));
        for shown in [&requests[0], &words] {
            assert!(
                !shown.contains("canary") && !shown.contains(&token),
                "{shown}"
            );
            assert!(
                !shown.to_lowercase().contains("authorization: basic"),
                "{shown}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_pretends_to_be_the_api_fails_at_its_certificate() {
    let (proxy, read) = serve_tls(Door::Tunnel);
    let proxy = proxy.replace("https://", "http://");
    // Trusting its authority does not make it the API.
    let ca = fixture("ca.pem");
    for ca in ["", ca.to_str().unwrap()] {
        let (code, words) = run_with("https://api.smooch.io", &proxy, ca).await;
        assert_eq!(code, 5, "{words}");
        assert!(
            words.contains("no secure connection to api.smooch.io"),
            "{words}"
        );
        assert!(words.contains("SMOOCH_CA_FILE"), "{words}");
    }
    assert_eq!(read.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_to_this_machine_never_use_a_proxy() {
    let body = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01","userId":"mara","givenName":"M"}}"#;
    let here = Toy::start(move |_| ok(body)).await;
    let proxy = Toy::start(|_| answer("502 Bad", "", "")).await;
    for host in ["127.0.0.1", "localhost"] {
        let base_url = here.base_url.replace("127.0.0.1", host);
        let (code, words) = run(&base_url, &proxy).await;
        assert_eq!(code, 0, "{words}");
    }
    assert!(proxy.requests().is_empty());
    assert!(here.requests().len() >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_cannot_be_one_is_named_without_its_password() {
    for proxy in [
        "http://ana:canary-5:3128",
        "ana:canary-5@",
        "socks5://ana:canary-5@proxy:1080",
    ] {
        let (code, words) = run_with("https://api.smooch.io", proxy, "").await;
        assert_eq!(code, 2, "{words}");
        assert!(
            words.contains("the proxy in HTTPS_PROXY cannot be used: "),
            "{words}"
        );
        assert!(words.contains("next: set HTTPS_PROXY to"), "{words}");
        assert!(!words.contains("canary-5"), "{words}");
    }
}
