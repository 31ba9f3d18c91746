//! Looking leaves no trace: whatever an agent looks at, the API is only read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use smooch_console::sandbox::{RequestRecord, Sandbox, SandboxOptions, cast};
use tokio::runtime::Runtime;

use super::desk::{WINDOW, look_up, open_with};
use super::pty::WATCHDOG;

/// A sandbox of the test's own, which lists the requests it got.
pub struct Desk {
    // Before the runtime, which must outlive it.
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Desk {
    /// Starts serving.
    pub fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let starting = Sandbox::start(SandboxOptions::at(now));
        let sandbox = runtime.block_on(starting).unwrap();
        Self { sandbox, runtime }
    }

    /// What leads the program here.
    pub fn env(&self) -> [(&str, &str); 4] {
        [
            ("SMOOCH_BASE_URL", self.sandbox.base_url()),
            ("SMOOCH_APP_ID", self.sandbox.app_id()),
            ("SMOOCH_KEY_ID", self.sandbox.key_id()),
            ("SMOOCH_KEY_SECRET", self.sandbox.secret()),
        ]
    }

    fn path(&self, of_user: &str) -> String {
        let app = self.sandbox.app_id();
        format!("/v1.1/apps/{app}{of_user}")
    }

    fn requests(&self) -> Vec<RequestRecord> {
        self.sandbox.requests()
    }

    /// Does something and blocks until that has led to so many requests.
    fn wait_for_requests(&self, count: usize, act: impl FnOnce()) {
        let mut requests = self.sandbox.listen();
        act();
        for _ in 0..count {
            let next = async { tokio::time::timeout(WATCHDOG, requests.recv()).await };
            self.runtime.block_on(next).unwrap().unwrap();
        }
    }
}

#[test]
fn looking_at_everything_only_reads() {
    let desk = Desk::open();
    let mut pty = open_with(&desk.env(), WINDOW);
    pty.wait_for_text("Nobody is known here yet.");

    let long = cast::THOUSAND_MESSAGES;
    look_up(&mut pty, long.user_id.unwrap());
    pty.wait_for_text("100 of 100+");
    // Each page ends with the message at which the one after it began.
    for loaded in (199..1000).step_by(99) {
        pty.send("gg");
        pty.wait_for_text(&format!(" of {loaded}+ "));
    }
    pty.send("gg");
    pty.wait_for_text(" of 1000 ");

    look_up(&mut pty, cast::IDENTIFIED_NAMED.id);
    pty.wait_for_text("Perfect, thank you Dana!");
    for (key, shown) in [
        ("i", "Who is this?"),
        ("v", "\"_id\""),
        ("?", "half a page"),
    ] {
        pty.send(key);
        pty.wait_for_text(shown);
        pty.send("q");
        pty.wait_for("the overlay closed", |screen| {
            !screen.contents().contains(shown)
        });
    }
    look_up(&mut pty, "nobody-here");
    pty.wait_for_text("no user “nobody-here”");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);

    let requests = desk.requests();
    assert!(requests.iter().all(|request| request.method == "GET"));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for request in &requests {
        *counts.entry(&request.path).or_default() += 1;
    }
    let app = desk.path("");
    let expected = [
        (app, 1),
        (desk.path("/appusers/cafe-0007"), 1),
        (desk.path(&format!("/appusers/{}/messages", long.id)), 11),
        (desk.path("/appusers/64be90d2a7f31c0058e6d914"), 1),
        (desk.path("/appusers/64be90d2a7f31c0058e6d914/messages"), 1),
        (desk.path("/appusers/nobody-here"), 1),
    ];
    let expected = expected.iter().map(|(path, count)| (path.as_str(), *count));
    assert_eq!(counts, expected.collect());
}

#[test]
fn fetching_again_only_reads() {
    let desk = Desk::open();
    let mut pty = open_with(&desk.env(), WINDOW);
    pty.wait_for_text("Nobody is known here yet.");
    look_up(&mut pty, cast::IDENTIFIED_NAMED.id);
    pty.wait_for_text("Perfect, thank you Dana!");
    let asked = desk.requests().len();
    desk.wait_for_requests(2, || pty.send("R"));
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    let requests = desk.requests();
    assert_eq!(requests.len(), asked + 2);
    assert!(requests.iter().all(|request| request.method == "GET"));
}
