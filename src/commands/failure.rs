//! What a command could not do: what failed, why, and the next step.
//!
//! In: problems of the API, faults of the settings, errors of the system. Out: safe text on standard
//! error, and how the run ends. All text passes the sanitiser, so that no stranger's text reaches
//! the terminal raw. Nothing here ever contains a secret.

use std::fmt::Display;
use std::io::{self, Write as _};

use super::Exit;
use crate::config::ConfigError;
use crate::domain::{Connection, Problem};
use crate::log;
use crate::text::SafeText;

/// Why a command ended, or left something out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something to report to the agent.
    Told {
        /// What failed, and why.
        what: SafeText,
        /// What to do about it.
        next: SafeText,
        /// How the run ends.
        exit: Exit,
    },
    /// The reader closed the pipe (`| head`), so there is nothing to report.
    OutputClosed,
}

impl Failure {
    /// A failure in the console's own words.
    pub fn new(exit: Exit, what: impl Display, next: impl Display) -> Self {
        Self::Told {
            what: SafeText::own(what),
            next: SafeText::own(next),
            exit,
        }
    }

    /// A failed request; its kind goes into the log.
    pub(crate) fn of_problem(problem: &Problem, connection: &Connection) -> Self {
        log::problem(problem.kind());
        Self::Told {
            what: SafeText::of(&problem.words(connection)),
            next: SafeText::of(&problem.next_step(connection)),
            exit: problem.kind().into(),
        }
    }

    /// The same failure with more of its cause.
    #[must_use]
    pub(crate) fn because(self, cause: impl Display) -> Self {
        match self {
            Self::Told { what, next, exit } => Self::Told {
                what: SafeText::join([what, SafeText::own(format_args!(": {cause}"))]),
                next,
                exit,
            },
            Self::OutputClosed => Self::OutputClosed,
        }
    }

    /// The same failure with another way to go on.
    #[must_use]
    pub(crate) fn or_else(self, way: impl Display) -> Self {
        match self {
            Self::Told { what, next, exit } => Self::Told {
                what,
                next: SafeText::join([next, SafeText::own(format_args!("; or {way}"))]),
                exit,
            },
            Self::OutputClosed => Self::OutputClosed,
        }
    }

    /// A command that needs an app, when no setting names one.
    pub(crate) fn nothing_configured() -> Self {
        let error = ConfigError::nothing();
        let next = format!(
            "{}; or try `smooch-console sandbox`, which prints all three",
            error.next_step()
        );
        Self::new(error.kind().into(), error, next)
    }

    /// Standard output could not be written.
    pub(crate) fn of_output(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::OutputClosed
        } else {
            Self::new(
                Exit::Failure,
                format_args!("the output could not be written: {error}"),
                "check where the output goes",
            )
        }
    }

    /// Prints the failure on standard error, and returns how the run ends.
    pub fn tell(&self) -> Exit {
        match self {
            Self::OutputClosed => Exit::Done,
            Self::Told { what, next, exit } => {
                // If standard error is closed, nobody can read the message.
                let _ = writeln!(io::stderr(), "smooch-console: {what}\n  next: {next}");
                *exit
            }
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(error.kind().into(), &error, error.next_step())
    }
}

/// Prints a note on standard error that is not a failure.
pub(super) fn note(words: &SafeText) {
    // As above: if standard error is closed, nobody can read it.
    let _ = writeln!(io::stderr(), "smooch-console: {words}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_quiet_and_not_a_failure() {
        let closed = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(Failure::of_output(&closed), Failure::OutputClosed);
        assert_eq!(Failure::OutputClosed.tell(), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_reported() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        assert!(matches!(
            Failure::of_output(&full),
            Failure::Told {
                exit: Exit::Failure,
                ..
            }
        ));
    }

    #[test]
    fn own_words_are_made_safe_too() {
        let failure = Failure::new(Exit::Usage, "a\u{1b}[31mb", "c\u{202e}d");
        let Failure::Told { what, next, .. } = failure else {
            unreachable!("it is told");
        };
        assert!(!what.as_str().contains('\u{1b}'));
        assert!(!next.as_str().contains('\u{202e}'));
    }

    #[test]
    fn nothing_configured_names_every_variable() {
        let Failure::Told { next, exit, .. } = Failure::nothing_configured() else {
            unreachable!("it is told");
        };
        for variable in ["SMOOCH_APP_ID", "SMOOCH_KEY_ID", "SMOOCH_KEY_SECRET"] {
            assert!(next.as_str().contains(variable), "{variable}");
        }
        assert_eq!(exit, Exit::Usage);
    }
}
