//! What can go wrong with a request: the families of problems, with their words.
//!
//! In: a problem and the connection it happened on. Out: what an agent in a hurry reads about it:
//! one short sentence without a full stop, and one next step. Both are untrusted, because they
//! quote ids and servers. No secret is ever part of a problem, and no key of the keyboard is named
//! here.
//!
//! Each family is an enum in a file of its own, where one exhaustive match gives the advice for
//! every case. A new case does not compile until it has its words.

mod advice;
mod answer;
mod kind;
mod line;
mod refused;
mod usage;

use super::{Connection, Untrusted};
use advice::{Advice, with};

pub use answer::AnswerFault;
pub use kind::ProblemKind;
pub use line::{Deadline, LineFault};
pub use refused::Refused;
pub use usage::{IdFault, KeyFault, UsageFault};

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The API refused it.
    Refused(Refused),
    /// The API answered, but the answer is of no use.
    Answer(AnswerFault),
    /// No answer came.
    Line(LineFault),
    /// The console cannot send it as things are set.
    Usage(UsageFault),
    /// A part of the program failed; the rest goes on.
    Internal {
        /// What failed.
        detail: Untrusted,
    },
}

impl Problem {
    /// The kind that decides the exit code.
    pub(crate) const fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refused) => refused.kind(),
            Self::Answer(fault) => fault.kind(),
            Self::Line(_) => ProblemKind::Network,
            Self::Usage(fault) => fault.kind(),
            Self::Internal { .. } => ProblemKind::Other,
        }
    }

    /// Whether the API could not be reached, or broke off in the middle.
    pub(crate) const fn is_offline(&self) -> bool {
        matches!(self, Self::Line(_))
    }

    /// What went wrong, in one sentence.
    pub fn words(&self, connection: &Connection) -> Untrusted {
        Untrusted::from(self.advice(connection).cause)
    }

    /// What to do about it.
    pub fn next_step(&self, connection: &Connection) -> Untrusted {
        Untrusted::from(self.advice(connection).next)
    }

    fn advice(&self, connection: &Connection) -> Advice {
        match self {
            Self::Refused(refused) => refused.advice(connection),
            Self::Answer(fault) => fault.advice(connection),
            Self::Line(fault) => fault.advice(connection),
            Self::Usage(fault) => fault.advice(connection),
            Self::Internal { detail } => Advice::new(
                with("a part of the console failed", detail),
                "the rest still works; report this and what you did",
            ),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<AnswerFault> for Problem {
    fn from(fault: AnswerFault) -> Self {
        Self::Answer(fault)
    }
}

impl From<LineFault> for Problem {
    fn from(fault: LineFault) -> Self {
        Self::Line(fault)
    }
}

impl From<UsageFault> for Problem {
    fn from(fault: UsageFault) -> Self {
        Self::Usage(fault)
    }
}

#[cfg(test)]
mod tests;
