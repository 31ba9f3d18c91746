//! Standard output: lines of safe text, or JSON documents of one line each.
//!
//! In: [`SafeText`] or a serialisable record. Out: bytes without control characters, except
//! newlines. If the reader closes the pipe, the program ends quietly and without an error.

use std::io::Write;

use serde::Serialize;

use super::{Exit, Failure};
use crate::text::{SafeText, json};

/// How a command prints what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Words,
    /// For programs.
    Json,
}

/// Where a command prints what it found.
pub(crate) struct Output<W> {
    to: W,
    format: Format,
}

impl<W: Write> Output<W> {
    /// Prints to `to`.
    pub(crate) fn new(to: W, format: Format) -> Self {
        Self { to, format }
    }

    /// How to print.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Prints lines of text, and flushes them.
    pub(crate) fn lines(&mut self, lines: &[SafeText]) -> Result<(), Failure> {
        let mut block = String::new();
        for line in lines {
            block.push_str(line.as_str());
            block.push('\n');
        }
        self.write(&block)
    }

    /// Prints a document that the program generated from its own definitions, unchanged. It must
    /// contain nothing from outside.
    pub(crate) fn document(&mut self, text: &str) -> Result<(), Failure> {
        self.write(text)
    }

    /// Prints one JSON document on its own line, and flushes it.
    pub(crate) fn json(&mut self, record: &impl Serialize) -> Result<(), Failure> {
        let document = serde_json::to_string(record).map_err(|error| {
            Failure::new(
                Exit::Failure,
                format_args!("the answer could not be written as JSON: {error}"),
                "run the command without --json",
            )
        })?;
        self.write(&(json::escape(&document) + "\n"))
    }

    fn write(&mut self, block: &str) -> Result<(), Failure> {
        self.to
            .write_all(block.as_bytes())
            .and_then(|()| self.to.flush())
            .map_err(|error| Failure::of_output(&error))
    }
}

/// Joins parts with a separator of the console's own.
pub(super) fn separated(parts: impl Iterator<Item = SafeText>, sign: &str) -> SafeText {
    let mut joined = Vec::new();
    for part in parts {
        if !joined.is_empty() {
            joined.push(SafeText::own(sign));
        }
        joined.push(part);
    }
    SafeText::join(joined)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_json_document_is_one_line_without_raw_controls() {
        let mut bytes = Vec::new();
        let record = serde_json::json!({"a": "x\n\u{1b}[0m\u{7f}\u{9b}\u{202e}y"});
        Output::new(&mut bytes, Format::Json).json(&record).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches('\n').count(), 1);
        let visible = |c: char| !c.is_control() && c != '\u{202e}';
        assert!(text.trim_end().chars().all(visible), "{text:?}");
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back, record);
    }

    #[test]
    fn every_line_of_text_ends_with_a_newline() {
        let mut bytes = Vec::new();
        Output::new(&mut bytes, Format::Words)
            .lines(&[SafeText::own("a"), SafeText::own("b")])
            .unwrap();
        assert_eq!(bytes, b"a\nb\n");
    }
}
