//! The person that registers show: what is known under the id that survives, then what only ids that
//! were merged into it say, then what lists say under the `userId`.
//!
//! In: registers. Out: each member with the value to show and what it rests on. Nothing is stored
//! here: whatever is learnt later, the view is worked out again.

mod clients;
mod identity;
mod shown;
mod sources;

use std::collections::{BTreeMap, BTreeSet};

use self::clients::clients;
use self::shown::shown;
pub(crate) use self::shown::{Discarded, Seen, SeenClient, Shown};
use self::sources::Sources;
use super::registers::Entry;
use super::{Key, Member, Register, Registers, Set};

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
