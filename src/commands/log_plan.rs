//! Where and how much a command logs.

use std::path::PathBuf;

use super::{Exit, Failure};
use crate::config::{Environment, LOG_VARIABLE};
use crate::log::{self, Level};

/// Where and how much to log, once a command works on an app.
pub(super) struct LogPlan {
    folder: Option<PathBuf>,
    level: Level,
}

impl LogPlan {
    pub(super) fn of(environment: &Environment) -> Result<Self, Failure> {
        let level = match environment.log_level() {
            None => Level::default(),
            Some(word) => Level::parse(word).ok_or_else(|| {
                let what = format_args!("{LOG_VARIABLE} is no level that is known here");
                let next = format_args!("set it to {}", Level::WORDS);
                Failure::new(Exit::Usage, what, next)
            })?,
        };
        let folder = environment.folders().state;
        Ok(Self { folder, level })
    }

    /// Starts the log. Commands without an app, and those on the sandbox, never call this.
    pub(super) fn start(self, what: &'static str) {
        if let Some(folder) = self.folder {
            log::start(folder, self.level);
            log::started(what);
        }
    }
}
