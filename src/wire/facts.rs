//! What JSON reports of a user, as facts, and the person that facts show, as a user again.
//!
//! In: users in the words of v1.1 or v2 (API document, sections 4, 5.3 and 6), and the view of a
//! person. Out: facts without a time or a source, which only the caller knows; JSON and users in
//! the words of v1.1; and facts as compact text and back. Which of two values counts is decided by
//! [`crate::domain::facts`].

mod client;
mod document;
mod packed;
mod user;
mod value;

use super::json::{parse_members, parse_root};
use super::reader::Reader;
use super::redact::Scope;
use super::{WireError, v2, v11};
use crate::domain::facts::FactSet;
use crate::domain::{ApiVersion, SmoochId, User};

pub(super) use client::{Standing, add_client, refs_of};
pub(crate) use document::{document, user_of, user_of_part};
pub(crate) use packed::{decode, encode};
pub(super) use user::part_of;
pub(crate) use user::{Extent, LISTED_NAME};
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

/// What a line of a file reports of a user.
#[derive(Debug)]
pub(crate) enum Line {
    /// The whole user.
    Whole(Box<User>),
    /// The user's `_id`, and what the line says about them.
    Part(SmoochId, FactSet),
}

/// Reads a line of a file that is a user. It is whole if it has every member that the API always
/// sends, or if the caller knows that it is.
pub(crate) fn read_line(json: &str, api: ApiVersion, extent: Extent) -> Result<Line, WireError> {
    let Some(mut user) = Reader::open_text(json, Scope::People) else {
        parse_root(json)?;
        return Err(WireError::WrongShape("the user"));
    };
    let (id, names) = match api {
        ApiVersion::V11 => ("_id", WHOLE_V11),
        ApiVersion::V2 => ("id", WHOLE_V2),
    };
    let has = |name: &&str| {
        let mut keys = user.members().0.iter();
        keys.any(|(key, _)| key.text == **name)
    };
    if extent == Extent::Whole || names.iter().all(has) {
        let user = match api {
            ApiVersion::V11 => v11::read_user(&mut user),
            ApiVersion::V2 => v2::read_user(&mut user),
        };
        let user = user.ok_or(WireError::Missing(id))?;
        return Ok(Line::Whole(Box::new(user)));
    }
    let facts = user::facts_of(user.members(), api, Extent::Part);
    let id = user
        .id_as(id, SmoochId::new)
        .ok_or(WireError::Missing(id))?;
    Ok(Line::Part(id, facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ApiVersion::{V2, V11};

    fn is_whole(line: &str, api: ApiVersion) -> bool {
        matches!(read_line(line, api, Extent::Part), Ok(Line::Whole(_)))
    }

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
    #[test]
    fn a_line_without_an_id_or_that_is_no_object_is_an_error() {
        let error = |line| read_line(line, V11, Extent::Whole).err();
        assert_eq!(error(r#"{"userId":"x"}"#), Some(WireError::Missing("_id")));
        assert_eq!(error("[]"), Some(WireError::WrongShape("the user")));
        assert_eq!(error("{"), Some(WireError::CutShort));
        let said = read_line(r#"{"_id":"u","properties":{}}"#, V11, Extent::Whole);
        assert!(matches!(said, Ok(Line::Whole(_))));
    }
}
