//! Laying the layers over each other: which app is chosen, and which value of each setting holds.
//!
//! In: defaults, the file, the environment and the flags. Out: [`Gathered`], which may still lack
//! something and can be shown as it is. Whether it is enough to reach an app is decided when it is
//! completed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::SecretString;

use super::file::{AppTable, ConfigFile, Store};
use super::layer::{Environment, Flags, Layer};
use super::parse::{parse_api, parse_app_id, parse_auth, parse_key_id, parse_present};
use super::{
    AuthMethod, ConfigError, Configured, FileFault, KeySecret, Missing, Origin, SECRET_VARIABLE,
    Setting, Settings, Sourced, UnknownApp,
};
use crate::domain::{ApiVersion, Stage};

/// Every setting as far as it is set.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// The file that was read.
    pub file: Option<Arc<Path>>,
    /// The app's name.
    pub app: Option<Sourced<String>>,
    /// The base URL as it was written; it may carry a path.
    pub base_url: Option<Sourced<String>>,
    /// The app's id.
    pub app_id: Option<Sourced<String>>,
    /// Version of the API.
    pub api: Option<Sourced<ApiVersion>>,
    /// The key's id.
    pub key_id: Option<Sourced<String>>,
    /// How the key is sent.
    pub auth: Option<Sourced<AuthMethod>>,
    /// The key's secret; or why the one that is stored is not used; or none.
    pub secret: Result<Option<KeySecret>, ConfigError>,
    /// Certificate authorities to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Whether the app is marked as production.
    pub stage: Sourced<Stage>,
    /// What the directory keeps on the disk.
    pub store: Sourced<Store>,
}

/// Joins what every place says. `file` is the file of settings, if there is one.
pub(super) fn gather(
    file: Option<&ConfigFile>,
    environment: Environment,
    flags: Flags,
) -> Result<Gathered, ConfigError> {
    let ca_file = environment.ca_file();
    let (environment, secret) = environment.into_parts()?;
    let flags = flags.into_layer();
    let table = match file {
        Some(file) => resolve_table(file, &environment, &flags)?,
        None => None,
    };
    let app_layer = table.map(|table| table.values.clone()).unwrap_or_default();
    let layers = Layers([Layer::defaults(), app_layer, environment, flags]);
    let name = match table {
        // The name by which the table was chosen, or its own when it is the only one.
        Some(table) => Some(layers.find(Setting::App).cloned().unwrap_or_else(|| {
            file.and_then(|file| file.default_app.clone())
                .unwrap_or_else(|| name_of(table))
        })),
        None => layers.find_parsed(Setting::App, parse_present)?,
    };
    let base_url = layers.find_parsed(Setting::BaseUrl, parse_present)?;
    if let (Some(table), Some(Origin::Default)) = (table, base_url.as_ref().map(|url| &url.origin))
    {
        return Err(ConfigError::InFile {
            line: table.line.clone(),
            fault: FileFault::NoBaseUrl {
                app: table.name.clone(),
            },
        });
    }
    Ok(Gathered {
        file: file.map(|file| Arc::clone(&file.path)),
        app: name,
        base_url,
        app_id: layers.find_parsed(Setting::AppId, parse_app_id)?,
        api: layers.find_parsed(Setting::Api, parse_api)?,
        key_id: layers.find_parsed(Setting::KeyId, parse_key_id)?,
        auth: layers.find_parsed(Setting::Auth, parse_auth)?,
        secret: resolve_secret(secret, file, table, &layers),
        ca_file,
        stage: table
            .and_then(|table| table.stage.clone())
            .unwrap_or(Sourced {
                value: Stage::Unmarked,
                origin: Origin::Default,
            }),
        store: file.and_then(|file| file.store.clone()).unwrap_or(Sourced {
            value: Store::All,
            origin: Origin::Default,
        }),
    })
}

fn name_of(table: &AppTable) -> Sourced<String> {
    Sourced {
        value: table.name.clone(),
        origin: Origin::File {
            key: "[apps]",
            line: table.line.clone(),
        },
    }
}

/// Which of the file's apps is meant: the one that is named, else the only one; none when the
/// environment and the flags name an app or a key by themselves.
fn resolve_table<'a>(
    file: &'a ConfigFile,
    environment: &Layer,
    flags: &Layer,
) -> Result<Option<&'a AppTable>, ConfigError> {
    if file.apps.is_empty() && file.default_app.is_none() {
        return Ok(None);
    }
    let chosen = flags
        .get(Setting::App)
        .or_else(|| environment.get(Setting::App));
    if let Some(named) = chosen.or(file.default_app.as_ref()) {
        return match file.app(&named.value) {
            // A default is no choice where another app is named.
            Some(table) if chosen.is_none() && names_another(table, environment, flags) => Ok(None),
            Some(table) => Ok(Some(table)),
            None => Err(ConfigError::UnknownApp(Box::new(UnknownApp {
                origin: named.origin.clone(),
                name: named.value.clone(),
                file: Arc::clone(&file.path),
                known: file.names().map(str::to_owned).collect(),
            }))),
        };
    }
    let own = [Setting::BaseUrl, Setting::AppId, Setting::KeyId];
    let stands_alone = own
        .into_iter()
        .any(|setting| environment.get(setting).or(flags.get(setting)).is_some());
    match file.apps.as_slice() {
        _ if stands_alone => Ok(None),
        [only] => Ok(Some(only)),
        _ => Err(ConfigError::NoAppChosen {
            file: Arc::clone(&file.path),
            known: file.names().map(str::to_owned).collect(),
        }),
    }
}

