//! Layers of settings, and where each value came from.
//!
//! In: pairs of a variable and its value, or the values of flags. Out: layers of the same shape,
//! which are laid over each other. A layer checks nothing; the secret is set apart at once, so that
//! it never stands among the plain values.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use secrecy::SecretString;

use super::folders::{BaseDirectories, Folders};
use super::{
    CA_FILE_VARIABLE, ConfigError, DEFAULT_BASE_URL, LOG_VARIABLE, Origin, SECRET_VARIABLE,
    Setting, Sourced,
};

/// The variables of the environment that are settings; all others are dropped unread.
#[derive(Debug, Default)]
pub struct Environment {
    values: BTreeMap<Setting, String>,
    secret: Option<SecretString>,
    ca_file: Option<PathBuf>,
    log_level: Option<String>,
    base_directories: BaseDirectories,
    not_unicode: Option<&'static str>,
}

impl Environment {
    /// Keeps the settings among `variables`. A variable that is set to nothing is not set.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            if !value.is_empty() {
                environment.take(&name, value);
            }
        }
        environment
    }

    fn take(&mut self, name: &OsString, value: OsString) {
        let directories = &mut self.base_directories;
        match name.to_str() {
            Some("HOME") => directories.home = Some(value),
            Some("XDG_DATA_HOME") => directories.data_home = Some(value),
            Some("XDG_CONFIG_HOME") => directories.config_home = Some(value),
            Some("XDG_STATE_HOME") => directories.state_home = Some(value),
            Some(SECRET_VARIABLE) => match value.into_string() {
                Ok(secret) => self.secret = Some(SecretString::from(secret)),
                Err(_) => self.not_unicode = Some(SECRET_VARIABLE),
            },
            // A path need not be Unicode.
            Some(CA_FILE_VARIABLE) => self.ca_file = Some(value.into()),
            // What is no text is no level either, and is refused as such.
            Some(LOG_VARIABLE) => self.log_level = Some(value.to_string_lossy().into_owned()),
            _ => {
                let Some(setting) = Setting::ALL.into_iter().find(|s| *name == s.variable()) else {
                    return;
                };
                match value.into_string() {
                    Ok(value) => {
                        self.values.insert(setting, value);
                    }
                    Err(_) => self.not_unicode = Some(setting.variable()),
                }
            }
        }
    }

    /// The folders of the program's own files.
    pub(crate) fn folders(&self) -> Folders {
        self.base_directories.folders()
    }

    /// Certificate authorities to trust beside the system's.
    pub(super) fn ca_file(&self) -> Option<PathBuf> {
        self.ca_file.clone()
    }

    /// How much is to be logged, as [`LOG_VARIABLE`] says it.
    pub(crate) fn log_level(&self) -> Option<&str> {
        self.log_level.as_deref()
    }

    pub(super) fn into_parts(self) -> Result<(Layer, Option<SecretString>), ConfigError> {
        if let Some(variable) = self.not_unicode {
            return Err(ConfigError::Unusable {
                origin: Origin::Environment(variable),
                why: "is not valid UTF-8",
            });
        }
        let of = |setting: Setting| Origin::Environment(setting.variable());
        Ok((Layer::new(self.values, of), self.secret))
    }
}

/// The values of the flags that are settings.
#[derive(Debug, Default, Clone)]
pub struct Flags {
    /// `--config`: another file of settings than the usual one.
    pub config: Option<PathBuf>,
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
        let given = given
            .into_iter()
            .filter_map(|(setting, value)| Some((setting, value?)));
        Layer::new(given, |setting| Origin::Flag(setting.flag()))
    }
}

/// The values that one place sets.
#[derive(Debug, Default, Clone)]
pub(super) struct Layer(BTreeMap<Setting, Sourced<String>>);

impl Layer {
    fn new(
        values: impl IntoIterator<Item = (Setting, String)>,
        origin: impl Fn(Setting) -> Origin,
    ) -> Self {
        let sourced = |(setting, value)| {
            let origin = origin(setting);
            (setting, Sourced { value, origin })
        };
        Self(values.into_iter().map(sourced).collect())
    }

    pub(super) fn defaults() -> Self {
        let values = [
            (Setting::BaseUrl, DEFAULT_BASE_URL),
            (Setting::Api, "v1.1"),
            (Setting::Auth, "basic"),
        ];
        let values = values.map(|(setting, value)| (setting, value.to_owned()));
        Self::new(values, |_| Origin::Default)
    }

    pub(super) fn set(&mut self, setting: Setting, value: Sourced<String>) {
        self.0.insert(setting, value);
    }

    pub(super) fn get(&self, setting: Setting) -> Option<&Sourced<String>> {
        self.0.get(&setting)
    }
}
