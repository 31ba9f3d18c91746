//! One line of JSON: a user of either version, bare or wrapped, or the body of a webhook's call.
//!
//! In: the line. Out: what it tells, or why it tells nothing, in words without any of its content.

use jiff::Timestamp;
use memchr::memmem;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::csv_rows::not_utf8;
use crate::directory::store::{Change, Report, Spoken};
use crate::domain::facts::Portion;
use crate::domain::{
    ApiVersion, AppId, Client, EventKind, EventUser, Message, RawJson, Side, SmoochId, User,
    WebhookEvent,
};
use crate::wire::{WireError, v2, v11};

/// The members that tell what a line is.
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

/// What a program of ours prints for a user.
const OWN_RECORD: &str = "\"smooch-console/user/1\"";

/// Members that only a user has of whom everything is told; those that stand in nearly all first.
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

/// What a line tells: several events stand or fall each by itself.
pub(super) type Several = Vec<Result<Change, String>>;

/// Reads a line.
pub(super) fn parse(line: &[u8], setting: Setting<'_>, hash: u64) -> Result<Several, String> {
    let text = std::str::from_utf8(line).map_err(|_| not_utf8())?;
    let told = read(text, setting, hash);
    // Where JSON is broken is more than what is missing because of it.
    told.map_err(|why| match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => not_json(&error),
        Ok(_) => why,
    })
}

fn read(text: &str, setting: Setting<'_>, hash: u64) -> Result<Several, String> {
    // Most lines by far are one of these, and need no second look.
    if text.starts_with("{\"_id\":") {
        return user(text, ApiVersion::V11, hash);
    }
    // Whatever else stands beside a user in the same object, the two are not one object then.
    let inner = text.strip_prefix("{\"appUser\":");
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix('}'))
        && let Ok(told) = user(inner, ApiVersion::V11, hash)
    {
        return Ok(told);
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
        } => v11_event(text, setting),
        Signs {
            events: Some(_), ..
        } => v2_delivery(text, setting),
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
    let told = Report::of(&user, api, portion).with_hash(hash);
    Ok(vec![Ok(Change::Report(Box::new(told)))])
}

/// Whether nothing but ids and what goes with them is told.
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
        let told = members.iter().filter(|(_, value)| !value.is_null());
        told.map(|(name, _)| name.as_str())
            .all(|name| IDS.contains(&name) || name == "authenticated")
    })
}

fn check_app(told: Option<&AppId>, app_id: &AppId) -> Result<(), String> {
    match told {
        Some(told) if told != app_id => Err("it belongs to another app".to_owned()),
        _ => Ok(()),
    }
}

fn v11_event(text: &str, setting: Setting<'_>) -> Result<Several, String> {
    let event = v11::parse_webhook_event(text.as_bytes()).map_err(|error| in_words(&error))?;
    check_app(event.app_id.as_ref(), setting.app_id)?;
    let WebhookEvent {
        trigger, kind, at, ..
    } = event;
    let at = at.map(|at| at.min(setting.now));
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let trigger = trigger.expose();
    let change = match kind {
        EventKind::Messages {
            user: Some(user),
            client,
            messages,
            ..
        } => {
            let received = messages.iter().filter_map(|message| message.received).max();
            let at = at.or(received.map(|at| at.min(setting.now)));
            let spoken = spoken(user.id(), &messages);
            let told = told(&user, client.as_deref(), at)?;
            Change::Report(Box::new(told.with_spoken(spoken)))
        }
        EventKind::Messages { user: None, .. } => {
            return Err("the message has no user with an `_id`".to_owned());
        }
        EventKind::Merge {
            surviving: Some(surviving),
            discarded,
        } => Change::Merged {
            surviving: Box::new(told(&surviving, None, at)?),
            discarded: discarded.iter().map(|user| user.id().clone()).collect(),
        },
        EventKind::Merge {
            surviving: None, ..
        } => return Err("the merge names no survivor".to_owned()),
        EventKind::Other {
            user: Some(user), ..
        } if trigger == "appUser:delete" => Change::Deleted(user.id().clone()),
        EventKind::Other {
            user: Some(user),
            client: Some(client),
        } if trigger == "client:remove" => Change::ClientRemoved {
            user: Box::new(told(&user, None, at)?),
            client,
        },
        EventKind::Other {
            user: Some(user),
            client,
        } => Change::Report(Box::new(told(&user, client.as_deref(), at)?)),
        EventKind::Other { user: None, .. } => Change::Nobody,
    };
    Ok(vec![Ok(change)])
}

