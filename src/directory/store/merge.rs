//! Joins what is told of a user to what is known, when what is told is not everything.
//!
//! In: two JSON objects, each of v1.1 or v2. Out: one in the words of the first, in which what was
//! told stands and nothing that was not mentioned is lost (API document, section 6).

use serde_json::{Map, Value};

use crate::domain::ApiVersion;

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

/// Adds to `known` what `told` says; `None` when either is no object.
pub(super) fn add(
    known: &str,
    known_api: ApiVersion,
    told: &str,
    told_api: ApiVersion,
) -> Option<String> {
    let mut known = object(known)?;
    let told = object(told)?;
    let told = match (told_api, known_api) {
        (ApiVersion::V11, ApiVersion::V2) => into_v2(told),
        (ApiVersion::V2, ApiVersion::V11) => into_v11(told),
        _ => told,
    };
    for (member, value) in told {
        add_member(&mut known, &member, value);
    }
    Some(Value::Object(known).to_string())
}

/// Carries clients over from an older copy into a whole user of v2, which never has any itself.
pub(super) fn carry_clients(older: &str, newer: &str, newer_api: ApiVersion) -> Option<String> {
    if newer_api != ApiVersion::V2 || !older.contains("\"clients\"") {
        return None;
    }
    let mut newer = object(newer)?;
    if newer.contains_key("clients") {
        return None;
    }
    let clients = object(older)?.remove("clients")?;
    newer.insert("clients".to_owned(), renamed(clients, "platform", "type"));
    Some(Value::Object(newer).to_string())
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

fn object(json: &str) -> Option<Map<String, Value>> {
    match serde_json::from_str(json).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

fn add_member(known: &mut Map<String, Value>, member: &str, value: Value) {
    if value.is_null() {
        return;
    }
    match (known.get_mut(member), value) {
        (Some(Value::Object(old)), Value::Object(new)) if OBJECTS.contains(&member) => {
            for (key, value) in new {
                if !value.is_null() {
                    old.insert(key, value);
                }
            }
        }
        (Some(Value::Array(old)), Value::Array(new)) if CLIENTS.contains(&member) => {
            for client in new {
                add_client(old, client);
            }
        }
        (_, value) => {
            known.insert(member.to_owned(), value);
        }
    }
}

fn add_client(known: &mut Vec<Value>, told: Value) {
    let id = told.get("id").or_else(|| told.get("_id"));
    let same = known
        .iter_mut()
        .find(|client| id.is_some() && client.get("id").or_else(|| client.get("_id")) == id);
    match (same, told) {
        (Some(Value::Object(old)), Value::Object(new)) => {
            for (member, value) in new {
                if !value.is_null() {
                    old.insert(member, value);
                }
            }
        }
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
        let newer = carry_clients(older, r#"{"id":"u","profile":{}}"#, V2).unwrap();
        assert_eq!(
            newer,
            r#"{"id":"u","profile":{},"clients":[{"id":"a","type":"web"}]}"#
        );
        assert_eq!(carry_clients(older, r#"{"_id":"u"}"#, V11), None);
    }
}
