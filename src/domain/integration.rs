//! Integrations: the channels that an app has configured.

use super::{IntegrationId, Platform, Properties, RawJson, Untrusted};

/// Whether an integration works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IntegrationStatus {
    /// It works.
    Active,
    /// It is switched off.
    Inactive,
    /// It is broken; the integration's `error` says why.
    Error,
    /// A value that is not known.
    Other(Untrusted),
    /// The API did not say.
    Unknown,
}

/// A configured channel of the app.
#[derive(Debug, Clone, PartialEq)]
pub struct Integration {
    /// `_id`; `None` only on a degraded integration.
    pub id: Option<IntegrationId>,
    /// `type`.
    pub kind: Platform,
    /// `status`.
    pub status: IntegrationStatus,
    /// `displayName`.
    pub display_name: Option<Untrusted>,
    /// `error`: why it does not work.
    pub error: Option<Untrusted>,
    /// What else its channel needs, in the order in which it came, with secrets replaced.
    pub fields: Properties,
    /// What could not be read, in words.
    pub degraded: Vec<Untrusted>,
    /// The integration as it came, with secrets replaced.
    pub json: RawJson,
}
