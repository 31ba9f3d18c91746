//! What is known under one id: for each member the value with the greatest key, in two registers.
//!
//! In: reports, each a set of facts under one key. Out: the same registers whatever the order, the
//! number of repetitions and the grouping of the reports: only greatest keys stay, so joining is
//! commutative, associative and idempotent. What is shown is worked out in [`super::view`].

use std::collections::BTreeMap;

use super::{ClientKind, FactSet, Key, Member, Register, Set, Value};
use crate::domain::facts::Source;

/// What is known under one id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Registers {
    pub(super) members: BTreeMap<Register, BTreeMap<Member, Entry>>,
    pub(super) closed: BTreeMap<Set, Closed>,
}

/// The value of a member, and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) value: Value,
}

/// When a set was last closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closed {
    pub(super) last: Key,
    /// When an answer of the API closed it last.
    pub(super) answered: Option<Key>,
}

/// How much of a report was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Taken {
    /// Facts that are older than what is known.
    pub older: u64,
}

impl Registers {
    /// Adds reports.
    pub(crate) fn of<'s>(sets: impl IntoIterator<Item = &'s FactSet>) -> Self {
        let mut registers = Self::default();
        for set in sets {
            registers.take(set);
        }
        registers
    }

    /// Adds a report.
    pub(crate) fn take(&mut self, set: &FactSet) -> Taken {
        let is_api = set.register == Register::Api;
        if is_api {
            self.close(&set.closed, set.key);
        }
        let mut taken = Taken::default();
        for (member, value) in &set.facts {
            let member = match (member, value) {
                (Member::UserId, None) => &Member::NoUserId,
                _ => member,
            };
            if is_api && !self.is_open_to(member, set.key) {
                taken.older += u64::from(value.is_some());
                continue;
            }
            // Ids that belong together do so in either register.
            let register = match member {
                Member::SameClient(..) => &Register::Api,
                _ => &set.register,
            };
            let entry = Entry {
                key: set.key,
                value: value.clone(),
            };
            taken.older += u64::from(self.put(register, member, entry));
        }
        taken
    }

    /// Puts an entry in its place, unless a greater one is there; says whether that is a later one
    /// with another value.
    fn put(&mut self, register: &Register, member: &Member, entry: Entry) -> bool {
        let members = self.members.entry(register.clone()).or_default();
        match members.get_mut(member) {
            None => {
                members.insert(member.clone(), entry);
                false
            }
            Some(known) if *known < entry => {
                *known = entry;
                false
            }
            Some(known) => known.value != entry.value,
        }
    }

    fn close(&mut self, sets: &[Set], key: Key) {
        let answered = (key.source == Source::Api).then_some(key);
        for set in sets {
            let closed = self.closed.entry(set.clone()).or_insert(Closed {
                last: key,
                answered,
            });
            closed.last = closed.last.max(key);
            closed.answered = closed.answered.max(answered);
        }
        if !sets.is_empty()
            && let Some(mut members) = self.members.remove(&Register::Api)
        {
            members.retain(|member, entry| self.is_open_to(member, entry.key));
            if !members.is_empty() {
                self.members.insert(Register::Api, members);
            }
        }
    }

    fn is_open_to(&self, member: &Member, key: Key) -> bool {
        let mut closed = self.closed.iter();
        closed.all(|(set, closed)| outlives(member, key, set, *closed))
            && !self.has_left_every_list(member, key)
    }

    /// Whether a client is gone whichever list it was in last: every list was closed later. What
    /// only one of the lists takes away is decided where clients are shown.
    fn has_left_every_list(&self, member: &Member, key: Key) -> bool {
        let Member::Client(kind, ..) = member else {
            return false;
        };
        let closed = |kind| Some(self.closed.get(&Set::Clients(kind))?.last);
        let earliest = ClientKind::MOVABLE.into_iter().map(closed).min().flatten();
        kind.is_movable() && earliest.is_some_and(|earliest| key < earliest)
    }

    /// What is known beyond a single report, as reports: together with it they give these registers
    /// again.
    pub(crate) fn sets_beside(&self, base: Option<&FactSet>) -> Vec<FactSet> {
        let base = Self::of(base);
        let mut sets = Sets::default();
        for (register, members) in &self.members {
            let known = base.members.get(register);
            for (member, entry) in members {
                if known.and_then(|known| known.get(member)) != Some(entry) {
                    let fact = (member.clone(), entry.value.clone());
                    sets.of(entry.key, register).facts.push(fact);
                }
            }
        }
        for (set, closed) in &self.closed {
            if base.closed.get(set) == Some(closed) {
                continue;
            }
            for key in [Some(closed.last), closed.answered].into_iter().flatten() {
                let into = &mut sets.of(key, &Register::Api).closed;
                if !into.contains(set) {
                    into.push(set.clone());
                }
            }
        }
        sets.0.into_values().collect()
    }
}

impl Registers {
    /// Whether a report named everything that is in a set.
    pub(crate) fn is_closed(&self, set: &Set) -> bool {
        self.closed.contains_key(set)
    }

    /// Every member of which anything is known.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Member> {
        self.members.values().flat_map(BTreeMap::keys)
    }

    /// Every `userId` that any report gives, as canonical JSON.
    pub(crate) fn user_ids(&self) -> impl Iterator<Item = &str> {
        let entries = self.members.values();
        let entries = entries.filter_map(|members| members.get(&Member::UserId));
        entries.filter_map(|entry| entry.value.as_deref())
    }

    /// Whether others have the same values, whenever they were reported.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        let values = |registers: &Self| -> Vec<(Register, Member, Value)> {
            let each = registers.members.iter().flat_map(|(register, members)| {
                let entries = members.iter();
                entries.map(move |(member, entry)| {
                    (register.clone(), member.clone(), entry.value.clone())
                })
            });
            each.collect()
        };
        self.closed.keys().eq(other.closed.keys()) && values(self) == values(other)
    }

    /// The facts of a list that are shown in place of another value that the API gives.
    pub(crate) fn over_api<'f>(&self, facts: &'f FactSet) -> impl Iterator<Item = &'f Member> {
        let api = self.members.get(&Register::Api);
        let api = api.filter(|_| facts.register != Register::Api);
        let is_over = move |(member, value): &&(Member, Value)| {
            let api = api.and_then(|api| api.get(member));
            let api = api.filter(|entry| entry.value.is_some());
            value.is_some()
                && *member != Member::UserId
                && api.is_some_and(|entry| entry.value != *value && entry.key < facts.key)
        };
        let facts = facts.facts.iter().filter(is_over);
        facts.map(|(member, _)| member)
    }
}

/// Reports by their keys and registers.
#[derive(Default)]
struct Sets(BTreeMap<(Key, Register), FactSet>);

impl Sets {
    fn of(&mut self, key: Key, register: &Register) -> &mut FactSet {
        let set = || FactSet {
            key,
            register: register.clone(),
            facts: Vec::new(),
            closed: Vec::new(),
        };
        self.0.entry((key, register.clone())).or_insert_with(set)
    }
}

fn outlives(member: &Member, key: Key, set: &Set, closed: Closed) -> bool {
    if *member == Member::NoUserId && matches!(set, Set::Version1 | Set::Version2) {
        // The closed set says the same.
        return key > closed.last;
    }
    !member.is_in(set)
        || match (member, set) {
            // A `userId` is given once and for all: only the API itself can say that it is gone.
            (Member::UserId, _) => closed.answered.is_none_or(|answered| key >= answered),
            (_, Set::RemovedClient(_)) => key > closed.last,
            _ => key >= closed.last,
        }
}
