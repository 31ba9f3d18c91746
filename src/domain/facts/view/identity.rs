//! Which client an id belongs to, which list it was in last, and whether it is gone.
//!
//! In: registers. Out: one name for each client, whatever its ids, and its list.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::domain::facts::{ClientKind, ClientRef, Key, Member, Register, Registers, Set};

/// A client, by the least of its ids, or by its place where no id was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Name<'r> {
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

    /// The client that an id or a place belongs to.
    pub(super) fn name(&self, client: &'r ClientRef) -> Name<'r> {
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
pub(super) fn removals(registers: &Registers) -> impl Iterator<Item = (&ClientRef, Key)> {
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
