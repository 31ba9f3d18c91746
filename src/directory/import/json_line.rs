//! One record of JSON: a user of either version or the body of a webhook's call, bare or wrapped.
//!
//! In: the line. Out: what it reports, or why it is refused, in words without any of its content.

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::{RawValue, to_raw_value};

use super::cells::{Bare, bare, can_be_smooch_id, damage_to, looks_like_smooch_id};
use super::dating::AsOf;
use super::line::{Event, Several, not_utf8};
use super::unwrapping::{inside, is_lone_event, members_of, unknown};
use crate::directory::store::{Change, Report};
use crate::domain::facts::{
    Delivery, EventReport, FactSet, Key, Member, MessageName, Register, Source, UserEvent,
};
use crate::domain::{ApiVersion, AppId, SmoochId};
use crate::wire::facts::{self as wire, Extent, Line};
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
    /// Whether every user in it is known to be whole.
    pub(super) extent: Extent,
}

/// Reads a line.
pub(super) fn parse(line: &[u8], setting: Setting<'_>, hash: u64) -> Result<Several, String> {
    let text = std::str::from_utf8(line).map_err(|_| not_utf8())?;
    let changes = read(text, setting, Some(hash), 0);
    // Where the JSON is broken says more than what is missing because of it.
    changes.map_err(|why| match serde_json::from_str::<IgnoredAny>(text) {
        Err(error) => not_json(&error),
        Ok(_) => why,
    })
}

/// Reads a record, inside so many others. The hash is that of the line, if it holds no other record.
fn read(text: &str, setting: Setting<'_>, hash: Option<u64>, deep: u8) -> Result<Several, String> {
    let user = |json, api| user(json, api, setting, hash);
    // Most lines by far are one of these, and need no second look.
    if text.starts_with("{\"_id\":") {
        return user(text, ApiVersion::V11);
    }
    // If anything else is beside the user in the same object, what is left is not one object.
    let inner = text.strip_prefix("{\"appUser\":");
    if let Some(inner) = inner.and_then(|inner| inner.strip_suffix('}'))
        && let Ok(changes) = user(inner, ApiVersion::V11)
    {
        return Ok(changes);
    }
    if !text.starts_with('{') {
        return unwrapped(text, setting, deep)
            .unwrap_or_else(|| Err("it is no JSON object".to_owned()));
    }
    let signs: Signs<'_> = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    match signs {
        Signs {
            schema: Some(schema),
            ..
        } if schema.get() == OWN_RECORD => own_record(text, setting),
        Signs {
            trigger: Some(_), ..
        } => delivery(v11::parse_delivery(text.as_bytes()), setting),
        Signs {
            events: Some(_), ..
        } => delivery(v2::parse_delivery(text.as_bytes()), setting),
        Signs {
            app_user: Some(inner),
            ..
        } => user(inner.get(), ApiVersion::V11),
        Signs {
            user: Some(inner), ..
        } if members_of(inner.get()).contains_key("_id") => user(inner.get(), ApiVersion::V11),
        Signs {
            user: Some(inner), ..
        } => user(inner.get(), ApiVersion::V2),
        Signs {
            smooch_id: Some(_), ..
        } => user(text, ApiVersion::V11),
        Signs { id: Some(id), .. } if is_user_of_v2(id, text) => user(text, ApiVersion::V2),
        _ if is_lone_event(text) => {
            let body = format!("{{\"events\":[{text}]}}");
            delivery(v2::parse_delivery(body.as_bytes()), setting)
        }
        Signs { id, .. } => unwrapped(text, setting, deep).unwrap_or_else(|| {
            Err(match id {
                Some(_) => NO_SMOOCH_ID.to_owned(),
                None => unknown(text),
            })
        }),
    }
}

const NO_SMOOCH_ID: &str = "its `id` is not one of this API (24 hexadecimal digits), and nothing \
    else says that it is a user";

/// Whether an object with an `id` is a user: by the look of the id, or by what only users have.
fn is_user_of_v2(id: &RawValue, text: &str) -> bool {
    let of_users = [
        "profile",
        "metadata",
        "properties",
        "identities",
        "authenticated",
        "externalId",
        "userId",
        "signedUpAt",
        "givenName",
        "surname",
        "clients",
    ];
    let id = id.get();
    if looks_like_smooch_id(id.trim_matches('"')) {
        return true;
    }
    let members = members_of(text);
    // A list of bare ids is a list of users.
    let is_alone = members.len() == 1 && id.starts_with('"');
    is_alone || members.keys().any(|name| of_users.contains(&&**name))
}

