//! Joins what is told of a user to what is known, when what is told is not everything.
//!
//! In: two JSON objects, each of v1.1 or v2. Out: one in the words of the first, in which what was
//! told stands and nothing that was not mentioned is lost (API document, section 6).

use serde_json::{Map, Value};

use crate::domain::{ApiVersion, Client, Untrusted};

/// Members that are called differently, v1.1 before v2; the latter may stand inside `profile`.
const NAMES: [(&str, Option<&str>, &str); 7] = [
    ("_id", None, "id"),
    ("userId", None, "externalId"),
    ("givenName", Some("profile"), "givenName"),
    ("surname", Some("profile"), "surname"),
    ("email", Some("profile"), "email"),
    ("avatarUrl", Some("profile"), "avatarUrl"),
    ("properties", None, "metadata"),
];

/// Members that hold objects whose own members are joined.
const OBJECTS: [&str; 3] = ["properties", "metadata", "profile"];

/// Members that are lists of clients.
const CLIENTS: [&str; 2] = ["clients", "pendingClients"];

/// The member that names those properties which came out of a table, or is true when all of them
/// did: they are the business's own, and an answer of the API without them does not mean that they
/// are gone.
pub(in crate::directory) const IMPORTED: &str = "smooch-console/imported";

/// What stands where both say something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Known,
    Report,
}

/// Adds to `known` what `told` says; `None` when either is no object.
pub(super) fn add(
    known: &str,
    known_api: ApiVersion,
    told: &str,
    told_api: ApiVersion,
) -> Option<String> {
    join(known, known_api, told, told_api, Stands::Report)
}

/// Adds to `known` what only `told` says; `None` when either is no object.
pub(super) fn add_missing(
    known: &str,
    known_api: ApiVersion,
    told: &str,
    told_api: ApiVersion,
) -> Option<String> {
    join(known, known_api, told, told_api, Stands::Known)
}

fn join(
    known: &str,
    known_api: ApiVersion,
    told: &str,
    told_api: ApiVersion,
    stands: Stands,
) -> Option<String> {
    let mut known = with_names(object(known)?);
    let told = with_names(object(told)?);
    let mut told = match (told_api, known_api) {
        (ApiVersion::V11, ApiVersion::V2) => into_v2(told),
        (ApiVersion::V2, ApiVersion::V11) => into_v11(told),
        _ => told,
    };
    let names = told.remove(IMPORTED);
    let member = properties_of(known_api);
    if let Some(Value::Array(mut names)) = names {
        // What stays as it was known has not come out of the table.
        let said = known.get(member).and_then(Value::as_object);
        let is_said = |name: &Value| {
            let name = name.as_str();
            said.zip(name)
                .is_some_and(|(said, name)| said.contains_key(name))
        };
        names.retain(|name| stands == Stands::Report || !is_said(name));
        if !names.is_empty() {
            told.insert(IMPORTED.to_owned(), Value::Array(names));
        }
    }
    for (member, value) in told {
        add_member(&mut known, &member, value, stands);
    }
    Some(Value::Object(known).to_string())
}

/// Whether two copies say the same.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    object(one).map(with_names) == object(other).map(with_names)
}

/// Carries over from an older copy what a whole user never says: clients, in v2, and properties out
/// of tables. `None` when there is nothing to carry.
pub(super) fn carry(older: &str, newer: &str, newer_api: ApiVersion) -> Option<String> {
    let has_clients = newer_api == ApiVersion::V2 && older.contains("\"clients\"");
    if !has_clients && !older.contains(IMPORTED) {
        return None;
    }
    let mut older = with_names(object(older)?);
    let mut newer = with_names(object(newer)?);
    let mut carried = carry_imported(&mut older, &mut newer, newer_api);
    if has_clients
        && !newer.contains_key("clients")
        && let Some(clients) = older.remove("clients")
    {
        newer.insert("clients".to_owned(), renamed(clients, "platform", "type"));
        carried = true;
    }
    carried.then(|| Value::Object(newer).to_string())
}

