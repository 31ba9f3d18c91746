//! Filters, made ready for the rows that they are held against.

use std::collections::BTreeSet;

use crate::domain::{Identity, Naming};
use crate::search::index::{Kind, Rows};
use crate::search::known::KnownUsers;
use crate::search::language::{Filter, Thing, Wanted};
use crate::text::fold;

/// Filters for certain rows at a certain moment.
#[derive(Debug, Default)]
pub struct Checks(Vec<(Check, bool)>);

#[derive(Debug)]
enum Check {
    Identity(Identity),
    Naming(Naming),
    /// Reached by one of the platforms with these bits.
    Channels(u32),
    SeenSince(u32),
    NotSeenSince(u32),
    Has(Thing),
    Property {
        name: String,
        value: String,
    },
}

impl Checks {
    /// Makes filters ready; `now` in seconds since 1970.
    pub fn new(filters: &[Wanted], rows: &Rows, now: u32) -> Self {
        let since = |age: &std::time::Duration| {
            now.saturating_sub(u32::try_from(age.as_secs()).unwrap_or(u32::MAX))
        };
        let checks = filters.iter().map(|Wanted { filter, wanted }| {
            let check = match filter {
                Filter::Identity(identity) => Check::Identity(*identity),
                Filter::Naming(naming) => Check::Naming(*naming),
                Filter::Channel(name) => {
                    Check::Channels(rows.channel_bits(|platform| fold(platform).starts_with(name)))
                }
                Filter::SeenWithin(age) => Check::SeenSince(since(age)),
                Filter::NotSeenWithin(age) => Check::NotSeenSince(since(age)),
                Filter::Has(thing) => Check::Has(*thing),
                Filter::Property { name, value } => Check::Property {
                    name: name.clone(),
                    value: value.clone(),
                },
            };
            (check, *wanted)
        });
        Self(checks.collect())
    }

    /// Whether a record satisfies them all.
    pub fn hold(&self, rows: &Rows, at: usize) -> bool {
        // Of somebody known by id alone nothing can be said, neither yes nor no.
        let mut checks = self.0.iter();
        self.0.is_empty()
            || (!rows.is_bare(at)
                && checks.all(|(check, wanted)| check.holds(rows, at) == Some(*wanted)))
    }
}

/// More channels than these are not told.
const MOST_CHANNELS: usize = 12;

/// Says which channels there are if nobody has the one that is asked for.
pub fn unknown_channel(filters: &[Wanted], known: &KnownUsers) -> Option<String> {
    let index = known.index();
    let rows = [&index.base().rows, index.newcomers()];
    let is_unknown = |name: &&String| {
        let mut platforms = rows.iter().flat_map(|rows| rows.platforms());
        !platforms.any(|platform| fold(platform).starts_with(name.as_str()))
    };
    let mut asked = filters.iter().filter_map(|filter| match filter {
        Wanted {
            filter: Filter::Channel(name),
            wanted: true,
        } => Some(name),
        _ => None,
    });
    let name = asked.find(is_unknown)?;
    let there: BTreeSet<&str> = rows.iter().flat_map(|rows| rows.platforms()).collect();
    let listed: Vec<&str> = there.iter().copied().take(MOST_CHANNELS).collect();
    let listed = match (there.len(), there.len() > MOST_CHANNELS) {
        (0, _) => return None,
        (_, true) => format!("{} and others", listed.join(", ")),
        (_, false) => listed.join(", "),
    };
    Some(format!(
        "nobody known here has a channel “{name}”; there are {listed}"
    ))
}

impl Check {
    /// Whether it holds; `None` where that is not known.
    fn holds(&self, rows: &Rows, at: usize) -> Option<bool> {
        Some(match self {
            Self::Identity(identity) => return Some(rows.identity(at)? == *identity),
            Self::Naming(naming) => *naming == rows.naming(at),
            Self::Channels(bits) => rows.is_reached_by(at, *bits),
            Self::SeenSince(moment) => rows.seen[at] > 0 && rows.seen[at] >= *moment,
            Self::NotSeenSince(moment) => rows.seen[at] < *moment,
            Self::Has(Thing::UserId) => return Some(rows.identity(at)? == Identity::Identified),
            Self::Has(thing) => has(rows, at, *thing),
            Self::Property { name, value } => rows
                .properties(at)
                .any(|(key, text)| fold(key) == *name && fold(text).starts_with(value)),
        })
    }
}

fn has(rows: &Rows, at: usize, thing: Thing) -> bool {
    match thing {
        Thing::Email => rows.has_field(at, &[Kind::Email]),
        Thing::Phone => rows.has_field(at, &[Kind::Phone]),
        Thing::UserId => rows.identity(at) == Some(Identity::Identified),
        Thing::Name => rows.has_field(at, &[Kind::Name]),
        Thing::Channel => rows.has_channels(at),
        Thing::Properties => rows.properties(at).next().is_some(),
    }
}
