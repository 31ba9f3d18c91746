//! The terminal guard in a pseudo-terminal: whatever happens, the terminal is restored.
//!
//! Each test runs this test binary again inside the terminal, where [`inside`] plays a console in
//! one of several roles.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "tests state what must hold"
)]

use std::io::{Read, Write, stdin, stdout};
use std::pin::pin;
use std::time::Duration;

use rustix::process::Signal as Kill;
use smooch_console::console::runtime::guard::{
    TerminalGuard, install_panic_hook, restore_terminal, restore_terminal_within, take_task_panic,
    termination,
};
use tokio::signal::unix::{SignalKind, signal};

#[path = "support/pty.rs"]
mod pty;

use pty::Pty;

const ROLE: &str = "GUARD_TEST_ROLE";

/// A shell that runs the role, says how it ended, and keeps the terminal open for a key.
fn play(role: &str) -> Pty {
    let this = std::env::current_exe().unwrap();
    let script = "set -m; \"$0\" --ignored --exact inside --nocapture --test-threads=1 >&1; \
         echo \"ended $?\"; read key; fg; echo \"ended again $?\"; read key";
    let args = ["-c", script, this.to_str().unwrap()];
    Pty::spawn(
        "/bin/sh",
        &args,
        &[(ROLE, role), ("RUST_BACKTRACE", "0")],
        (30, 100),
    )
}

/// The line mode of an untouched terminal.
fn untouched() -> String {
    let pty = Pty::spawn("/bin/sh", &["-c", "echo ready; read key"], &[], (30, 100));
    pty.wait_for_text("ready");
    pty.line_mode()
}

