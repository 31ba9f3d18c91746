//! Settings: which app, where it lives, and with which key.
//!
//! In: the environment as a map, the flags as plain values, and the file of settings. Out:
//! [`Configured`], in which every value knows its [`Origin`], or a [`ConfigError`] that names what
//! to set and how. Stronger layers win: defaults, then the file, then the environment, then flags.
//! This room reads neither the process's environment nor its arguments, opens no connection, and
//! never puts a secret into words. The only program that it runs is the one that prints a secret,
//! and only when the secret is needed.

mod base_url;
mod fault;
mod file;
mod file_line;
mod folders;
mod gathered;
mod layer;
mod origin;
mod parse;
mod raw_file;
mod secret;
mod setting;
mod settings;

use std::path::{Path, PathBuf};

pub(crate) use crate::domain::AuthMethod;
pub(crate) use base_url::{DEFAULT_BASE_URL, EU_BASE_URL};
pub(crate) use fault::{
    ConfigError, ConfigErrorKind, Exposures, FileFault, Missing, Reached, UnknownApp,
};
pub(crate) use file::Store;
pub(crate) use file_line::FileLine;
pub(crate) use folders::Folders;
pub(crate) use gathered::Gathered;
pub use layer::{Environment, Flags};
pub(crate) use origin::{Origin, Sourced};
pub(crate) use raw_file::RawFile;
pub(crate) use secret::KeySecret;
pub(crate) use setting::{CA_FILE_VARIABLE, LOG_VARIABLE, SECRET_VARIABLE, Setting};
pub(crate) use settings::{Configured, Settings};

use file::ConfigFile;

/// The file of settings in its folder.
pub(crate) const CONFIG_FILE: &str = "config.toml";

/// The file of the user's own keys, beside the file of settings.
pub(crate) const KEYMAP_FILE: &str = "keymap.toml";

/// Joins defaults, file, environment and flags into the settings of one app.
pub(crate) fn resolve_settings(
    environment: Environment,
    flags: Flags,
) -> Result<Configured, ConfigError> {
    gather_settings(environment, flags)?.complete()
}

/// The same, before it is decided whether they are complete.
pub(crate) fn gather_settings(
    environment: Environment,
    flags: Flags,
) -> Result<Gathered, ConfigError> {
    let raw = read_config(&environment, &flags)?;
    let file = raw.as_ref().map(ConfigFile::parse).transpose()?;
    gathered::gather(file.as_ref(), environment, flags)
}

/// Reads the user's own keys, if there are any; what they mean is not for this room.
pub(crate) fn read_keymap(
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

#[cfg(test)]
mod tests;
