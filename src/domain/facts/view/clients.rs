//! The clients of a person: each once, whatever its ids and the lists that named it.
//!
//! In: registers. Out: which client an id belongs to, which list a client was in last, whether it is
//! gone, and the clients to show.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{SeenClient, Sources};
use crate::domain::facts::{ClientKind, ClientRef, Key, Member, Register, Registers, Set};

/// A client, by the least of its ids, or by its place where no id was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name<'r> {
    Id(&'r str),
    Place([&'r str; 3]),
}

/// Which ids and lists belong to which client.
pub(super) struct Clients<'r> {
    /// The least id of the client that each id belongs to, where it has several.
    least: BTreeMap<&'r str, &'r str>,
    /// The list that each client was in last under each id of the person, by the API.
    lists: Vec<(&'r Registers, BTreeMap<Name<'r>, Set>)>,
}

impl<'r> Clients<'r> {
    /// Reads everything that is known of a person.
    pub(super) fn of(all: &[&'r Registers]) -> Self {
        let mut clients = Self {
            least: least_ids(all),
            lists: Vec::new(),
        };
        for &registers in all {
            let lists = clients.latest_lists(registers);
            if !lists.is_empty() {
                clients.lists.push((registers, lists));
            }
        }
        clients
    }

    fn latest_lists(&self, registers: &'r Registers) -> BTreeMap<Name<'r>, Set> {
        let mut latest: BTreeMap<Name<'r>, (Key, Reverse<ClientKind>)> = BTreeMap::new();
        for (member, entry) in registers.members.get(&Register::Api).into_iter().flatten() {
            if let Member::Client(kind, client, _) = member
                && kind.is_movable()
            {
                let reported = (entry.key, Reverse(*kind));
                let known = latest.entry(self.name(client)).or_insert(reported);
                *known = reported.max(*known);
            }
        }
        let lists = latest.into_iter();
        lists
            .map(|(name, (_, Reverse(kind)))| (name, Set::Clients(kind)))
            .collect()
    }

    fn name(&self, client: &'r ClientRef) -> Name<'r> {
        match client {
            ClientRef::Id(id) => Name::Id(self.least.get(&**id).copied().unwrap_or(id)),
            ClientRef::Place(platform, integration, external) => {
                Name::Place([platform, integration, external])
            }
        }
    }

    /// The list that the client of a member was in last, as the API reported it under an id.
    pub(super) fn list_of(&self, registers: &'r Registers, member: &'r Member) -> Option<&Set> {
        let Member::Client(kind, client, _) = member else {
            return None;
        };
        let mut lists = self.lists.iter();
        let (_, lists) = lists.find(|(of, _)| std::ptr::eq(*of, registers))?;
        let list = lists.get(&self.name(client))?;
        kind.is_movable().then_some(list)
    }

    /// When the client of a member was last removed from a user, by any of the client's ids.
    pub(super) fn removed_at(&self, registers: &'r Registers, member: &'r Member) -> Option<Key> {
        let Member::Client(_, client, _) = member else {
            return None;
        };
        let removals = removals(registers);
        let removals = removals.filter(|(removed, _)| self.name(removed) == self.name(client));
        removals.map(|(_, at)| at).max()
    }

    /// Whether the client of a member was removed, or left out of the list that it was in last.
    pub(super) fn is_gone(&self, registers: &'r Registers, member: &'r Member, key: Key) -> bool {
        let removed = self.removed_at(registers, member);
        removed.is_some_and(|removed| key <= removed)
            || self
                .list_of(registers, member)
                .and_then(|list| registers.closed.get(list))
                .is_some_and(|closed| key < closed.last)
    }
}

/// The clients that were removed, and when each was.
fn removals(registers: &Registers) -> impl Iterator<Item = (&ClientRef, Key)> {
    registers
        .closed
        .iter()
        .filter_map(|(set, closed)| match set {
            Set::RemovedClient(removed) => Some((removed, closed.last)),
            _ => None,
        })
}

fn least_ids<'r>(all: &[&'r Registers]) -> BTreeMap<&'r str, &'r str> {
    let members = all.iter().filter_map(|it| it.members.get(&Register::Api));
    let pairs = members
        .flat_map(BTreeMap::keys)
        .filter_map(|member| match member {
            Member::SameClient(one, other) => Some((&**one, &**other)),
            _ => None,
        });
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (one, other) in pairs {
        let (one, other) = (
            *names.entry(one).or_insert(one),
            *names.entry(other).or_insert(other),
        );
        let (least, greatest) = (one.min(other), one.max(other));
        for name in names.values_mut().filter(|name| **name == greatest) {
            *name = least;
        }
    }
    names
}

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
    use crate::domain::facts::{FactSet, PersonView, Source};

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
