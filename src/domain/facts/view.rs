//! The person that registers show: what is known under the id that survives, then what only ids that
//! were merged into it say, then what lists say under the `userId`.
//!
//! In: registers. Out: each member with the value to show and what it rests on. Nothing is stored
//! here: whatever is learnt later, the view is worked out again.

use std::collections::{BTreeMap, BTreeSet};

use super::registers::Entry;
use super::{ClientKind, ClientRef, Key, Member, Register, Registers, Set};

/// A value, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shown<'r> {
    /// When it was reported, and by which source.
    pub key: Key,
    /// The value, as canonical JSON.
    pub value: &'r str,
    /// Which kind of knowledge it is.
    pub register: &'r Register,
    /// Which of the discarded ids it was reported under, if under none that is shown.
    pub discarded: Option<usize>,
}

/// A member that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen<'r> {
    /// The value to show: the later one.
    pub shown: Shown<'r>,
    /// What the other register says instead.
    pub also: Option<Shown<'r>>,
}

/// A client, field by field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenClient<'r> {
    /// The kind by which it was reported last.
    pub kind: ClientKind,
    /// Its fields in v1.1's words.
    pub fields: BTreeMap<&'r str, Seen<'r>>,
}

/// Everything that is known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PersonView<'r> {
    /// The `userId`, and what says so.
    pub user_id: Option<Shown<'r>>,
    /// What says last that there is no `userId`, if anything does.
    pub no_user_id: Option<Key>,
    /// The members that have a value, without `userId` and clients.
    pub members: BTreeMap<&'r Member, Seen<'r>>,
    /// The clients, those that are not confirmed last.
    pub clients: Vec<SeenClient<'r>>,
}

/// What is known under an id that was merged away.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Discarded<'r> {
    /// Its registers.
    pub registers: &'r Registers,
    /// When it was merged.
    pub merged: Key,
}

impl Registers {
    /// The `userId` that the API gives, as canonical JSON.
    fn api_user_id(&self) -> Option<&Entry> {
        self.entry(&Register::Api, &Member::UserId)
    }

    fn entry(&self, register: &Register, member: &Member) -> Option<&Entry> {
        self.members.get(register)?.get(member)
    }

    /// The lists that may speak of this user: none that gives them another `userId` than the API.
    fn lists(&self) -> impl Iterator<Item = (&Register, &BTreeMap<Member, Entry>)> {
        let known = self.api_user_id().and_then(|entry| entry.value.as_deref());
        self.members
            .iter()
            .filter(move |(register, _)| match register {
                Register::Api => false,
                Register::List(None) => true,
                Register::List(Some(claimed)) => known.is_none_or(|known| *known == **claimed),
            })
    }

    /// The `userId` to show. That of a list counts where the API gives none, unless the API was
    /// asked later and said so.
    pub(crate) fn user_id(&self) -> Option<Shown<'_>> {
        if let Some(entry) = self.api_user_id() {
            return shown(&Register::Api, entry);
        }
        let answered = [Set::Version1, Set::Version2].into_iter();
        let answered = answered
            .filter_map(|set| self.closed.get(&set)?.answered)
            .max();
        self.lists()
            .filter_map(|(register, members)| shown(register, members.get(&Member::UserId)?))
            .filter(|shown| answered.is_none_or(|answered| shown.key > answered))
            .max()
    }

    /// When this `userId`, as canonical JSON, was last reported together with the `_id`.
    pub(crate) fn named_at(&self, user_id: &str) -> Option<Key> {
        let api = self.members.get(&Register::Api).into_iter();
        let each = api.chain(self.lists().map(|(_, members)| members));
        let entries = each.filter_map(|members| members.get(&Member::UserId));
        let same = entries.filter(|entry| entry.value.as_deref() == Some(user_id));
        same.map(|entry| entry.key).max()
    }

    /// The clients that were removed, and when each was.
    fn removals(&self) -> impl Iterator<Item = (&ClientRef, Key)> {
        self.closed.iter().filter_map(|(set, closed)| match set {
            Set::RemovedClient(removed) => Some((removed, closed.last)),
            _ => None,
        })
    }

    /// What says last that there is no `userId`.
    fn no_user_id(&self) -> Option<Key> {
        let closed = [Set::Version1, Set::Version2].into_iter();
        let closed = closed.filter_map(|set| Some(self.closed.get(&set)?.last));
        let lists = self.lists().map(|(_, members)| members);
        let said = self.members.get(&Register::Api).into_iter().chain(lists);
        let said = said.filter_map(|members| Some(members.get(&Member::NoUserId)?.key));
        closed.chain(said).max()
    }

    /// Whether lists say something that does not count, because they give the user another `userId`
    /// than the API.
    pub(crate) fn contradicts(&self, claimed: &str) -> bool {
        let known = self.api_user_id().and_then(|entry| entry.value.as_deref());
        known.is_some_and(|known| known != claimed)
    }
}

