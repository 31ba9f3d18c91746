//! What must never be printed: raw controls, invisible marks, and the secret.

use std::io::{BufRead as _, BufReader};

use smooch_console::sandbox::cast;

use super::desk::{ClosedPort, Desk, Ran, run_bare};

const CANARY: &str = "canary-5e1f-never-shown";

/// Arguments, and variables in addition to those that lead to the sandbox.
type Run<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);

fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn assert_safe(text: &str) {
    if let Some(c) = text.chars().find(|c| is_unsafe(*c)) {
        panic!("U+{:04X} came out raw", u32::from(c));
    }
}

#[test]
fn no_users_text_reaches_the_terminal_raw() {
    let desk = Desk::open();
    let ids = desk.user_ids();
    for format in [&["--json"][..], &[]] {
        let mut arguments = vec!["get"];
        arguments.extend(format);
        arguments.extend(ids.iter().map(String::as_str));
        let ran = desk.run(&arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_safe(&ran.stdout);
        assert_safe(&ran.stderr);
        for person in [cast::HOSTILE, cast::EVERY_TYPE] {
            let mut arguments = vec!["messages", person.id];
            arguments.extend(format);
            let ran = desk.run(&arguments);
            assert_eq!(ran.code, 0, "{}", ran.stderr);
            assert!(ran.stdout.lines().count() > 3);
            assert_safe(&ran.stdout);
            assert_safe(&ran.stderr);
        }
    }
}

#[test]
fn hostile_messages_are_still_valid_json() {
    let desk = Desk::open();
    let ran = desk.run(&["messages", cast::HOSTILE.id, "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.records().len() > 3);
}

#[test]
fn nobody_can_imitate_the_identity_lines() {
    let desk = Desk::open();
    let ran = desk.run(&["get", cast::HOSTILE.id]);
    let identified = ran
        .stdout
        .lines()
        .filter(|line| line.starts_with("IDENTIFIED"));
    assert_eq!(identified.count(), 0, "{}", ran.stdout);
    assert!(ran.stdout.starts_with("ANONYMOUS · "));
}

#[test]
fn an_error_about_an_id_with_controls_is_safe() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "\u{1b}]0;title\u{7}\u{202e}evil"]);
    assert_eq!(ran.code, 3);
    assert_safe(&ran.stderr);
}

#[test]
fn errors_repeat_wrong_arguments_safely() {
    for arguments in [
        &["\u{1b}[31mred"][..],
        &["--\u{9b}31m"],
        &["messages", "x", "--before", "\u{1b}[31m"],
    ] {
        let ran = run_bare(arguments, &[]);
        assert_eq!(ran.code, 2);
        assert_safe(&ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn the_secret_is_printed_nowhere() {
    let desk = Desk::open();
    let closed = ClosedPort::take();
    let runs: &[Run] = &[
        (&["get", "cust-20418"], &[]),
        (&["get", "cust-20418", "--json"], &[]),
        (&["messages", "cust-20418"], &[]),
        (&["get", "x", "--base-url", &closed.base_url], &[]),
        (&["get", "x", "--base-url", "http://api.smooch.io"], &[]),
        (&["get", "x", "--base-url", "not a url"], &[]),
        (&["get", "x", "--app-id", ".."], &[]),
        (&["get", "x", "--key-id", ""], &[]),
        (&["get", "x"], &[("SMOOCH_API", "v2")]),
        (&["get", "x"], &[("SMOOCH_AUTH", "jwt")]),
        (&["get", "."], &[]),
        (&["get"], &[]),
        (&[], &[]),
        (&["--help"], &[]),
    ];
    for (arguments, variables) in runs {
        let mut command = desk.command(arguments);
        command
            .env("SMOOCH_KEY_SECRET", CANARY)
            .env("RUST_BACKTRACE", "full")
            .envs(variables.iter().copied());
        let ran = Ran::of(&mut command);
        assert!(!ran.stdout.contains(CANARY), "{arguments:?}");
        assert!(!ran.stderr.contains(CANARY), "{arguments:?}");
    }
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let desk = Desk::open();
    let id = cast::THOUSAND_MESSAGES.id;
    let mut child = desk.spawn_piped(&["messages", id, "--json", "--limit", "1000"]);
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.starts_with('{'));
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}