/// Whether the environment or the flags name another app, or another place, than a table does.
fn names_another(table: &AppTable, environment: &Layer, flags: &Layer) -> bool {
    let differs = |setting: Setting| {
        let given = flags.get(setting).or_else(|| environment.get(setting));
        let own = table.values.get(setting);
        let plain = |value: &Sourced<String>| value.value.trim_end_matches('/').to_owned();
        matches!((given, own), (Some(given), Some(own)) if plain(given) != plain(own))
    };
    differs(Setting::AppId) || differs(Setting::BaseUrl)
}

/// The environment's secret, else the stored one, but only for the very host, app and key that it
/// was stored with: else a secret could be led to another host.
fn resolve_secret(
    from_environment: Option<SecretString>,
    file: Option<&ConfigFile>,
    table: Option<&AppTable>,
    layers: &Layers,
) -> Result<Option<KeySecret>, ConfigError> {
    if let Some(secret) = from_environment {
        let origin = Origin::Environment(SECRET_VARIABLE);
        return Ok(Some(KeySecret::known(secret, origin)));
    }
    let (Some(file), Some(table)) = (file, table) else {
        return Ok(None);
    };
    let Some(stored) = &table.secret else {
        return Ok(None);
    };
    let overridden: Vec<String> = [Setting::BaseUrl, Setting::AppId, Setting::KeyId]
        .into_iter()
        .filter_map(|setting| layers.find(setting))
        .filter(|value| !matches!(value.origin, Origin::File { .. }))
        .map(|value| value.origin.words())
        .collect();
    if !overridden.is_empty() {
        return Err(ConfigError::SecretNotCarried {
            stored: stored.origin().clone(),
            overridden,
        });
    }
    let path = || Arc::clone(&file.path);
    let refused = if stored.is_known() {
        let exposed = |exposure| ConfigError::Exposed {
            file: path(),
            exposure,
        };
        file.exposures.of_secret.map(exposed)
    } else {
        let exposed = |exposure| ConfigError::CommandExposed {
            file: path(),
            exposure,
        };
        file.exposures.of_command.map(exposed)
    };
    refused.map_or_else(|| Ok(Some(stored.clone())), Err)
}

impl Gathered {
    /// Decides whether this is enough to reach an app.
    pub(crate) fn complete(self) -> Result<Configured, ConfigError> {
        let is_set = |url: &Sourced<String>| url.origin != Origin::Default;
        let names_an_app = self.app.is_some()
            || self.app_id.is_some()
            || self.key_id.is_some()
            || !matches!(self.secret, Ok(None))
            || self.base_url.as_ref().is_some_and(is_set);
        if !names_an_app {
            return Ok(Configured::Nothing);
        }
        let secret = self.secret?;
        match (
            self.base_url,
            self.app_id,
            self.api,
            self.key_id,
            self.auth,
            secret,
        ) {
            (Some(base_url), Some(app_id), Some(api), Some(key_id), Some(auth), Some(secret)) => {
                Ok(Configured::App(Box::new(Settings {
                    app: self.app,
                    base_url,
                    app_id,
                    api,
                    key_id,
                    auth,
                    secret,
                    ca_file: self.ca_file,
                    stage: self.stage,
                    store: self.store,
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
}

/// The layers of settings, weakest first.
struct Layers([Layer; 4]);

impl Layers {
    /// The strongest layer's value of a setting.
    fn find(&self, setting: Setting) -> Option<&Sourced<String>> {
        self.0.iter().rev().find_map(|layer| layer.get(setting))
    }

    /// The same, read by `parse`.
    fn find_parsed<T>(
        &self,
        setting: Setting,
        parse: impl Fn(&str) -> Result<T, &'static str>,
    ) -> Result<Option<Sourced<T>>, ConfigError> {
        let Some(Sourced { value, origin }) = self.find(setting).cloned() else {
            return Ok(None);
        };
        match parse(&value) {
            Ok(value) => Ok(Some(Sourced { value, origin })),
            Err(why) => Err(ConfigError::Unusable { origin, why }),
        }
    }
}