fn shown<'r>(register: &'r Register, entry: &'r Entry) -> Option<Shown<'r>> {
    let value = entry.value.as_deref()?;
    Some(Shown {
        key: entry.key,
        value,
        register,
        discarded: None,
    })
}

impl<'r> PersonView<'r> {
    /// Works the person out. `survivor` is what is known under the id that is shown, and
    /// `by_user_id` what lists say under the shown `userId` alone.
    pub(crate) fn of(
        survivor: &'r Registers,
        by_user_id: Option<&'r Registers>,
        discarded: &[Discarded<'r>],
    ) -> Self {
        let sources = Sources {
            survivor,
            by_user_id,
            discarded,
        };
        let names = sources
            .all()
            .flat_map(|registers| registers.members.values());
        let names: BTreeSet<&Member> = names.flat_map(BTreeMap::keys).collect();
        let is_plain = |member: &&Member| {
            !matches!(
                member,
                Member::UserId | Member::NoUserId | Member::Client(..) | Member::SameClient(..)
            )
        };
        let plain = names.iter().copied().filter(is_plain);
        Self {
            user_id: survivor.user_id(),
            no_user_id: survivor.no_user_id(),
            members: plain
                .filter_map(|member| Some((member, sources.see(&[member])?)))
                .collect(),
            clients: clients(&sources, &names),
        }
    }
}

/// Where the values of a person come from.
struct Sources<'r, 'd> {
    survivor: &'r Registers,
    by_user_id: Option<&'r Registers>,
    discarded: &'d [Discarded<'r>],
}

