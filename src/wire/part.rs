//! The part of a user that a webhook reports.

use serde_json::{Map, Value};

use super::json::parse_root;
use super::reader::Reader;
use super::redact::Scope;
use crate::domain::facts::Portion;
use crate::domain::{Client, User};

/// The user with these members, and perhaps a client beside them; `None` if they cannot be read.
pub(super) fn part_of_user(
    mut members: Map<String, Value>,
    client: Option<&Client>,
    read_user: impl Fn(&mut Reader<'_>) -> Option<User>,
) -> Option<User> {
    let mut portion = Portion::Ids;
    if let Some(client) = client {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let client: Value = serde_json::from_str(client.json.expose()).ok()?;
        members.insert("clients".to_owned(), Value::from(vec![client]));
        portion = Portion::Part;
    }
    let json = Value::Object(members).to_string();
    let mut user = read_user(&mut Reader::open(parse_root(&json).ok()?, Scope::People)?)?;
    user.portion = portion;
    Some(user)
}