fn carry_imported(
    older: &mut Map<String, Value>,
    newer: &mut Map<String, Value>,
    newer_api: ApiVersion,
) -> bool {
    let Some(Value::Array(names)) = older.remove(IMPORTED) else {
        return false;
    };
    let mut imported = Map::new();
    for member in ["properties", "metadata"] {
        if let Some(Value::Object(properties)) = older.remove(member) {
            imported.extend(properties);
        }
    }
    let member = properties_of(newer_api);
    let said = newer.get(member).and_then(Value::as_object);
    let carried: Vec<(String, Value)> = names
        .iter()
        .filter_map(Value::as_str)
        .filter(|name| said.is_none_or(|said| !said.contains_key(*name)))
        .filter_map(|name| Some((name.to_owned(), imported.remove(name)?)))
        .collect();
    if carried.is_empty() {
        return false;
    }
    let names = carried.iter().map(|(name, _)| Value::from(name.as_str()));
    let names = Value::Array(names.collect());
    add_member(newer, IMPORTED, names, Stands::Report);
    let properties = Value::Object(carried.into_iter().collect());
    if newer.get(member).is_some_and(Value::is_null) {
        newer.remove(member);
    }
    add_member(newer, member, properties, Stands::Report);
    true
}

/// Names the properties that came out of a table where the user only says that all of them did.
fn with_names(mut user: Map<String, Value>) -> Map<String, Value> {
    if user.get(IMPORTED) == Some(&Value::Bool(true)) {
        let all = ["properties", "metadata"]
            .iter()
            .filter_map(|member| user.get(*member)?.as_object());
        let names = all
            .flat_map(Map::keys)
            .map(|name| Value::from(name.as_str()));
        let names = Value::Array(names.collect());
        user.insert(IMPORTED.to_owned(), names);
    }
    user
}

const fn properties_of(api: ApiVersion) -> &'static str {
    match api {
        ApiVersion::V11 => "properties",
        ApiVersion::V2 => "metadata",
    }
}

/// A copy without a client, which is known by its id, or else by its platform and its id there;
/// `None` when it is not in it.
pub(super) fn without_client(json: &str, client: &Client) -> Option<String> {
    let mut user = object(json)?;
    #[expect(clippy::disallowed_methods, reason = "compared with ids")]
    let by_id = |known: &Value| {
        let ids = [known.get("id"), known.get("_id")];
        let ids = ids.into_iter().flatten().filter_map(Value::as_str);
        let told = client.id.as_ref().map(crate::domain::ClientId::expose);
        let record = client.record_id.as_ref().map(Untrusted::expose);
        ids.into_iter()
            .any(|id| Some(id) == told || Some(id) == record)
    };
    #[expect(clippy::disallowed_methods, reason = "compared with ids")]
    let by_place = |known: &Value| {
        let platform = known.get("platform").or_else(|| known.get("type"));
        let external = known.get("externalId").and_then(Value::as_str);
        platform.and_then(Value::as_str) == Some(client.platform.0.expose())
            && external.is_some()
            && external == client.external_id.as_ref().map(Untrusted::expose)
    };
    let removed = take_out(&mut user, by_id) || take_out(&mut user, by_place);
    removed.then(|| Value::Object(user).to_string())
}

fn take_out(user: &mut Map<String, Value>, is_it: impl Fn(&Value) -> bool) -> bool {
    let mut removed = false;
    for list in CLIENTS {
        if let Some(Value::Array(clients)) = user.get_mut(list) {
            let before = clients.len();
            clients.retain(|client| !is_it(client));
            removed |= clients.len() < before;
        }
    }
    removed
}

/// Gives a user the id that was not known when their JSON was made.
pub(super) fn with_id(json: &str, id: &str, api: ApiVersion) -> Option<String> {
    let mut user = object(json)?;
    let member = match api {
        ApiVersion::V11 => "_id",
        ApiVersion::V2 => "id",
    };
    user.insert(member.to_owned(), Value::from(id));
    Some(Value::Object(user).to_string())
}

