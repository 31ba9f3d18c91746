//! What JSON reports of a user, as facts, and the person that facts show, as a user again.
//!
//! In: users in the words of v1.1 or v2 (API document, sections 4, 5.3 and 6), and the view of a
//! person. Out: facts without a time or a source, which only the caller knows; JSON and users in
//! the words of v1.1; and facts as compact text and back. Which of two values counts is decided by
//! [`crate::domain::known`].

mod client;
mod document;
mod packed;
mod user;
mod value;

use super::json::{Members, parse_members, parse_root};
use crate::domain::ApiVersion;
use crate::domain::known::FactSet;

pub(super) use client::{Standing, add_client, refs_of};
pub(crate) use document::{document, user_of};
pub(crate) use packed::{decode, encode};
pub(crate) use user::Extent;
pub(super) use user::part_of;
pub(crate) use value::{stand_in_of, text_of, value_of_text};

/// Reads a user's JSON, without anything around it, as facts of the API; the caller sets their key
/// and perhaps another register. `None` if it is no object.
pub(crate) fn facts_of_user(json: &str, api: ApiVersion, extent: Extent) -> Option<FactSet> {
    let members = parse_members(parse_root(json).ok()?)?;
    Some(user::facts_of(&members, api, extent))
}

/// Members that every whole user of v1.1 has, the rarest ones first.
const WHOLE_V11: [&str; 5] = [
    "pendingClients",
    "clients",
    "conversationStarted",
    "properties",
    "_id",
];

/// Members that every whole user of v2 has, the rarest ones first.
const WHOLE_V2: [&str; 5] = ["identities", "metadata", "profile", "authenticated", "id"];

/// Whether a line of a file that holds a user holds all of them. Such a line has every member that
/// the API always sends.
pub(crate) fn is_whole(json: &str, api: ApiVersion) -> bool {
    let names = match api {
        ApiVersion::V11 => WHOLE_V11,
        ApiVersion::V2 => WHOLE_V2,
    };
    // Most lines that are not whole lack one of the names altogether, which is found much faster.
    names.iter().all(|name| json.contains(name))
        && serde_json::from_str(json).is_ok_and(|Members(members)| {
            names.iter().all(|name| {
                let mut keys = members.iter().map(|(key, _)| &*key.text);
                keys.any(|key| key == *name)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApiVersion::{V2, V11};

    #[test]
    fn a_line_is_whole_only_with_all_members_at_its_top() {
        let v11 = r#"{"_id":"u","conversationStarted":true,"properties":{},"clients":[],"pendingClients":[]}"#;
        let v2 = r#"{"id":"u","authenticated":false,"profile":{},"metadata":{},"identities":[]}"#;
        assert!(is_whole(v11, V11) && is_whole(v2, V2));
        assert!(!is_whole(v11, V2) && !is_whole(v2, V11));
        for name in [
            "conversationStarted",
            "properties",
            "clients",
            "pendingClients",
        ] {
            assert!(
                !is_whole(&v11.replace(&format!("\"{name}\""), "\"x\""), V11),
                "{name}"
            );
        }
        let deeper = r#"{"_id":"u","conversationStarted":true,"properties":{"clients":[],"pendingClients":[]}}"#;
        assert!(!is_whole(deeper, V11));
        let said = r#"{"_id":"u","conversationStarted":true,"properties":{},"a":"\"clients\"","b":"\"pendingClients\""}"#;
        assert!(!is_whole(said, V11));
    }
}
