//! The app: the tenant that owns users, integrations and keys.

use super::{AppId, Properties, RawJson, Untrusted};

/// An app as the API describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    /// `_id`.
    pub id: AppId,
    /// `name`.
    pub name: Option<Untrusted>,
    /// Settings that change how names and messages look.
    pub settings: AppSettings,
    /// Custom data of the app.
    pub metadata: Properties,
    /// The app as it came, with secrets replaced.
    pub json: RawJson,
}

/// Settings of an app; `None` where the API does not say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AppSettings {
    /// Credit card numbers in messages are masked.
    pub mask_credit_card_numbers: Option<bool>,
    /// Unnamed users get animal names.
    pub use_animal_names: Option<bool>,
    /// Postbacks are shown in the conversation.
    pub echo_postback: Option<bool>,
    /// How long conversations are kept, in seconds.
    pub conversation_retention_seconds: Option<i64>,
    /// Conversations do not start by themselves.
    pub ignore_auto_conversation_start: Option<bool>,
}
