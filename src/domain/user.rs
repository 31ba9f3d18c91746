//! The user: a person who writes to the business.

use jiff::Timestamp;

use super::facts::{MissingUserId, Portion, Source};
use super::{
    Authentication, Client, DisplayName, FactNote, Identity, Properties, RawJson, ReportedPart,
    SmoochId, Untrusted, UserId, WholeReport,
};

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
    /// The name in a list that does not say what is the given name and what the surname. The API
    /// has no such field.
    pub listed_name: Option<Untrusted>,
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
    /// v2 only: verified addresses of the user, e-mails and phone numbers.
    pub identities: Box<[Untrusted]>,
    /// Custom data.
    pub properties: Properties,
    /// How much is known.
    pub portion: Portion,
    /// What follows if there is no `userId`.
    pub missing_user_id: MissingUserId,
    /// What could not be read, in words; empty for a whole user.
    pub degraded: Box<[Untrusted]>,
    /// The user as it came, with secrets replaced.
    pub json: RawJson,
}

impl User {
    /// A user with an `_id` and nothing else.
    pub(crate) fn bare(id: SmoochId) -> Self {
        Self {
            id,
            user_id: None,
            given_name: None,
            surname: None,
            listed_name: None,
            email: None,
            avatar_url: None,
            signed_up_at: None,
            conversation_started: None,
            has_payment_info: None,
            credential_required: None,
            authentication: Authentication::ApiCannotTell,
            clients: Vec::new(),
            pending_clients: Vec::new(),
            identities: Box::default(),
            properties: Properties::default(),
            portion: Portion::Whole,
            missing_user_id: MissingUserId::SaysNothing,
            degraded: Box::default(),
            json: RawJson::new(""),
        }
    }

    /// Identified if and only if there is a `userId`; `None` when nobody said whether there is one.
    pub const fn identity(&self) -> Option<Identity> {
        self.missing_user_id.identity(self.user_id.is_some())
    }
}

/// A user with the name to show, and when and by which source they were last confirmed.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownUser {
    /// Everything that is known, be it no more than an id.
    pub user: User,
    /// The name, resolved with what is known of the user's messages.
    pub name: DisplayName,
    /// When this was last confirmed.
    pub confirmed_at: Timestamp,
    /// Where it came from.
    pub source: Source,
    /// Facts that rest on something else.
    pub notes: Vec<FactNote>,
    /// The newest report of the whole user, as it came; it is from the same source and moment.
    pub whole: WholeReport,
    /// What else was reported, the latest first.
    pub beside: Vec<ReportedPart>,
}
