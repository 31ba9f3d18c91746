//! Layers of settings, and where each value came from.
//!
//! In: pairs of a variable and its value, or the values of flags. Out: layers of the same shape,
//! which are laid over each other. A layer checks nothing; the secret is set apart at once, so that
//! it never stands among the plain values.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use secrecy::SecretString;

use super::{CA_FILE_VARIABLE, ConfigError, DEFAULT_BASE_URL, SECRET_VARIABLE, Setting};

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// The variable of this name.
    Environment(&'static str),
    /// The flag of this name.
    Flag(&'static str),
}

impl Origin {
    /// The variable or the flag itself.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Default => "the default",
            Self::Environment(variable) => variable,
            Self::Flag(flag) => flag,
        }
    }
}

/// A value together with where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// The variables of the environment that are settings; all others are dropped unread.
#[derive(Debug, Default)]
pub struct Environment {
    values: BTreeMap<Setting, String>,
    secret: Option<SecretString>,
    ca_file: Option<PathBuf>,
    not_unicode: Option<&'static str>,
}

impl Environment {
    /// Keeps the settings among `variables`. A variable that is set to nothing is not set.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            if name == CA_FILE_VARIABLE {
                // A path need not be Unicode.
                environment.ca_file = Some(value.into()).filter(|file: &PathBuf| file != "");
                continue;
            }
            let setting = Setting::ALL.into_iter().find(|s| name == s.variable());
            let known = match setting {
                Some(setting) => setting.variable(),
                None if name == SECRET_VARIABLE => SECRET_VARIABLE,
                None => continue,
            };
            match (value.into_string(), setting) {
                (Err(_), _) => environment.not_unicode = Some(known),
                (Ok(value), _) if value.is_empty() => {}
                (Ok(value), Some(setting)) => {
                    environment.values.insert(setting, value);
                }
                (Ok(value), None) => environment.secret = Some(SecretString::from(value)),
            }
        }
        environment
    }

    pub(super) fn into_parts(self) -> Result<Parts, ConfigError> {
        if let Some(variable) = self.not_unicode {
            return Err(ConfigError::Unusable {
                origin: Origin::Environment(variable),
                why: "is not valid UTF-8",
            });
        }
        let layer = Layer {
            origin: |setting| Origin::Environment(setting.variable()),
            values: self.values,
        };
        Ok(Parts {
            layer,
            secret: self.secret,
            ca_file: self.ca_file,
        })
    }
}

/// What the environment sets.
pub(super) struct Parts {
    pub(super) layer: Layer,
    pub(super) secret: Option<SecretString>,
    pub(super) ca_file: Option<PathBuf>,
}

/// The values of the flags that are settings.
#[derive(Debug, Default, Clone)]
pub struct Flags {
    /// `--app`.
    pub app: Option<String>,
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--app-id`.
    pub app_id: Option<String>,
    /// `--api`.
    pub api: Option<String>,
    /// `--key-id`.
    pub key_id: Option<String>,
    /// `--auth`.
    pub auth: Option<String>,
}

impl Flags {
    pub(super) fn into_layer(self) -> Layer {
        let given = [
            (Setting::App, self.app),
            (Setting::BaseUrl, self.base_url),
            (Setting::AppId, self.app_id),
            (Setting::Api, self.api),
            (Setting::KeyId, self.key_id),
            (Setting::Auth, self.auth),
        ];
        Layer {
            origin: |setting| Origin::Flag(setting.flag()),
            values: given
                .into_iter()
                .filter_map(|(setting, value)| Some((setting, value?)))
                .collect(),
        }
    }
}

/// The values that one place sets.
pub(super) struct Layer {
    origin: fn(Setting) -> Origin,
    values: BTreeMap<Setting, String>,
}

impl Layer {
    pub(super) fn defaults() -> Self {
        Self {
            origin: |_| Origin::Default,
            values: [
                (Setting::BaseUrl, DEFAULT_BASE_URL),
                (Setting::Api, "v1.1"),
                (Setting::Auth, "basic"),
            ]
            .into_iter()
            .map(|(setting, value)| (setting, value.to_owned()))
            .collect(),
        }
    }

    pub(super) fn get(&self, setting: Setting) -> Option<(&str, Origin)> {
        let value = self.values.get(&setting)?;
        Some((value, (self.origin)(setting)))
    }
}
