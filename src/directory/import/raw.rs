//! A record as it was cut out of a file: where it is among the bytes that were read, and its line.
//!
//! In: bytes. Out: the record's own.

use std::ops::Range;

/// The longest record that is taken, in bytes.
pub(super) const LONGEST: u64 = 8 << 20;

/// Where a record is among the bytes that were read with it.
#[derive(Debug)]
pub(super) struct Raw(pub(super) Range<usize>);

impl Raw {
    pub(super) const fn len(&self) -> usize {
        self.0.end - self.0.start
    }

    /// The record itself.
    pub(super) fn text<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        bytes.get(self.0.clone()).unwrap_or_default()
    }
}

/// A record with the line it begins on, or why it cannot be taken.
pub(super) type Numbered = (u64, Result<Raw, String>);

/// Why a record is not taken that goes on and on.
pub(super) fn too_long() -> String {
    format!("it is longer than {} MiB", LONGEST >> 20)
}
