//! Lines of files, so that every word about a file can name its line.
//!
//! In: a path and a line. Out: the two as editors take them. Nothing is read here.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileLine {
    /// The file.
    pub file: Arc<Path>,
    /// The line, from 1.
    pub line: usize,
}

impl fmt::Display for FileLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_editors_take_it() {
        let place = FileLine {
            file: Path::new("/c/config.toml").into(),
            line: 12,
        };
        assert_eq!(place.to_string(), "/c/config.toml:12");
    }
}
