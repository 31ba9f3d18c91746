//! Where a value came from.

use super::FileLine;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// The key of this name in a file.
    File {
        /// The key.
        key: &'static str,
        /// Where it is.
        line: FileLine,
    },
    /// The variable of this name.
    Environment(&'static str),
    /// The flag of this name.
    Flag(&'static str),
}

impl Origin {
    /// The key with its place, the variable or the flag itself.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Default => "the default".to_owned(),
            Self::File { key, line } => format!("{key} in {line}"),
            Self::Environment(name) | Self::Flag(name) => (*name).to_owned(),
        }
    }
}

/// A value together with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}
