//! What can be wrong with the settings, in words that say what to set.
//!
//! In: the name of a setting and what is wrong with it. Out: a sentence and a next step. Values
//! are never repeated: the one that was put into the wrong place may be a secret.

use thiserror::Error;

use super::{Origin, SECRET_VARIABLE, Setting};

/// A part of the settings that nobody has set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The app's id.
    AppId,
    /// The key's id.
    KeyId,
    /// The key's secret.
    Secret,
}

impl Missing {
    /// What is missing, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AppId => "the app id",
            Self::KeyId => "the key id",
            Self::Secret => "the key's secret",
        }
    }

    /// How to set it.
    pub fn remedy(self) -> String {
        let either = |setting: Setting| format!("{} or {}", setting.variable(), setting.flag());
        match self {
            Self::AppId => either(Setting::AppId),
            Self::KeyId => either(Setting::KeyId),
            Self::Secret => format!("{SECRET_VARIABLE} (a secret is never a flag)"),
        }
    }
}

/// Whether a fault of the settings concerns credentials alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// Something else, or more, than credentials.
    Usage,
    /// Nothing but credentials is missing.
    Credentials,
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// An app is only partly configured.
    #[error("the connection is not complete: {} not set", missing_words(.missing))]
    Incomplete {
        /// What nobody has set, in a fixed order; never empty.
        missing: Vec<Missing>,
    },
    /// A value cannot be used.
    #[error("{} {why}", .origin.words())]
    Unusable {
        /// Where the value came from.
        origin: Origin,
        /// Why it cannot be used.
        why: &'static str,
    },
}

impl ConfigError {
    /// The error of a command that needs an app when none is configured at all.
    pub fn nothing() -> Self {
        Self::Incomplete {
            missing: vec![Missing::AppId, Missing::KeyId, Missing::Secret],
        }
    }

    /// Whether credentials alone are at fault.
    pub fn kind(&self) -> ConfigErrorKind {
        match self {
            Self::Incomplete { missing } if !missing.contains(&Missing::AppId) => {
                ConfigErrorKind::Credentials
            }
            _ => ConfigErrorKind::Usage,
        }
    }

    /// What to do about it.
    pub fn next_step(&self) -> String {
        match self {
            Self::Incomplete { missing } => {
                let remedies: Vec<String> = missing.iter().map(|m| m.remedy()).collect();
                format!("set {}", remedies.join(", and "))
            }
            Self::Unusable { origin, .. } => format!("correct {}", origin.words()),
        }
    }
}

fn missing_words(missing: &[Missing]) -> String {
    let words: Vec<&str> = missing.iter().map(|m| m.words()).collect();
    match words.as_slice() {
        [] => "nothing is".to_owned(),
        [one] => format!("{one} is"),
        [most @ .., last] => format!("{} and {last} are", most.join(", ")),
    }
}