/// So many things around a record are taken off.
const DEEPEST: u8 = 8;

/// Reads what is inside; `None` if nothing is.
fn unwrapped(text: &str, setting: Setting<'_>, deep: u8) -> Option<Result<Several, String>> {
    let records = inside(text);
    if records.is_empty() || deep >= DEEPEST {
        return None;
    }
    // A hash stands for one user, and one record alone can be that.
    let mut several = Several::new();
    for record in &records {
        match read(record.trim(), setting, None, deep + 1) {
            Ok(events) => several.extend(events),
            Err(why) if records.len() == 1 => return Some(Err(why)),
            Err(why) => several.push(Err(why)),
        }
    }
    Some(Ok(several))
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

/// What the record of a user says of itself.
#[derive(Deserialize)]
struct OwnRecord<'a> {
    #[serde(borrow)]
    raw: &'a RawValue,
    api: Option<String>,
    fetched_at: Option<Timestamp>,
}

/// Reads what `get --json` printed: the API's answer, as of the moment when it was asked.
fn own_record(text: &str, setting: Setting<'_>) -> Result<Several, String> {
    let record: OwnRecord<'_> = serde_json::from_str(text).map_err(|error| not_json(&error))?;
    let api = match record.api.as_deref() {
        Some("v2") => ApiVersion::V2,
        _ => ApiVersion::V11,
    };
    let user = wire::read_line(record.raw.get(), api, Extent::Whole);
    let Line::Whole(user) = user.map_err(|error| in_words(&error))? else {
        return Err("it cannot be read as a user".to_owned());
    };
    let report = match AsOf::bounded(setting.key.at, record.fetched_at) {
        Some(at) => Report::whole(&user, api, Key::answered(at)),
        None => Report::whole(&user, api, setting.key),
    };
    Ok(vec![Ok(one(report))])
}

fn one(report: Report) -> Event {
    Change::Report(Box::new(report)).into()
}

/// Reads a user, whose ids another program may have damaged on the way.
fn user(
    json: &str,
    api: ApiVersion,
    setting: Setting<'_>,
    hash: Option<u64>,
) -> Result<Several, String> {
    let report = report_of(json, api, setting)?;
    let report = match mended(json, api, &report)? {
        Some(json) => report_of(&json, api, setting)?,
        None => report,
    };
    Ok(vec![Ok(one(match hash {
        Some(hash) => report.with_hash(hash),
        None => report,
    }))])
}

/// The same user without marks and blanks around the ids; `None` if there are none. Ids that lost
/// something are refused.
fn mended(json: &str, api: ApiVersion, report: &Report) -> Result<Option<String>, String> {
    let (id_name, user_id_name) = match api {
        ApiVersion::V11 => ("_id", "userId"),
        ApiVersion::V2 => ("id", "externalId"),
    };
    let id = sound_id(report.id.as_deref().unwrap_or_default(), id_name)?;
    if !can_be_smooch_id(&id.text) {
        return Err(format!(
            "its `{id_name}` holds blanks or signs that no `{id_name}` has"
        ));
    }
    let user_id = report.user_id().unwrap_or_default();
    let user_id = sound_id(user_id, user_id_name)?;
    let mut members = members_of(json);
    let mut texts = Vec::new();
    for (name, id) in [(id_name, id), (user_id_name, user_id)] {
        if (id.had_mark || id.had_blanks)
            && let Ok(text) = to_raw_value(&id.text)
        {
            texts.push((name, text));
        }
    }
    if texts.is_empty() {
        return Ok(None);
    }
    for (name, text) in &texts {
        members.insert((*name).into(), text);
    }
    Ok(serde_json::to_string(&members).ok())
}

/// An id without what spreadsheets put around it, or what they did to it.
fn sound_id<'t>(id: &'t str, name: &str) -> Result<Bare<'t>, String> {
    let id = bare(id);
    match damage_to(&id.text) {
        Some(damage) => Err(format!(
            "its `{name}` {damage}: export it again where it is text"
        )),
        None => Ok(id),
    }
}