fn assert_restored(pty: &Pty) {
    assert_eq!(pty.line_mode(), untouched());
    pty.look(|screen| {
        assert!(!screen.alternate_screen());
        assert!(!screen.hide_cursor());
        assert!(!screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    });
    assert!(pty.bytes().windows(7).any(|window| window == b"\x1b[23;0t"));
}

fn assert_taken(pty: &Pty) {
    assert_ne!(pty.line_mode(), untouched());
    pty.look(|screen| {
        assert!(screen.alternate_screen());
        assert!(screen.hide_cursor());
        assert!(screen.bracketed_paste());
        // The terminal keeps its own selection.
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    });
}

#[test]
fn a_return_restores_the_terminal() {
    let mut pty = play("return");
    pty.wait_for_text("painted");
    assert_taken(&pty);
    pty.send("q");
    pty.wait_for_text("ended 0");
    assert_restored(&pty);
    assert!(!pty.text().contains("painted"));
}

#[test]
fn an_error_restores_the_terminal() {
    let mut pty = play("error");
    pty.wait_for_text("painted");
    pty.send("q");
    pty.wait_for_text("ended 101");
    assert_restored(&pty);
}

#[test]
fn a_panic_of_the_ui_is_printed_on_the_restored_terminal() {
    let mut pty = play("panic");
    pty.wait_for_text("painted");
    pty.send("q");
    pty.wait_for_text("ended 101");
    assert_restored(&pty);
    assert!(
        pty.text()
            .contains("the UI broke on ␛]0;owned␇ (tests/guard.rs:"),
        "{}",
        pty.text()
    );
}

#[test]
fn a_panic_of_a_task_leaves_the_screen_alone_and_is_kept() {
    let mut pty = play("task-panic");
    pty.wait_for_text("kept: the task broke (tests/guard.rs:");
    assert_taken(&pty);
    assert!(!pty.text().contains("failed:"), "{}", pty.text());
    pty.send("q");
    pty.wait_for_text("ended 0");
    assert_restored(&pty);
}

#[test]
fn a_signal_restores_the_terminal() {
    for (role, exit) in [("SIGTERM", 143), ("SIGINT", 130), ("SIGHUP", 129)] {
        let pty = play(role);
        pty.wait_for_text(&format!("ended {exit}"));
        assert_restored(&pty);
    }
}

#[test]
fn suspending_gives_the_shell_its_terminal_until_the_console_resumes() {
    let mut pty = play("suspend");
    pty.wait_for_text("ended 148");
    assert_restored(&pty);
    let stopped = pty.bytes().len();
    pty.send("\r");
    pty.wait_for_bytes(stopped, b"painted again");
    assert_taken(&pty);
    pty.send("q");
    pty.wait_for_text("ended again 0");
    assert_restored(&pty);
}

#[test]
fn the_console_ends_when_its_terminal_disappears() {
    let this = std::env::current_exe().unwrap();
    let args = [
        "--ignored",
        "--exact",
        "inside",
        "--nocapture",
        "--test-threads=1",
    ];
    let mut pty = Pty::spawn(this, &args, &[(ROLE, "hang-up")], (30, 100));
    pty.wait_for_text("painted");
    pty.hang_up();
    assert_eq!(pty.exit_status().exit_code(), 129);
}

#[test]
fn restoring_twice_writes_once() {
    let mut pty = play("twice");
    pty.wait_for_text("painted");
    pty.send("q");
    pty.wait_for_text("ended 0");
    let bytes = pty.bytes();
    assert_eq!(
        bytes
            .windows(8)
            .filter(|window| window == b"\x1b[?1049l")
            .count(),
        1
    );
}

#[test]
#[ignore = "plays the console inside the other tests' terminals"]
fn inside() -> Result<(), &'static str> {
    let Ok(role) = std::env::var(ROLE) else {
        return Ok(());
    };
    install_panic_hook();
    let mut guard = TerminalGuard::enter().unwrap();
    match role.as_str() {
        "return" => {
            paint("painted");
            wait_for_key();
        }
        "error" => {
            paint("painted");
            wait_for_key();
            return Err("it failed");
        }
        "panic" => {
            paint("painted");
            wait_for_key();
            panic!("the UI broke on \u{1b}]0;owned\u{7}");
        }
        "task-panic" => {
            std::thread::spawn(|| panic!("the task broke"))
                .join()
                .unwrap_err();
            let said = take_task_panic().unwrap();
            assert!(take_task_panic().is_none());
            paint(&format!("kept: {}", said.expose()));
            wait_for_key();
        }
        "SIGTERM" => end_by(Kill::TERM),
        "SIGINT" => end_by(Kill::INT),
        "SIGHUP" => end_by(Kill::HUP),
        "suspend" => {
            paint("painted");
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(guard.suspend()).unwrap();
            paint("painted again");
            wait_for_key();
        }
        "twice" => {
            paint("painted");
            wait_for_key();
            guard.leave().unwrap();
            guard.leave().unwrap();
            restore_terminal().unwrap();
        }
        "hang-up" => end_with_the_terminal(),
        other => panic!("no such role: {other}"),
    }
    Ok(())
}

fn end_by(kill: Kill) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let came = runtime.block_on(async {
        let ended = termination().unwrap();
        rustix::process::kill_process(rustix::process::getpid(), kill).unwrap();
        ended.await
    });
    restore_terminal_within(Duration::from_secs(1));
    std::process::exit(i32::from(came.exit_status()));
}

/// Paints on each change of size until the terminal disappears.
fn end_with_the_terminal() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let came = runtime.block_on(async {
        let mut resized = signal(SignalKind::window_change()).unwrap();
        let mut ended = pin!(termination().unwrap());
        paint("painted");
        loop {
            tokio::select! {
                came = &mut ended => return came,
                _ = resized.recv() => paint("resized"),
            }
        }
    });
    restore_terminal_within(Duration::from_secs(1));
    std::process::exit(i32::from(came.exit_status()));
}

fn paint(text: &str) {
    let mut out = stdout();
    write!(out, "\x1b[2J\x1b[H{text}").unwrap();
    out.flush().unwrap();
}

fn wait_for_key() {
    stdin().read_exact(&mut [0]).unwrap();
}
