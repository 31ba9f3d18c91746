//! Clients as facts: each field is one, and the ids that a client has are the same client for good.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::value::{Facts, canonical_of, id_of};
use crate::domain::facts::{ClientKind, ClientRef, FactSet, Member};
use crate::wire::json::parse_members;

/// What says whether a client is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::wire) enum Standing {
    /// It is in the list of those that are.
    Confirmed,
    /// It is in the list of those that are not.
    Pending,
    /// Its status.
    ByStatus,
}

/// The ids of a client, the best one first: by that one the client is known.
const IDS: [&str; 4] = ["id", "_id", "deviceId", "guid"];

/// The fields of a client; of a repeated one the last.
type Fields<'a> = BTreeMap<Box<str>, &'a RawValue>;

/// Puts a client among the facts; `false` if it is no object.
pub(super) fn put_client(facts: &mut Facts, raw: &RawValue, standing: Standing) -> bool {
    let Some(fields) = fields_of(raw) else {
        return false;
    };
    let kind = kind_of(&fields, standing);
    let ids = ids_of(&fields);
    let client = match ids.first() {
        Some(id) => ClientRef::Id(id.as_str().into()),
        None => place_of(&fields),
    };
    for (field, raw) in fields {
        let value = canonical_of(&field, raw);
        facts.insert(Member::Client(kind, client.clone(), field), value);
    }
    for id in ids.iter().skip(1) {
        let (one, other) = (ids[0].as_str().min(id), ids[0].as_str().max(id));
        if one != other {
            let same = Member::SameClient(one.into(), other.into());
            facts.insert(same, Some("true".into()));
        }
    }
    true
}

/// Adds a client that an event shows beside its user.
pub(in crate::wire) fn add_client(set: &mut FactSet, raw: &RawValue, standing: Standing) {
    let mut facts: Facts = set.facts.drain(..).collect();
    put_client(&mut facts, raw, standing);
    set.facts = facts.into_iter().collect();
}

/// Everything that a client is known by.
pub(in crate::wire) fn refs_of(raw: &RawValue) -> Vec<ClientRef> {
    let Some(fields) = fields_of(raw) else {
        return Vec::new();
    };
    let ids = ids_of(&fields).into_iter();
    let refs: Vec<ClientRef> = ids.map(|id| ClientRef::Id(id.into())).collect();
    if refs.is_empty() {
        vec![place_of(&fields)]
    } else {
        refs
    }
}

/// Takes a client apart. What v2 calls `type` is the platform.
fn fields_of(raw: &RawValue) -> Option<Fields<'_>> {
    let members = parse_members(raw)?.0.into_iter();
    let mut fields: Fields<'_> = members.map(|(name, raw)| (name.text.into(), raw)).collect();
    if !fields.contains_key("platform")
        && let Some(kind) = fields.remove("type")
    {
        fields.insert("platform".into(), kind);
    }
    Some(fields)
}

fn text_of(fields: &Fields<'_>, name: &str) -> String {
    let id = fields.get(name).and_then(|raw| id_of(raw));
    id.unwrap_or_default()
}

fn ids_of(fields: &Fields<'_>) -> Vec<String> {
    let ids = IDS.iter().filter_map(|name| fields.get(*name));
    ids.filter_map(|raw| id_of(raw)).collect()
}

fn place_of(fields: &Fields<'_>) -> ClientRef {
    let [platform, integration, external] =
        ["platform", "integrationId", "externalId"].map(|name| text_of(fields, name).into());
    ClientRef::Place(platform, integration, external)
}

fn kind_of(fields: &Fields<'_>, standing: Standing) -> ClientKind {
    match standing {
        Standing::Pending => return ClientKind::Pending,
        Standing::ByStatus if text_of(fields, "status") == "pending" => {
            return ClientKind::Pending;
        }
        Standing::Confirmed | Standing::ByStatus => {}
    }
    match text_of(fields, "platform").as_str() {
        "sdk" => ClientKind::Sdk,
        "web" | "ios" | "android" | "unity" => ClientKind::Install,
        _ => ClientKind::Channel,
    }
}