fn report_of(json: &str, api: ApiVersion, setting: Setting<'_>) -> Result<Report, String> {
    let line = wire::read_line(json, api, setting.extent);
    Ok(match line.map_err(|error| in_words(&error))? {
        Line::Whole(user) => Report::whole(&user, api, setting.key),
        Line::Part(_, facts) if is_of_conversation(&facts) => {
            return Err("it is a message or a conversation, and no user".to_owned());
        }
        Line::Part(id, mut facts) => {
            facts.key = setting.key;
            facts.register = list_of(&facts);
            Report::part(Some(id.expose()), facts)
        }
    })
}

/// Whether what has an id is no user but a message or a conversation.
fn is_of_conversation(facts: &FactSet) -> bool {
    let theirs = [
        "authorId",
        "author",
        "received",
        "participants",
        "lastUpdatedAt",
    ];
    facts.facts.iter().any(|(member, _)| match member {
        Member::Other(name) => theirs.contains(&&**name),
        _ => false,
    })
}

/// The register of what a list says: it speaks of the user with the `userId` that it gives.
pub(super) fn list_of(facts: &FactSet) -> Register {
    let user_id = facts.facts.iter().find_map(|(member, value)| match member {
        Member::UserId => value.clone(),
        _ => None,
    });
    Register::List(user_id)
}

fn check_app(named: Option<&AppId>, app_id: &AppId) -> Result<(), String> {
    match named {
        Some(named) if named != app_id => Err("it belongs to another app".to_owned()),
        _ => Ok(()),
    }
}

fn delivery(
    delivery: Result<Delivery, WireError>,
    setting: Setting<'_>,
) -> Result<Several, String> {
    let delivery = delivery.map_err(|error| in_words(&error))?;
    check_app(delivery.app_id.as_ref(), setting.app_id)?;
    let events = delivery.events.into_iter();
    Ok(events
        .map(|event| Happening::of(&event, setting).read(event))
        .collect())
}

/// When an event happened, as far as that can be known.
#[derive(Clone, Copy)]
struct Happening {
    key: Key,
    /// Whether the event itself says when.
    has_own_time: bool,
    file_at: i64,
}

impl Happening {
    fn of(event: &EventReport, setting: Setting<'_>) -> Self {
        let own = AsOf::bounded(setting.key.at, event.at);
        Self {
            key: Key {
                at: own.unwrap_or(setting.key.at),
                source: Source::Webhook,
                line: setting.key.line,
            },
            has_own_time: own.is_some(),
            file_at: setting.key.at,
        }
    }

    fn read(self, event: EventReport) -> Result<Event, String> {
        Ok(match event.event? {
            UserEvent::Seen { id, facts, name } => {
                let name = name.map(|name| self.name(name));
                one(self.report(&id, facts).with_message_name(name))
            }
            UserEvent::Merged {
                surviving: (survivor, facts),
                discarded,
            } => Event {
                change: Change::Merged {
                    surviving: Box::new(self.report(&survivor, facts)),
                    discarded: discarded.iter().map(|(id, _)| id.clone()).collect(),
                    key: self.key,
                },
                beside: discarded
                    .into_iter()
                    .filter(|(_, facts)| !facts.facts.is_empty())
                    .map(|(id, facts)| Change::Report(Box::new(self.report(&id, facts))))
                    .collect(),
            },
            UserEvent::Deleted(id) => Change::Deleted { id, key: self.key }.into(),
            UserEvent::Nobody => Change::Nobody.into(),
        })
    }

    fn report(self, id: &SmoochId, mut facts: FactSet) -> Report {
        facts.key = self.key;
        let report = Report::part(Some(id.expose()), facts);
        if self.has_own_time {
            report.at_known_time()
        } else {
            report
        }
    }

    /// The name with a time that can be right.
    fn name(self, name: MessageName) -> MessageName {
        let at = match name.at {
            None => self.key.at,
            received => AsOf::bounded(self.file_at, received).unwrap_or(self.file_at),
        };
        MessageName {
            at: Timestamp::from_millisecond(at).ok(),
            ..name
        }
    }
}
