//! The JSON of a user as it is kept.
//!
//! In: JSON objects in the words of v1.1 or v2 (API document, section 6). Out: the user in them.

use crate::domain::{ApiVersion, User};

/// Reads a user's JSON; `None` if it no longer is any.
pub(crate) fn parse_user(json: &str, api: ApiVersion) -> Option<User> {
    match api {
        ApiVersion::V11 => super::v11::parse_user(json.as_bytes()).ok(),
        ApiVersion::V2 => super::v2::parse_user(json.as_bytes()).ok(),
    }
}

/// The shortest JSON of a user of v1.1: the ids.
pub(crate) fn ids_alone(id: &str, user_id: Option<&str>) -> String {
    let mut members = serde_json::json!({ "_id": id });
    if let Some(user_id) = user_id {
        members["userId"] = user_id.into();
    }
    members.to_string()
}
