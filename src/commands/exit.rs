//! Exit codes, which scripts rely on.
//!
//! In: kinds of problems. Out: the one code of a whole run. No words.

use std::process::ExitCode;

use crate::config::ConfigErrorKind;
use crate::domain::ProblemKind;

/// How a run ended; a later variant outweighs an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, or found.
    Done,
    /// Something that was asked for does not exist.
    NotFound,
    /// Wrong usage, a refused id, or no terminal.
    Usage,
    /// Any other failure.
    Failure,
    /// Network, rate limit or server.
    Network,
    /// Credentials refused or missing.
    Credentials,
}

impl Exit {
    /// The code that the program ends with.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failure => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Credentials => 4,
            Self::Network => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<ProblemKind> for Exit {
    fn from(kind: ProblemKind) -> Self {
        match kind {
            ProblemKind::Usage => Self::Usage,
            ProblemKind::NotFound => Self::NotFound,
            ProblemKind::Credentials => Self::Credentials,
            ProblemKind::Network => Self::Network,
            ProblemKind::Other => Self::Failure,
        }
    }
}

impl From<ConfigErrorKind> for Exit {
    fn from(kind: ConfigErrorKind) -> Self {
        match kind {
            ConfigErrorKind::Usage => Self::Usage,
            ConfigErrorKind::Credentials => Self::Credentials,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn of_several_endings_the_gravest_counts() {
        let by_gravity = [
            Exit::Credentials,
            Exit::Network,
            Exit::Failure,
            Exit::Usage,
            Exit::NotFound,
            Exit::Done,
        ];
        for pair in by_gravity.windows(2) {
            assert_eq!(pair[0].max(pair[1]), pair[0]);
        }
    }

    #[test]
    fn codes_are_those_of_the_contract() {
        let codes = [
            (Exit::Done, 0),
            (Exit::Failure, 1),
            (Exit::Usage, 2),
            (Exit::NotFound, 3),
            (Exit::Credentials, 4),
            (Exit::Network, 5),
        ];
        for (exit, code) in codes {
            assert_eq!(exit.code(), code);
        }
    }
}
