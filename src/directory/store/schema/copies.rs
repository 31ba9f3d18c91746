//! Makes facts of the copies that earlier versions of this program had joined.
//!
//! A copy that the API answered whole stays a whole user. Of any other, what was joined when is no
//! longer known: its values stay, and it takes nothing away. Properties out of lists become facts of
//! lists. Nobody becomes anonymous by it, and nobody loses a fact.

use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::super::StoreError;
use super::super::codes::{Base, MIXED, NO_USER_ID, api_of_code, base_code, source_of_code};
use crate::domain::ApiVersion;
use crate::domain::facts::{FactSet, Key, Member, Register, Source};
use crate::wire::facts::{self as wire, Extent};

/// The member that named the properties out of lists, or was true when all of them were.
const LISTED: &str = "smooch-console/imported";

/// In the first schemas, the state of a user who was known completely.
const WHOLE: i64 = 2;

/// In the first schemas, the source of what the API had answered.
const API: i64 = 1;

/// Set beside the provenance of a name if a webhook had reported both ids.
const BOTH_IDS: i64 = 16;

/// Rewrites the rows.
pub(super) fn become_facts(directory: &Connection) -> Result<(), StoreError> {
    // A missing `userId` meant that there is none where everything was known, or the API or the
    // short form of a webhook had said so.
    directory.execute(
        "UPDATE users SET hash = NULL, seen_at = NULL, origin = CASE
            WHEN user_id IS NULL AND (state = ?1 OR how = ?2
                OR (how = 3 AND coalesce(origin, 0) & ?3 != 0))
            THEN coalesce(origin, 0) | ?4 ELSE origin & ~?4 END",
        (WHOLE, API, BOTH_IDS, NO_USER_ID),
    )?;
    // Only what was looked up and is whole says what there is not.
    directory.execute(
        "UPDATE copies SET api = api + 10 WHERE row IN
            (SELECT row FROM users WHERE state = ?1 AND how != ?2)",
        (WHOLE, API),
    )?;
    rewrite(directory)?;
    let beside = "UPDATE users SET origin = coalesce(origin, 0) | ?1 WHERE row IN
        (SELECT row FROM copies WHERE facts IS NOT NULL OR api = 0)";
    directory.execute(beside, [MIXED])?;
    Ok(())
}

/// Rewrites the copies of which a part came from lists, or which cover a part.
fn rewrite(directory: &Connection) -> Result<(), StoreError> {
    let mut parts = directory.prepare(
        "SELECT u.row, u.state, u.at, u.how, u.origin, c.api, c.json
         FROM users u JOIN copies c ON c.row = u.row WHERE u.state < ?1 OR instr(c.json, ?2)",
    )?;
    let mut write = directory
        .prepare("INSERT OR REPLACE INTO copies (row, api, json, facts) VALUES (?1, ?2, ?3, ?4)")?;
    let mut rows = parts.query((WHOLE, LISTED))?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let key = Key {
            at: row.get(2)?,
            source: source_of_code(row.get(3)?),
            line: 0,
        };
        let origin = row.get::<_, Option<i64>>(4)?.unwrap_or_default();
        let code: i64 = row.get(5)?;
        let copy = Copy {
            api: api_of_code(code % 10),
            key,
            has_no_user_id: origin & NO_USER_ID != 0,
        };
        let json: String = row.get(6)?;
        let Some((rest, listed)) = split(&json) else {
            continue;
        };
        if row.get::<_, i64>(1)? == WHOLE {
            let facts = copy.listed(&listed);
            let facts = (!facts.is_empty()).then(|| wire::encode(&facts, NO_KEY));
            write.execute(params![number, code, rest, facts])?;
        } else {
            let mut facts = copy.listed(&listed);
            facts.extend(copy.part(&rest));
            let shared = if facts.len() == 1 { key } else { NO_KEY };
            let facts = wire::encode(&facts, shared);
            write.execute(params![number, base_code(None::<Base>), "", facts])?;
        }
    }
    Ok(())
}

/// No report has this key.
const NO_KEY: Key = Key {
    at: i64::MIN,
    source: Source::File,
    line: 0,
};

/// What is known of a copy beside its JSON.
struct Copy {
    api: ApiVersion,
    key: Key,
    has_no_user_id: bool,
}

impl Copy {
    /// Properties out of lists, as facts of a list that names no `userId`.
    fn listed(&self, properties: &Map<String, Value>) -> Vec<FactSet> {
        if properties.is_empty() {
            return Vec::new();
        }
        let user = serde_json::json!({ "properties": properties }).to_string();
        let facts = wire::facts_of_user(&user, ApiVersion::V11, Extent::Part);
        let in_list = facts.map(|facts| FactSet {
            key: Key {
                source: Source::File,
                ..self.key
            },
            register: Register::List(None),
            ..facts
        });
        in_list.into_iter().collect()
    }

    /// A part of a user: of a list if it came from a file.
    fn part(&self, json: &str) -> Option<FactSet> {
        let mut set = wire::facts_of_user(json, self.api, Extent::Part)?;
        set.key = self.key;
        if self.has_no_user_id {
            set.facts.push((Member::NoUserId, None));
        }
        if self.key.source == Source::File {
            let claimed = set.facts.iter().find_map(|(member, value)| match member {
                Member::UserId => value.clone(),
                _ => None,
            });
            set.register = Register::List(claimed);
        }
        Some(set)
    }
}

/// Takes the properties out of lists from a copy, and the marker with them.
fn split(json: &str) -> Option<(String, Map<String, Value>)> {
    let mut members: Map<String, Value> = serde_json::from_str(json).ok()?;
    let marker = members.shift_remove(LISTED);
    let mut listed = Map::new();
    for section in ["properties", "metadata"] {
        let Some(Value::Object(properties)) = members.get_mut(section) else {
            continue;
        };
        let names: Vec<String> = match &marker {
            Some(Value::Bool(true)) => properties.keys().cloned().collect(),
            Some(Value::Array(names)) => names
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        for name in names {
            if let Some(value) = properties.shift_remove(&name) {
                listed.insert(name, value);
            }
        }
    }
    Some((Value::Object(members).to_string(), listed))
}
