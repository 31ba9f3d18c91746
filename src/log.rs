//! The log: what it may contain, and where it is.
//!
//! In: facts, only through the functions of this room. Out: lines in a daily file, in a folder that
//! only its owner can read. No function takes a name, a text, an address or a secret, so none can
//! reach the log. Ids are hashed with a key that never leaves this machine. If the log cannot be
//! written, the program runs without one and never waits for it.

mod files;
mod hash;
mod lines;
mod request;

use std::path::PathBuf;
use std::sync::OnceLock;

use tracing::level_filters::LevelFilter;
use tracing::{Subscriber, error, info, warn};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

pub(crate) use hash::forgotten_hasher;
pub(crate) use request::Request;

use crate::domain::ProblemKind;
use hash::IdKey;
use lines::Lines;

/// Only this crate's own lines are written: libraries log URLs, which contain ids.
const OWN: &str = env!("CARGO_CRATE_NAME");

static KEY: OnceLock<IdKey> = OnceLock::new();
static LINES: OnceLock<Lines> = OnceLock::new();

/// How much to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level(LevelFilter);

impl Level {
    /// The names of the levels.
    pub(crate) const WORDS: &str = "off, error, warn, info, debug or trace";

    /// Parses the name of a level.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let filter = match word.to_ascii_lowercase().as_str() {
            "off" => LevelFilter::OFF,
            "error" => LevelFilter::ERROR,
            "warn" => LevelFilter::WARN,
            "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            "trace" => LevelFilter::TRACE,
            _ => return None,
        };
        Some(Self(filter))
    }
}

impl Default for Level {
    fn default() -> Self {
        Self(LevelFilter::INFO)
    }
}

/// Starts logging into `folder`. Another thread opens the files, so that the caller never waits
/// for the disk. Only the first call counts.
pub(crate) fn start(folder: PathBuf, level: Level) {
    if level.0 == LevelFilter::OFF {
        return;
    }
    let Some(lines) = Lines::start(folder.clone()) else {
        return;
    };
    if LINES.set(lines.clone()).is_ok() {
        // Read when the first id is hashed, not now.
        let _ = KEY.set(IdKey::in_folder(folder));
        // If a subscriber is already set, it stays, and there is no log.
        let _ = tracing::subscriber::set_global_default(subscriber(level, lines));
    }
}

/// Waits a short time until all lines have been written.
pub(crate) fn finish() {
    if let Some(lines) = LINES.get() {
        lines.flush();
    }
}

/// The program, or a command, began.
pub(crate) fn started(what: &'static str) {
    let version = env!("CARGO_PKG_VERSION");
    info!(pid = pid(), what, version, "started");
}

/// The program ended with this exit code.
pub(crate) fn stopped(exit: u8) {
    info!(pid = pid(), exit, "stopped");
}

/// A signal ended the program.
pub(crate) fn ended_by_signal(exit: u8) {
    info!(pid = pid(), exit, "ended by a signal");
}

/// A request failed.
pub(crate) fn problem(kind: ProblemKind) {
    let kind = match kind {
        ProblemKind::Usage => "usage",
        ProblemKind::Credentials => "credentials",
        ProblemKind::Network => "network",
        ProblemKind::Other => "other",
        // Ids that lead nowhere are part of normal work.
        ProblemKind::NotFound => return info!(pid = pid(), kind = "not found", "problem"),
    };
    warn!(pid = pid(), kind, "problem");
}

/// The program panicked at this place in its source. The message is left out, because it may quote
/// a stranger.
pub(crate) fn panicked(file: &str, line: u32) {
    error!(pid = pid(), at = format_args!("{file}:{line}"), "panicked");
}

fn pid() -> u32 {
    std::process::id()
}

fn hash_of(id: &[u8]) -> String {
    KEY.get().map_or_else(String::new, |key| key.hash(id))
}

fn subscriber<W>(level: Level, lines: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let ours = Targets::new().with_target(OWN, level.0);
    let written = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_target(false)
        .with_writer(lines)
        .with_filter(ours);
    tracing_subscriber::registry().with(written)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn said(level: &str, say: impl FnOnce()) -> String {
        let memory = Memory::default();
        let written = memory.clone();
        let level = Level::parse(level).unwrap();
        let subscriber = subscriber(level, move || memory.clone());
        tracing::subscriber::with_default(subscriber, say);
        let bytes = written.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_fact_is_one_line() {
        let text = said("info", || {
            started("get");
            problem(ProblemKind::NotFound);
            problem(ProblemKind::Network);
            panicked("src/x.rs", 7);
            stopped(3);
        });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 5, "{text}");
        for (line, words) in lines.iter().zip([
            ["INFO started", "what=\"get\""],
            ["INFO problem", "kind=\"not found\""],
            ["WARN problem", "kind=\"network\""],
            ["ERROR panicked", "at=src/x.rs:7"],
            ["INFO stopped", "exit=3"],
        ]) {
            assert!(words.iter().all(|word| line.contains(word)), "{line}");
            assert!(line.contains(&format!("pid={}", pid())), "{line}");
        }
    }

    #[test]
    fn a_request_is_one_line_without_its_ids() {
        let text = said("info", || {
            let mut answered = Request::begin("GET", "/v1.1/apps/a1/appusers/canary-9/messages");
            answered.answered(404);
            drop(answered);
            drop(Request::begin("GET", "/v1.1/apps/a1"));
        });
        let (answered, unanswered) = text.split_once('\n').unwrap();
        let route = "route=\"/v1.1/apps/{app}/appusers/{user}/messages\"";
        for word in ["INFO request", "method=\"GET\"", route, "status=404", "ms="] {
            assert!(answered.contains(word), "{answered}");
        }
        assert!(!unanswered.contains("status="), "{unanswered}");
        assert!(!text.contains("canary") && !text.contains("a1"), "{text}");
    }

    #[test]
    fn a_level_drops_everything_below_it() {
        let all = || {
            started("get");
            problem(ProblemKind::Network);
            panicked("src/x.rs", 7);
        };
        for (level, lines) in [("error", 1), ("warn", 2), ("info", 3), ("trace", 3)] {
            assert_eq!(said(level, all).lines().count(), lines, "{level}");
        }
    }

    #[test]
    fn lines_of_libraries_are_never_written() {
        let text = said("trace", || {
            tracing::error!(target: "hyper_util::client", "GET /v1.1/appusers/canary");
            tracing::trace!(target: "smooch", "canary");
        });
        assert_eq!(text, "");
    }

    #[test]
    fn an_unknown_word_is_no_level() {
        assert_eq!(Level::parse("INFO"), Some(Level::default()));
        for word in ["", "verbose", "smooch=info", "2"] {
            assert_eq!(Level::parse(word), None, "{word}");
        }
    }
}
