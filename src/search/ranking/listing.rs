//! Orders that do not depend on how well users match: last seen, name, last opened.
//!
//! In: everybody who matches. Out: the first of them with their places. Pinned users come first.
//! Only these orders look at everybody, so only an agent who asks for one waits for it.

use std::cmp::{Ordering, Reverse};

use super::candidates::{Candidates, STEP};
use super::top::{Collector, Ranked};
use crate::search::index::{Bits, Kind};
use crate::search::query::{Hit, Order, Rank};

/// Collects the first of those that `find` finds, and counts all; `None` when cancelled.
pub(crate) fn collect(
    candidates: &Candidates,
    order: Order,
    find: impl FnOnce(&Candidates) -> Vec<usize>,
    collector: &mut Collector,
) -> Option<()> {
    let numbers = find(candidates);
    if candidates.is_cancelled() {
        return None;
    }
    collector.matched += numbers.len();
    let keys = numbers.iter().map(|number| Key::of(candidates, *number));
    let mut keys: Vec<Key<'_>> = keys.collect();
    let compare = |one: &Key<'_>, other: &Key<'_>| one.compare(other, order);
    if keys.len() > candidates.limit {
        keys.select_nth_unstable_by(candidates.limit, compare);
        keys.truncate(candidates.limit);
    }
    keys.sort_unstable_by(compare);
    for (listed, key) in (0..).zip(keys) {
        let mut ranked = rank_of(candidates, key.number);
        ranked.score.listed = listed;
        collector.top.push(ranked);
    }
    Some(())
}

/// Sorts the hits of an answer, to which other spellings may have added some: first those that the
/// text names, which stay as they are, last the mere likenesses.
pub(crate) fn sort(candidates: &Candidates, order: Order, hits: &mut [Hit]) {
    let class = |hit: &Hit| match hit.rank {
        Some(Rank::Exact) => 0,
        Some(Rank::Fuzzy) => 2,
        _ => 1,
    };
    let key = |hit: &Hit| {
        let number = candidates.snapshot.index.find(&hit.entry.id)?;
        (class(hit) > 0).then(|| Key::of(candidates, number))
    };
    hits.sort_by(|one, other| {
        class(one).cmp(&class(other)).then_with(|| {
            let keys = key(one).zip(key(other));
            keys.map_or(Ordering::Equal, |(one, other)| one.compare(&other, order))
        })
    });
}

fn rank_of(candidates: &Candidates, number: usize) -> Ranked {
    let found = candidates.literal(number);
    let found = found.map(|found| candidates.ranked_match(number, &found));
    found.unwrap_or_else(|| candidates.ranked(number, Rank::Substring, 0, 0))
}

/// Everybody who passes a query without terms.
pub(crate) fn everybody(candidates: &Candidates) -> Vec<usize> {
    let base = Bits::all(candidates.base().rows.len());
    passing(candidates, &base, |number| candidates.passes(number))
}

/// Everybody who holds every term as it is written: of the base those of `literal`.
pub(crate) fn holders(candidates: &Candidates, literal: &Bits) -> Vec<usize> {
    let is_picky = candidates.query.is_picky();
    let first_recent = candidates.base().rows.len();
    passing(candidates, literal, |number| {
        let is_sure = !is_picky && number < first_recent;
        is_sure || candidates.literal(number).is_some()
    })
}

fn passing(candidates: &Candidates, base: &Bits, passes: impl Fn(usize) -> bool) -> Vec<usize> {
    let index = &candidates.snapshot.index;
    let base = base.within(0..base.word_count());
    let base = base.filter(|number| index.is_alive(*number));
    let mut numbers = Vec::new();
    for (step, number) in base.chain(index.recent_numbers()).enumerate() {
        if step % STEP == 0 && candidates.is_cancelled() {
            break;
        }
        if passes(number) {
            numbers.push(number);
        }
    }
    numbers
}

/// What the orders look at.
struct Key<'a> {
    number: usize,
    pinned: Reverse<bool>,
    opened: Reverse<u64>,
    seen: Reverse<u32>,
    /// The folded name.
    name: Option<&'a str>,
    place: usize,
}

impl<'a> Key<'a> {
    fn of(candidates: &'a Candidates, number: usize) -> Self {
        let (rows, at, _) = candidates.row(number);
        let boost = candidates.boosts.get(number);
        let mut fields = rows.fields(at);
        let name = fields.find(|field| field.kind == Kind::Name);
        Self {
            number,
            pinned: Reverse(boost.pinned),
            opened: Reverse(boost.opened),
            seen: Reverse(rows.seen[at]),
            name: name.map(|field| field.folded),
            place: candidates.snapshot.index.place(number),
        }
    }

    fn compare(&self, other: &Self, order: Order) -> Ordering {
        let by_order = match order {
            Order::Match | Order::Seen => Ordering::Equal,
            Order::Name => {
                let nameless = |key: &Self| key.name.is_none();
                let by_name = || self.name.cmp(&other.name);
                nameless(self).cmp(&nameless(other)).then_with(by_name)
            }
            Order::Opened => self.opened.cmp(&other.opened),
        };
        let by_pin = self.pinned.cmp(&other.pinned);
        let by_age = || (self.seen, self.place).cmp(&(other.seen, other.place));
        by_pin.then(by_order).then_with(by_age)
    }
}
