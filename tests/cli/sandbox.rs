//! `sandbox`: its first lines, its service, and its end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use smooch_console::sandbox::cast;

use super::desk::{NOW, run_bare};
use super::get::assert_shape;

/// A sandbox in its own process.
struct Served {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Served {
    fn start(options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_smooch-console"))
            .env_clear()
            .arg("sandbox")
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, output }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    /// Sends a signal, and returns the exit code and the rest of the output.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let kill = format!("kill -{signal} {}", self.child.id());
        let sent = Command::new("/bin/sh")
            .args(["-c", &kill])
            .status()
            .unwrap();
        assert!(sent.success());
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Also stops the process if a test fails; after a normal end this does nothing.
        let _ = self.child.kill();
    }
}

#[test]
fn the_first_line_of_json_is_enough_to_use_the_sandbox() {
    let mut served = Served::start(&["--json", "--now", NOW]);
    let access: Value = serde_json::from_str(&served.line()).unwrap();
    let text: &[&str] = &["string"];
    assert_shape(
        &access,
        &[
            ("base_url", text),
            ("app_id", text),
            ("key_id", text),
            ("secret", text),
        ],
    );
    let ran = run_bare(
        &["get", "cust-20418", "--json"],
        &[
            ("SMOOCH_BASE_URL", access["base_url"].as_str().unwrap()),
            ("SMOOCH_APP_ID", access["app_id"].as_str().unwrap()),
            ("SMOOCH_KEY_ID", access["key_id"].as_str().unwrap()),
            ("SMOOCH_KEY_SECRET", access["secret"].as_str().unwrap()),
        ],
    );
    assert_eq!(ran.record()["id"], cast::IDENTIFIED_NAMED.id);
    assert_eq!(served.end("TERM"), (Some(0), String::new()));
}

#[test]
fn the_text_is_lines_for_a_shell() {
    let mut served = Served::start(&[]);
    assert!(served.line().starts_with("# "));
    for variable in [
        "SMOOCH_BASE_URL",
        "SMOOCH_APP_ID",
        "SMOOCH_KEY_ID",
        "SMOOCH_KEY_SECRET",
    ] {
        let line = served.line();
        let value = line
            .trim_end()
            .strip_prefix(&format!("export {variable}="))
            .unwrap_or_else(|| panic!("{line}"));
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/".contains(c);
        assert!(!value.is_empty() && value.chars().all(plain), "{line}");
    }
    assert_eq!(served.end("INT"), (Some(0), String::new()));
}

#[test]
fn the_same_seed_gives_the_same_people_and_another_seed_gives_others() {
    let people = |seed: &str| {
        let mut served = Served::start(&["--json", "--seed", seed, "--now", NOW]);
        let access: Value = serde_json::from_str(&served.line()).unwrap();
        let variables = [
            ("SMOOCH_BASE_URL", "base_url"),
            ("SMOOCH_APP_ID", "app_id"),
            ("SMOOCH_KEY_ID", "key_id"),
            ("SMOOCH_KEY_SECRET", "secret"),
        ]
        .map(|(name, key)| (name, access[key].as_str().unwrap()));
        let ran = run_bare(
            &["messages", cast::THOUSAND_MESSAGES.id, "--json"],
            &variables,
        );
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        served.end("TERM");
        ran.records()
            .iter()
            .map(|message| message["id"].clone())
            .collect::<Vec<_>>()
    };
    let once = people("7");
    assert_eq!(once, people("7"));
    assert_ne!(once, people("8"));
}

#[test]
fn an_address_that_others_could_reach_is_refused() {
    for address in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0"] {
        let ran = run_bare(&["sandbox", "--listen", address], &[]);
        assert_eq!(ran.code, 2, "{address}: {}", ran.stderr);
        ran.complaint();
    }
}

#[test]
fn a_taken_port_is_reported() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = run_bare(&["sandbox", "--listen", &address], &[]);
    assert_eq!(ran.code, 1);
    assert!(ran.complaint().contains(&address), "{}", ran.stderr);
}

#[test]
fn verbose_prints_requests_on_standard_error() {
    let mut served = Served::start(&["--json", "--now", NOW, "--verbose", "--fault", "429=2"]);
    let access: Value = serde_json::from_str(&served.line()).unwrap();
    let address = access["base_url"].as_str().unwrap();
    let address = address.strip_prefix("http://").unwrap();
    for _ in 0..2 {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let request = "POST /v1.1/appusers/a%2Fb/messages?x=\u{9b}1 HTTP/1.1\r\nhost: localhost\r\n\
            connection: close\r\ncontent-length: 6\r\n\r\nsecret";
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_string(&mut String::new()).unwrap();
    }
    let (code, log) = served.end("TERM");
    assert_eq!(code, Some(0));
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert!(
        lines[0].starts_with("401 POST /v1.1/appusers/a%2Fb/messages?x="),
        "{log}"
    );
    assert!(lines[1].starts_with("429 POST "), "{log}");
    assert!(
        !log.contains("secret") && !log.contains('\u{9b}'),
        "{log:?}"
    );
}

#[test]
fn a_million_people_do_not_delay_the_start() {
    let mut served = Served::start(&["--json", "--users", "1000000", "--animal-names"]);
    let access: Value = serde_json::from_str(&served.line()).unwrap();
    assert!(access["base_url"].is_string());
    // A list of all of them would take a hundred megabytes.
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.child.id()));
    if let Ok(status) = status {
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes: u64 = peak
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        assert!(kilobytes < 60_000, "{kilobytes} kB");
    }
    assert_eq!(served.end("TERM"), (Some(0), String::new()));
}

#[test]
fn some_users_of_the_crowd_are_listed() {
    let mut served = Served::start(&["--users", "2"]);
    let lines: Vec<String> = (0..6).map(|_| served.line()).collect();
    let named = lines[5]
        .strip_prefix("# Some users of the crowd: ")
        .unwrap();
    assert_eq!(named.split_whitespace().count(), 2, "{named}");
}

#[test]
fn an_unknown_fault_and_too_many_people_are_refused() {
    for options in [
        ["--fault", "latency"],
        ["--fault", "4xx"],
        ["--users", "16777217"],
    ] {
        let ran = run_bare(&["sandbox", options[0], options[1]], &[]);
        assert_eq!(ran.code, 2, "{options:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(options[1]), "{}", ran.stderr);
    }
    assert_eq!(smooch_console::sandbox::MOST_USERS, 16_777_216);
}
