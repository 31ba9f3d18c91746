//! Settings: which app, where it lives, and with which key.
//!
//! In: the environment as a map, the flags as plain values, and the file of settings. Out:
//! [`Configured`], in which every value knows its [`Origin`], or a [`ConfigError`] that names what
//! to set and how. Stronger layers win: defaults, then the file, then the environment, then flags.
//! This room reads neither the process's environment nor its arguments, opens no connection, and
//! never puts a secret into words. The only program that it runs is the one that prints a secret,
//! and only when the secret is needed.

mod fault;
mod file;
mod file_line;
mod folders;
mod gathered;
mod layer;
mod raw_file;
mod secret;
mod setting;

use std::path::{Path, PathBuf};

pub use crate::domain::AuthMethod;
pub use fault::{ConfigError, ConfigErrorKind, Exposure, FileFault, Missing, UnknownApp};
pub use file::Store;
pub use file_line::FileLine;
pub use folders::Folders;
pub use gathered::Gathered;
pub use layer::{Environment, Flags, Origin, Sourced};
pub use raw_file::RawFile;
pub use secret::{COMMAND_LIMIT, KeySecret, SecretError, SecretErrorKind};
pub use setting::{CA_FILE_VARIABLE, LOG_VARIABLE, SECRET_VARIABLE, Setting};

use crate::domain::{ApiVersion, Stage};
use file::ConfigFile;

/// Where the API of legacy accounts in the US lives (API document, section 1.1).
pub const DEFAULT_BASE_URL: &str = "https://api.smooch.io";

/// Where the API of legacy accounts in the EU lives (API document, section 1.1).
pub const EU_BASE_URL: &str = "https://api.eu-1.smooch.io";

/// The file of settings in its folder.
pub const CONFIG_FILE: &str = "config.toml";

/// The file of the user's own keys, beside the file of settings.
pub const KEYMAP_FILE: &str = "keymap.toml";

/// Everything that is needed to reach one app.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name that the agent gave to the app, if any.
    pub app: Option<Sourced<String>>,
    /// The base URL as it was written; it may carry a path.
    pub base_url: Sourced<String>,
    /// The app's id.
    pub app_id: Sourced<String>,
    /// Version of the API.
    pub api: Sourced<ApiVersion>,
    /// The key's id.
    pub key_id: Sourced<String>,
    /// How the key is sent.
    pub auth: Sourced<AuthMethod>,
    /// The key's secret, or the way to it.
    pub secret: KeySecret,
    /// Certificate authorities to trust beside the system's, from [`CA_FILE_VARIABLE`].
    pub ca_file: Option<PathBuf>,
    /// Whether the app is marked as production.
    pub stage: Sourced<Stage>,
    /// What the directory keeps on the disk.
    pub store: Sourced<Store>,
}

/// Whether an app is configured.
#[derive(Debug)]
pub enum Configured {
    /// No setting names an app or a key.
    Nothing,
    /// One app, completely.
    App(Box<Settings>),
}

/// Joins defaults, file, environment and flags into the settings of one app.
pub fn resolve_settings(environment: Environment, flags: Flags) -> Result<Configured, ConfigError> {
    gather_settings(environment, flags)?.complete()
}

/// The same, before it is decided whether they are complete.
pub fn gather_settings(environment: Environment, flags: Flags) -> Result<Gathered, ConfigError> {
    let raw = read_config(&environment, &flags)?;
    let file = raw.as_ref().map(ConfigFile::parse).transpose()?;
    gathered::gather(file.as_ref(), environment, flags)
}

/// Reads the user's own keys, if there are any; what they mean is not for this room.
pub fn read_keymap(
    environment: &Environment,
    flags: &Flags,
) -> Result<Option<RawFile>, ConfigError> {
    match config_path(environment, flags)
        .as_deref()
        .and_then(Path::parent)
    {
        Some(folder) => raw_file::read(&folder.join(KEYMAP_FILE)),
        None => Ok(None),
    }
}

/// A missing file counts as an empty one, unless it was named explicitly.
fn read_config(environment: &Environment, flags: &Flags) -> Result<Option<RawFile>, ConfigError> {
    let Some(path) = config_path(environment, flags) else {
        return Ok(None);
    };
    match raw_file::read(&path)? {
        None if flags.config.is_some() => Err(ConfigError::Unreadable {
            file: path.into(),
            why: "there is no such file".to_owned(),
        }),
        raw => Ok(raw),
    }
}

fn config_path(environment: &Environment, flags: &Flags) -> Option<PathBuf> {
    let usual = || Some(environment.folders().config?.join(CONFIG_FILE));
    flags.config.clone().or_else(usual)
}

fn parse_present(value: &str) -> Result<String, &'static str> {
    if value.trim().is_empty() {
        Err("is empty")
    } else {
        Ok(value.to_owned())
    }
}

fn parse_app_id(value: &str) -> Result<String, &'static str> {
    match value {
        // A URL library would resolve these away and address something else.
        "." | ".." => Err("cannot be `.` or `..`"),
        other => parse_present(other),
    }
}

fn parse_key_id(value: &str) -> Result<String, &'static str> {
    // The first colon of Basic credentials ends the key's id.
    if value.contains(':') {
        Err("cannot contain a colon: give the key's id alone, without its secret")
    } else if value.chars().any(char::is_control) {
        Err("contains a control character")
    } else {
        parse_present(value)
    }
}

fn parse_api(value: &str) -> Result<ApiVersion, &'static str> {
    match value {
        "v1.1" => Ok(ApiVersion::V11),
        "v2" => Err("asks for v2, which is not supported yet: use v1.1"),
        _ => Err("is not a version of the API that is known here: use v1.1"),
    }
}

fn parse_auth(value: &str) -> Result<AuthMethod, &'static str> {
    match value {
        "basic" => Ok(AuthMethod::Basic),
        "jwt" => Ok(AuthMethod::Jwt),
        _ => Err("is not a way to send a key that is known here: use basic or jwt"),
    }
}

#[cfg(test)]
mod tests;
