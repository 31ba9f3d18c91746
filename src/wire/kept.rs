//! The JSON of a user as it is kept: read as facts, and written again when other facts join it.
//!
//! In: JSON objects in the words of v1.1 or v2 (API document, section 6). Out: one in the words of
//! the first, with everything in it that counts. Which of two values counts is decided by
//! [`crate::domain::facts`]; here are only the places where each version puts a member.

mod document;

use serde_json::Value;

use crate::domain::facts::{Held, Weight};
use crate::domain::{ApiVersion, Client, ClientId, Untrusted, User};
use document::Document;

pub(crate) use document::LISTED;

/// Reads a user's JSON; `None` if it no longer is any.
pub(crate) fn parse_user(json: &str, api: ApiVersion) -> Option<User> {
    match api {
        ApiVersion::V11 => super::v11::parse_user(json.as_bytes()).ok(),
        ApiVersion::V2 => super::v2::parse_user(json.as_bytes()).ok(),
    }
}

/// Joins to `known` what counts of `report`; `None` if either is no object.
pub(crate) fn join(
    known: &str,
    known_api: ApiVersion,
    report: &str,
    report_api: ApiVersion,
    weight: Weight,
) -> Option<String> {
    let mut joined = Document::parse(known, known_api)?;
    for fact in Document::parse(report, report_api)?.into_facts() {
        let (known, reported) = (joined.held(&fact.member), document::held(&fact.value));
        if fact.member.counts(weight, known, reported) {
            joined.put(fact);
        }
    }
    Some(joined.into_json())
}

/// Carries facts of an older copy over that outlive a newer report of the whole user; `None` if
/// there are none.
pub(crate) fn carry(
    older: &str,
    older_api: ApiVersion,
    newer: &str,
    newer_api: ApiVersion,
) -> Option<String> {
    // Almost no copy has any: looking for the words is much faster than reading it.
    let may_have_clients = newer_api == ApiVersion::V2 && older.contains("\"clients\"");
    if !may_have_clients && !older.contains(LISTED) {
        return None;
    }
    let mut whole = Document::parse(newer, newer_api)?;
    let names_clients = whole.names_clients();
    let mut has_carried = false;
    for fact in Document::parse(older, older_api)?.into_facts() {
        if fact.outlives_whole(newer_api, names_clients)
            && whole.held(&fact.member) == Held::Missing
        {
            whole.put(fact);
            has_carried = true;
        }
    }
    has_carried.then(|| whole.into_json())
}

/// Whether two copies of the same version say the same.
pub(crate) fn is_same(one: &str, other: &str, api: ApiVersion) -> bool {
    Document::parse(one, api) == Document::parse(other, api)
}

/// A copy without a client, which is known by its id, or else by its platform and its id there;
/// `None` if it is not in the copy.
#[expect(clippy::disallowed_methods, reason = "compared with ids")]
pub(crate) fn without_client(json: &str, api: ApiVersion, client: &Client) -> Option<String> {
    let mut document = Document::parse(json, api)?;
    let id = client.id.as_ref().map(ClientId::expose);
    let record_id = client.record_id.as_ref().map(Untrusted::expose);
    let by_id = |known: &Value| {
        let ids = [known.get("id"), known.get("_id")];
        let mut ids = ids.into_iter().flatten().filter_map(Value::as_str);
        ids.any(|known| Some(known) == id || Some(known) == record_id)
    };
    let external_id = client.external_id.as_ref().map(Untrusted::expose);
    let by_place = |known: &Value| {
        let platform = known.get("platform").or_else(|| known.get("type"));
        let external = known.get("externalId").and_then(Value::as_str);
        platform.and_then(Value::as_str) == Some(client.platform.0.expose())
            && external.is_some()
            && external == external_id
    };
    let is_removed = document.remove_clients(by_id) || document.remove_clients(by_place);
    is_removed.then(|| document.into_json())
}

/// A copy with another `_id`.
pub(crate) fn with_id(json: &str, api: ApiVersion, id: &str) -> Option<String> {
    let mut document = Document::parse(json, api)?;
    document.set_id(id);
    Some(document.into_json())
}

/// A copy without the `userId`.
pub(crate) fn without_user_id(json: &str, api: ApiVersion) -> Option<String> {
    let mut document = Document::parse(json, api)?;
    document.remove_user_id();
    Some(document.into_json())
}

