//! The JSON record of a user, `smooch-console/user/1`.
//!
//! In: a user. Out: the record. Programs rely on its keys, order and types: a change here changes
//! the schema's number. No key is ever left out.

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::json_line::{PropertiesObject, characters, raw, time};
use super::words::latest_first;
use crate::domain::{
    ApiVersion, Authentication, Client, ClientId, ClientStatus, Identity, KnownUser, MatchedBy,
    Naming, UserId,
};

const SCHEMA: &str = "smooch-console/user/1";

/// A user, as programs read it.
#[derive(Serialize)]
pub(super) struct UserRecord<'a> {
    schema: &'static str,
    matched_by: &'static str,
    /// Null if unknown; never in an answer of the API.
    identity: Option<&'static str>,
    named: bool,
    authenticated: Option<bool>,
    display_name: NameRecord<'a>,
    id: &'a str,
    user_id: Option<&'a str>,
    given_name: Option<&'a str>,
    surname: Option<&'a str>,
    email: Option<&'a str>,
    signed_up_at: Option<String>,
    conversation_started: Option<bool>,
    clients: Vec<ClientRecord<'a>>,
    pending_clients: Vec<ClientRecord<'a>>,
    properties: PropertiesObject<'a>,
    api: &'static str,
    fetched_at: String,
    raw: Box<RawValue>,
}

#[derive(Serialize)]
struct NameRecord<'a> {
    text: &'a str,
    provenance: &'static str,
}

#[derive(Serialize)]
struct ClientRecord<'a> {
    id: Option<&'a str>,
    platform: &'a str,
    status: Option<&'a str>,
    primary: Option<bool>,
    display_name: Option<&'a str>,
    last_seen: Option<String>,
    linked_at: Option<String>,
    external_id: Option<&'a str>,
}

impl<'a> UserRecord<'a> {
    /// The record of a user that was looked up.
    pub(super) fn of(known: &'a KnownUser, matched_by: MatchedBy, api: ApiVersion) -> Self {
        let user = &known.user;
        let name = &known.name;
        Self {
            schema: SCHEMA,
            matched_by: match matched_by {
                MatchedBy::SmoochId => "_id",
                MatchedBy::UserId => "userId",
                MatchedBy::Merged => "merged",
            },
            identity: user.identity().map(|identity| match identity {
                Identity::Anonymous => "anonymous",
                Identity::Identified => "identified",
            }),
            named: user.naming() == Naming::Named,
            authenticated: match user.authentication {
                Authentication::LoggedIn => Some(true),
                Authentication::NotLoggedIn => Some(false),
                Authentication::ApiCannotTell => None,
            },
            display_name: NameRecord {
                text: characters(&name.text),
                provenance: name.provenance.as_str(),
            },
            id: user.id.expose(),
            user_id: user.user_id.as_ref().map(UserId::expose),
            given_name: user.given_name.as_ref().map(characters),
            surname: user.surname.as_ref().map(characters),
            email: user.email.as_ref().map(characters),
            signed_up_at: user.signed_up_at.map(time),
            conversation_started: user.conversation_started,
            clients: records(&user.clients),
            pending_clients: records(&user.pending_clients),
            properties: PropertiesObject(&user.properties),
            api: api.as_str(),
            fetched_at: time(known.confirmed_at),
            raw: raw(&user.json),
        }
    }
}

fn records(clients: &[Client]) -> Vec<ClientRecord<'_>> {
    latest_first(clients)
        .into_iter()
        .map(|client| ClientRecord {
            id: client.id.as_ref().map(ClientId::expose),
            platform: characters(&client.platform.0),
            status: match &client.status {
                ClientStatus::Active => Some("active"),
                ClientStatus::Inactive => Some("inactive"),
                ClientStatus::Blocked => Some("blocked"),
                ClientStatus::Pending => Some("pending"),
                ClientStatus::Other(status) => Some(characters(status)),
                ClientStatus::Unknown => None,
            },
            primary: client.primary,
            display_name: client.display_name.as_ref().map(characters),
            last_seen: client.last_seen.map(time),
            linked_at: client.linked_at.map(time),
            external_id: client.external_id.as_ref().map(characters),
        })
        .collect()
}