impl<'r> Sources<'r, '_> {
    fn all(&self) -> impl Iterator<Item = &'r Registers> {
        let discarded = self.discarded.iter().map(|it| it.registers);
        [Some(self.survivor), self.by_user_id]
            .into_iter()
            .flatten()
            .chain(discarded)
    }

    /// The value of a member. A field of a client goes by several names: one for each kind and id
    /// by which the client was reported.
    fn see(&self, names: &[&'r Member]) -> Option<Seen<'r>> {
        let api = greatest(names.iter().filter_map(|name| {
            let entry = self.survivor.entry(&Register::Api, name)?;
            self.outlives_removal(name, entry)
                .then_some((&Register::Api, entry))
        }));
        let own = self.survivor.lists();
        let by_user_id = self.by_user_id.into_iter().flat_map(Registers::lists);
        let list = greatest(own.chain(by_user_id).flat_map(|(register, members)| {
            let entries = names.iter().filter_map(|name| members.get(*name));
            entries.map(move |entry| (register, entry))
        }));
        let shown_by = |found: Option<(&'r Register, &'r Entry)>| {
            found.and_then(|(register, entry)| shown(register, entry))
        };
        let (api, list) = (shown_by(api), shown_by(list));
        match (api, list) {
            (Some(api), Some(list)) => {
                let (shown, other) = if api > list { (api, list) } else { (list, api) };
                let also = (other.value != shown.value).then_some(other);
                Some(Seen { shown, also })
            }
            (one, other) => {
                let shown = one.or(other).or_else(|| self.of_discarded(names))?;
                Some(Seen { shown, also: None })
            }
        }
    }

    /// What only ids that were merged away say. Their nulls take nothing away.
    fn of_discarded(&self, names: &[&'r Member]) -> Option<Shown<'r>> {
        let each = self.discarded.iter().enumerate();
        let each = each.flat_map(|(place, discarded)| {
            let registers = discarded.registers;
            let api = names.iter().filter_map(move |name| {
                let entry = registers.entry(&Register::Api, name)?;
                let counts = self.outlives_answers(name, entry, discarded.merged)
                    && self.discarded_outlives_removal(discarded, name, entry);
                counts.then_some((&Register::Api, entry))
            });
            let lists = registers.lists().flat_map(|(register, members)| {
                let entries = names.iter().filter_map(|name| members.get(*name));
                entries.map(move |entry| (register, entry))
            });
            let found = [greatest(api), greatest(lists)].into_iter().flatten();
            found.filter_map(move |(register, entry)| {
                let discarded = Some(place);
                Some(Shown {
                    discarded,
                    ..shown(register, entry)?
                })
            })
        });
        each.max()
    }

    /// Whether the API, asked about the survivor after the merge, did not leave it out.
    fn outlives_answers(&self, member: &Member, entry: &Entry, merged: Key) -> bool {
        let mut closed = self.survivor.closed.iter();
        closed.all(|(set, closed)| {
            let answered = closed.answered.filter(|answered| *answered > merged);
            !member.is_in(set) || answered.is_none_or(|answered| entry.key >= answered)
        })
    }

    /// Whether a field of the survivor's client was reported after the client was removed.
    fn outlives_removal(&self, member: &Member, entry: &Entry) -> bool {
        self.outlives_each(self.survivor.removals(), member, entry)
    }

    /// The same for a client of an id that was merged away: what the survivor lost before the merge
    /// was the survivor's alone.
    fn discarded_outlives_removal(
        &self,
        discarded: &Discarded<'r>,
        member: &Member,
        entry: &Entry,
    ) -> bool {
        let own = discarded.registers.removals();
        let since = self.survivor.removals();
        let since = since.filter(|(_, removed)| *removed > discarded.merged);
        self.outlives_each(own.chain(since), member, entry)
    }

    /// Whether a field was reported after its client was removed, by any of the client's ids.
    fn outlives_each<'s>(
        &self,
        mut removals: impl Iterator<Item = (&'s ClientRef, Key)>,
        member: &Member,
        entry: &Entry,
    ) -> bool {
        let Member::Client(_, client, _) = member else {
            return true;
        };
        removals.all(|(removed, at)| entry.key > at || !self.is_same_client(removed, client))
    }

    /// Where clients that were removed without an id were, and when that was.
    fn removed_places(&self) -> impl Iterator<Item = ([&'r str; 3], Key)> {
        self.survivor
            .removals()
            .filter_map(|(removed, at)| match removed {
                ClientRef::Place(platform, integration, external) => {
                    Some(([&**platform, integration, external], at))
                }
                ClientRef::Id(_) => None,
            })
    }

    /// Whether something was reported under an id that was merged away only after a moment.
    fn is_merged_after(&self, shown: Shown<'_>, moment: Key) -> bool {
        let discarded = shown.discarded.and_then(|place| self.discarded.get(place));
        discarded.is_some_and(|discarded| discarded.merged >= moment)
    }

    fn is_same_client(&self, one: &ClientRef, other: &ClientRef) -> bool {
        one == other
            || match (one, other) {
                (ClientRef::Id(one), ClientRef::Id(other)) => {
                    let ids = self.same_clients();
                    name_of(&ids, one) == name_of(&ids, other)
                }
                _ => false,
            }
    }

    /// The least id of the client that each id belongs to, where it has several.
    fn same_clients(&self) -> BTreeMap<&'r str, &'r str> {
        let members = self.all().filter_map(|it| it.members.get(&Register::Api));
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

/// The entry with the greatest key; of equal ones the greatest value.
fn greatest<'r>(
    entries: impl Iterator<Item = (&'r Register, &'r Entry)>,
) -> Option<(&'r Register, &'r Entry)> {
    entries.max_by(|one, other| (one.1, one.0).cmp(&(other.1, other.0)))
}

fn name_of<'r>(names: &BTreeMap<&'r str, &'r str>, id: &'r str) -> &'r str {
    names.get(id).copied().unwrap_or(id)
}

/// Every client once, by whichever of its ids and kinds it was reported.
fn clients<'r>(sources: &Sources<'r, '_>, names: &BTreeSet<&'r Member>) -> Vec<SeenClient<'r>> {
    let ids = sources.same_clients();
    let mut fields: BTreeMap<(ClientRef, &'r str), Vec<&'r Member>> = BTreeMap::new();
    for &member in names {
        if let Member::Client(_, client, field) = member {
            let client = match client {
                ClientRef::Id(id) => ClientRef::Id(name_of(&ids, id).into()),
                place @ ClientRef::Place(..) => place.clone(),
            };
            fields.entry((client, field)).or_default().push(member);
        }
    }
    let mut clients: BTreeMap<ClientRef, SeenClient<'r>> = BTreeMap::new();
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
    let removed: Vec<_> = sources.removed_places().collect();
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
        seen.kind = kind_of(sources, names, &ids, client).unwrap_or(ClientKind::Channel);
    }
    arranged(&clients)
}

/// The kind by which a client was reported last, under the id that is shown if under that at all.
fn kind_of<'r>(
    sources: &Sources<'r, '_>,
    names: &BTreeSet<&'r Member>,
    ids: &BTreeMap<&'r str, &'r str>,
    client: &ClientRef,
) -> Option<ClientKind> {
    let is_it = |reported: &'r ClientRef| match (reported, client) {
        (ClientRef::Id(reported), ClientRef::Id(id)) => name_of(ids, reported) == &**id,
        (one, other) => one == other,
    };
    let reported = names.iter().filter_map(|&member| match member {
        Member::Client(kind, reported, _) if is_it(reported) => {
            let shown = sources.see(&[member])?.shown;
            let is_survivors = shown.discarded.is_none();
            Some((is_survivors, shown.key, std::cmp::Reverse(*kind)))
        }
        _ => None,
    });
    reported.max().map(|(_, _, kind)| kind.0)
}

