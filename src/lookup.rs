//! Looking users up: ask the API, follow a merge, remember the answer, or fall back to what is
//! kept.
//!
//! In: an id and where to ask. Out: typed results; the console turns them into messages, the
//! commands into words. Never draws.

mod loading;

pub use loading::{load_everybody, load_known};
