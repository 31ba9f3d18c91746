//! `config check`: each setting with its value and where it comes from.
//!
//! In: every source of settings. Out: all settings with the secret hidden, and then any error. The
//! exit code is that of a lookup with these settings, as far as the program can know without
//! asking the API or running the command that prints the secret; with `--online` it does both.

use std::io::Write;

use serde::Serialize;

use super::{Exit, Failure, Format, Output};
use crate::api::parse_base_url;
use crate::cli::CheckArgs;
use crate::config::{
    AuthMethod, Configured, Environment, Flags, Gathered, Origin, Setting, Settings, Sourced,
    gather_settings,
};
use crate::domain::{LookupId, Problem, Refused, Stage};
use crate::text::SafeText;

/// One setting as it is shown.
struct Row {
    name: &'static str,
    value: Option<String>,
    origin: Option<Origin>,
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    complete: bool,
    file: Option<String>,
    /// Whether the API answered; null if it was not asked.
    online: Option<bool>,
    settings: Vec<SettingRecord<'a>>,
}

#[derive(Serialize)]
struct SettingRecord<'a> {
    name: &'static str,
    value: Option<&'a str>,
    origin: Option<OriginRecord>,
}

#[derive(Serialize)]
#[serde(tag = "from", rename_all = "lowercase")]
enum OriginRecord {
    Default,
    File {
        key: &'static str,
        file: String,
        line: usize,
    },
    Environment {
        name: &'static str,
    },
    Flag {
        name: &'static str,
    },
}

/// Nobody has this id: the API answers that there is no such user, if the settings are right.
const NOBODY: &str = "smooch-console-config-check";

/// Prints every setting, and what is wrong.
pub(super) async fn check<W: Write>(
    args: CheckArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let gathered = gather_settings(environment, flags)?;
    let mut rows = rows(&gathered);
    let file = gathered
        .file
        .as_ref()
        .map(|file| file.display().to_string());
    let checked = check_offline(gathered, &mut rows);
    let complete = checked.is_ok();
    let (online, fault) = match checked {
        Ok(settings) if args.online => match ask_once(settings).await {
            Ok(()) => (Some(true), None),
            Err(failure) => (Some(false), Some(failure)),
        },
        checked => (None, checked.err()),
    };
    match out.format() {
        Format::Words => out.lines(&words(file.as_deref(), &rows, online))?,
        Format::Json => out.json(&Report {
            schema: "smooch-console/config/1",
            complete,
            file,
            online,
            settings: rows.iter().map(record).collect(),
        })?,
    }
    match fault {
        None => Ok(Exit::Done),
        Some(fault) => Err(fault),
    }
}

/// Asks the API for somebody who does not exist: that changes nothing and needs no more than a
/// lookup does.
async fn ask_once(settings: Settings) -> Result<(), Failure> {
    let described = super::connect::describe(settings)?;
    let connection = described.connection.clone();
    let failed = |problem: &Problem| Failure::of_problem(problem, &connection);
    let opened = described.open().await;
    let (api, _) = opened.map_err(|problem| failed(&problem))?;
    match api.fetch_user(LookupId::new(NOBODY)).await {
        Ok(_) | Err(Problem::Refused(Refused::UserNotFound { .. })) => Ok(()),
        Err(problem) => Err(failed(&problem)),
    }
}

fn rows(gathered: &Gathered) -> Vec<Row> {
    let Gathered {
        app,
        base_url,
        app_id,
        api,
        key_id,
        auth,
        secret,
        stage,
        store,
        ..
    } = gathered;
    let secret = match secret {
        Ok(Some(secret)) => Some((secret.origin().clone(), "set, not shown")),
        _ => None,
    };
    vec![
        row("app", app.as_ref(), String::clone),
        row(Setting::BaseUrl.key(), base_url.as_ref(), String::clone),
        row(Setting::AppId.key(), app_id.as_ref(), String::clone),
        row(Setting::Api.key(), api.as_ref(), |api| api.as_str().into()),
        row(Setting::KeyId.key(), key_id.as_ref(), String::clone),
        row(Setting::Auth.key(), auth.as_ref(), |auth| match auth {
            AuthMethod::Basic => "basic".into(),
            AuthMethod::Jwt => "jwt".into(),
        }),
        Row {
            name: "secret",
            value: secret.as_ref().map(|(_, shown)| (*shown).to_owned()),
            origin: secret.map(|(origin, _)| origin),
        },
        row("production", Some(stage), |stage| {
            (*stage == Stage::Production).to_string()
        }),
        row("store", Some(store), |store| store.as_str().into()),
    ]
}

fn row<T>(name: &'static str, set: Option<&Sourced<T>>, show: impl Fn(&T) -> String) -> Row {
    Row {
        name,
        value: set.map(|set| show(&set.value)),
        origin: set.map(|set| set.origin.clone()),
    }
}

/// The settings, or why a lookup with them would fail. An unusable base URL is not shown, because it may
/// contain a password.
fn check_offline(gathered: Gathered, rows: &mut [Row]) -> Result<Settings, Failure> {
    let base_url = gathered
        .base_url
        .as_ref()
        .map(|url| parse_base_url(&url.value));
    let unusable = matches!(base_url, Some(Err(_)));
    if unusable
        && let Some(row) = rows
            .iter_mut()
            .find(|row| row.name == Setting::BaseUrl.key())
    {
        row.value = None;
    }
    match gathered.complete() {
        Ok(Configured::App(settings)) => {
            super::connect::describe((*settings).clone()).map(|_| *settings)
        }
        Ok(Configured::Nothing) => Err(Failure::nothing_configured()),
        Err(error) => Err(error.into()),
    }
}

fn words(file: Option<&str>, rows: &[Row], online: Option<bool>) -> Vec<SafeText> {
    let file = file.unwrap_or("none");
    let mut lines = vec![SafeText::own(format_args!("{:<12}{file}", "file"))];
    for Row {
        name,
        value,
        origin,
    } in rows
    {
        let shown = match (value, origin) {
            (Some(value), _) => value.as_str(),
            (None, None) => "not set",
            (None, Some(_)) => "cannot be used, so it is not shown",
        };
        let origin = match origin {
            None => String::new(),
            Some(Origin::Default) => "  (default)".to_owned(),
            Some(origin) => format!("  (from {})", origin.words()),
        };
        lines.push(SafeText::own(format_args!("{name:<12}{shown}{origin}")));
    }
    lines.push(SafeText::own(match online {
        None => "offline check: the API was not asked; --online asks it",
        Some(true) => "online check: the API accepts these settings",
        Some(false) => "online check: a lookup fails",
    }));
    lines
}

fn record(row: &Row) -> SettingRecord<'_> {
    SettingRecord {
        name: row.name,
        value: row.value.as_deref(),
        origin: row.origin.as_ref().map(|origin| match origin {
            Origin::Default => OriginRecord::Default,
            Origin::File { key, line } => OriginRecord::File {
                key,
                file: line.file.display().to_string(),
                line: line.line,
            },
            Origin::Environment(name) => OriginRecord::Environment { name },
            Origin::Flag(name) => OriginRecord::Flag { name },
        }),
    }
}
