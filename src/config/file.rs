//! The file of settings: which apps there are, and what each table says.
//!
//! In: the text of `config.toml`. Out: a [`ConfigFile`] in which every value knows its line, or
//! the first fault with its line and a suggestion. Whether values make sense together with the
//! environment and the flags is decided elsewhere; no value is ever repeated in words.

mod table;

use std::path::Path;
use std::sync::Arc;

use secrecy::SecretString;
use toml::de::{DeArray, DeTable, DeValue};

use super::layer::Layer;
use super::raw_file::RawFile;
use super::{ConfigError, Exposures, FileFault, FileLine, KeySecret, Origin, Setting, Sourced};
use crate::domain::{Stage, line_of};
use table::{Entry, Reader};

const TOP: [&str; 3] = ["default_app", "store", "apps"];

const APP: [&str; 10] = [
    "base_url",
    "region",
    "subdomain",
    "app_id",
    "api",
    "key_id",
    "auth",
    "secret",
    "secret_command",
    "production",
];

/// What the directory keeps on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Everything that is known of the users.
    All,
    /// Ids alone.
    Ids,
}

impl Store {
    /// The word in the file.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Ids => "ids",
        }
    }
}

/// The file of settings, read and checked by itself.
#[derive(Debug)]
pub(super) struct ConfigFile {
    pub(super) path: Arc<Path>,
    /// Why the file must hold no secret, or name no command.
    pub(super) exposures: Exposures,
    pub(super) default_app: Option<Sourced<String>>,
    pub(super) store: Option<Sourced<Store>>,
    pub(super) apps: Vec<AppTable>,
}

/// One `[apps.NAME]`.
#[derive(Debug)]
pub(super) struct AppTable {
    pub(super) name: String,
    pub(super) line: FileLine,
    pub(super) values: Layer,
    pub(super) secret: Option<KeySecret>,
    pub(super) stage: Option<Sourced<Stage>>,
}

impl ConfigFile {
    pub(super) fn parse(raw: &RawFile) -> Result<Self, ConfigError> {
        let reader = Reader {
            path: &raw.path,
            text: &raw.text,
        };
        let top = DeTable::parse(&raw.text).map_err(|error| ConfigError::NotToml {
            line: FileLine {
                file: Arc::clone(&raw.path),
                line: error
                    .span()
                    .map_or(1, |span| line_of(&raw.text, span.start)),
            },
            why: error.message().to_owned(),
        })?;
        let mut file = Self {
            path: Arc::clone(&raw.path),
            exposures: raw.exposures,
            default_app: None,
            store: None,
            apps: Vec::new(),
        };
        for entry in reader.entries(top.get_ref(), &TOP, None) {
            let entry = entry?;
            match entry.key {
                "default_app" => file.default_app = Some(entry.text()?),
                "store" => file.store = Some(parse_store(&entry)?),
                _ => file.apps = parse_apps(&reader, &entry)?,
            }
        }
        Ok(file)
    }

