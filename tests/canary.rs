//! A unique secret, name, e-mail, text and id must appear in no file that a run leaves behind,
//! whether it succeeds or fails in any way.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/pty.rs"]
mod pty;
#[path = "canary/server.rs"]
mod server;
#[path = "canary/site.rs"]
mod site;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use pty::Pty;
use server::{APP_ID, EMAIL, NAME, SECRET, Server, TEXT, USER_ID};
use site::{Site, assert_clean, find_in_files, find_in_files_outside, holds};

const PROGRAM: &str = env!("CARGO_BIN_EXE_smooch-console");

/// Every way in which a server can answer, by its word in the user's id.
const ANSWERS: [&str; 9] = [
    "200", "echo", "401", "403", "404", "500", "html", "cut", "redirect",
];

#[test]
fn commands_leave_nothing_of_a_secret_or_a_person_behind() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    for answer in ANSWERS {
        let id = format!("{USER_ID}-{answer}");
        for arguments in [
            &["get", &id][..],
            &["get", &id, "--json"],
            &["messages", &id],
            &["messages", &id, "--json"],
        ] {
            let output = site
                .command(arguments)
                .env("SMOOCH_KEY_SECRET", SECRET)
                .env("SMOOCH_LOG", "trace")
                .env("RUST_BACKTRACE", "full")
                .output()
                .unwrap();
            assert_clean(&output.stdout, &[SECRET]);
            assert_clean(&output.stderr, &[SECRET]);
            let stdout = String::from_utf8_lossy(&output.stdout);
            let asked_for = ["200", "echo"].contains(&answer);
            assert_eq!(stdout.contains(NAME), asked_for, "{arguments:?}");
            assert_eq!(stdout.contains("[secret]"), answer == "echo", "{stdout}");
        }
    }
    for problem in [
        &["get", USER_ID, "--base-url", "http://example.org"][..],
        &["get", USER_ID, "--base-url", "https://u:p@example.org"],
        &["get", USER_ID, "--app", "nobody"],
        &["config", "check"],
    ] {
        let mut command = site.command(problem);
        let output = command.env("SMOOCH_KEY_SECRET", SECRET).output().unwrap();
        assert_clean(&output.stdout, &[SECRET]);
        assert_clean(&output.stderr, &[SECRET]);
    }
    assert!(server.requests() > ANSWERS.len());
    let log = site.log();
    for word in [
        "started",
        "request",
        "status=200",
        "status=401",
        "status=500",
        "stopped",
    ] {
        assert!(log.contains(word), "{log}");
    }
    // Only the directory stores people and their latest messages.
    let directory = site.home().join("data");
    find_in_files(site.home(), &[SECRET, APP_ID]);
    find_in_files_outside(site.home(), &directory, &[NAME, EMAIL, TEXT, USER_ID]);
    assert!(holds(&directory, NAME));
    assert!(holds(&directory, TEXT));
    for answer in ["200", "echo"] {
        let forgotten = site.command(&["forget", &format!("{USER_ID}-{answer}")]);
        assert!({ forgotten }.status().unwrap().success());
    }
    find_in_files(site.home(), &[SECRET, NAME, EMAIL, TEXT, USER_ID, APP_ID]);
}

#[test]
fn the_console_leaves_nothing_of_a_secret_or_a_person_behind() {
    let server = Server::start();
    let kept = tempfile::NamedTempFile::new().unwrap();
    writeln!(kept.as_file(), "{SECRET}").unwrap();
    let line = format!(
        "secret_command = [\"/bin/cat\", \"{}\"]",
        kept.path().display()
    );
    let site = Site::with_app(&server, &line);
    let mut pty = Pty::spawn(
        PROGRAM,
        &["--config", site.config().to_str().unwrap()],
        &[("SMOOCH_LOG", "trace")],
        (40, 160),
    );
    pty.wait_for_text("READ-ONLY");
    pty.send(&format!("/{USER_ID}-200\r"));
    pty.wait_for_text(NAME);
    pty.wait_for_text(TEXT);
    find_in_processes(SECRET);
    // A server that repeats the key in a good answer: in the profile, in the messages, in the JSON.
    pty.send(&format!("s{USER_ID}-echo\r"));
    pty.wait_for_text("[secret]");
    pty.send(&format!("s{USER_ID}-500\r"));
    pty.wait_for_text("status 500");
    pty.send("q");
    assert_eq!(pty.exit_status().exit_code(), 0);
    assert_clean(&pty.bytes(), &[SECRET]);
    let log = site::log_below(pty.home());
    for word in [
        "what=\"console\"",
        "status=200",
        "status=500",
        "problem",
        "stopped",
    ] {
        assert!(log.contains(word), "{log}");
    }
    // Only the directory stores people.
    let directory = pty.home().join(".local/share");
    find_in_files(pty.home(), &[SECRET, APP_ID]);
    find_in_files_outside(pty.home(), &directory, &[NAME, EMAIL, TEXT, USER_ID]);
    assert!(holds(&directory, NAME) && holds(&directory, TEXT));
    // A forgotten person is nowhere at all.
    for answer in ["200", "echo"] {
        let forgotten = Command::new(PROGRAM)
            .args(["forget", &format!("{USER_ID}-{answer}"), "--config"])
            .arg(site.config())
            .env_clear()
            .env("HOME", pty.home())
            .output()
            .unwrap();
        assert_eq!(forgotten.status.code(), Some(0), "{forgotten:?}");
    }
    find_in_files(pty.home(), &[SECRET, NAME, EMAIL, TEXT, USER_ID, APP_ID]);
}

