//! How the program ends, stops and goes on: the terminal is always as it was before.

use std::net::TcpListener;

use rustix::process::Signal;
use smooch_console::sandbox::cast;

use super::desk::{
    PROGRAM, WINDOW, assert_given_back, assert_taken, in_shell, look_up, open, open_with,
    signal_program, wait_until_open,
};
use super::log::{ENTER, LEAVE};

#[test]
fn q_quits_and_gives_the_terminal_back() {
    let mut pty = in_shell(PROGRAM, &[], &[]);
    wait_until_open(&pty);
    assert_taken(&pty);
    pty.send("q");
    pty.wait_for_text("ended 0");
    assert_given_back(&pty);
}

#[test]
fn the_first_and_the_last_bytes_are_those_that_take_the_terminal_and_give_it_back() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    let bytes = pty.bytes();
    assert!(bytes.starts_with(ENTER.as_bytes()));
    assert!(bytes.ends_with(LEAVE.as_bytes()));
    let leaves = bytes.windows(8).filter(|part| part == b"\x1b[?1049l");
    assert_eq!(leaves.count(), 1);
}

#[test]
fn quitting_while_typing_gives_the_cursor_back_as_it_was() {
    let mut pty = in_shell(PROGRAM, &[], &[]);
    wait_until_open(&pty);
    pty.send("/zzqxjv");
    // The cursor is put in its place at the end of a frame.
    pty.wait_for("nobody, and the cursor in the box", |screen| {
        screen.contents().contains("0 of 72") && !screen.hide_cursor()
    });
    // Nothing loads for nobody, so Ctrl-C has nothing to cancel.
    pty.send("\u{3}");
    pty.wait_for_text("ended 0");
    assert_given_back(&pty);
}

#[test]
fn ctrl_c_cancels_what_loads_and_then_quits() {
    // Connections are taken by the machine but nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", silent.local_addr().unwrap());
    let env = [
        ("SMOOCH_BASE_URL", base_url.as_str()),
        ("SMOOCH_APP_ID", "a1"),
        ("SMOOCH_KEY_ID", "app_1"),
        ("SMOOCH_KEY_SECRET", "s"),
    ];
    let mut pty = open_with(&env, WINDOW);
    pty.wait_for_text("Nobody is known here yet.");
    look_up(&mut pty, "cust-20418");
    pty.wait_for_text("Looking up “cust-20418” …");
    pty.send("\u{3}");
    pty.wait_for_text("cancelled");
    pty.send("\u{3}");
    assert_eq!(pty.exit_status().exit_code(), 0);
    drop(silent);
}

#[test]
fn a_signal_ends_the_program_and_gives_the_terminal_back() {
    for signal in [
        Signal::TERM,
        Signal::INT,
        Signal::HUP,
        Signal::QUIT,
        Signal::USR1,
        Signal::USR2,
        Signal::ALARM,
        Signal::VTALARM,
        Signal::PROF,
        Signal::XCPU,
    ] {
        let pty = in_shell(PROGRAM, &[], &[]);
        wait_until_open(&pty);
        signal_program(&pty, signal);
        let status = 128 + signal.as_raw();
        pty.wait_for_text(&format!("ended {status}"));
        assert_given_back(&pty);
        // The shell would add this to its word about a process that the signal itself ended.
        assert!(!pty.text().contains("core dumped"), "{}", pty.text());
    }
}

#[test]
fn nothing_is_painted_after_a_signal_has_given_the_terminal_back() {
    for _ in 0..10 {
        let mut pty = open(WINDOW);
        // In the middle of learning everybody, when frames follow one another.
        pty.wait_for_text("READ-ONLY");
        pty.signal(Signal::TERM);
        assert_eq!(pty.exit_status().exit_code(), 143);
        assert!(pty.bytes().ends_with(LEAVE.as_bytes()));
    }
}

#[test]
fn a_closed_terminal_ends_the_program() {
    let mut pty = open(WINDOW);
    wait_until_open(&pty);
    pty.hang_up();
    assert_eq!(pty.exit_status().exit_code(), 129);
}

#[test]
fn ctrl_z_gives_the_shell_its_terminal_and_fg_repaints_everything() {
    let mut pty = in_shell(PROGRAM, &[], &[]);
    wait_until_open(&pty);
    look_up(&mut pty, cast::IDENTIFIED_NAMED.id);
    pty.wait_for_text("Perfect, thank you Dana!");
    pty.send("\u{1a}");
    pty.wait_for_text("ended 148");
    assert_given_back(&pty);
    pty.send("\r");
    pty.wait_for_text("Perfect, thank you Dana!");
    assert_taken(&pty);
    pty.send("q");
    pty.wait_for_text("ended again 0");
    assert_given_back(&pty);
}

#[test]
fn a_program_continued_from_outside_repaints_everything() {
    let pty = open(WINDOW);
    wait_until_open(&pty);
    let before = pty.bytes().len();
    pty.signal(Signal::STOP);
    pty.signal(Signal::CONT);
    pty.wait_for_bytes(before, ENTER.as_bytes());
    pty.wait_for_bytes(before, b"\x1b[2J");
    wait_until_open(&pty);
}
