//! The members of a user, whatever the version of the API that reported them, and which of two
//! values of a member counts.

use super::Weight;
use crate::domain::ApiVersion;

/// What a fact is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Member {
    /// `_id`.
    Id,
    /// `userId`, which v2 calls `externalId`.
    UserId,
    /// `givenName`.
    GivenName,
    /// `surname`.
    Surname,
    /// `email`.
    Email,
    /// `avatarUrl`.
    AvatarUrl,
    /// `conversationStarted`, which v2 does not have.
    ConversationStarted,
    /// Another field of v2's profile, which v1.1 does not have.
    ProfileField(Box<str>),
    /// A member that both versions call the same.
    Other(Box<str>),
    /// An open set as such: that the user has one, be it empty.
    Set(Set),
    /// A property, which v2 calls metadata.
    Property(Box<str>),
    /// A client as a whole.
    Client(ClientList, ClientKey),
    /// A field of a client that is known by its id.
    ClientField(ClientList, Box<str>, Box<str>),
}

/// A part of a user whose members have any names, or no names at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Set {
    /// v2's profile.
    Profile,
    /// Custom data.
    Properties,
    /// Clients.
    Clients(ClientList),
}

/// Where a client is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClientList {
    /// Among the clients.
    Confirmed,
    /// Among the pending clients.
    Pending,
}

/// By what a client is known again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ClientKey {
    /// Its id.
    Id(Box<str>),
    /// Nothing: it has no id, and counts as another client each time.
    Unidentified,
}

/// What is known of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    /// Nothing.
    Missing,
    /// That there is none.
    Null,
    /// A value.
    Value,
}

/// A member and its value, as one report gives it. `V` is the value as the `wire` room reads it; no
/// rule looks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fact<V> {
    /// What it is about.
    pub member: Member,
    /// The value.
    pub value: V,
    /// Whether it is a property out of a list that the business keeps. The API does not know those:
    /// its answer without them does not mean that they are gone.
    pub is_listed: bool,
}

impl Member {
    /// Whether a reported value takes its place beside what is known. A null claims nothing here,
    /// and a set or a client that is known is joined member by member, never replaced.
    pub(crate) const fn counts(&self, weight: Weight, known: Held, reported: Held) -> bool {
        match (reported, known) {
            (Held::Missing | Held::Null, _) => false,
            (Held::Value, Held::Missing | Held::Null) => !matches!(weight, Weight::Nothing),
            (Held::Value, Held::Value) => {
                let is_joined = matches!(self, Self::Set(_) | Self::Client(..));
                matches!(weight, Weight::Replaces) && !is_joined
            }
        }
    }
}

impl<V> Fact<V> {
    /// Whether this stays although a later report of the whole user does not name it: properties
    /// out of lists, and in v2, where clients are asked for separately, the clients.
    pub(crate) const fn outlives_whole(&self, by: ApiVersion, names_clients: bool) -> bool {
        match self.member {
            Member::Property(_) => self.is_listed,
            Member::Set(Set::Clients(ClientList::Confirmed))
            | Member::Client(ClientList::Confirmed, _) => {
                matches!(by, ApiVersion::V2) && !names_clients
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Held::{Missing, Null, Value};
    use Weight::{Adds, Nothing, Replaces};

    #[test]
    fn a_newer_value_replaces_and_an_older_one_only_fills_gaps() {
        let member = Member::Email;
        for (weight, known, counts) in [
            (Replaces, Missing, true),
            (Replaces, Null, true),
            (Replaces, Value, true),
            (Adds, Missing, true),
            (Adds, Null, true),
            (Adds, Value, false),
            (Nothing, Missing, false),
            (Nothing, Value, false),
        ] {
            let what = format!("{weight:?} {known:?}");
            assert_eq!(member.counts(weight, known, Value), counts, "{what}");
            assert!(!member.counts(weight, known, Null), "{what}");
        }
    }

    #[test]
    fn sets_and_clients_are_joined_and_never_replaced() {
        let client = Member::Client(ClientList::Confirmed, ClientKey::Id("c".into()));
        for member in [Member::Set(Set::Properties), client] {
            assert!(member.counts(Replaces, Missing, Value));
            assert!(!member.counts(Replaces, Value, Value), "{member:?}");
        }
    }

    #[test]
    fn a_whole_report_leaves_listed_properties_and_in_v2_the_clients() {
        let fact = |member, is_listed| Fact {
            member,
            value: (),
            is_listed,
        };
        let property = |is_listed| fact(Member::Property("tag".into()), is_listed);
        let client = Member::Client(ClientList::Confirmed, ClientKey::Unidentified);
        let client = fact(client, false);
        for by in [ApiVersion::V11, ApiVersion::V2] {
            assert!(property(true).outlives_whole(by, false));
            assert!(!property(false).outlives_whole(by, false));
            assert!(!client.outlives_whole(by, true));
            assert_eq!(client.outlives_whole(by, false), by == ApiVersion::V2);
            assert!(!fact(Member::Email, false).outlives_whole(by, false));
        }
    }
}
