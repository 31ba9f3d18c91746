//! The person that registers show: what is known under the id that survives, then what only ids that
//! were merged into it say, then what lists say under the `userId`.
//!
//! In: registers. Out: each member with the value to show and what it rests on. Nothing is stored
//! here: whatever is learnt later, the view is worked out again.

use std::collections::{BTreeMap, BTreeSet};

use self::clients::{Clients, clients};
use super::registers::Entry;
use super::{ClientKind, Key, Member, Register, Registers, Set};

mod clients;

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
        let sources = Sources::of(survivor, by_user_id, discarded);
        let all = sources.all.iter();
        let names = all.flat_map(|registers| registers.members.values());
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
    /// Each of these.
    all: Vec<&'r Registers>,
    clients: Clients<'r>,
}

impl<'r, 'd> Sources<'r, 'd> {
    fn of(
        survivor: &'r Registers,
        by_user_id: Option<&'r Registers>,
        discarded: &'d [Discarded<'r>],
    ) -> Self {
        let own = [Some(survivor), by_user_id].into_iter().flatten();
        let merged = discarded.iter().map(|it| it.registers);
        let all: Vec<&'r Registers> = own.chain(merged).collect();
        Self {
            survivor,
            by_user_id,
            discarded,
            clients: Clients::of(&all),
            all,
        }
    }

    /// The value of a member. A field of a client goes by several names: one for each kind and id
    /// by which the client was reported.
    fn see(&self, names: &[&'r Member]) -> Option<Seen<'r>> {
        let api = greatest(names.iter().filter_map(|name| {
            let entry = self.survivor.entry(&Register::Api, name)?;
            let is_gone = self.clients.is_gone(self.survivor, name, entry.key);
            (!is_gone).then_some((&Register::Api, entry))
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
                let is_gone = self.clients.is_gone(registers, name, entry.key)
                    || self.is_left_out(discarded, name, entry.key);
                (!is_gone).then_some((&Register::Api, entry))
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

    /// Whether the API, asked about the survivor after the merge, leaves out what a discarded id
    /// says, or the client was removed from the survivor since.
    fn is_left_out(&self, discarded: &Discarded<'r>, member: &Member, key: Key) -> bool {
        let since = |moment: &Key| *moment > discarded.merged;
        let list = self.clients.list_of(discarded.registers, member);
        let mut closed = self.survivor.closed.iter();
        closed.any(|(set, closed)| {
            let is_in = member.is_in(set) || list == Some(set);
            is_in && closed.answered.filter(since).is_some_and(|it| key < it)
        }) || self
            .clients
            .removed_at(self.survivor, member)
            .filter(since)
            .is_some_and(|removed| key <= removed)
    }

    /// Whether something was reported under an id that was merged away only after a moment.
    fn is_merged_after(&self, shown: Shown<'_>, moment: Key) -> bool {
        let discarded = shown.discarded.and_then(|place| self.discarded.get(place));
        discarded.is_some_and(|discarded| discarded.merged >= moment)
    }
}

/// The entry with the greatest key; of equal ones the greatest value.
fn greatest<'r>(
    entries: impl Iterator<Item = (&'r Register, &'r Entry)>,
) -> Option<(&'r Register, &'r Entry)> {
    entries.max_by(|one, other| (one.1, one.0).cmp(&(other.1, other.0)))
}
