//! The filters of a query, bound to the rows that they are applied to.

use std::collections::BTreeSet;

use crate::domain::{Identity, Naming};
use crate::search::index::{Index, Kind, Rows};
use crate::search::language::{Filter, Thing, Wanted};
use crate::text::fold;

/// Filters for certain rows at a certain moment.
#[derive(Debug, Default)]
pub(crate) struct BoundFilters(Vec<(BoundFilter, bool)>);

#[derive(Debug)]
enum BoundFilter {
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

impl BoundFilters {
    /// Binds filters to rows; `now` in seconds since 1970.
    pub(crate) fn new(filters: &[Wanted], rows: &Rows, now: u32) -> Self {
        let since = |age: &std::time::Duration| {
            now.saturating_sub(u32::try_from(age.as_secs()).unwrap_or(u32::MAX))
        };
        let bound = filters.iter().map(|Wanted { filter, wanted }| {
            let bound = match filter {
                Filter::Identity(identity) => BoundFilter::Identity(*identity),
                Filter::Naming(naming) => BoundFilter::Naming(*naming),
                Filter::Channel(name) => {
                    let is_meant = |platform: &str| fold(platform).starts_with(name);
                    BoundFilter::Channels(rows.channel_bits(is_meant))
                }
                Filter::SeenWithin(age) => BoundFilter::SeenSince(since(age)),
                Filter::NotSeenWithin(age) => BoundFilter::NotSeenSince(since(age)),
                Filter::Has(thing) => BoundFilter::Has(*thing),
                Filter::Property { name, value } => BoundFilter::Property {
                    name: name.clone(),
                    value: value.clone(),
                },
            };
            (bound, *wanted)
        });
        Self(bound.collect())
    }

    /// Whether a record passes all of them.
    pub(crate) fn pass(&self, rows: &Rows, at: usize) -> bool {
        // About a user who is known by id alone no filter can say anything, neither yes nor no.
        let mut filters = self.0.iter();
        self.0.is_empty()
            || (!rows.is_bare(at)
                && filters.all(|(filter, wanted)| filter.holds(rows, at) == Some(*wanted)))
    }
}

impl BoundFilter {
    /// Whether it holds; `None` where that is not known.
    fn holds(&self, rows: &Rows, at: usize) -> Option<bool> {
        Some(match self {
            Self::Identity(identity) => return Some(rows.identity(at)? == *identity),
            Self::Naming(naming) => *naming == rows.naming(at),
            Self::Channels(bits) => rows.channels(at) & bits != 0,
            Self::SeenSince(moment) => rows.seen[at] > 0 && rows.seen[at] >= *moment,
            Self::NotSeenSince(moment) => rows.seen[at] < *moment,
            Self::Has(Thing::UserId) => return Some(rows.identity(at)? == Identity::Identified),
            Self::Has(Thing::Email) => rows.has_field(at, &[Kind::Email]),
            Self::Has(Thing::Phone) => rows.has_phone(at),
            Self::Has(Thing::Name) => rows.has_field(at, &[Kind::Name]),
            Self::Has(Thing::Channel) => rows.channels(at) != 0,
            Self::Has(Thing::Properties) => rows.properties(at).next().is_some(),
            Self::Property { name, value } => rows
                .properties(at)
                .any(|(key, text)| fold(key) == *name && fold(text).starts_with(value)),
        })
    }
}

/// At most this many channels are listed.
const MAX_CHANNELS: usize = 12;

/// Says which channels there are if no user has the one that is asked for.
pub(crate) fn unknown_channel(filters: &[Wanted], index: &Index) -> Option<String> {
    let rows = index.all_rows();
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
    let all: BTreeSet<&str> = rows.iter().flat_map(|rows| rows.platforms()).collect();
    let listed: Vec<&str> = all.iter().copied().take(MAX_CHANNELS).collect();
    let listed = match (all.len(), all.len() > MAX_CHANNELS) {
        (0, _) => return None,
        (_, true) => format!("{} and others", listed.join(", ")),
        (_, false) => listed.join(", "),
    };
    Some(format!(
        "nobody known here has a channel “{name}”; there are {listed}"
    ))
}