#[test]
fn an_end_by_a_signal_is_logged_before_the_program_exits() {
    let server = Server::start();
    let site = Site::with_app(&server, "secret_command = [\"/bin/echo\", \"x\"]");
    let config = site.config();
    let arguments = ["--config", config.to_str().unwrap()];
    let mut pty = Pty::spawn(PROGRAM, &arguments, &[], (30, 120));
    pty.wait_for_text("READ-ONLY");
    pty.signal(rustix::process::Signal::TERM);
    assert_eq!(pty.exit_status().exit_code(), 143);
    let log = site::log_below(pty.home());
    assert!(log.contains("ended by a signal pid="), "{log}");
    assert!(log.contains("exit=143"), "{log}");
}

#[test]
fn each_user_has_a_hash_of_their_own() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    for id in ["one", "one", "other"] {
        let mut command = site.command(&["messages", id]);
        command.env("SMOOCH_KEY_SECRET", SECRET).output().unwrap();
    }
    let log = site.log();
    let users: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("appusers/{user}\""))
        .map(|line| line.split("user=").last().unwrap())
        .collect();
    assert_eq!(users.len(), 3, "{log}");
    assert_eq!(users[0], users[1]);
    assert_ne!(users[0], users[2]);
}

#[test]
fn files_and_folders_are_private_whatever_the_umask() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    let prepared = site.command(&["get", "someone"]);
    let ran = Command::new("/bin/sh")
        .args(["-c", "umask 000; exec \"$0\" \"$@\"", PROGRAM])
        .args(prepared.get_args())
        .env_clear()
        .envs(
            prepared
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("SMOOCH_KEY_SECRET", SECRET)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(ran.success());
    let mut seen = Vec::new();
    site::visit(site.home(), &mut |path| {
        let found = fs::symlink_metadata(path).unwrap();
        let wanted = if found.is_dir() { 0o700 } else { 0o600 };
        let mode = found.permissions().mode() & 0o777;
        assert_eq!(mode, wanted, "{} is {mode:o}", path.display());
        seen.push(path.to_owned());
    });
    // A folder with the log and its key, and a data folder with the app's folder and three files.
    assert_eq!(seen.len(), 2 + 2 + 2 + 1 + 3, "{seen:?}");
}

#[test]
fn off_writes_no_file_and_an_unknown_level_is_refused() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    let run = |level: &str| {
        let mut command = site.command(&["get", "someone"]);
        command
            .env("SMOOCH_KEY_SECRET", SECRET)
            .env("SMOOCH_LOG", level);
        command.output().unwrap()
    };
    assert!(run("off").status.success());
    let refused = run("verbose");
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("SMOOCH_LOG is no level"), "{said}");
    assert_eq!(site.log(), "");
    assert!(!site.home().join("state").exists());
}

#[test]
fn commands_without_an_app_write_no_log() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    for arguments in [
        &["config", "check"][..],
        &["keys", "dump"],
        &["man"],
        &["completions", "bash"],
        &["--help"],
    ] {
        site.command(arguments).output().unwrap();
    }
    assert_eq!(fs::read_dir(site.home()).unwrap().count(), 0);
}

#[test]
fn a_log_that_cannot_be_written_delays_nothing() {
    let server = Server::start();
    let site = Site::with_app(&server, "");
    fs::write(site.home().join("file"), "").unwrap();
    let mut command = site.command(&["get", "someone"]);
    command
        .env("SMOOCH_KEY_SECRET", SECRET)
        .env("XDG_STATE_HOME", site.home().join("file"));
    let output = command.output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// Searches the arguments of all processes, which others can read.
fn find_in_processes(needle: &str) {
    let Ok(processes) = fs::read_dir("/proc") else {
        return;
    };
    for process in processes {
        let Ok(arguments) = fs::read(process.unwrap().path().join("cmdline")) else {
            continue;
        };
        assert_clean(&arguments, &[needle]);
    }
}

#[test]
fn the_search_finds_a_canary_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("deep")).unwrap();
    fs::write(folder.path().join("deep/file"), format!("x{SECRET}x")).unwrap();
    let found = std::panic::catch_unwind(|| find_in_files(Path::new(folder.path()), &[SECRET]));
    assert!(found.is_err());
}
