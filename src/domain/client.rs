//! Clients: the places where a user can be reached.

use jiff::Timestamp;

use super::{ClientId, IntegrationId, Properties, RawJson, Untrusted};

/// A channel type (`web`, `whatsapp`, …). An open set: the API adds values without warning.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Platform(pub Untrusted);

/// Whether a client can be reached now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClientStatus {
    /// Messages reach it.
    Active,
    /// It was left or switched off.
    Inactive,
    /// The user blocked the business there.
    Blocked,
    /// It is linked but not yet confirmed.
    Pending,
    /// A value that is not known.
    Other(Untrusted),
    /// The API did not say.
    Unknown,
}

/// One place where a user can be reached: an SDK install or an account on a channel.
///
/// Also used for pending clients, which have a status of [`ClientStatus::Pending`].
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// `id`; absent on some stray payloads.
    pub id: Option<ClientId>,
    /// `_id`, which differs from `id` on SDK clients.
    pub record_id: Option<Untrusted>,
    /// `deviceId` of SDK clients.
    pub device_id: Option<Untrusted>,
    /// `platform`.
    pub platform: Platform,
    /// `status`, or what the deprecated `active` says.
    pub status: ClientStatus,
    /// Whether messages go here by default; `None` where the API does not say.
    pub primary: Option<bool>,
    /// The user's id on the channel: a phone number, a page-scoped id and the like.
    pub external_id: Option<Untrusted>,
    /// The integration that this client belongs to.
    pub integration_id: Option<IntegrationId>,
    /// The name of the user on that channel.
    pub display_name: Option<Untrusted>,
    /// A picture of the user on that channel.
    pub avatar_url: Option<Untrusted>,
    /// When the user was last seen there.
    pub last_seen: Option<Timestamp>,
    /// When the channel was linked, if that happened later than the sign-up.
    pub linked_at: Option<Timestamp>,
    /// The version of the business's app.
    pub app_version: Option<Untrusted>,
    /// Whether a push token exists. The token itself is a secret and is not kept.
    pub has_push_token: bool,
    /// Curated facts about the device or account.
    pub info: Properties,
    /// What the channel sent, uncurated.
    pub raw: Properties,
    /// The client as it came, with secrets replaced.
    pub json: RawJson,
}