/// The name that stands with the user's newest message.
fn spoken(user: &SmoochId, messages: &[Message]) -> Option<Spoken> {
    #[expect(clippy::disallowed_methods, reason = "compared with an id")]
    let is_theirs = |message: &&Message| {
        message.author.side == Side::User
            && message
                .author
                .id
                .as_ref()
                .is_none_or(|id| id.expose() == user.expose())
    };
    let newest = messages
        .iter()
        .filter(is_theirs)
        .filter(|message| message.author.name.is_some())
        .max_by_key(|message| message.received)?;
    Some(Spoken::new(newest.author.name.clone()?, newest.received))
}

fn told(
    user: &EventUser,
    client: Option<&Client>,
    at: Option<Timestamp>,
) -> Result<Report, String> {
    match user {
        EventUser::Full(user) => {
            let told = Report::of(user, ApiVersion::V11, Portion::Whole);
            Ok(told.by_event(at))
        }
        EventUser::Truncated {
            id,
            user_id,
            conversation_started,
        } => {
            let mut json = Map::new();
            json.insert("_id".to_owned(), id.expose().into());
            if let Some(user_id) = user_id {
                json.insert("userId".to_owned(), user_id.expose().into());
            }
            if let Some(started) = conversation_started {
                json.insert("conversationStarted".to_owned(), (*started).into());
            }
            part_of_user(json, client, ApiVersion::V11, at)
        }
    }
}

/// A user of whom an event tells no more than these members and a client.
fn part_of_user(
    mut json: Map<String, Value>,
    client: Option<&Client>,
    api: ApiVersion,
    at: Option<Timestamp>,
) -> Result<Report, String> {
    let mut portion = Portion::Ids;
    if let Some(client) = client {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let client: Value = serde_json::from_str(client.json.expose())
            .map_err(|_| "its client cannot be read".to_owned())?;
        json.insert("clients".to_owned(), Value::from(vec![client]));
        portion = Portion::Part;
    }
    let json = Value::Object(json).to_string();
    let user = match api {
        ApiVersion::V11 => v11::parse_user(json.as_bytes()),
        ApiVersion::V2 => v2::parse_user(json.as_bytes()),
    };
    Ok(Report::of(&user.map_err(|error| in_words(&error))?, api, portion).by_event(at))
}

fn v2_delivery(text: &str, setting: Setting<'_>) -> Result<Several, String> {
    let delivery = v2::parse_delivery(text.as_bytes()).map_err(|error| in_words(&error))?;
    check_app(delivery.app_id.as_ref(), setting.app_id)?;
    let events = delivery.events.into_iter();
    Ok(events.map(|event| v2_event(event, setting.now)).collect())
}

fn v2_event(event: v2::Event, now: Timestamp) -> Result<Change, String> {
    #[expect(clippy::disallowed_methods, reason = "compared with a known word")]
    let removes_client = event.kind.expose() == "client:remove";
    let at = event.at.map(|at| at.min(now));
    Ok(match event.told {
        v2::Told::Nobody => Change::Nobody,
        v2::Told::Unreadable(why) => return Err(why.to_owned()),
        v2::Told::Gone(id) => Change::Deleted(id),
        v2::Told::Merge {
            surviving,
            discarded,
        } => Change::Merged {
            surviving: Box::new(v2_told(&surviving, None, at)?),
            discarded: vec![discarded],
        },
        v2::Told::User {
            user,
            client: Some(client),
            ..
        } if removes_client => Change::ClientRemoved {
            user: Box::new(v2_told(&user, None, at)?),
            client,
        },
        v2::Told::User { user, client, said } => {
            let received = said.as_ref().and_then(|said| said.received);
            let at = at.or(received.map(|at| at.min(now)));
            let spoken = said.map(|said| Spoken::new(said.name, said.received));
            let told = v2_told(&user, client.as_deref(), at)?;
            Change::Report(Box::new(told.with_spoken(spoken)))
        }
    })
}

fn v2_told(
    user: &v2::ToldUser,
    client: Option<&Client>,
    at: Option<Timestamp>,
) -> Result<Report, String> {
    if user.is_whole && client.is_none() {
        return Ok(Report::of(&user.user, ApiVersion::V2, Portion::Whole).by_event(at));
    }
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    let json = serde_json::from_str(user.user.json.expose());
    let json = json.map_err(|_| "its user cannot be read".to_owned())?;
    let mut told = part_of_user(json, client, ApiVersion::V2, at)?;
    if user.is_whole {
        told.portion = Portion::Whole;
    }
    Ok(told)
}
