//! Users of v2, and what its events report of users.
//!
//! In: the body of an answer or of a webhook's call. Out: the domain value in it, or the reason why
//! it means nothing as a whole. An event that cannot be read never spoils its neighbours.

mod delivery;
mod user;

use serde_json::value::RawValue;

pub(in crate::wire) use user::read_user;

use super::WireError;
use super::json::{body_text, parse_root};
use super::reader::Reader;
use super::redact::Scope;
use crate::domain::User;
use crate::domain::facts::Delivery;

/// Reads `{"user": …}`, or a bare user.
pub(crate) fn parse_user(body: &[u8]) -> Result<User, WireError> {
    with_root(body, |root| {
        if root.has("user") || !root.has("id") {
            let user = root.nested("user", user::read_user);
            user.ok_or(WireError::Missing("user"))?
        } else {
            user::read_user(root)
        }
        .ok_or(WireError::Missing("id"))
    })
}

/// Reads what one call of a webhook, which may bring several events, reports of users, as facts.
pub(crate) fn parse_delivery(body: &[u8]) -> Result<Delivery, WireError> {
    with_root(body, |root| {
        if root.has("events") {
            Ok(delivery::read_delivery(root))
        } else {
            Err(WireError::Missing("events"))
        }
    })
}

fn with_root<T>(
    body: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, WireError>,
) -> Result<T, WireError> {
    let text = body_text(body);
    let raw: &RawValue = parse_root(&text)?;
    let mut root = Reader::open(raw, Scope::People).ok_or(WireError::WrongShape("the body"))?;
    read(&mut root)
}
