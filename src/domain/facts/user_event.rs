//! What webhooks report of users, in one form for all versions of the API.

use jiff::Timestamp;

use super::MessageName;
use crate::domain::{AppId, Client, SmoochId, User};

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

/// What happened to users.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UserEvent {
    /// A user did something; the event says at least who.
    Seen {
        /// The user, as far as the event shows them.
        user: Box<User>,
        /// The name on their message.
        name: Option<MessageName>,
    },
    /// Users turned out to be one person.
    Merged {
        /// The user who stays.
        surviving: Box<User>,
        /// The ids that lead nowhere any more.
        discarded: Vec<SmoochId>,
    },
    /// A user is no longer reached at a place.
    ClientRemoved {
        /// The user, as far as the event shows them.
        user: Box<User>,
        /// The place.
        client: Box<Client>,
    },
    /// A user was deleted.
    Deleted(SmoochId),
    /// Nothing about any user.
    Nobody,
}