/// The shortest JSON of a user of v1.1: the ids.
pub(crate) fn ids_alone(id: &str, user_id: Option<&str>) -> String {
    let mut members = serde_json::json!({ "_id": id });
    if let Some(user_id) = user_id {
        members["userId"] = user_id.into();
    }
    members.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use ApiVersion::{V2, V11};

    fn joined(known: &Value, known_api: ApiVersion, report: &Value, api: ApiVersion) -> Value {
        let (known, report) = (known.to_string(), report.to_string());
        let joined = join(&known, known_api, &report, api, Weight::Replaces);
        serde_json::from_str(&joined.unwrap()).unwrap()
    }

    fn carried(older: &Value, newer: &Value, api: ApiVersion) -> Option<Value> {
        let carried = carry(&older.to_string(), V11, &newer.to_string(), api);
        carried.map(|json| serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn what_is_not_mentioned_stays() {
        let known = json!({"_id":"u","givenName":"Mara","properties":{"plan":"pro","n":1}});
        let report = json!({"_id":"u","userId":"c1","surname":null,"properties":{"n":2}});
        assert_eq!(
            joined(&known, V11, &report, V11),
            json!({"_id":"u","givenName":"Mara","properties":{"plan":"pro","n":2},"userId":"c1"})
        );
    }

    #[test]
    fn members_stay_in_their_order() {
        let known = r#"{"_id":"u","properties":{"b":1,"a":2},"zeta":0,"email":"x"}"#;
        let report = r#"{"alpha":1,"email":"y","properties":{"c":3}}"#;
        let joined = join(known, V11, report, V11, Weight::Replaces).unwrap();
        assert_eq!(
            joined,
            r#"{"_id":"u","properties":{"b":1,"a":2,"c":3},"zeta":0,"email":"y","alpha":1}"#
        );
    }

    #[test]
    fn a_client_is_known_again_by_its_id() {
        let known = json!({"_id":"u","clients":[{"id":"a","platform":"web","displayName":"M"}]});
        let report = json!({"_id":"u","clients":[{"id":"a","lastSeen":"t"},{"id":"b"}]});
        assert_eq!(
            joined(&known, V11, &report, V11)["clients"],
            json!([{"id":"a","platform":"web","displayName":"M","lastSeen":"t"},{"id":"b"}])
        );
    }

    #[test]
    fn each_version_is_put_into_the_words_of_the_other() {
        let v11 = json!({"_id":"u","userId":"c1","email":"m@example.org","properties":{"a":1},
            "conversationStarted":true,"clients":[{"id":"a","platform":"web"}]});
        let v2 = json!({"id":"u","externalId":"c1","profile":{"email":"m@example.org"},
            "metadata":{"a":1},"clients":[{"id":"a","type":"web"}]});
        assert_eq!(joined(&json!({"id":"u"}), V2, &v11, V11), v2);
        let mut back = v11;
        back.as_object_mut().unwrap().remove("conversationStarted");
        assert_eq!(joined(&json!({"_id":"u"}), V11, &v2, V2), back);
    }

    #[test]
    fn v2_lists_pending_clients_among_the_others() {
        let v11 = json!({"_id":"u","clients":[{"id":"a","platform":"web"}],
            "pendingClients":[{"id":"p","platform":"line"}]});
        assert_eq!(
            joined(&json!({"id":"u"}), V2, &v11, V11),
            json!({"id":"u","clients":[{"id":"a","type":"web"},{"id":"p","type":"line"}]})
        );
    }

    #[test]
    fn a_whole_user_of_v2_keeps_the_clients_that_were_known() {
        let older = json!({"_id":"u","clients":[{"id":"a","platform":"web"}]});
        assert_eq!(
            carried(&older, &json!({"id":"u","profile":{}}), V2),
            Some(json!({"id":"u","profile":{},"clients":[{"id":"a","type":"web"}]}))
        );
        assert_eq!(carried(&older, &json!({"id":"u","clients":[]}), V2), None);
        assert_eq!(carried(&older, &json!({"_id":"u"}), V11), None);
    }

    #[test]
    fn properties_out_of_lists_are_carried_into_either_version() {
        let older = json!({"_id":"u","properties":{"tag":"vip","own":"1","plan":"pro"},
            LISTED:["tag","plan"]});
        for (api, member) in [(V11, "properties"), (V2, "metadata")] {
            let newer = json!({ "id": "u", member: {"plan":"free"} });
            let with_some = carried(&older, &newer, api).unwrap();
            assert_eq!(with_some[member], json!({"plan":"free","tag":"vip"}));
            assert_eq!(with_some[LISTED], json!(["tag"]));
            let newer = json!({ "id": "u", member: null });
            let with_all = carried(&older, &newer, api).unwrap();
            assert_eq!(with_all[member], json!({"tag":"vip","plan":"pro"}));
        }
    }

    #[test]
    fn an_older_report_adds_only_what_is_missing() {
        let known = json!({"_id":"u","givenName":"New","email":null,"properties":{"plan":"free"},
            "clients":[{"id":"a","status":"active"}]});
        let report = json!({"_id":"old","givenName":"Old","email":"x@x",
            "properties":{"plan":"pro","tag":"vip"}, LISTED:["plan","tag"],
            "clients":[{"id":"a","status":"inactive","platform":"web"},{"id":"b"}]});
        let (known, report) = (known.to_string(), report.to_string());
        let joined = join(&known, V11, &report, V11, Weight::Adds).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&joined).unwrap(),
            json!({"_id":"u","givenName":"New","email":"x@x","properties":{"plan":"free","tag":"vip"},
                LISTED:["tag"],"clients":[{"id":"a","status":"active","platform":"web"},{"id":"b"}]})
        );
    }

    #[test]
    fn all_properties_of_a_row_count_as_listed() {
        let row = json!({"_id":"u","properties":{"tag":"vip"}, LISTED: true});
        let known = json!({"_id":"u","properties":{"plan":"pro"}});
        assert_eq!(joined(&known, V11, &row, V11)[LISTED], json!(["tag"]));
        assert!(is_same(
            &row.to_string(),
            &json!({"_id":"u","properties":{"tag":"vip"}, LISTED: ["tag"]}).to_string(),
            V11
        ));
    }
}
