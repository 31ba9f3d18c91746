//! The user: somebody who writes to the business.

use jiff::Timestamp;

use super::{
    Authentication, Client, Identity, Naming, Properties, RawJson, SmoochId, Untrusted, UserId,
    name,
};

/// How much of a user was told, which decides what a missing field says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Portion {
    /// Everything: what is missing does not exist.
    Whole,
    /// A part that tells both ids: a missing `userId` does not exist, other fields may.
    BothIds,
    /// A part: nothing follows from what is missing.
    Piece,
}

/// A user (v1.1: appUser) with everything the API told about them.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// `_id`, given by the API.
    pub id: SmoochId,
    /// `userId`, given by the business. Its presence is what makes a user identified.
    pub user_id: Option<UserId>,
    /// `givenName`.
    pub given_name: Option<Untrusted>,
    /// `surname`.
    pub surname: Option<Untrusted>,
    /// `email`: a plain profile field, not an identity.
    pub email: Option<Untrusted>,
    /// `avatarUrl`.
    pub avatar_url: Option<Untrusted>,
    /// When the user was created.
    pub signed_up_at: Option<Timestamp>,
    /// Whether a conversation exists; `None` where the API does not say.
    pub conversation_started: Option<bool>,
    /// Whether payment details are stored; `None` where the API does not say.
    pub has_payment_info: Option<bool>,
    /// v1 only: whether this user needs a JWT. It does not say that they have logged in.
    pub credential_required: Option<bool>,
    /// Whether the user has logged in, as far as the API says.
    pub authentication: Authentication,
    /// Confirmed places where the user can be reached, in the API's order.
    pub clients: Vec<Client>,
    /// Linked but unconfirmed places.
    pub pending_clients: Vec<Client>,
    /// Custom data.
    pub properties: Properties,
    /// How much was told.
    pub portion: Portion,
    /// What could not be read, in words; empty for a whole user.
    pub degraded: Vec<Untrusted>,
    /// The user as it came, with secrets replaced.
    pub json: RawJson,
}

impl User {
    /// Identified if and only if there is a `userId`; `None` when nothing was told about one.
    pub const fn identity(&self) -> Option<Identity> {
        match (&self.user_id, self.portion) {
            (Some(_), _) => Some(Identity::Identified),
            (None, Portion::Piece) => None,
            (None, Portion::Whole | Portion::BothIds) => Some(Identity::Anonymous),
        }
    }

    /// Whether the user stands as the API tells of one even in short, so that a missing `userId`
    /// means that there is none (API document, sections 5.3 and 7.2).
    pub fn tells_both_ids(&self) -> bool {
        self.conversation_started.is_some() || self.authentication != Authentication::ApiCannotTell
    }

    /// Named if and only if a givenName or a surname is not blank.
    pub fn naming(&self) -> Naming {
        if name::is_named(self) {
            Naming::Named
        } else {
            Naming::Unnamed
        }
    }
}