/// Those that are worth showing, those that are not confirmed last.
fn arranged<'r>(clients: &BTreeMap<ClientRef, SeenClient<'r>>) -> Vec<SeenClient<'r>> {
    let has_install = clients
        .values()
        .any(|client| client.kind == ClientKind::Install);
    let value = |client: &SeenClient<'_>, field: &str| {
        client
            .fields
            .get(field)
            .map(|seen| seen.shown.value.to_owned())
    };
    let is_named = |place: &SeenClient<'_>| {
        let mut named = clients
            .iter()
            .filter(|(client, _)| matches!(client, ClientRef::Id(_)));
        named.any(|(_, named)| {
            ["platform", "integrationId", "externalId"]
                .iter()
                .all(|field| {
                    let said = value(place, field);
                    said.is_none() || said == value(named, field)
                })
        })
    };
    let mut shown: Vec<SeenClient<'_>> = clients
        .iter()
        .filter(|(client, seen)| match client {
            // The installs say more than the one client for all of them.
            _ if seen.kind == ClientKind::Sdk && has_install => false,
            ClientRef::Id(_) => true,
            ClientRef::Place(..) => !is_named(seen),
        })
        .map(|(_, seen)| seen.clone())
        .collect();
    shown.sort_by_key(|client| client.kind == ClientKind::Pending);
    shown
}
