//! One line of JSON: a user of either version, bare or wrapped, or the body of a webhook's call.
//!
//! In: the line. Out: what it reports, or why it is refused, in words without any of its content.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::line::{Several, not_utf8};
use crate::directory::store::{Change, Report};
use crate::domain::facts::{Delivery, EventReport, Source, UserEvent};
use crate::domain::known::{Key, Member, Register};
use crate::domain::{ApiVersion, AppId, User};
use crate::wire::facts::{self as wire, Extent};
use crate::wire::{WireError, v2, v11};

/// The members that show what a line is.
#[derive(Deserialize)]
struct Signs<'a> {
    #[serde(borrow)]
    trigger: Option<&'a RawValue>,
    #[serde(borrow)]
    events: Option<&'a RawValue>,
    #[serde(borrow, rename = "appUser")]
    app_user: Option<&'a RawValue>,
    #[serde(borrow)]
    user: Option<&'a RawValue>,
    #[serde(borrow, rename = "_id")]
    smooch_id: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    schema: Option<&'a RawValue>,
    #[serde(borrow)]
    api: Option<&'a RawValue>,
    #[serde(borrow)]
    raw: Option<&'a RawValue>,
}

/// The schema of what `get --json` prints for a user.
const OWN_RECORD: &str = "\"smooch-console/user/1\"";

/// What is known of a file before its lines are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'s> {
    /// The app whose users are imported.
    pub(super) app_id: &'s AppId,
    /// The key of the line.
    pub(super) key: Key,
}

/// Reads a line.
pub(super) fn parse(line: &[u8], setting: Setting<'_>, hash: u64) -> Result<Several, String> {
    let text = std::str::from_utf8(line).map_err(|_| not_utf8())?;
    let changes = read(text, setting, hash);
    // Where the JSON is broken says more than what is missing because of it.
    changes.map_err(|why| match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => not_json(&error),
        Ok(_) => why,
    })
}

fn read(text: &str, setting: Setting<'_>, hash: u64) -> Result<Several, String> {
    // Most lines by far are one of these, and need no second look.
    if text.starts_with("{\"_id\":") {
        return user(text, ApiVersion::V11, hash, setting.key);
    }
    // If anything else is beside the user in the same object, what is left is not one object.
    let inner = text.strip_prefix("{\"appUser\":");
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix('}'))
        && let Ok(changes) = user(inner, ApiVersion::V11, hash, setting.key)
    {
        return Ok(changes);
    }
    if !text.starts_with('{') {
        return Err("it is no JSON object".to_owned());
    }
    let signs: Signs<'_> = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    match signs {
        Signs {
            schema: Some(schema),
            raw: Some(raw),
            api,
            ..
        } if schema.get() == OWN_RECORD => {
            let is_v2 = api.is_some_and(|api| api.get() == "\"v2\"");
            let api = if is_v2 {
                ApiVersion::V2
            } else {
                ApiVersion::V11
            };
            user(
                raw.get(),
                api,
                hash,
                Key {
                    source: Source::Api,
                    ..setting.key
                },
            )
        }
        Signs {
            trigger: Some(_), ..
        } => delivery(
            v11::parse_delivery(text.as_bytes()),
            ApiVersion::V11,
            setting,
        ),
        Signs {
            events: Some(_), ..
        } => delivery(v2::parse_delivery(text.as_bytes()), ApiVersion::V2, setting),
        Signs {
            app_user: Some(inner),
            ..
        } => user(inner.get(), ApiVersion::V11, hash, setting.key),
        Signs {
            user: Some(inner), ..
        } => user(inner.get(), ApiVersion::V2, hash, setting.key),
        Signs {
            smooch_id: Some(_), ..
        } => user(text, ApiVersion::V11, hash, setting.key),
        Signs { id: Some(_), .. } => user(text, ApiVersion::V2, hash, setting.key),
        _ => Err("it is neither a user with an id nor the body of a webhook".to_owned()),
    }
}

fn not_json(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends in the middle".to_owned(),
        _ => format!("it is not JSON (column {})", error.column()),
    }
}

fn in_words(error: &WireError) -> String {
    match error {
        WireError::Missing("_id" | "id" | "appUser" | "user") => "it has no id".to_owned(),
        WireError::NotJson => "it is not JSON".to_owned(),
        WireError::CutShort => "it ends in the middle".to_owned(),
        WireError::Missing(member) => format!("it has no `{member}`"),
        WireError::WrongShape(_) => "its user is no JSON object".to_owned(),
    }
}

fn user(json: &str, api: ApiVersion, hash: u64, key: Key) -> Result<Several, String> {
    let user: User = match api {
        ApiVersion::V11 => v11::parse_user(json.as_bytes()).map_err(|error| in_words(&error))?,
        ApiVersion::V2 => v2::parse_user(json.as_bytes()).map_err(|error| in_words(&error))?,
    };
    let report = if key.source == Source::Api || wire::is_whole(json, api) {
        Report::whole(&user, api, key)
    } else {
        part(json, api, user.id.expose(), key)?
    };
    Ok(vec![Ok(Change::Report(Box::new(report.with_hash(hash))))])
}

fn part(json: &str, api: ApiVersion, id: &str, key: Key) -> Result<Report, String> {
    let facts = wire::facts_of_user(json, api, Extent::Part);
    let mut facts = facts.ok_or("it cannot be read as a user")?;
    facts.key = key;
    if key.source == Source::File {
        let user_id = facts.facts.iter().find_map(|(member, value)| match member {
            Member::UserId => value.clone(),
            _ => None,
        });
        facts.register = Register::List(user_id);
    }
    Ok(Report::part(Some(id), facts))
}

fn check_app(named: Option<&AppId>, app_id: &AppId) -> Result<(), String> {
    match named {
        Some(named) if named != app_id => Err("it belongs to another app".to_owned()),
        _ => Ok(()),
    }
}

fn delivery(
    delivery: Result<Delivery, WireError>,
    api: ApiVersion,
    setting: Setting<'_>,
) -> Result<Several, String> {
    let delivery = delivery.map_err(|error| in_words(&error))?;
    check_app(delivery.app_id.as_ref(), setting.app_id)?;
    let events = delivery.events.into_iter();
    Ok(events.map(|event| change_of(event, api, setting)).collect())
}

fn change_of(event: EventReport, api: ApiVersion, setting: Setting<'_>) -> Result<Change, String> {
    let at = event.at.map(|at| at.as_millisecond());
    let key = Key {
        at: at.unwrap_or(setting.key.at),
        source: Source::Webhook,
        line: setting.key.line,
    };
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    let report = |user: &User| {
        let report = part(user.json.expose(), api, user.id.expose(), key)?;
        Ok::<_, String>(if at.is_some() {
            report.at_known_time()
        } else {
            report
        })
    };
    Ok(match event.event? {
        UserEvent::Seen { user, name } => {
            Change::Report(Box::new(report(&user)?.with_message_name(name)))
        }
        UserEvent::Merged {
            surviving,
            discarded,
        } => Change::Merged {
            surviving: Box::new(report(&surviving)?),
            discarded,
            key,
        },
        UserEvent::ClientRemoved { user, .. } => Change::Report(Box::new(report(&user)?)),
        UserEvent::Deleted(id) => Change::Deleted { id, key },
        UserEvent::Nobody => Change::Nobody,
    })
}
