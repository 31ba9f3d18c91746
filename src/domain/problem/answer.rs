//! Answers that are of no use.

use super::advice::{Advice, raw, with};
use super::kind::ProblemKind;
use crate::domain::{Connection, Untrusted};

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFault {
    /// 5xx.
    Server {
        /// The status.
        status: u16,
        /// The server's own words.
        detail: Untrusted,
    },
    /// 3xx: never followed, because the credentials would go along.
    Redirected {
        /// The status.
        status: u16,
        /// Where the server wanted to send us.
        to: Option<Untrusted>,
    },
    /// Any other status.
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// The server's own words.
        detail: Untrusted,
    },
    /// The answer was larger than is read.
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The answer was not JSON, perhaps a page of a proxy.
    NotJson {
        /// The status.
        status: u16,
        /// The first characters.
        excerpt: Untrusted,
    },
    /// The answer was JSON of another shape.
    Unreadable {
        /// What was missing or wrong.
        why: Untrusted,
    },
}

impl AnswerFault {
    /// The kind that decides the exit code.
    pub(super) const fn kind(&self) -> ProblemKind {
        match self {
            Self::Server { .. } => ProblemKind::Network,
            Self::Redirected { .. }
            | Self::UnexpectedStatus { .. }
            | Self::TooLarge { .. }
            | Self::NotJson { .. }
            | Self::Unreadable { .. } => ProblemKind::Other,
        }
    }

    /// The words for each case.
    pub(super) fn advice(&self, connection: &Connection) -> Advice {
        let base_url = raw(&connection.base_url);
        match self {
            Self::Server { status, detail } => Advice::new(
                with(format!("the API itself failed (status {status})"), detail),
                "try again soon; if it keeps failing, check the API's status page",
            ),
            Self::Redirected { status, to } => {
                let to = to.as_ref().map_or("another address", raw);
                Advice::new(
                    format!("{base_url} redirects to {to} (status {status}); that is not followed"),
                    "correct the base URL: following it would send the key to the other address",
                )
            }
            Self::UnexpectedStatus { status, detail } => Advice::new(
                with(
                    format!("the API answered with the unexpected status {status}"),
                    detail,
                ),
                "try again; if it keeps happening, report the status",
            ),
            Self::TooLarge { limit } => Advice::new(
                format!("the answer is larger than {limit} bytes and was not read"),
                format!("check that {base_url} is the API; its answers are never so large"),
            ),
            Self::NotJson { status, excerpt } => Advice::new(
                with(
                    format!("the answer (status {status}) is not JSON, perhaps a proxy's page"),
                    excerpt,
                ),
                format!("check the base URL {base_url}, and whether a proxy asks to sign in"),
            ),
            Self::Unreadable { why } => Advice::new(
                with("the answer cannot be read", why),
                "check the API version; if it is right, report this answer",
            ),
        }
    }
}
