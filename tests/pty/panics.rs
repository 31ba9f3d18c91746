//! A part of the console that fails in the middle of its work.
//!
//! The built program has no way in for such a part, so this test binary runs itself inside the
//! terminal: [`inside`] opens the whole console on an API that fails.

use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use smooch_console::api::UserApi;
use smooch_console::console::keymap::Keymap;
use smooch_console::console::runtime::{self, Connected, ConsoleOptions};
use smooch_console::console::theme::Theme;
use smooch_console::domain::{
    ApiVersion, App, AppId, Connection, ConversationKey, Found, LookupId, MessagePage, PageRequest,
    Problem, Region, Stage, Untrusted,
};
use tokio::sync::Notify;

use super::desk::{assert_given_back, assert_taken, in_shell};
use super::pty::Pty;

const ROLE: &str = "PTY_TEST_ROLE";

fn play(role: &str) -> Pty {
    let this = std::env::current_exe().unwrap();
    let args = [
        "--ignored",
        "--exact",
        "panics::inside",
        "--nocapture",
        "--test-threads=1",
    ];
    let pty = in_shell(
        this.to_str().unwrap(),
        &args,
        &[(ROLE, role), ("RUST_BACKTRACE", "0")],
    );
    pty.wait_for_text("Nobody is known here yet.");
    pty
}

#[test]
fn a_request_that_panics_becomes_a_problem_on_a_whole_screen() {
    let mut pty = play("request");
    pty.send("/somebody\r");
    pty.wait_for("the problem and the banner", |screen| {
        let text = screen.contents();
        text.contains("a part of the console failed: the API client stopped in the middle of a")
            && text.contains("a part of the program failed, the rest goes on: the client broke")
    });
    assert_taken(&pty);
    // The rest goes on.
    pty.send("?");
    pty.wait_for_text("half a page");
    pty.send("qq");
    pty.wait_for_text("ended 0");
    assert_given_back(&pty);
}

#[test]
fn a_panic_of_the_ui_is_printed_on_the_terminal_given_back() {
    let mut pty = play("ui");
    pty.send("/somebody\r");
    pty.wait_for_text("ended 101");
    assert_given_back(&pty);
    let text = pty.text();
    assert!(
        text.contains("the UI broke on ␛]0;owned␇ (tests/pty/panics.rs:"),
        "{text}"
    );
}

/// Fails when asked for a user.
struct Failing {
    role: String,
    /// Tells the other part of the drawing thread to fail.
    asked: Arc<Notify>,
}

impl UserApi for Failing {
    fn fetch_user(&self, _: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        async move {
            assert!(self.role != "request", "the client broke");
            self.asked.notify_one();
            std::future::pending().await
        }
        .boxed()
    }

    fn fetch_messages(
        &self,
        _: ConversationKey,
        _: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        std::future::pending().boxed()
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        std::future::pending().boxed()
    }
}

#[test]
#[ignore = "plays the console inside the other tests' terminals"]
fn inside() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let asked = Arc::new(Notify::new());
    let api = Failing {
        role,
        asked: Arc::clone(&asked),
    };
    let connected = Connected {
        api: Arc::new(api),
        connection: connection(),
        people: Vec::new(),
        kept: None,
    };
    let options = ConsoleOptions {
        store: None,
        connection: connection(),
        connecting: std::future::ready(Ok(connected)).boxed(),
        keymap: Keymap::built_in().unwrap(),
        theme: Theme::Ansi,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        // Both are polled on the one thread that draws.
        tokio::select! {
            ended = runtime::run(options) => ended.unwrap(),
            () = asked.notified() => panic!("the UI broke on \u{1b}]0;owned\u{7}"),
        }
    });
    runtime.shutdown_background();
}

fn connection() -> Connection {
    Connection {
        app_label: Untrusted::from("failing"),
        app_id: AppId::new("failing"),
        region: Region::Sandbox,
        base_url: Untrusted::from("http://127.0.0.1"),
        api: ApiVersion::V11,
        key_id: Untrusted::from("none"),
        key_source: Untrusted::from("this test"),
        stage: Stage::Unmarked,
    }
}
