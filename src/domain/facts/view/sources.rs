//! Where the values of a person come from, and which of them counts.
//!
//! In: what is known under the id that is shown, under ids merged into it, and under the `userId`.
//! Out: the value of a member, the survivor's first.

use super::identity::Clients;
use super::shown::{Discarded, Seen, Shown, shown};
use crate::domain::facts::registers::Entry;
use crate::domain::facts::{Key, Member, Register, Registers};

/// Where the values of a person come from.
pub(super) struct Sources<'r, 'd> {
    pub(super) survivor: &'r Registers,
    by_user_id: Option<&'r Registers>,
    discarded: &'d [Discarded<'r>],
    /// Each of these.
    pub(super) all: Vec<&'r Registers>,
    pub(super) clients: Clients<'r>,
}

impl<'r, 'd> Sources<'r, 'd> {
    pub(super) fn of(
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
    pub(super) fn see(&self, names: &[&'r Member]) -> Option<Seen<'r>> {
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
    pub(super) fn is_merged_after(&self, shown: Shown<'_>, moment: Key) -> bool {
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
