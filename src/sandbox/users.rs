//! Users on the wire: the `appUser` object of the API document, section 4.
//!
//! In: what the world knows about a person. Out: JSON in which an absent value is an absent key.

use serde::Serialize;
use serde_json::{Map, Value};

/// The `appUser` object.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppUser {
    /// The id that the API gave.
    #[serde(rename = "_id")]
    pub id: String,
    /// The id that the business gave; its presence makes the user identified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// Given name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Surname.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// E-mail, a plain profile field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// When the user was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_up_at: Option<String>,
    /// Whether payment details are stored.
    pub has_payment_info: bool,
    /// Whether a conversation exists.
    pub conversation_started: bool,
    /// Confirmed places where the user can be reached.
    pub clients: Vec<Client>,
    /// Linked but unconfirmed places.
    pub pending_clients: Vec<Client>,
    /// Custom data.
    pub properties: Map<String, Value>,
}

impl AppUser {
    /// A user with nothing but an `_id`.
    pub(crate) fn nobody(id: String) -> Self {
        Self {
            id,
            user_id: None,
            given_name: None,
            surname: None,
            email: None,
            avatar_url: None,
            signed_up_at: None,
            has_payment_info: false,
            conversation_started: false,
            clients: Vec::new(),
            pending_clients: Vec::new(),
            properties: Map::new(),
        }
    }

    /// The client that outbound messages use by default.
    pub(crate) fn primary_client(&self) -> Option<&Client> {
        self.clients
            .iter()
            .find(|client| client.standing.primary == Some(true))
            .or_else(|| self.clients.first())
    }
}

/// One client: an SDK install or an account on a channel.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Client {
    /// The record's own id; absent on pending clients.
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    pub record_id: Option<String>,
    /// The client's id, shaped by its platform.
    pub id: String,
    /// The device's id, on phones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// `web`, `whatsapp`, …
    pub platform: String,
    /// The integration it belongs to.
    pub integration_id: String,
    /// How it can be reached and when it was seen.
    #[serde(flatten)]
    pub standing: Standing,
    /// The user's id on the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The user's name on the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The user's picture on the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
    /// Additional facts about an install on a phone.
    #[serde(flatten)]
    pub install: Option<Install>,
    /// Curated facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<Map<String, Value>>,
    /// What the channel sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Map<String, Value>>,
}

/// How a client can be reached and when it was seen.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Standing {
    /// The status in its deprecated form; absent on pending clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
    /// `active`, `inactive`, `blocked` or `pending`.
    pub status: String,
    /// Whether messages go here by default; absent on pending clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
    /// When the user was last seen there.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "iso")]
    pub last_seen: Option<i64>,
    /// When the channel was linked, if later than the sign-up.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "iso")]
    pub linked_at: Option<i64>,
}

/// Additional facts about an install on a phone.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Install {
    /// The version of the business's app.
    pub app_version: String,
    /// A secret that readers must not store.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub push_notification_token: Option<String>,
}

/// Unix milliseconds as RFC 3339 with three decimals and `Z`.
pub(crate) fn iso_text(ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(ms).unwrap_or_default();
    format!("{time:.3}")
}

#[expect(
    clippy::ref_option,
    reason = "serde calls it with a reference to the field"
)]
fn iso<S: serde::Serializer>(ms: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    match ms {
        Some(ms) => serializer.serialize_str(&iso_text(*ms)),
        None => serializer.serialize_none(),
    }
}
