//! Looking users up: ask the API, follow a merge, remember the answer, or fall back to what is
//! kept.
//!
//! In: an id and where to ask. Out: typed results; the console turns them into messages, the
//! commands into words. What goes wrong with the files is reported once, to the listener that the
//! memory was made with, and spoils no answer. Never draws.

mod asker;
mod loading;
mod memory;
mod outcome;
#[cfg(test)]
mod tests;

pub(crate) use asker::Asker;
pub use loading::{load_everybody, load_known};
pub(crate) use memory::{EverybodyPart, Memory};
pub(crate) use outcome::{Kept, LookupOutcome, Recalled};