    pub(super) fn app(&self, name: &str) -> Option<&AppTable> {
        self.apps.iter().find(|app| app.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.apps.iter().map(|app| app.name.as_str())
    }
}

fn parse_store(entry: &Entry<'_, '_>) -> Result<Sourced<Store>, ConfigError> {
    let Sourced { value, origin } = entry.text()?;
    let value = match value.as_str() {
        "all" => Store::All,
        "ids" => Store::Ids,
        _ => {
            let why = "is neither of the two that are known here: use \"all\" or \"ids\"";
            return Err(ConfigError::Unusable { origin, why });
        }
    };
    Ok(Sourced { value, origin })
}

fn parse_apps(reader: &Reader<'_>, apps: &Entry<'_, '_>) -> Result<Vec<AppTable>, ConfigError> {
    let mut found = Vec::new();
    for (name, table) in apps.table()? {
        let line = reader.line(name.span().start);
        let DeValue::Table(table) = table.get_ref() else {
            let fault = FileFault::WrongType {
                key: name.get_ref().to_string(),
                wanted: "a table such as [apps.NAME]",
                found: table.get_ref().type_str(),
            };
            return Err(ConfigError::InFile { line, fault });
        };
        found.push(parse_app(reader, name.get_ref(), line, table)?);
    }
    Ok(found)
}

fn parse_app(
    reader: &Reader<'_>,
    name: &str,
    line: FileLine,
    table: &DeTable<'_>,
) -> Result<AppTable, ConfigError> {
    let mut app = AppTable {
        name: name.to_owned(),
        line,
        values: Layer::default(),
        secret: None,
        stage: None,
    };
    for entry in reader.entries(table, &APP, Some(name)) {
        let entry = entry?;
        match entry.key {
            "base_url" | "region" | "subdomain" => {
                entry.refuse_second(app.values.get(Setting::BaseUrl).map(|url| &url.origin))?;
                app.values.set(Setting::BaseUrl, parse_place(&entry)?);
            }
            "app_id" => app.values.set(Setting::AppId, entry.text()?),
            "api" => app.values.set(Setting::Api, entry.text()?),
            "key_id" => app.values.set(Setting::KeyId, entry.text()?),
            "auth" => app.values.set(Setting::Auth, entry.text()?),
            "production" => app.stage = Some(parse_stage(&entry)?),
            _ => {
                entry.refuse_second(app.secret.as_ref().map(KeySecret::origin))?;
                app.secret = Some(parse_secret(&entry)?);
            }
        }
    }
    Ok(app)
}

/// Where the API lives (API document, section 1.1), whichever way it is said.
fn parse_place(entry: &Entry<'_, '_>) -> Result<Sourced<String>, ConfigError> {
    let Sourced { value, origin } = entry.text()?;
    let unusable = |why| ConfigError::Unusable {
        origin: origin.clone(),
        why,
    };
    let value = match (entry.key, value.as_str()) {
        ("region", "us") => super::DEFAULT_BASE_URL.to_owned(),
        ("region", "eu") => super::EU_BASE_URL.to_owned(),
        ("region", _) => return Err(unusable("is no region that is known here: use us or eu")),
        ("subdomain", name) if is_host_label(name) => format!("https://{name}.zendesk.com/sc"),
        ("subdomain", _) => {
            let why = "has to be the first part of YOURS.zendesk.com alone";
            return Err(unusable(why));
        }
        _ => value,
    };
    Ok(Sourced { value, origin })
}

/// Anything else could lead the key to another host.
fn is_host_label(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (1..=63).contains(&name.len())
        && name.chars().all(is_inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}

fn parse_stage(entry: &Entry<'_, '_>) -> Result<Sourced<Stage>, ConfigError> {
    let DeValue::Boolean(marked) = entry.value else {
        return Err(entry.wrong_type("true or false"));
    };
    let value = if *marked {
        Stage::Production
    } else {
        Stage::Unmarked
    };
    Ok(Sourced {
        value,
        origin: entry.origin(),
    })
}

fn parse_secret(entry: &Entry<'_, '_>) -> Result<KeySecret, ConfigError> {
    if entry.key == "secret" {
        let Sourced { value, origin } = entry.text()?;
        if value.is_empty() {
            let why = "is empty";
            return Err(ConfigError::Unusable { origin, why });
        }
        return Ok(KeySecret::known(SecretString::from(value), origin));
    }
    let wanted = "a list of texts such as [\"pass\", \"show\", \"smooch\"]";
    let DeValue::Array(words) = entry.value else {
        return Err(entry.wrong_type(wanted));
    };
    let Some(argv) = texts(words) else {
        return Err(entry.wrong_type(wanted));
    };
    let origin: Origin = entry.origin();
    if argv.first().is_none_or(String::is_empty) {
        let why = "names no program";
        return Err(ConfigError::Unusable { origin, why });
    }
    Ok(KeySecret::of_command(argv, origin))
}

fn texts(array: &DeArray<'_>) -> Option<Vec<String>> {
    let text = |word: &DeValue<'_>| Some(word.as_str()?.to_owned());
    array.iter().map(|word| text(word.get_ref())).collect()
}

#[cfg(test)]
mod tests;
