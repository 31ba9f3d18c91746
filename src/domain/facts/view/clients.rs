//! The clients of a person: each once, whatever its ids and the lists that named it.
//!
//! In: where the values come from. Out: the clients to show, those that are not confirmed last.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::identity::{Name, removals};
use super::shown::SeenClient;
use super::sources::Sources;
use crate::domain::facts::{ClientKind, ClientRef, Key, Member, Register, Registers};

/// Every client once, by whichever of its ids and kinds it was reported.
pub(super) fn clients<'r>(
    sources: &Sources<'r, '_>,
    names: &BTreeSet<&'r Member>,
) -> Vec<SeenClient<'r>> {
    let mut fields: BTreeMap<(Name<'r>, &'r str), Vec<&'r Member>> = BTreeMap::new();
    for &member in names {
        if let Member::Client(_, client, field) = member {
            let client = sources.clients.name(client);
            fields.entry((client, field)).or_default().push(member);
        }
    }
    let mut clients: BTreeMap<Name<'r>, SeenClient<'r>> = BTreeMap::new();
    for ((client, field), names) in fields {
        let Some(seen) = sources.see(&names) else {
            continue;
        };
        let client = clients.entry(client).or_insert_with(|| SeenClient {
            kind: ClientKind::Channel,
            fields: BTreeMap::new(),
        });
        client.fields.insert(field, seen);
    }
    let removed: Vec<_> = removed_places(sources.survivor).collect();
    clients.retain(|_, client| {
        for (place, removed) in &removed {
            if client.is_at(place) {
                client.fields.retain(|_, seen| {
                    let shown = seen.shown;
                    *shown.register != Register::Api
                        || shown.key > *removed
                        || sources.is_merged_after(shown, *removed)
                });
            }
        }
        !client.fields.is_empty()
    });
    for (client, seen) in &mut clients {
        seen.kind = kind_of(sources, names, *client).unwrap_or(ClientKind::Channel);
    }
    arranged(&clients)
}

/// Where clients that were removed without an id were, and when that was.
fn removed_places(survivor: &Registers) -> impl Iterator<Item = ([&str; 3], Key)> {
    removals(survivor).filter_map(|(removed, at)| match removed {
        ClientRef::Place(platform, integration, external) => {
            Some(([&**platform, integration, external], at))
        }
        ClientRef::Id(_) => None,
    })
}

/// The kind by which a client was reported last, under the id that is shown if under that at all.
fn kind_of<'r>(
    sources: &Sources<'r, '_>,
    names: &BTreeSet<&'r Member>,
    client: Name<'r>,
) -> Option<ClientKind> {
    let reported = names.iter().filter_map(|&member| match member {
        Member::Client(kind, reported, _) if sources.clients.name(reported) == client => {
            let shown = sources.see(&[member])?.shown;
            let is_survivors = shown.discarded.is_none();
            Some((is_survivors, shown.key, Reverse(*kind)))
        }
        _ => None,
    });
    reported.max().map(|(_, _, kind)| kind.0)
}

impl SeenClient<'_> {
    /// Whether it is where a client was of which no id was named.
    fn is_at(&self, place: &[&str; 3]) -> bool {
        let fields = ["platform", "integrationId", "externalId"].into_iter();
        let mut named = fields.zip(place).filter(|(_, named)| !named.is_empty());
        let has = |(field, named): (&str, &&str)| {
            let value = self.fields.get(field).map(|seen| seen.shown.value);
            value.is_some_and(|value| value.trim_matches('"') == *named)
        };
        !place[2].is_empty() && named.all(has)
    }
}

/// Those that are worth showing, those that are not confirmed last.
fn arranged<'r>(clients: &BTreeMap<Name<'r>, SeenClient<'r>>) -> Vec<SeenClient<'r>> {
    let has_install = clients
        .values()
        .any(|client| client.kind == ClientKind::Install);
    let value = |client: &SeenClient<'r>, field: &str| {
        let seen = client.fields.get(field);
        seen.map(|seen| seen.shown.value)
    };
    let is_named = |place: &SeenClient<'r>| {
        let mut named = clients
            .iter()
            .filter(|(client, _)| matches!(client, Name::Id(_)));
        named.any(|(_, named)| {
            ["platform", "integrationId", "externalId"]
                .iter()
                .all(|field| {
                    let said = value(place, field);
                    said.is_none() || said == value(named, field)
                })
        })
    };
    let mut shown: Vec<SeenClient<'r>> = clients
        .iter()
        .filter(|(client, seen)| match client {
            // The installs say more than the one client for all of them.
            _ if seen.kind == ClientKind::Sdk && has_install => false,
            Name::Id(_) => true,
            Name::Place(_) => !is_named(seen),
        })
        .map(|(_, seen)| seen.clone())
        .collect();
    shown.sort_by_key(|client| client.kind == ClientKind::Pending);
    shown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::domain::facts::{FactSet, PersonView, Set, Source};

    const CONFIRMED: [ClientKind; 2] = [ClientKind::Channel, ClientKind::Install];

    fn report(at: i64, client: Option<(ClientKind, &str)>, closed: &[ClientKind]) -> FactSet {
        let fact = |(kind, field): (ClientKind, &str)| {
            let client = ClientRef::Id("k".into());
            let member = Member::Client(kind, client, field.into());
            (member, Some("\"x\"".into()))
        };
        FactSet {
            key: Key {
                at,
                source: Source::Api,
                line: 0,
            },
            register: Register::Api,
            facts: client.map(fact).into_iter().collect(),
            closed: closed.iter().map(|kind| Set::Clients(*kind)).collect(),
        }
    }

    /// How many fields of how many clients are shown.
    fn fields(reports: &[FactSet]) -> Vec<usize> {
        let registers = Registers::of(reports);
        let view = PersonView::of(&registers, None, &[]);
        view.clients.iter().map(|it| it.fields.len()).collect()
    }

    #[test]
    fn a_client_goes_with_the_list_that_it_was_in_last() {
        let pending = report(1, Some((ClientKind::Pending, "externalId")), &[]);
        let confirmed = report(2, Some((ClientKind::Channel, "displayName")), &[]);
        let none_pending = report(3, None, &[ClientKind::Pending]);
        let none_confirmed = report(3, None, &CONFIRMED);
        let both = [pending, confirmed];
        assert_eq!(fields(&both), [2]);
        let [pending, confirmed] = both;
        let stays = [pending.clone(), confirmed.clone(), none_pending];
        assert_eq!(fields(&stays), [2]);
        let goes = [pending, confirmed, none_confirmed];
        assert_eq!(fields(&goes), [] as [usize; 0]);
    }

    #[test]
    fn a_client_that_left_every_list_is_not_kept() {
        let all: Vec<ClientKind> = ClientKind::MOVABLE.into();
        let pending = report(1, Some((ClientKind::Pending, "externalId")), &[]);
        let registers = Registers::of(&[pending.clone(), report(2, None, &all)]);
        assert_eq!(registers.names().count(), 0);
        let registers = Registers::of(&[report(2, None, &all), pending]);
        assert_eq!(registers.names().count(), 0);
    }
}
