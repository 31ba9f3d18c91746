//! Settings: which app, where it lives, and with which key.
//!
//! In: the environment as a map and the flags as plain values. Out: [`Configured`], in which every
//! value knows its [`Origin`], or a [`ConfigError`] that names what to set and how. Stronger layers
//! win: defaults, then the environment, then flags. This room reads neither the process's
//! environment nor its arguments, opens no connection, and never puts a secret into words.

mod fault;
mod layer;
mod setting;

use std::path::PathBuf;

use secrecy::SecretString;

pub use fault::{ConfigError, ConfigErrorKind, Missing};
pub use layer::{Environment, Flags, Origin, Sourced};
pub use setting::{CA_FILE_VARIABLE, SECRET_VARIABLE, Setting};

pub use crate::domain::AuthMethod;

use crate::domain::ApiVersion;
use layer::{Layer, Parts};

/// Where the API of legacy accounts in the US lives (API document, section 1.1).
pub const DEFAULT_BASE_URL: &str = "https://api.smooch.io";

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
    /// The key's secret, which comes from [`SECRET_VARIABLE`] alone.
    pub secret: SecretString,
    /// Certificate authorities to trust beside the system's, from [`CA_FILE_VARIABLE`].
    pub ca_file: Option<PathBuf>,
}

/// Whether an app is configured.
#[derive(Debug)]
pub enum Configured {
    /// No setting names an app or a key.
    Nothing,
    /// One app, completely.
    App(Box<Settings>),
}

/// Joins defaults, environment and flags into the settings of one app.
pub fn resolve_settings(environment: Environment, flags: Flags) -> Result<Configured, ConfigError> {
    let Parts {
        layer,
        secret,
        ca_file,
    } = environment.into_parts()?;
    let layers = Layers([Layer::defaults(), layer, flags.into_layer()]);

    let api = layers.find_parsed(Setting::Api, parse_api)?;
    let auth = layers.find_parsed(Setting::Auth, parse_auth)?;
    let app = layers.find_parsed(Setting::App, parse_present)?;
    let base_url = layers.find_parsed(Setting::BaseUrl, parse_present)?;
    let app_id = layers.find_parsed(Setting::AppId, parse_app_id)?;
    let key_id = layers.find_parsed(Setting::KeyId, parse_key_id)?;

    let names_an_app = app.is_some()
        || app_id.is_some()
        || key_id.is_some()
        || secret.is_some()
        || base_url
            .as_ref()
            .is_some_and(|url| url.origin != Origin::Default);
    if !names_an_app {
        return Ok(Configured::Nothing);
    }
    match (base_url, app_id, api, key_id, auth, secret) {
        (Some(base_url), Some(app_id), Some(api), Some(key_id), Some(auth), Some(secret)) => {
            Ok(Configured::App(Box::new(Settings {
                app,
                base_url,
                app_id,
                api,
                key_id,
                auth,
                secret,
                ca_file,
            })))
        }
        (_, app_id, _, key_id, _, secret) => Err(ConfigError::Incomplete {
            missing: [
                app_id.is_none().then_some(Missing::AppId),
                key_id.is_none().then_some(Missing::KeyId),
                secret.is_none().then_some(Missing::Secret),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }),
    }
}

/// The layers of settings, weakest first.
struct Layers([Layer; 3]);

impl Layers {
    /// The strongest layer's value of a setting, read by `parse`.
    fn find_parsed<T>(
        &self,
        setting: Setting,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        let Some((value, origin)) = self.0.iter().rev().find_map(|layer| layer.get(setting)) else {
            return Ok(None);
        };
        match parse(value) {
            Ok(value) => Ok(Some(Sourced { value, origin })),
            Err(why) => Err(ConfigError::Unusable { origin, why }),
        }
    }
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
