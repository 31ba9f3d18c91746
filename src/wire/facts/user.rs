//! A user's JSON as facts, whatever the version: each calls its own members by its own names.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::client::{Standing, put_client};
use super::value::{Facts, canonical_of, id_of, value_of_text};
use crate::domain::facts::{ClientKind, FactSet, Key, Member, Register, Set};
use crate::domain::{ApiVersion, SmoochId};
use crate::wire::json::{Members, Shape, parse_elements, parse_members};
use crate::wire::reader::Reader;

/// How much of a user is reported, which decides what a missing member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Everything that this version of the API sends of a user.
    Whole,
    /// Some of it: a missing member says nothing.
    Part,
}

/// The name of a user in a list that does not say what is the given name and what the surname. The
/// API has no such member.
pub(crate) const LISTED_NAME: &str = "displayName";

/// The members of an object; of a repeated one the last.
type Named<'m> = BTreeMap<&'m str, &'m RawValue>;

/// Reads a user.
pub(super) fn facts_of(members: &Members<'_>, api: ApiVersion, extent: Extent) -> FactSet {
    let members = members.0.iter();
    let named: Named<'_> = members.map(|(key, raw)| (&*key.text, *raw)).collect();
    let mut user = Reading {
        api,
        facts: Facts::new(),
        sections: Vec::new(),
    };
    for (name, raw) in &named {
        // Where a user has both versions' names, its own version's counts.
        if !other_name(name, api).is_some_and(|own| named.contains_key(own)) {
            user.read(name, raw);
        }
    }
    user.into_set(extent)
}

/// The members of v1.1's short form of a user.
const SHORT_V11: [&str; 3] = ["_id", "userId", "conversationStarted"];

/// Reads a user as an event shows them, and nothing beyond that; `None` without an id.
pub(in crate::wire) fn part_of(
    user: &mut Reader<'_>,
    api: ApiVersion,
) -> Option<(SmoochId, FactSet)> {
    let (id, always) = match api {
        ApiVersion::V11 => ("_id", "conversationStarted"),
        ApiVersion::V2 => ("id", "authenticated"),
    };
    let id = user.id_as(id, SmoochId::new)?;
    let mut set = facts_of(user.members(), api, Extent::Part);
    // The short form of a user has the `userId`, if there is one (API document, 5.3 and 7.2). In
    // v1.1 only that form says so: what it has beside the ids stands in any part of a user.
    let says_user_id = set
        .facts
        .iter()
        .any(|(member, _)| *member == Member::UserId);
    let is_short = api == ApiVersion::V2 || !user.has_others_than(&SHORT_V11);
    if user.has(always) && is_short && !says_user_id {
        set.facts.insert(0, (Member::UserId, None));
    }
    Some((id, set))
}

/// What this version calls a member by which the other version's name is `name`.
fn other_name(name: &str, api: ApiVersion) -> Option<&'static str> {
    match (api, name) {
        (ApiVersion::V11, "externalId") => Some("userId"),
        (ApiVersion::V11, "metadata") => Some("properties"),
        (ApiVersion::V2, "userId") => Some("externalId"),
        (ApiVersion::V2, "properties") => Some("metadata"),
        _ => None,
    }
}

/// A user who is being read.
struct Reading {
    api: ApiVersion,
    facts: Facts,
    /// Sections that were read to their end, by the names of this version.
    sections: Vec<&'static str>,
}

impl Reading {
    fn read(&mut self, name: &str, raw: &RawValue) {
        match name {
            // By the id the user is found; it is no fact about them.
            "_id" | "id" => {}
            "userId" | "externalId" => self.read_user_id(raw),
            "profile" => self.read_profile(raw),
            "properties" => self.read_properties("properties", raw),
            "metadata" => self.read_properties("metadata", raw),
            "identities" => self.read_identities(raw),
            "clients" => {
                let standing = match self.api {
                    ApiVersion::V11 => Standing::Confirmed,
                    ApiVersion::V2 => Standing::ByStatus,
                };
                self.read_clients("clients", raw, standing);
            }
            "pendingClients" => self.read_clients("pendingClients", raw, Standing::Pending),
            _ => {
                let member = plain_member(name).unwrap_or_else(|| match name {
                    "signedUpAt" => Member::SignedUpAt,
                    "conversationStarted" => Member::ConversationStarted,
                    _ => Member::Other(name.into()),
                });
                // The profile of v2 says more than a name beside it.
                self.facts
                    .entry(member)
                    .or_insert_with(|| canonical_of(name, raw));
            }
        }
    }

