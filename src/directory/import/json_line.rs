//! One line of JSON: a user of either version, bare or wrapped, or the body of a webhook's call.
//!
//! In: the line. Out: what it reports, or why it is refused, in words without any of its content.

use jiff::Timestamp;
use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::line::{Several, not_utf8};
use crate::directory::store::{Change, Report};
use crate::domain::facts::{Delivery, EventReport, Portion, UserEvent};
use crate::domain::{ApiVersion, AppId, RawJson, User};
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

/// Members that only a whole user has; those that nearly all have come first.
const WHOLE_V11: [&str; 3] = ["\"clients\"", "\"properties\"", "\"signedUpAt\""];
const WHOLE_V2: [&str; 3] = ["\"profile\"", "\"identities\"", "\"signedUpAt\""];

/// What is known of a file before its lines are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'s> {
    /// The app whose users are imported.
    pub(super) app_id: &'s AppId,
    /// The present: nothing happened later.
    pub(super) now: Timestamp,
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
        return user(text, ApiVersion::V11, hash);
    }
    // If anything else is beside the user in the same object, what is left is not one object.
    let inner = text.strip_prefix("{\"appUser\":");
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix('}'))
        && let Ok(changes) = user(inner, ApiVersion::V11, hash)
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
            user(raw.get(), api, hash)
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
        } => user(inner.get(), ApiVersion::V11, hash),
        Signs {
            user: Some(inner), ..
        } => user(inner.get(), ApiVersion::V2, hash),
        Signs {
            smooch_id: Some(_), ..
        } => user(text, ApiVersion::V11, hash),
        Signs { id: Some(_), .. } => user(text, ApiVersion::V2, hash),
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

fn user(json: &str, api: ApiVersion, hash: u64) -> Result<Several, String> {
    let (user, whole): (User, _) = match api {
        ApiVersion::V11 => (
            v11::parse_user(json.as_bytes()).map_err(|error| in_words(&error))?,
            WHOLE_V11,
        ),
        ApiVersion::V2 => (
            v2::parse_user(json.as_bytes()).map_err(|error| in_words(&error))?,
            WHOLE_V2,
        ),
    };
    let has = |member: &&str| memmem::find(json.as_bytes(), member.as_bytes()).is_some();
    let portion = if whole.iter().any(has) {
        Portion::Whole
    } else if is_truncated(&user.json) {
        Portion::Ids
    } else {
        Portion::Part
    };
    let report = Report::of(&user, api, portion).with_hash(hash);
    Ok(vec![Ok(Change::Report(Box::new(report)))])
}

/// Whether there is nothing but ids and what comes with them.
fn is_truncated(json: &RawJson) -> bool {
    const IDS: [&str; 7] = [
        "_id",
        "userId",
        "conversationStarted",
        "id",
        "externalId",
        "zendeskId",
        "brandId",
    ];
    #[expect(clippy::disallowed_methods, reason = "decoded for its members' names")]
    let members = serde_json::from_str::<Map<String, Value>>(json.expose());
    members.is_ok_and(|members| {
        let given = members.iter().filter(|(_, value)| !value.is_null());
        given
            .map(|(name, _)| name.as_str())
            .all(|name| IDS.contains(&name) || name == "authenticated")
    })
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
    Ok(events
        .map(|event| change_of(event, api, setting.now))
        .collect())
}

fn change_of(event: EventReport, api: ApiVersion, now: Timestamp) -> Result<Change, String> {
    let at = event.at.map(|at| at.min(now));
    let report = |user: &User| Report::of(user, api, user.portion).by_event(at);
    Ok(match event.event? {
        UserEvent::Seen { user, name } => {
            Change::Report(Box::new(report(&user).with_message_name(name)))
        }
        UserEvent::Merged {
            surviving,
            discarded,
        } => Change::Merged {
            surviving: Box::new(report(&surviving)),
            discarded,
        },
        UserEvent::ClientRemoved { user, client } => Change::ClientRemoved {
            user: Box::new(report(&user)),
            client,
        },
        UserEvent::Deleted(id) => Change::Deleted(id),
        UserEvent::Nobody => Change::Nobody,
    })
}
