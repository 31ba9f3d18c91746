//! What can be wrong with the settings, in words that say what to set.
//!
//! In: the name of a setting and what is wrong with it. Out: a sentence and a next step. Values
//! are never repeated: the one that was put into the wrong place may be a secret.

mod exposure;
mod in_file;
mod listed;

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

pub(crate) use exposure::{Exposure, Exposures, Reached};
pub(crate) use in_file::FileFault;

use super::{FileLine, Origin, SECRET_VARIABLE, Setting};
use crate::domain::nearest;
use listed::listed;

/// A part of the settings that is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The app's id.
    AppId,
    /// The key's id.
    KeyId,
    /// The key's secret.
    Secret,
}

impl Missing {
    /// What is missing, in words.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::AppId => "the app id",
            Self::KeyId => "the key id",
            Self::Secret => "the key's secret",
        }
    }

    /// How to set it.
    pub(crate) fn remedy(self) -> String {
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
pub(crate) enum ConfigErrorKind {
    /// Something else, or more, than credentials.
    Usage,
    /// Nothing but credentials is missing or refused.
    Credentials,
}

/// The choice of an app that the file does not have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} chooses the app “{name}”, which is not in {}", .origin.words(), .file.display())]
pub(crate) struct UnknownApp {
    /// Who chose.
    pub origin: Origin,
    /// The app.
    pub name: String,
    /// The file.
    pub file: Arc<Path>,
    /// The apps that there are.
    pub known: Vec<String>,
}

impl UnknownApp {
    fn next_step(&self) -> String {
        match nearest(&self.name, self.known.iter().map(String::as_str)) {
            Some(name) => format!("did you mean “{name}”?"),
            None => format!("choose {}", listed(&self.known, "or")),
        }
    }
}

/// What is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ConfigError {
    /// An app is only partly configured.
    #[error("the connection is not complete: {} not set", missing_words(.missing))]
    Incomplete {
        /// What is not set, in a fixed order; never empty.
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
    /// A file cannot be read.
    #[error("{} cannot be read: {why}", .file.display())]
    Unreadable {
        /// The file.
        file: Arc<Path>,
        /// Why, in the system's words.
        why: String,
    },
    /// A file is not TOML.
    #[error("{line}: this is not TOML: {why}")]
    NotToml {
        /// Where it stops being TOML.
        line: FileLine,
        /// Why, without the line itself, which may hold a secret.
        why: String,
    },
    /// The file says what it cannot say.
    #[error("{line}: {fault}")]
    InFile {
        /// Where.
        line: FileLine,
        /// What.
        fault: FileFault,
    },
    /// An app is chosen that the file does not have.
    #[error(transparent)]
    UnknownApp(Box<UnknownApp>),
    /// The file has several apps and none is chosen.
    #[error("{} has several apps and none is chosen", .file.display())]
    NoAppChosen {
        /// The file.
        file: Arc<Path>,
        /// The apps.
        known: Vec<String>,
    },
    /// A stored secret belongs to another combination of host, app and key.
    #[error(
        "the secret of {} is not sent, because {} {} what it belongs to",
        .stored.words(),
        listed(.overridden, "and"),
        if .overridden.len() == 1 { "changes" } else { "change" }
    )]
    SecretNotCarried {
        /// Where the secret is stored.
        stored: Origin,
        /// What overrides the base URL, the app id or the key id; never empty.
        overridden: Vec<String>,
    },
    /// Others could read or change the file that holds the secret.
    #[error("the secret in {} is refused: {exposure}", .file.display())]
    Exposed {
        /// The file.
        file: Arc<Path>,
        /// How.
        exposure: Exposure,
    },
    /// Somebody else could have written the command that prints the secret.
    #[error("secret_command in {} is not run: {exposure}", .file.display())]
    CommandExposed {
        /// The file.
        file: Arc<Path>,
        /// How.
        exposure: Exposure,
    },
}

impl ConfigError {
    /// The error of a command that needs an app when none is configured at all.
    pub(crate) fn nothing() -> Self {
        Self::Incomplete {
            missing: vec![Missing::AppId, Missing::KeyId, Missing::Secret],
        }
    }

    /// Whether credentials alone are at fault.
    pub(crate) fn kind(&self) -> ConfigErrorKind {
        match self {
            Self::Incomplete { missing } if !missing.contains(&Missing::AppId) => {
                ConfigErrorKind::Credentials
            }
            Self::SecretNotCarried { .. } | Self::Exposed { .. } | Self::CommandExposed { .. } => {
                ConfigErrorKind::Credentials
            }
            Self::Incomplete { .. }
            | Self::Unusable { .. }
            | Self::Unreadable { .. }
            | Self::NotToml { .. }
            | Self::InFile { .. }
            | Self::UnknownApp(_)
            | Self::NoAppChosen { .. } => ConfigErrorKind::Usage,
        }
    }

    /// What to do about it.
    pub(crate) fn next_step(&self) -> String {
        match self {
            Self::Incomplete { missing } => {
                let remedies: Vec<String> = missing.iter().map(|m| m.remedy()).collect();
                format!("set {}", remedies.join(", and "))
            }
            Self::Unusable { origin, .. } => format!("correct {}", origin.words()),
            Self::Unreadable { .. } => {
                "check the path and who may read it; --config names another file".into()
            }
            Self::NotToml { line, .. } => format!("correct line {}", line.line),
            Self::InFile { fault, .. } => fault.next_step(),
            Self::UnknownApp(choice) => choice.next_step(),
            Self::NoAppChosen { known, .. } => format!(
                "set default_app, {} or {} to {}",
                Setting::App.variable(),
                Setting::App.flag(),
                listed(known, "or")
            ),
            Self::SecretNotCarried { .. } => {
                format!("set {SECRET_VARIABLE} to the secret of the key that is meant")
            }
            Self::Exposed { file, exposure } | Self::CommandExposed { file, exposure } => {
                exposure.next_step(file)
            }
        }
    }
}

fn missing_words(missing: &[Missing]) -> String {
    let words: Vec<String> = missing.iter().map(|m| m.words().to_owned()).collect();
    let verb = if words.len() > 1 { "are" } else { "is" };
    format!("{} {verb}", listed(&words, "and"))
}
