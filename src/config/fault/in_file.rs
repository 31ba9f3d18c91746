//! What a file of settings can say wrongly.
//!
//! In: keys and the kinds of values. Out: words with a suggestion. Values are never repeated.

use std::fmt;

use super::listed::listed;

/// What is wrong with a line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FileFault {
    /// A key that means nothing.
    UnknownKey {
        /// The key.
        key: String,
        /// The app whose table it is in; `None` at the top.
        app: Option<String>,
        /// The key that may have been meant.
        nearest: Option<String>,
        /// The keys that there are.
        known: &'static [&'static str],
    },
    /// A value of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What it has to be.
        wanted: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Two keys that exclude each other.
    Both {
        /// One.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// An app without an address.
    NoBaseUrl {
        /// The app.
        app: String,
    },
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { key, app, .. } => match app {
                Some(app) => write!(f, "[apps.{app}] has no key “{key}”"),
                None => write!(f, "there is no key “{key}”"),
            },
            Self::WrongType { key, wanted, found } => {
                write!(f, "{key} has to be {wanted}; this is of the type {found}")
            }
            Self::Both { first, second } => {
                write!(
                    f,
                    "{second} is given beside {first}, but only one of them can hold"
                )
            }
            Self::NoBaseUrl { app } => write!(f, "[apps.{app}] does not say where the API lives"),
        }
    }
}

impl FileFault {
    /// What to do about it.
    pub(crate) fn next_step(&self) -> String {
        match self {
            Self::UnknownKey {
                nearest: Some(key), ..
            } => format!("did you mean {key}?"),
            Self::UnknownKey { known, .. } => {
                let known: Vec<String> = known.iter().map(|key| (*key).to_owned()).collect();
                format!("remove it, or use {}", listed(&known, "or"))
            }
            Self::WrongType { key, wanted, .. } => format!("make {key} {wanted}"),
            Self::Both { first, second } => format!("remove {first} or {second}"),
            Self::NoBaseUrl { .. } => "set one of base_url, region and subdomain in it".to_owned(),
        }
    }
}