    fn read_user_id(&mut self, raw: &RawValue) {
        let value = match Shape::of(raw) {
            Shape::Null | Shape::Text | Shape::Number => id_of(raw).map(|id| value_of_text(&id)),
            Shape::Object | Shape::List | Shape::Flag => return,
        };
        self.facts.insert(Member::UserId, value);
    }

    fn read_profile(&mut self, raw: &RawValue) {
        let read = each_member(raw, |name, raw| {
            let member = plain_member(name).unwrap_or_else(|| Member::ProfileField(name.into()));
            self.facts.insert(member, canonical_of(name, raw));
        });
        self.has_read("profile", read);
    }

    fn read_properties(&mut self, section: &'static str, raw: &RawValue) {
        let read = each_member(raw, |name, raw| {
            let value = canonical_of(name, raw);
            self.facts.insert(Member::Property(name.into()), value);
        });
        self.has_read(section, read);
    }

    fn read_identities(&mut self, raw: &RawValue) {
        let read = each_element(raw, |raw| {
            let Some(members) = parse_members(raw) else {
                return false;
            };
            let text = |name: &str| {
                let mut members = members.0.iter().rev();
                let found = members.find(|(key, _)| key.text == name);
                found.and_then(|(_, raw)| id_of(raw)).unwrap_or_default()
            };
            let identity = format!("{} {}", text("type"), text("value"));
            let value = canonical_of("identity", raw);
            self.facts.insert(Member::Identity(identity.into()), value);
            true
        });
        self.has_read("identities", read);
    }

    fn read_clients(&mut self, section: &'static str, raw: &RawValue, standing: Standing) {
        let read = each_element(raw, |raw| put_client(&mut self.facts, raw, standing));
        self.has_read(section, read);
    }

    fn has_read(&mut self, section: &'static str, is_whole: bool) {
        if is_whole {
            self.sections.push(section);
        }
    }

    fn into_set(self, extent: Extent) -> FactSet {
        let closed = match extent {
            Extent::Whole => closed_by(self.api, &self.sections),
            Extent::Part => Vec::new(),
        };
        let is_closed = |member: &Member| member.is_in_any(&closed);
        let facts = self.facts.into_iter();
        FactSet {
            key: Key::default(),
            register: Register::Api,
            // The closed set says already that there is none.
            facts: facts
                .filter(|(member, value)| value.is_some() || !is_closed(member))
                .collect(),
            closed,
        }
    }
}

/// The sets that a whole user of this version names to their end. A section that is missing or
/// cannot be read says nothing.
fn closed_by(api: ApiVersion, sections: &[&str]) -> Vec<Set> {
    const CHANNELS: Set = Set::Clients(ClientKind::Channel);
    const INSTALLS: Set = Set::Clients(ClientKind::Install);
    const PENDING: Set = Set::Clients(ClientKind::Pending);
    const V11: [(&str, &[Set]); 3] = [
        ("properties", &[Set::Properties]),
        ("clients", &[CHANNELS, INSTALLS]),
        ("pendingClients", &[PENDING]),
    ];
    const V2: [(&str, &[Set]); 3] = [
        ("profile", &[Set::Profile]),
        ("metadata", &[Set::Properties]),
        ("identities", &[Set::Identities]),
    ];
    let (plain, by_section) = match api {
        ApiVersion::V11 => (Set::Version1, V11),
        ApiVersion::V2 => (Set::Version2, V2),
    };
    let sets = by_section.iter();
    let sets = sets.filter(|(section, _)| sections.contains(section));
    std::iter::once(plain)
        .chain(sets.flat_map(|(_, sets)| sets.iter().cloned()))
        .collect()
}

/// Members that v1.1 has at the top of a user, and v2 in the profile.
fn plain_member(name: &str) -> Option<Member> {
    Some(match name {
        "givenName" => Member::GivenName,
        "surname" => Member::Surname,
        "email" => Member::Email,
        "avatarUrl" => Member::AvatarUrl,
        _ => return None,
    })
}

/// Reads the members of an object; `false` if it is neither an object nor null, so that what is in
/// the section is not known.
fn each_member(raw: &RawValue, mut read: impl FnMut(&str, &RawValue)) -> bool {
    let Some(Members(members)) = parse_members(raw) else {
        return Shape::of(raw) == Shape::Null;
    };
    for (key, raw) in &members {
        read(&key.text, raw);
    }
    true
}

/// Reads the elements of a list; `false` if it is neither a list nor null, or if an element could
/// not be read.
fn each_element(raw: &RawValue, mut read: impl FnMut(&RawValue) -> bool) -> bool {
    let Some(elements) = parse_elements(raw) else {
        return Shape::of(raw) == Shape::Null;
    };
    let mut could_all = true;
    for element in elements {
        could_all &= read(element);
    }
    could_all
}
