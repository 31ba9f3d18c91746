//! What the index needs to know about a user, borrowed from wherever it is kept.
//!
//! In: a user from the API, or a row of a store. Out: the characters that are searched and shown in
//! lists. They are strangers' text and leave the index only as [`Untrusted`].

use std::borrow::Cow;

use jiff::Timestamp;

use crate::domain::name::names_in_raw;
use crate::domain::{
    Client, DisplayName, FactNote, Identity, KnownUser, Naming, Provenance, Scalar, Searched,
    Untrusted, UserId,
};

/// What the index needs to know about a user.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person<'a> {
    /// The `_id`.
    pub id: &'a str,
    /// The `userId`; its presence makes the user identified.
    pub user_id: Option<&'a str>,
    /// Follows from the `userId`; `None` when it is not known whether there is one.
    pub identity: Option<Identity>,
    /// The resolved display name.
    pub name: &'a str,
    /// Where that name comes from.
    pub provenance: Provenance,
    /// Whether a givenName or a surname exists.
    pub naming: Naming,
    /// The profile's e-mail.
    pub email: Option<&'a str>,
    /// How the user is reached, pending channels last.
    pub channels: &'a [PersonChannel<'a>],
    /// Custom data: names and values as text.
    pub properties: &'a [(&'a str, Cow<'a, str>)],
    /// When the API last confirmed all this; `None` when nothing but the `_id` is known.
    pub confirmed_at: Option<Timestamp>,
}

/// A channel by which a user is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonChannel<'a> {
    /// The channel type, where it is known.
    pub platform: Option<&'a str>,
    /// The user's name there.
    pub display_name: Option<&'a str>,
    /// The user's id there, a phone number for instance.
    pub external_id: Option<&'a str>,
    /// When the user was last seen there.
    pub last_seen: Option<Timestamp>,
}

impl<'a> Person<'a> {
    /// A user that is known by the `_id` alone.
    pub fn bare(id: &'a str) -> Self {
        Self {
            id,
            user_id: None,
            identity: None,
            name: "",
            provenance: Provenance::Fallback,
            naming: Naming::Unnamed,
            email: None,
            channels: &[],
            properties: &[],
            confirmed_at: None,
        }
    }

    /// When the user was last seen on any channel, with the channel.
    pub(crate) fn last_seen(&self) -> Option<(Timestamp, &'a str)> {
        let seen = self.channels.iter();
        seen.filter_map(|channel| Some((channel.last_seen?, channel.platform?)))
            .max_by_key(|(seen, _)| *seen)
    }

    /// Passes the same person on under another name.
    pub(super) fn named<T>(
        person: &Person<'_>,
        name: &DisplayName,
        take: impl FnOnce(&Person<'_>) -> T,
    ) -> T {
        take(&Person {
            name: raw(&name.text),
            provenance: name.provenance,
            ..*person
        })
    }

    /// Passes a user on as a person, with what other sources say instead of what is shown.
    pub(crate) fn of<T>(known: &KnownUser, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let KnownUser { user, name, .. } = known;
        let said = || known.notes.iter().filter_map(FactNote::searched);
        let clients = user
            .clients
            .iter()
            .map(|client| channel(client, client.last_seen));
        // A channel that is not confirmed is no sign of the user.
        let pending = user
            .pending_clients
            .iter()
            .map(|client| channel(client, None));
        let others = user.clients.iter().chain(&user.pending_clients);
        let others: Vec<Untrusted> = others.flat_map(names_in_raw).collect();
        let names = others.iter().map(name_alone);
        let channels = clients.chain(pending).chain(names);
        let identities = user.identities.iter();
        let identities = identities.filter(|identity| Some(*identity) != user.email.as_ref());
        let channels = channels.chain(identities.map(address_alone));
        let channels = channels.chain(said().filter_map(said_channel));
        let channels: Vec<PersonChannel<'_>> = channels.collect();
        let properties = user.properties.0.iter();
        let properties = properties.map(|(name, value)| (raw(name), value_text(value)));
        let said = said().filter_map(|said| match said {
            Searched::Property(name, value) => Some((raw(name), raw(value).into())),
            Searched::Name(_) | Searched::Email(_) => None,
        });
        let properties: Vec<_> = properties.chain(said).collect();
        take(&Person {
            id: user.id.expose(),
            user_id: user.user_id.as_ref().map(UserId::expose),
            identity: user.identity(),
            name: raw(&name.text),
            provenance: name.provenance,
            naming: user.naming(),
            email: user.email.as_ref().map(raw),
            channels: &channels,
            properties: &properties,
            confirmed_at: Some(known.confirmed_at),
        })
    }
}

fn channel(client: &Client, last_seen: Option<Timestamp>) -> PersonChannel<'_> {
    PersonChannel {
        platform: Some(raw(&client.platform.0)),
        display_name: client.display_name.as_ref().map(raw),
        external_id: client.external_id.as_ref().map(raw),
        last_seen,
    }
}

/// Another name of the user on a channel.
fn name_alone(name: &Untrusted) -> PersonChannel<'_> {
    PersonChannel {
        platform: None,
        display_name: Some(raw(name)),
        external_id: None,
        last_seen: None,
    }
}

/// An address of the user beside the channels.
fn address_alone(address: &Untrusted) -> PersonChannel<'_> {
    PersonChannel {
        platform: None,
        display_name: None,
        external_id: Some(raw(address)),
        last_seen: None,
    }
}

/// A name or an e-mail that another source gives: it is found as if it were a channel's.
fn said_channel(said: Searched<'_>) -> Option<PersonChannel<'_>> {
    match said {
        Searched::Name(name) => Some(name_alone(name)),
        Searched::Email(email) => Some(address_alone(email)),
        Searched::Property(..) => None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "folded and compared; it leaves the index as untrusted text"
)]
fn raw(text: &Untrusted) -> &str {
    text.expose()
}

fn value_text(value: &Scalar) -> Cow<'_, str> {
    match value {
        Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => raw(text).into(),
        Scalar::Bool(value) => if *value { "true" } else { "false" }.into(),
        Scalar::Null => "null".into(),
    }
}
