//! Running the command that prints the secret.
//!
//! In: a program and its arguments, as the file lists them. Out: what it printed, without the end
//! of the line, or why that is no secret. No shell takes part; what the program says on standard
//! error is dropped unread, because it may hold a secret too.

use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use secrecy::SecretString;
use secrecy::zeroize::Zeroize as _;
use thiserror::Error;

use crate::config::Origin;

/// How long the command may take.
pub(crate) const COMMAND_LIMIT: Duration = Duration::from_secs(5);

/// No secret is longer, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Why a command gave no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no secret: `{program}` from {} {kind}", .origin.words())]
pub(crate) struct SecretError {
    /// Where the command was found.
    pub origin: Origin,
    /// The program that was run.
    pub program: String,
    /// What happened.
    pub kind: SecretErrorKind,
}

/// What happened to a command that gave no secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SecretErrorKind {
    /// The program could not be started.
    #[error("could not be started: {0}")]
    NotStarted(String),
    /// It did not end in time and was killed.
    #[error("did not end within {} s and was stopped", .0.as_secs())]
    TimedOut(Duration),
    /// It said that it failed.
    #[error("failed ({0})")]
    Failed(ExitStatus),
    /// It printed nothing.
    #[error("printed nothing")]
    Empty,
    /// It printed something that is no text, or far too much of it.
    #[error("printed what cannot be a secret: {0}")]
    NoSecret(&'static str),
}

impl SecretError {
    /// What to do about it.
    pub(crate) fn next_step(&self) -> String {
        let line = self.origin.words();
        match &self.kind {
            SecretErrorKind::NotStarted(_) => {
                format!("install the program, or correct {line}; it is started without a shell")
            }
            SecretErrorKind::TimedOut(_) => {
                "run it by itself; it may wait for a store to be unlocked".into()
            }
            SecretErrorKind::Failed(_) | SecretErrorKind::Empty => {
                format!("run the command of {line} by itself to see what it says")
            }
            SecretErrorKind::NoSecret(_) => {
                format!("let {line} print the secret alone, on one line")
            }
        }
    }
}

/// A command whose output is the secret.
#[derive(Clone)]
pub(super) struct SecretCommand {
    argv: Vec<String>,
}

impl SecretCommand {
    pub(super) fn new(argv: Vec<String>) -> Self {
        Self { argv }
    }

    /// The program alone: its arguments may be private.
    pub(super) fn program(&self) -> &str {
        self.argv.first().map_or("", String::as_str)
    }

    /// Runs it to its end, or to the limit, after which it and what it started are killed.
    pub(super) fn run(&self, limit: Duration) -> Result<SecretString, SecretErrorKind> {
        let not_started = |error: io::Error| SecretErrorKind::NotStarted(error.to_string());
        let arguments = self.argv.get(1..).unwrap_or_default();
        let child = Command::new(self.program())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own can be killed whole, with whatever the program started.
            .process_group(0)
            .spawn()
            .map_err(not_started)?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let (done, ended) = mpsc::channel();
        thread::Builder::new()
            .name("secret command".into())
            .spawn(move || {
                // Nobody listens any more once the limit has passed.
                let _ = done.send(read_to_end(child));
            })
            .map_err(not_started)?;
        match ended.recv_timeout(limit) {
            Ok(Ok((status, printed))) => secret_of(status, printed),
            Ok(Err(error)) => Err(not_started(error)),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                if let Some(group) = group {
                    // It may have ended by itself in the last moment, which is fine.
                    let _ = kill_process_group(group, Signal::KILL);
                }
                Err(SecretErrorKind::TimedOut(limit))
            }
        }
    }
}

fn read_to_end(mut child: Child) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut printed = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(LONGEST + 1).read_to_end(&mut printed)?;
    }
    Ok((child.wait()?, printed))
}

