//! What webhooks report of users, in one form for all versions of the API.

use jiff::Timestamp;

use super::FactSet;
use crate::domain::facts::MessageName;
use crate::domain::{AppId, SmoochId};

/// One call of a webhook.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Delivery {
    /// The app it is about.
    pub app_id: Option<AppId>,
    /// What it reports, in the order in which it was sent.
    pub events: Vec<EventReport>,
}

/// What one event reports of users.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventReport {
    /// When it happened, if the event says so.
    pub at: Option<Timestamp>,
    /// What happened, or why that cannot be read.
    pub event: Result<UserEvent, &'static str>,
}

/// What happened to users. The facts have no key yet: only the file or the receiver bounds the time
/// that an event claims.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UserEvent {
    /// A user did something; the event says at least who.
    Seen {
        /// The user.
        id: SmoochId,
        /// What the event shows of them.
        facts: FactSet,
        /// The name on their message.
        name: Option<MessageName>,
    },
    /// Users turned out to be one person.
    Merged {
        /// The user who stays, and what the event shows of them.
        surviving: (SmoochId, FactSet),
        /// Those whose ids lead to the survivor from now on.
        discarded: Vec<(SmoochId, FactSet)>,
    },
    /// A user was deleted.
    Deleted(SmoochId),
    /// Nothing about any user.
    Nobody,
}
