//! JSON of the API and of webhooks, read into domain values.
//!
//! In: bytes as the API sent them. Out: domain values that keep the JSON they came from, with
//! secrets replaced. Reading is item by item: what cannot be read is named in the item's
//! `degraded` list, and its neighbours are untouched. Unknown fields, types and words are kept
//! (API document, sections 1.2 and 9). This room knows nothing of HTTP, storage or screens.

mod error;
mod excerpt;
pub(crate) mod facts;
mod json;
pub(crate) mod kept;
mod notes;
mod reader;
mod redact;
#[cfg(test)]
mod tests;
mod time;
pub mod v11;
pub(crate) mod v2;

use thiserror::Error;

use crate::domain::Untrusted;

pub use error::parse_error;
pub(crate) use excerpt::excerpt;
pub(crate) use notes::notes_of;

/// Why a whole answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// It is not JSON at all.
    #[error("the answer is not JSON")]
    NotJson,
    /// It begins as JSON and stops in the middle.
    #[error("the answer ends in the middle")]
    CutShort,
    /// A part without which the rest means nothing is missing.
    #[error("the answer has no `{0}`")]
    Missing(&'static str),
    /// A part has another shape than the API document gives it.
    #[error("`{0}` has an unexpected shape")]
    WrongShape(&'static str),
}

/// What a server says about a request that it refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerWords {
    /// `code`: an open set.
    pub code: Option<String>,
    /// The description, or the first characters of an answer of another shape.
    pub detail: Untrusted,
}
