//! The clipboard: by tmux where the console runs inside it, else by asking the terminal.
//!
//! In: safe text. Out: which way it went. tmux, with its usual settings, drops what a program asks
//! of the terminal's clipboard (OSC 52), so it is asked itself: `tmux load-buffer` says whether it
//! worked. A terminal never says that. No shell takes part, and the child gets no secrets.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use rustix::process::{Pid, Signal, kill_process_group};

use super::guard::write_frame;
use crate::console::msg::{Clipboard, CopyFailed};
use crate::domain::Untrusted;

/// tmux answers at once, or never.
const TMUX_LIMIT: Duration = Duration::from_secs(2);

/// Variables that no child process gets.
const SECRETS: [&str; 4] = [
    "SMOOCH_KEY_SECRET",
    "SMOOCH_WEBHOOK_SECRETS",
    "SMOOCH_TEAM_URL",
    "PGPASSWORD",
];

/// What is between the console and the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// tmux, by this program.
    Tmux(OsString),
    /// GNU screen, which passes no OSC 52 on.
    Screen,
    /// The terminal itself.
    Terminal,
}

impl Way {
    /// The way from this process, as its environment has it.
    pub(super) fn of(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
        if is_set("TMUX") {
            Self::Tmux("tmux".into())
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::Terminal
        }
    }

    /// Copies text, and says which way it went. May take as long as tmux is given.
    pub(super) fn copy(&self, text: &str) -> Result<Clipboard, CopyFailed> {
        match self {
            Self::Terminal => ask_terminal(text).map(|()| Clipboard::Terminal),
            Self::Screen => ask_terminal(text).map(|()| Clipboard::TerminalBehindScreen),
            Self::Tmux(tmux) => match load_buffer(tmux, &["load-buffer", "-w", "-"], text) {
                Ok(()) => Ok(Clipboard::Tmux),
                Err(why) => without_clipboard(tmux, text, why),
            },
        }
    }
}

/// tmux before 3.2 has buffers, but does not send them on; the terminal is asked as well then.
fn without_clipboard(tmux: &OsString, text: &str, why: Untrusted) -> Result<Clipboard, CopyFailed> {
    let kept = load_buffer(tmux, &["load-buffer", "-"], text);
    ask_terminal(text)?;
    Ok(match kept {
        Ok(()) => Clipboard::TmuxBuffer,
        Err(_) => Clipboard::TerminalBehindTmux(why),
    })
}

/// Asks the terminal to copy (OSC 52, which also works through SSH). It never answers.
fn ask_terminal(text: &str) -> Result<(), CopyFailed> {
    let mut bytes = Vec::new();
    queue!(bytes, CopyToClipboard::to_clipboard_from(text))
        .and_then(|()| write_frame(&bytes))
        .map_err(|error| CopyFailed(error.to_string().into()))
}

/// Runs tmux with the text as its input; `Err` says why it did not take it.
fn load_buffer(tmux: &OsString, arguments: &[&str], text: &str) -> Result<(), Untrusted> {
    let output = run(tmux, arguments, text).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "tmux was not found".into(),
        _ => Untrusted::from(error.to_string()),
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or_default().trim();
    Err(if first.is_empty() {
        Untrusted::from(output.status.to_string())
    } else {
        Untrusted::from(first)
    })
}

fn run(program: &OsString, arguments: &[&str], text: &str) -> io::Result<Output> {
    let mut command = Command::new(program);
    for name in SECRETS {
        command.env_remove(name);
    }
    let child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (done, ended) = mpsc::channel();
    let text = text.to_owned();
    std::thread::Builder::new()
        .name("tmux".into())
        .spawn(move || {
            // Nobody listens any more once the limit has passed.
            let _ = done.send(feed(child, &text));
        })?;
    ended.recv_timeout(TMUX_LIMIT).unwrap_or_else(|_| {
        if let Some(group) = group {
            // It may have ended by itself in the last moment, which is fine.
            let _ = kill_process_group(group, Signal::KILL);
        }
        let seconds = TMUX_LIMIT.as_secs();
        let words = format!("tmux did not answer within {seconds} s");
        Err(io::Error::new(io::ErrorKind::TimedOut, words))
    })
}

fn feed(mut child: Child, text: &str) -> io::Result<Output> {
    if let Some(mut stdin) = child.stdin.take() {
        // tmux that refuses its arguments reads nothing; its exit status says so better.
        let _ = stdin.write_all(text.as_bytes());
    }
    child.wait_with_output()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn way(set: &[&str]) -> Way {
        Way::of(|name| set.contains(&name).then(|| "x".into()))
    }

    #[test]
    fn tmux_is_nearer_than_screen_and_the_terminal() {
        assert_eq!(way(&[]), Way::Terminal);
        assert_eq!(way(&["STY"]), Way::Screen);
        assert_eq!(way(&["TMUX"]), Way::Tmux("tmux".into()));
        assert_eq!(way(&["TMUX", "STY"]), Way::Tmux("tmux".into()));
        assert_eq!(Way::of(|_| Some(OsString::new())), Way::Terminal);
    }

    /// A program in place of tmux.
    fn played(script: &str) -> (tempfile::TempDir, Way) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tmux");
        fs::write(
            &program,
            format!("#!/bin/sh\ncd {:?}\n{script}\n", folder.path()),
        )
        .unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        (folder, Way::Tmux(program.into()))
    }

    #[test]
    fn tmux_gets_the_text_as_its_input_and_says_whether_it_took_it() {
        let (folder, way) = played("echo \"$@\" >arguments; cat >text");
        let text = "x".repeat(300_000) + " é\n";
        assert_eq!(way.copy(&text), Ok(Clipboard::Tmux));
        let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("arguments"), "load-buffer -w -\n");
        assert_eq!(read("text"), text);
    }

    #[test]
    fn an_old_tmux_keeps_the_text_in_its_buffer() {
        let (_folder, way) =
            played("test \"$2\" = - || { echo 'usage: load-buffer' >&2; exit 1; }");
        assert_eq!(way.copy("text"), Ok(Clipboard::TmuxBuffer));
    }

    #[test]
    fn where_tmux_fails_the_terminal_is_asked_and_why_is_said() {
        let (_folder, way) = played("echo 'no server running' >&2; exit 1");
        let why = Untrusted::from("no server running");
        assert_eq!(way.copy("text"), Ok(Clipboard::TerminalBehindTmux(why)));
        let missing = Way::Tmux("/nowhere/tmux".into());
        let why = Untrusted::from("tmux was not found");
        assert_eq!(missing.copy("text"), Ok(Clipboard::TerminalBehindTmux(why)));
    }
}
