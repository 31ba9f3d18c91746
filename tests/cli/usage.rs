//! Help, wrong usage, and the console where there is no terminal.

use super::desk::{Desk, Ran, run_bare};

#[test]
fn help_and_version_go_to_standard_output() {
    for (argument, word) in [
        ("--help", "Examples:"),
        ("--version", env!("CARGO_PKG_VERSION")),
    ] {
        let ran = run_bare(&[argument], &[]);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains(word), "{}", ran.stdout);
        assert_eq!(ran.stderr, "");
    }
    for command in ["get", "messages", "sandbox"] {
        let ran = run_bare(&[command, "--help"], &[]);
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("Examples:"), "{}", ran.stdout);
    }
}

#[test]
fn wrong_usage_exits_with_2_and_a_message() {
    for arguments in [
        &["get"][..],
        &["fetch", "x"],
        &["cust-20418"],
        &["--json"],
        &["forget"],
        &["forget", "x", "--email", "a@example.org"],
        &["--colour"],
        &["messages", "x", "--limit", "0"],
        &["messages", "x", "--before", "yesterday"],
        &["sandbox", "--listen", "here"],
        &["get", "x", "--secret", "s"],
        &["--sandbox", "get", "x"],
    ] {
        let ran = run_bare(arguments, &[]);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert_eq!(ran.stdout, "");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn without_a_terminal_the_console_explains_itself_in_a_sentence() {
    let desk = Desk::open();
    for arguments in [&[][..], &["--sandbox"]] {
        let ran = desk.run(arguments);
        assert_eq!(ran.code, 2);
        assert_eq!(ran.stdout, "");
        assert!(
            ran.complaint().contains("The console needs a terminal"),
            "{}",
            ran.stderr
        );
        assert!(!ran.stderr.contains('\u{1b}'));
    }
    assert_eq!(desk.requests().len(), 0);
}

#[test]
fn unsupported_settings_are_refused_with_an_alternative() {
    let desk = Desk::open();
    for (arguments, word) in [
        (["get", "x", "--api", "v2"], "v1.1"),
        (["get", "x", "--auth", "digest"], "basic"),
    ] {
        let ran = desk.run(&arguments);
        assert_eq!(ran.code, 2);
        assert!(ran.complaint().contains(word), "{}", ran.stderr);
    }
    assert_eq!(desk.requests().len(), 0);
}

/// The block of the README below a mark.
fn readme_block<'a>(readme: &'a str, mark: &str) -> &'a str {
    let (_, below) = readme.split_once(mark).unwrap();
    let (_, block) = below.split_once("```toml\n").unwrap();
    block.split_once("```").unwrap().0
}

#[test]
fn the_files_in_the_readme_are_valid() {
    let readme = include_str!("../../README.md");
    let desk = Desk::open();
    desk.write_config(readme_block(readme, "<!-- config.toml -->"));
    desk.write_setting("keymap.toml", readme_block(readme, "<!-- keymap.toml -->"));
    for (app, base_url) in [
        ("acme", "https://api.eu-1.smooch.io"),
        ("try-out", "https://acme.zendesk.com/sc"),
    ] {
        let ran = Ran::of(&mut desk.bare(&["config", "check", "--app", app]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains(base_url), "{}", ran.stdout);
    }
    let ran = Ran::of(&mut desk.bare(&["keys", "dump"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("quit = [\"Q\", \"ctrl-q\"]"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_key_may_sign_tokens_if_its_prefix_names_a_scope() {
    let desk = Desk::open();
    let ran = desk.run(&["get", "cust-20418", "--auth", "jwt", "--json"]);
    assert_eq!(ran.record()["user_id"], "cust-20418");
    let asked = desk.requests().len();
    for (key_id, words) in [
        ("int_1", "integration"),
        ("xyz_1", "prefix"),
        ("1", "prefix"),
    ] {
        let ran = desk.run(&["get", "x", "--auth", "jwt", "--key-id", key_id]);
        assert_eq!(ran.code, 4, "{}", ran.stderr);
        assert!(ran.complaint().contains(words), "{}", ran.stderr);
    }
    assert_eq!(desk.requests().len(), asked, "nothing was sent");
}

#[test]
fn the_readme_shows_the_real_output() {
    let readme = include_str!("../../README.md");
    let (_, shown) = readme
        .split_once("<!-- get cust-20418 -->\n```text\n")
        .unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let printed = Desk::open().run(&["get", "cust-20418"]).stdout;
    let mut printed = printed.lines();
    assert!(shown.lines().count() > 8);
    for line in shown.lines() {
        let printed = printed.next().unwrap();
        let matches = match line.split_once('…') {
            Some((head, _)) => printed.starts_with(head),
            None => printed == line,
        };
        assert!(matches, "README: {line}\nprinted: {printed}");
    }
}
