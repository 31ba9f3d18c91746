//! Why a keymap cannot be used.
//!
//! In: what a file says. Out: words with the line and a suggestion. Nothing is corrected here.

use std::fmt;

use thiserror::Error;

use crate::console::action::{Action, Mode};

/// Why a keymap cannot be used, and where.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fault}")]
pub struct KeymapError {
    /// The line, from 1, of the agent's own file.
    pub line: Option<usize>,
    /// What is wrong there.
    pub fault: KeymapFault,
}

/// What is wrong with a line of a keymap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeymapFault {
    /// Not TOML.
    NotToml {
        /// Why.
        why: String,
        /// Where.
        line: usize,
    },
    /// A value of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// A table that is no mode.
    UnknownMode {
        /// What was written.
        mode: String,
        /// What may have been meant.
        nearest: Option<&'static str>,
    },
    /// An action that does not exist.
    UnknownAction {
        /// What was written.
        action: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// A key that has no name.
    UnknownKey {
        /// What was written.
        key: String,
        /// For which action.
        action: Action,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// Two actions for the same keys, or keys hidden behind shorter ones.
    Conflict {
        /// In which mode.
        mode: Mode,
        /// The keys.
        keys: String,
        /// Bound first.
        first: Action,
        /// Bound again.
        second: Action,
    },
}

impl fmt::Display for KeymapFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotToml { why, .. } => write!(f, "this is not TOML: {why}"),
            Self::WrongType { key, wanted } => write!(f, "{key} has to be {wanted}"),
            Self::UnknownMode { mode, .. } => write!(f, "there is no mode “{mode}”"),
            Self::UnknownAction { action, .. } => write!(f, "there is no action “{action}”"),
            Self::UnknownKey { key, action, .. } => {
                write!(f, "“{key}” (for {}) is no key", action.name())
            }
            Self::Conflict {
                mode,
                keys,
                first,
                second,
            } => write!(
                f,
                "in {} mode “{keys}” is bound to both {} and {}",
                mode.name(),
                first.name(),
                second.name()
            ),
        }
    }
}

impl KeymapError {
    /// What to do about it.
    pub(crate) fn next_step(&self) -> String {
        let meant = |word: &str| format!("did you mean {word}?");
        match &self.fault {
            KeymapFault::NotToml { line, .. } => format!("correct line {line}"),
            KeymapFault::WrongType { .. } => {
                "write lines like down = [\"j\", \"down\"] below [normal], [typing], [overlay] or [filter]"
                    .to_owned()
            }
            KeymapFault::UnknownMode { nearest, .. } => match nearest {
                Some(mode) => meant(mode),
                None => "use [normal], [typing], [overlay] or [filter]".to_owned(),
            },
            KeymapFault::UnknownAction { nearest, .. } => match nearest {
                Some(action) => meant(action),
                None => "`smooch-console keys dump` lists every action".to_owned(),
            },
            KeymapFault::UnknownKey { nearest, .. } => match nearest {
                Some(key) => meant(key),
                None => "write it like “j”, “ctrl-d”, “pagedown” or “g g”".to_owned(),
            },
            KeymapFault::Conflict { first, second, .. } => format!(
                "give {} or {} other keys; no keys at all ([]) unbind an action",
                first.name(),
                second.name()
            ),
        }
    }
}