fn secret_of(status: ExitStatus, mut printed: Vec<u8>) -> Result<SecretString, SecretErrorKind> {
    // Asked first: a program whose output is not read to its end fails for that.
    if printed.len() as u64 > LONGEST {
        printed.zeroize();
        return Err(SecretErrorKind::NoSecret("it is longer than 64 KiB"));
    }
    if !status.success() {
        printed.zeroize();
        return Err(SecretErrorKind::Failed(status));
    }
    if printed.last() == Some(&b'\n') {
        printed.pop();
        if printed.last() == Some(&b'\r') {
            printed.pop();
        }
    }
    let mut text = String::from_utf8(printed).map_err(|error| {
        error.into_bytes().zeroize();
        SecretErrorKind::NoSecret("it is not valid UTF-8")
    })?;
    if text.is_empty() {
        return Err(SecretErrorKind::Empty);
    }
    if text.contains(['\n', '\r']) {
        text.zeroize();
        return Err(SecretErrorKind::NoSecret("it has several lines"));
    }
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::time::Instant;

    use secrecy::ExposeSecret as _;

    use super::*;

    fn run(argv: &[&str]) -> Result<String, SecretErrorKind> {
        let argv = argv.iter().map(|word| (*word).to_owned()).collect();
        let secret = SecretCommand::new(argv).run(COMMAND_LIMIT)?;
        Ok(secret.expose_secret().to_owned())
    }

    fn shell(script: &str) -> Result<String, SecretErrorKind> {
        run(&["/bin/sh", "-c", script])
    }

    #[test]
    fn what_is_printed_is_the_secret_without_the_end_of_the_line() {
        for (script, secret) in [
            ("printf 's3cret'", "s3cret"),
            ("printf 's3cret\\n'", "s3cret"),
            ("printf 's3cret\\r\\n'", "s3cret"),
            ("printf ' s3 cret \\n'", " s3 cret "),
            ("printf 'sécret\\n'; echo noise >&2", "sécret"),
        ] {
            assert_eq!(shell(script).unwrap(), secret, "{script}");
        }
    }

    #[test]
    fn no_shell_takes_part() {
        let printed = run(&["/bin/echo", "$HOME;", "`id`", "*"]).unwrap();
        assert_eq!(printed, "$HOME; `id` *");
    }

    #[test]
    fn what_is_no_secret_is_refused_in_words() {
        for (script, word) in [
            ("exit 3", "failed (exit status: 3)"),
            ("echo almost; exit 1", "failed"),
            ("kill -9 $$", "signal: 9"),
            ("true", "printed nothing"),
            ("echo", "printed nothing"),
            ("echo a; echo b", "several lines"),
            ("printf '\\377'", "UTF-8"),
            ("head -c 70000 /dev/zero", "64 KiB"),
        ] {
            let kind = shell(script).unwrap_err();
            assert!(kind.to_string().contains(word), "{script}: {kind}");
        }
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let kind = run(&["/nowhere/pass", "show"]).unwrap_err();
        assert!(matches!(kind, SecretErrorKind::NotStarted(_)), "{kind}");
        let error = SecretError {
            origin: Origin::Default,
            program: "/nowhere/pass".into(),
            kind,
        };
        assert!(error.to_string().contains("`/nowhere/pass`"), "{error}");
        assert!(error.next_step().contains("without a shell"));
    }

    #[test]
    fn a_hung_command_is_killed_with_what_it_started() {
        let pipe = tempfile::tempdir().unwrap();
        let pids = pipe.path().join("pids");
        let script = format!(
            "echo $$ > {0}; sleep 1000 & echo $! >> {0}; wait",
            pids.display()
        );
        let argv = ["/bin/sh", "-c", &script].map(str::to_owned).to_vec();
        let limit = Duration::from_millis(1500);
        let kind = SecretCommand::new(argv).run(limit).unwrap_err();
        assert_eq!(kind, SecretErrorKind::TimedOut(limit));
        let pids = std::fs::read_to_string(pids).unwrap();
        assert_eq!(pids.lines().count(), 2, "the limit was too short");
        let watchdog = Instant::now();
        for pid in pids.lines() {
            let pid = Pid::from_raw(pid.parse().unwrap()).unwrap();
            // A killed process is gone for `kill` only when its parent has taken note.
            while is_running(pid) {
                assert!(watchdog.elapsed() < COMMAND_LIMIT, "it still runs");
                thread::yield_now();
            }
        }
    }

    /// Whether the process runs; one that is dead but not yet buried does not.
    fn is_running(pid: Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        match stat {
            Ok(stat) => !stat
                .rsplit(')')
                .next()
                .unwrap()
                .trim_start()
                .starts_with('Z'),
            Err(_) => rustix::process::test_kill_process(pid).is_ok() && !cfg!(target_os = "linux"),
        }
    }

    #[test]
    fn neither_arguments_nor_secrets_show_in_debug_prints() {
        let argv = ["/bin/echo", "canary-77"].map(str::to_owned).to_vec();
        let by_command = super::super::KeySecret::of_command(argv, Origin::Default);
        let known = super::super::KeySecret::known("canary-77".into(), Origin::Default);
        assert!(!format!("{by_command:?} {known:#?}").contains("canary"));
        assert_eq!(by_command.fetch().unwrap().expose_secret(), "canary-77");
    }
}
