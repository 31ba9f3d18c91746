//! The members of a user, whatever the version of the API that reported them, and the sets that a
//! report of a whole user closes: a member of a closed set that is not named in it is gone.

use serde::{Deserialize, Serialize};

use super::{Key, Register};

/// A value as canonical JSON text; `None` says that there is none. No rule looks into it.
pub(crate) type Value = Option<Box<str>>;

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Member {
    /// `userId`, which v2 calls `externalId`.
    #[serde(rename = "u")]
    UserId,
    /// That there is no `userId`. A `userId` is given once and for all, so this takes none away:
    /// only a later answer of the API without one does.
    #[serde(rename = "0")]
    NoUserId,
    /// `givenName`.
    #[serde(rename = "g")]
    GivenName,
    /// `surname`.
    #[serde(rename = "s")]
    Surname,
    /// `email`.
    #[serde(rename = "e")]
    Email,
    /// `signedUpAt`.
    #[serde(rename = "t")]
    SignedUpAt,
    /// `avatarUrl`.
    #[serde(rename = "a")]
    AvatarUrl,
    /// `conversationStarted`, which v2 does not have.
    #[serde(rename = "c")]
    ConversationStarted,
    /// Another field of v2's profile, which v1.1 does not have.
    #[serde(rename = "f")]
    ProfileField(Box<str>),
    /// Any other member; both versions call it the same.
    #[serde(rename = "o")]
    Other(Box<str>),
    /// A property, which v2 calls metadata.
    #[serde(rename = "p")]
    Property(Box<str>),
    /// A verified identity of v2, by its type and its value, with a space between.
    #[serde(rename = "i")]
    Identity(Box<str>),
    /// A field of a client. v2's `type` is called `platform` here too.
    #[serde(rename = "k")]
    Client(ClientKind, ClientRef, Box<str>),
    /// Two ids that one client has: whatever is known by either is about the same client, for good.
    #[serde(rename = "n")]
    SameClient(Box<str>, Box<str>),
}

/// What kind of client it is, which decides which list of the API names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum ClientKind {
    /// An account on a channel.
    #[serde(rename = "c")]
    Channel,
    /// A linked channel that is not confirmed yet.
    #[serde(rename = "p")]
    Pending,
    /// An install of the SDK: `web`, `ios`, `android`, …; a device in v2.
    #[serde(rename = "i")]
    Install,
    /// v2's one client for all installs of the SDK.
    #[serde(rename = "s")]
    Sdk,
}

impl ClientKind {
    /// Between these a client may move: it is what it was reported as last. The one client for all
    /// installs is none of them.
    pub(super) const MOVABLE: [Self; 3] = [Self::Channel, Self::Pending, Self::Install];

    pub(super) fn is_movable(self) -> bool {
        Self::MOVABLE.contains(&self)
    }
}

/// By what a client is known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum ClientRef {
    /// The first of its ids.
    #[serde(rename = "i")]
    Id(Box<str>),
    /// Without any id: platform, `integrationId` and `externalId`, each empty where not known.
    #[serde(rename = "p")]
    Place(Box<str>, Box<str>, Box<str>),
}

/// Members of which a whole report names all that exist.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) enum Set {
    /// What v1.1 sends beside the sections: `userId`, `givenName`, `surname`, `email`, `signedUpAt`.
    #[serde(rename = "1")]
    Version1,
    /// What v2 sends beside the sections: `externalId`, `signedUpAt`.
    #[serde(rename = "2")]
    Version2,
    /// v2's profile.
    #[serde(rename = "f")]
    Profile,
    /// Properties, or v2's metadata.
    #[serde(rename = "p")]
    Properties,
    /// v2's verified identities.
    #[serde(rename = "i")]
    Identities,
    /// Clients of a kind.
    #[serde(rename = "k")]
    Clients(ClientKind),
    /// One client: it was removed.
    #[serde(rename = "r")]
    RemovedClient(ClientRef),
}

/// What one source reports of one user at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FactSet {
    /// When, and by which source.
    pub key: Key,
    /// Which kind of knowledge it adds to.
    pub register: Register,
    /// Each member and its value.
    pub facts: Vec<(Member, Value)>,
    /// The sets of which everything is named here; empty for a report of a part.
    pub closed: Vec<Set>,
}

impl Member {
    /// Where v1.1 has this member in a user, or v2 where v1.1 has none.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::UserId | Self::NoUserId => "userId".to_owned(),
            Self::GivenName => "givenName".to_owned(),
            Self::Surname => "surname".to_owned(),
            Self::Email => "email".to_owned(),
            Self::SignedUpAt => "signedUpAt".to_owned(),
            Self::AvatarUrl => "avatarUrl".to_owned(),
            Self::ConversationStarted => "conversationStarted".to_owned(),
            Self::Other(name) => name.to_string(),
            Self::ProfileField(name) => format!("profile.{name}"),
            Self::Property(name) => format!("properties.{name}"),
            Self::Identity(_) => "identities".to_owned(),
            Self::Client(_, _, field) => format!("clients.{field}"),
            Self::SameClient(..) => "clients".to_owned(),
        }
    }

    /// Whether a report that closes these sets takes this member away if it does not name it. A
    /// client goes only where every list is closed, as it may have been in any of them last.
    pub(crate) fn is_in_any(&self, sets: &[Set]) -> bool {
        let mut lists = ClientKind::MOVABLE.into_iter();
        let is_movable = matches!(self, Self::Client(kind, ..) if kind.is_movable());
        is_movable && lists.all(|kind| sets.contains(&Set::Clients(kind)))
            || sets.iter().any(|set| self.is_in(set))
    }

    /// Whether a set, when it is closed, takes this member away if it is not named. In which list a
    /// client is depends on what was reported last: that is decided where it is shown.
    pub(super) fn is_in(&self, set: &Set) -> bool {
        match self {
            Self::UserId => matches!(set, Set::Version1 | Set::Version2),
            Self::GivenName | Self::Surname | Self::Email => {
                matches!(set, Set::Version1 | Set::Profile)
            }
            Self::SignedUpAt => matches!(set, Set::Version1 | Set::Version2),
            Self::AvatarUrl | Self::ProfileField(_) => *set == Set::Profile,
            Self::Property(_) => *set == Set::Properties,
            Self::Identity(_) => *set == Set::Identities,
            Self::Client(kind, client, _) => match set {
                Set::Clients(closed) => closed == kind && !kind.is_movable(),
                Set::RemovedClient(removed) => removed == client,
                _ => false,
            },
            Self::NoUserId | Self::ConversationStarted | Self::Other(_) | Self::SameClient(..) => {
                false
            }
        }
    }
}
