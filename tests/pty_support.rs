//! The pseudo-terminal harness itself, tried on programs that every system has.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests state what must hold"
)]

#[path = "support/pty.rs"]
mod pty;

use pty::Pty;
use rustix::process::Signal;

fn shell(script: &str) -> Pty {
    Pty::spawn(
        "/bin/sh",
        &["-c", script],
        &[("GREETING", "hello")],
        (10, 40),
    )
}

#[test]
fn the_screen_the_bytes_and_the_exit_are_seen() {
    let mut pty = shell("printf \"$GREETING\\033[3;5Hthere\"; exit 7");
    let exit = pty.exit_status();
    assert_eq!(exit.exit_code(), 7);
    assert_eq!(pty.text(), "hello\n\n    there");
    assert_eq!(pty.bytes(), b"hello\x1b[3;5Hthere");
    assert!(pty.reads() >= 1);
}

#[test]
fn keys_reach_the_program() {
    let mut pty = Pty::spawn("/bin/cat", &[], &[], (10, 40));
    pty.send("ping\r");
    pty.wait_for("the line twice", |screen| {
        screen.contents().matches("ping").count() == 2
    });
    pty.send("\u{4}");
    assert!(pty.exit_status().success());
}

#[test]
fn the_environment_is_clean() {
    let mut pty = shell("printf '%s|%s|' \"$TERM\" \"$HOME\"; env | wc -l");
    pty.exit_status();
    let home = pty.home().to_str().unwrap().to_owned();
    let text = pty.text().replace('\n', "");
    assert!(
        text.starts_with(&format!("xterm-256color|{home}|")),
        "{text}"
    );
    assert_eq!(std::fs::read_dir(pty.home()).unwrap().count(), 0);
}

#[test]
fn a_new_size_reaches_the_program() {
    let mut pty = shell("trap 'stty size' WINCH; echo ready; while :; do read line || :; done");
    pty.wait_for_text("ready");
    pty.resize(12, 50);
    pty.send("\r");
    pty.wait_for_text("12 50");
    assert_eq!(pty.look(|screen| screen.size().1.get()), 50);
}

#[test]
fn a_signal_reaches_the_program() {
    let mut pty =
        shell("trap 'echo bye; exit 3' TERM; echo ready; while :; do read line || :; done");
    pty.wait_for_text("ready");
    pty.signal(Signal::TERM);
    // A shell runs its trap when the read is over.
    pty.send("\r");
    assert_eq!(pty.exit_status().exit_code(), 3);
    pty.wait_for_bytes(0, b"bye");
}

#[test]
fn closing_the_terminal_hangs_the_program_up() {
    let mut pty = shell("echo ready; while :; do read line || :; done");
    pty.wait_for_text("ready");
    pty.hang_up();
    assert!(!pty.exit_status().success());
}
