//! The records themselves: a column for each fact, text in arenas.
//!
//! In: persons. Out: fields to search, facts to filter by. A record's folded text is all its
//! fields, each after a byte that gives its kind.

use jiff::Timestamp;

use super::arena::{ByteArena, TextArena};
use super::field::{Field, Kind};
use super::time::{moment, seconds};
use super::writer::{PROPERTY, Writer};
use crate::domain::{Identity, Naming, Provenance, SmoochId};
use crate::search::folded::Folded;
use crate::search::hex::{self, IdBytes};
use crate::search::mask;
use crate::search::person::Person;

const BARE: u8 = 1;
const ODD: u8 = 2;
const NAMED: u8 = 4;
const PROVENANCE_AT: u32 = 3;
/// It is not known whether there is a `userId`.
const IDENTITY_UNKNOWN: u8 = 128;

const PROVENANCES: [Provenance; 9] = [
    Provenance::Profile,
    Provenance::File,
    Provenance::Message,
    Provenance::Channel,
    Provenance::ChannelRaw,
    Provenance::MessageGenerated,
    Provenance::Pending,
    Provenance::Generated,
    Provenance::Fallback,
];

/// The platforms that have a bit of their own; all others share the last bit.
pub(super) const OWN_BITS: usize = 31;

/// Records in columns.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Rows {
    pub folded: TextArena,
    /// The characters that each record's folded text holds.
    pub masks: Vec<u64>,
    /// The `_id` as 12 bytes; zeros for an odd one.
    pub ids: Vec<IdBytes>,
    /// Seconds since 1970; 0 is never.
    pub seen: Vec<u32>,
    kept: ByteArena,
    confirmed: Vec<u32>,
    channels: Vec<u32>,
    latest: Vec<u8>,
    flags: Vec<u8>,
    platforms: Vec<Box<str>>,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.masks.len()
    }

    /// A single record.
    pub(crate) fn of_person(person: &Person<'_>) -> Self {
        let mut rows = Self::default();
        rows.push(person);
        rows
    }

    /// Adds a record; returns its number.
    pub(crate) fn push(&mut self, person: &Person<'_>) -> usize {
        let number = self.len();
        let kept = &mut self.kept;
        self.folded.push(|folded| {
            kept.push(|kept| Writer::default().write(person, folded, kept));
        });
        let id = hex::parse_id(person.id);
        self.masks.push(mask::of(self.folded.get(number)));
        self.ids.push(id.unwrap_or_default());
        let latest = person.last_seen();
        self.seen.push(latest.map_or(0, |(seen, _)| seconds(seen)));
        self.confirmed.push(person.confirmed_at.map_or(0, seconds));
        self.push_channels(person, latest.map(|(_, platform)| platform));
        self.flags.push(flags_of(person, id));
        number
    }

    fn push_channels(&mut self, person: &Person<'_>, latest: Option<&str>) {
        let platforms = person.channels.iter();
        let platforms = platforms.filter_map(|channel| channel.platform);
        let channels = platforms.fold(0, |bits, platform| {
            bits | 1_u32 << self.intern(platform).min(OWN_BITS)
        });
        self.channels.push(channels);
        let first = person.channels.first().and_then(|channel| channel.platform);
        let shown = latest.or(first);
        let shown = shown.map_or(0, |platform| self.intern(platform) + 1);
        self.latest.push(u8::try_from(shown).unwrap_or(0));
    }

    /// Adds all records of other rows, in their order. Each column is dropped as soon as it was
    /// copied, so that few columns are in memory twice.
    pub(crate) fn append(&mut self, others: Self) {
        self.folded.append(others.folded);
        self.kept.append(others.kept);
        self.masks.extend(others.masks);
        self.ids.extend(others.ids);
        self.seen.extend(others.seen);
        self.confirmed.extend(others.confirmed);
        self.flags.extend(others.flags);
        // A platform may have another number here than there.
        let names = others.platforms.iter();
        let here: Vec<usize> = names.map(|name| self.intern(name)).collect();
        let channels = others.channels.iter().map(|there| {
            let all = here.iter().enumerate();
            let set = all.filter(|(bit, _)| there & (1 << bit.min(&OWN_BITS)) != 0);
            set.fold(0, |bits, (_, here)| bits | 1_u32 << here.min(&OWN_BITS))
        });
        self.channels.extend(channels);
        let latest = others.latest.iter().map(|there| {
            let index = usize::from(*there).checked_sub(1);
            index.map_or(0, |index| u8::try_from(here[index] + 1).unwrap_or(0))
        });
        self.latest.extend(latest);
    }

    fn intern(&mut self, platform: &str) -> usize {
        let known = self.platforms.iter().position(|name| **name == *platform);
        known.unwrap_or_else(|| {
            self.platforms.push(platform.into());
            self.platforms.len() - 1
        })
    }

    /// The searched fields, in order of preference.
    pub(crate) fn fields(&self, at: usize) -> impl Iterator<Item = Field<'_>> {
        let mut rest = self.folded.get(at);
        let mut ordinal = 0;
        std::iter::from_fn(move || {
            let kind = Kind::of_byte(*rest.as_bytes().first()?)?;
            let bytes = &rest.as_bytes()[1..];
            let length = bytes.iter().position(|byte| *byte < b' ');
            let (folded, after) = rest[1..].split_at(length.unwrap_or(bytes.len()));
            let field = Field {
                ordinal,
                kind,
                folded,
            };
            ordinal += 1;
            rest = after;
            Some(field)
        })
    }

    /// A field's original text.
    pub(crate) fn shown<'a>(&'a self, at: usize, field: &Field<'a>) -> &'a str {
        let kept = self.kept(at).find(|(tag, _)| *tag == field.ordinal);
        kept.map_or(field.folded, |(_, text)| text)
    }

    /// A field folded again, with the way back to its original characters.
    pub(crate) fn unfolded(&self, at: usize, field: &Field<'_>) -> Folded {
        let shown = self.shown(at, field);
        if field.kind.is_digits() {
            Folded::phone(shown)
        } else {
            Folded::new(shown)
        }
    }

    /// Tags and texts that are kept beside the folded fields.
    pub(super) fn kept(&self, at: usize) -> impl Iterator<Item = (u8, &str)> {
        let mut rest = self.kept.get(at);
        std::iter::from_fn(move || {
            let (head, after) = rest.split_at_checked(3)?;
            let length = usize::from(u16::from_le_bytes([head[1], head[2]]));
            let (text, after) = after.split_at_checked(length)?;
            rest = after;
            Some((head[0], str::from_utf8(text).ok()?))
        })
    }

    /// Custom data: names and values.
    pub(crate) fn properties(&self, at: usize) -> impl Iterator<Item = (&str, &str)> {
        let kept = self.kept(at).filter(|(tag, _)| *tag == PROPERTY);
        kept.filter_map(|(_, text)| text.split_once('\0'))
    }

    /// The bytes of the `_id`; `None` for an odd one.
    pub(crate) fn hex_id(&self, at: usize) -> Option<&IdBytes> {
        (self.flags[at] & ODD == 0).then(|| &self.ids[at])
    }

    /// The `_id` as text.
    pub(crate) fn id_text(&self, at: usize) -> String {
        if let Some(id) = self.hex_id(at) {
            return hex::id_text(id);
        }
        let odd = self.fields(at).find(|field| field.kind == Kind::OddId);
        odd.map_or_else(String::new, |field| self.shown(at, &field).to_owned())
    }

    pub(crate) fn smooch_id(&self, at: usize) -> SmoochId {
        SmoochId::new(self.id_text(at))
    }

    /// Whether nothing but the `_id` is known.
    pub(crate) fn is_bare(&self, at: usize) -> bool {
        self.flags[at] & BARE != 0
    }

    /// Follows from the `userId`; `None` when it is not known whether there is one.
    pub(crate) fn identity(&self, at: usize) -> Option<Identity> {
        if self.has_field(at, &[Kind::UserId, Kind::RandomUserId]) {
            return Some(Identity::Identified);
        }
        (self.flags[at] & IDENTITY_UNKNOWN == 0).then_some(Identity::Anonymous)
    }

    pub(crate) fn naming(&self, at: usize) -> Naming {
        if self.flags[at] & NAMED != 0 {
            Naming::Named
        } else {
            Naming::Unnamed
        }
    }

    pub(crate) fn provenance(&self, at: usize) -> Provenance {
        let number = (self.flags[at] & !IDENTITY_UNKNOWN) >> PROVENANCE_AT;
        PROVENANCES[usize::from(number) % PROVENANCES.len()]
    }

    /// Whether a record has a field of one of these kinds.
    pub(crate) fn has_field(&self, at: usize, kinds: &[Kind]) -> bool {
        self.fields(at).any(|field| kinds.contains(&field.kind))
    }

    /// The platforms of all records.
    pub(crate) fn platforms(&self) -> impl Iterator<Item = &str> {
        self.platforms.iter().map(|name| &**name)
    }

    /// The bits of the platforms whose names satisfy a condition.
    pub(crate) fn channel_bits(&self, wanted: impl Fn(&str) -> bool) -> u32 {
        let platforms = self.platforms.iter().enumerate();
        let bits = platforms.filter(|(_, name)| wanted(name));
        bits.fold(0, |all, (bit, _)| all | 1 << bit.min(OWN_BITS))
    }

    /// The bits of a record's platforms.
    pub(crate) fn channels(&self, at: usize) -> u32 {
        self.channels[at]
    }

    /// The platform of the latest sign of the user, or the first one.
    pub(super) fn shown_platform(&self, at: usize) -> Option<&str> {
        let index = usize::from(self.latest[at]).checked_sub(1)?;
        self.platforms.get(index).map(|name| &**name)
    }

    pub(super) fn seen_at(&self, at: usize) -> Option<Timestamp> {
        (self.seen[at] > 0).then(|| moment(self.seen[at]))
    }

    /// When the API confirmed the record; `None` when only the `_id` is known.
    pub(crate) fn confirmed(&self, at: usize) -> Option<u32> {
        (!self.is_bare(at)).then(|| self.confirmed[at])
    }

    pub(crate) fn shrink(&mut self) {
        self.folded.shrink();
        self.kept.shrink();
        self.masks.shrink_to_fit();
        self.ids.shrink_to_fit();
        for column in [&mut self.seen, &mut self.confirmed, &mut self.channels] {
            column.shrink_to_fit();
        }
        self.latest.shrink_to_fit();
        self.flags.shrink_to_fit();
    }
}

fn flags_of(person: &Person<'_>, id: Option<IdBytes>) -> u8 {
    let provenance = PROVENANCES.iter().position(|p| *p == person.provenance);
    let provenance = u8::try_from(provenance.unwrap_or(0)).unwrap_or(0);
    let mut flags = provenance << PROVENANCE_AT;
    for (flag, is_set) in [
        (BARE, person.confirmed_at.is_none()),
        (ODD, id.is_none()),
        (NAMED, person.naming == Naming::Named),
        (IDENTITY_UNKNOWN, person.identity.is_none()),
    ] {
        flags |= if is_set { flag } else { 0 };
    }
    flags
}