/// A user without the id that the business gave them.
pub(super) fn without_user_id(json: &str) -> Option<String> {
    let mut user = object(json)?;
    user.retain(|member, _| !["userId", "externalId"].contains(&member.as_str()));
    Some(Value::Object(user).to_string())
}

fn object(json: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(json).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn add_member(known: &mut Map<String, Value>, member: &str, value: Value, stands: Stands) {
    if value.is_null() {
        return;
    }
    match (known.get_mut(member), value) {
        (Some(Value::Object(old)), Value::Object(new)) if OBJECTS.contains(&member) => {
            add_all(old, new, stands);
        }
        (Some(Value::Array(old)), Value::Array(new)) if CLIENTS.contains(&member) => {
            for client in new {
                add_client(old, client, stands);
            }
        }
        (Some(Value::Array(old)), Value::Array(new)) if member == IMPORTED => {
            for name in new {
                if !old.contains(&name) {
                    old.push(name);
                }
            }
        }
        (Some(old), _) if stands == Stands::Known && !old.is_null() => {}
        (_, value) => {
            known.insert(member.to_owned(), value);
        }
    }
}

/// Adds what an object says; the last word is that of who stands.
fn add_all(old: &mut Map<String, Value>, new: Map<String, Value>, stands: Stands) {
    for (member, value) in new {
        let is_said = old.get(&member).is_some_and(|old| !old.is_null());
        if value.is_null() || is_said && stands == Stands::Known {
            continue;
        }
        old.insert(member, value);
    }
}

fn add_client(known: &mut Vec<Value>, told: Value, stands: Stands) {
    let id = told.get("id").or_else(|| told.get("_id"));
    let same = known
        .iter_mut()
        .find(|client| id.is_some() && client.get("id").or_else(|| client.get("_id")) == id);
    match (same, told) {
        (Some(Value::Object(old)), Value::Object(new)) => add_all(old, new, stands),
        (_, told) => known.push(told),
    }
}

fn into_v2(mut told: Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    for (v11, inside, v2) in NAMES {
        let Some(value) = told.remove(v11) else {
            continue;
        };
        match inside {
            None => {
                members.insert(v2.to_owned(), value);
            }
            Some(inside) => {
                let object = members
                    .entry(inside)
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(object) = object {
                    object.insert(v2.to_owned(), value);
                }
            }
        }
    }
    // Whether a conversation exists is not among a user's members there.
    told.remove("conversationStarted");
    for list in CLIENTS {
        if let Some(clients) = told.remove(list) {
            members.insert("clients".to_owned(), renamed(clients, "platform", "type"));
        }
    }
    members.extend(told);
    members
}

fn into_v11(mut told: Map<String, Value>) -> Map<String, Value> {
    let mut members = Map::new();
    let mut profile = match told.remove("profile") {
        Some(Value::Object(profile)) => profile,
        _ => Map::new(),
    };
    for (v11, inside, v2) in NAMES {
        let from = match inside {
            None => &mut told,
            Some(_) => &mut profile,
        };
        if let Some(value) = from.remove(v2) {
            members.insert(v11.to_owned(), value);
        }
    }
    if let Some(clients) = told.remove("clients") {
        members.insert("clients".to_owned(), renamed(clients, "type", "platform"));
    }
    members.extend(told);
    members
}

fn renamed(mut clients: Value, from: &str, to: &str) -> Value {
    if let Value::Array(clients) = &mut clients {
        for client in clients.iter_mut().filter_map(Value::as_object_mut) {
            if let Some(value) = client.remove(from) {
                client.entry(to).or_insert(value);
            }
        }
    }
    clients
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use ApiVersion::{V2, V11};

    fn added(known: &Value, known_api: ApiVersion, told: &Value, told_api: ApiVersion) -> Value {
        let joined = add(&known.to_string(), known_api, &told.to_string(), told_api);
        serde_json::from_str(&joined.unwrap()).unwrap()
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        let known = json!({"_id":"u","givenName":"Mara","properties":{"plan":"pro","n":1}});
        let told = json!({"_id":"u","userId":"c1","surname":null,"properties":{"n":2}});
        assert_eq!(
            added(&known, V11, &told, V11),
            json!({"_id":"u","givenName":"Mara","properties":{"plan":"pro","n":2},"userId":"c1"})
        );
    }

    #[test]
    fn a_client_is_known_again_by_its_id() {
        let known = json!({"_id":"u","clients":[{"id":"a","platform":"web","displayName":"M"}]});
        let told = json!({"_id":"u","clients":[{"id":"a","lastSeen":"t"},{"id":"b"}]});
        assert_eq!(
            added(&known, V11, &told, V11)["clients"],
            json!([{"id":"a","platform":"web","displayName":"M","lastSeen":"t"},{"id":"b"}])
        );
    }

    #[test]
    fn each_version_is_put_into_the_words_of_the_other() {
        let v11 = json!({"_id":"u","userId":"c1","email":"m@example.org","properties":{"a":1},
            "conversationStarted":true,"clients":[{"id":"a","platform":"web"}]});
        let v2 = json!({"id":"u","externalId":"c1","profile":{"email":"m@example.org"},
            "metadata":{"a":1},"clients":[{"id":"a","type":"web"}]});
        assert_eq!(added(&json!({"id":"u"}), V2, &v11, V11), v2);
        let mut back = v11;
        back.as_object_mut().unwrap().remove("conversationStarted");
        assert_eq!(added(&json!({"_id":"u"}), V11, &v2, V2), back);
    }

    #[test]
    fn a_whole_user_of_v2_keeps_the_clients_that_were_known() {
        let older = r#"{"_id":"u","clients":[{"id":"a","platform":"web"}]}"#;
        let newer = carry(older, r#"{"id":"u","profile":{}}"#, V2).unwrap();
        assert_eq!(
            newer,
            r#"{"id":"u","profile":{},"clients":[{"id":"a","type":"web"}]}"#
        );
        assert_eq!(carry(older, r#"{"_id":"u"}"#, V11), None);
    }

    #[test]
    fn properties_out_of_tables_are_carried_into_either_version() {
        let older = json!({"_id":"u","properties":{"tag":"vip","own":"1","plan":"pro"},
            IMPORTED:["tag","plan"]})
        .to_string();
        for (api, member) in [(V11, "properties"), (V2, "metadata")] {
            let newer = json!({ "id": "u", member: {"plan":"free"} }).to_string();
            let carried: Value =
                serde_json::from_str(&carry(&older, &newer, api).unwrap()).unwrap();
            assert_eq!(carried[member], json!({"plan":"free","tag":"vip"}));
            assert_eq!(carried[IMPORTED], json!(["tag"]));
            let newer = json!({ "id": "u", member: null }).to_string();
            let carried: Value =
                serde_json::from_str(&carry(&older, &newer, api).unwrap()).unwrap();
            assert_eq!(carried[member], json!({"tag":"vip","plan":"pro"}));
        }
    }

    #[test]
    fn what_is_known_stands_where_only_what_is_missing_is_added() {
        let known = json!({"_id":"u","givenName":"New","email":null,"properties":{"plan":"free"},
            "clients":[{"id":"a","status":"active"}]});
        let told = json!({"_id":"old","givenName":"Old","email":"x@x","properties":{"plan":"pro","tag":"vip"},
            IMPORTED:["plan","tag"],"clients":[{"id":"a","status":"inactive","platform":"web"},{"id":"b"}]});
        let joined = add_missing(&known.to_string(), V11, &told.to_string(), V11).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&joined).unwrap(),
            json!({"_id":"u","givenName":"New","email":"x@x","properties":{"plan":"free","tag":"vip"},
                IMPORTED:["tag"],"clients":[{"id":"a","status":"active","platform":"web"},{"id":"b"}]})
        );
    }
}
