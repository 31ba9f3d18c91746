//! `search`: what of the local directory matches a text.
//!
//! In: the answer of a search. Out: one JSON document, or a line of words for each user found.
//! Nobody found is an exit code of its own, because it does not mean that nobody exists.

mod record;
mod words;

use std::io::Write;

use jiff::Timestamp;

use super::{Exit, Failure, Format, Output};
use crate::directory::Results;
use record::SearchRecord;

/// Prints the answer of a search as it was at a moment.
pub fn print<W: Write>(
    results: &Results,
    now: Timestamp,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    match out.format() {
        Format::Json => out.json(&SearchRecord::of(results))?,
        Format::Words => out.lines(&words::lines(results, now))?,
    }
    Ok(if results.hits.is_empty() {
        Exit::NotFound
    } else {
        Exit::Done
    })
}

#[cfg(test)]
mod tests;
