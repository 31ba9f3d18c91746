//! What is known of a user: facts, each with its source and its time.
//!
//! In: when, by which source and in which form a user was reported, and what is known already. Out:
//! which of two values counts. Pure rules: the `wire` room reads and writes the facts of a user's
//! JSON, and the directory keeps the rows.

mod message_name;

use serde::{Deserialize, Serialize};

use super::Identity;

pub(crate) use message_name::MessageName;

/// Where a fact about a user came from, the weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Source {
    /// A file.
    #[default]
    #[serde(rename = "f")]
    File,
    /// An event of a webhook.
    #[serde(rename = "w")]
    Webhook,
    /// The API, asked for this very user.
    #[serde(rename = "a")]
    Api,
}

/// How much of a user is reported or known, which decides what a missing member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Portion {
    /// The ids alone.
    Ids,
    /// A part: a missing member says nothing.
    Part,
    /// Everything: a missing member does not exist.
    Whole,
}

/// What follows when no `userId` is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingUserId {
    /// The user has none: they are anonymous.
    MeansNone,
    /// Nothing: nobody said whether they have one.
    SaysNothing,
}

impl MissingUserId {
    /// Identified if and only if there is a `userId`; `None` when nobody said whether there is one.
    pub(crate) const fn identity(self, has_user_id: bool) -> Option<Identity> {
        match (has_user_id, self) {
            (true, _) => Some(Identity::Identified),
            (false, Self::MeansNone) => Some(Identity::Anonymous),
            (false, Self::SaysNothing) => None,
        }
    }
}
