//! The records themselves: a column for each fact, text in arenas.
//!
//! In: persons. Out: fields to search, summaries to show. A record's folded text is its fields one
//! after the other, each behind a byte that says what it is; folded text holds no control
//! character, so these bytes also part the fields. A field's own characters are kept only where
//! folding changed them.

use jiff::Timestamp;

use super::arena::{ByteArena, TextArena};
use super::mask;
use crate::domain::{Identity, Naming, Platform, Provenance, SmoochId, Untrusted, UserId};
use crate::search::folded::{
    Folded, fold_onto, has_phones, is_phone, is_random, is_surely_phone, phone_onto,
};
use crate::search::person::{Person, PersonChannel};
use crate::search::query::{HitField, Summary};

/// What a field is; the byte before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Name = 1,
    Email = 2,
    UserId = 3,
    /// A `userId` of random digits: no scattered characters are looked for in it.
    RandomUserId = 4,
    /// An `_id` that is not 24 hexadecimal digits.
    OddId = 5,
    ChannelName = 6,
    ExternalId = 7,
    /// An external id that is a phone number, by its digits.
    Phone = 8,
    /// An external id by its digits, which need not be those of a phone.
    Number = 9,
    /// A name that is written as a phone number, by its digits; its text is a field too.
    NamePhone = 10,
    /// The same of a channel's name.
    ChannelNamePhone = 11,
}

impl Kind {
    const ALL: [Self; 11] = [
        Self::Name,
        Self::Email,
        Self::UserId,
        Self::RandomUserId,
        Self::OddId,
        Self::ChannelName,
        Self::ExternalId,
        Self::Phone,
        Self::Number,
        Self::NamePhone,
        Self::ChannelNamePhone,
    ];

    fn of_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte).checked_sub(1)?).copied()
    }

    pub const fn hit_field(self) -> HitField {
        match self {
            Self::Name | Self::NamePhone => HitField::Name,
            Self::Email => HitField::Email,
            Self::UserId | Self::RandomUserId => HitField::UserId,
            Self::OddId => HitField::SmoochId,
            Self::ChannelName | Self::ChannelNamePhone => HitField::ChannelName,
            Self::ExternalId | Self::Phone | Self::Number => HitField::ExternalId,
        }
    }

    /// Whether such a field is the digits of what is shown.
    pub const fn is_digits(self) -> bool {
        matches!(
            self,
            Self::Phone | Self::Number | Self::NamePhone | Self::ChannelNamePhone
        )
    }

    /// Whether scattered characters mean something in such a field.
    pub const fn is_fuzzy(self) -> bool {
        matches!(
            self,
            Self::Name | Self::Email | Self::UserId | Self::ChannelName
        )
    }
}

/// One searched field of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// Its place among the record's fields.
    pub ordinal: u8,
    pub kind: Kind,
    pub folded: &'a str,
}

/// The most fields of a record that are searched.
const MOST_FIELDS: u8 = 200;

/// Tags of what is kept beside the fields' own characters.
const LABEL: u8 = 251;
const PROPERTY: u8 = 252;

const BARE: u8 = 1;
const ODD: u8 = 2;
const NAMED: u8 = 4;
const PROVENANCE_AT: u32 = 3;
/// Nothing was told about a `userId`.
const UNTOLD: u8 = 64;

const PROVENANCES: [Provenance; 8] = [
    Provenance::Profile,
    Provenance::Message,
    Provenance::Channel,
    Provenance::ChannelRaw,
    Provenance::MessageGenerated,
    Provenance::Pending,
    Provenance::Generated,
    Provenance::Fallback,
];

/// The platforms that have a bit of their own; all others share the last bit.
const OWN_BITS: usize = 31;

/// Records in columns.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Rows {
    pub folded: TextArena,
    pub masks: Vec<u64>,
    /// The `_id` as 12 bytes; zeros for an odd one.
    pub ids: Vec<[u8; 12]>,
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
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// One record.
    pub fn of_person(person: &Person<'_>) -> Self {
        let mut rows = Self::default();
        rows.push(person);
        rows
    }

    /// Adds a record; answers its number.
    pub fn push(&mut self, person: &Person<'_>) -> usize {
        let number = self.len();
        let label = generated_label(person);
        let mut writer = Writer::default();
        let kept = &mut self.kept;
        self.folded.push(|folded| {
            kept.push(|kept| writer.write(person, label, folded, kept));
        });
        let id = hex_id(person.id);
        self.masks.push(mask::of(self.folded.get(number)));
        self.ids.push(id.unwrap_or_default());
        let latest = person.last_seen();
        self.seen.push(latest.map_or(0, |(seen, _)| seconds(seen)));
        self.confirmed.push(person.confirmed_at.map_or(0, seconds));
        let mut channels = 0;
        for platform in person
            .channels
            .iter()
            .filter_map(|channel| channel.platform)
        {
            channels |= 1_u32 << self.intern(platform).min(OWN_BITS);
        }
        self.channels.push(channels);
        let first = person.channels.first().and_then(|channel| channel.platform);
        let platform = latest.map(|(_, platform)| platform).or(first);
        let platform = platform.map_or(0, |platform| self.intern(platform) + 1);
        self.latest.push(u8::try_from(platform).unwrap_or(0));
        let provenance = PROVENANCES.iter().position(|p| *p == person.provenance);
        let provenance = u8::try_from(provenance.unwrap_or(0)).unwrap_or(0);
        let mut flags = provenance << PROVENANCE_AT;
        for (flag, set) in [
            (BARE, person.confirmed_at.is_none()),
            (ODD, id.is_none()),
            (NAMED, person.naming == Naming::Named),
            (UNTOLD, person.identity.is_none()),
        ] {
            flags |= if set { flag } else { 0 };
        }
        self.flags.push(flags);
        number
    }

    /// Adds all records of others, which keep their order. Each column is let go as soon as it was
    /// copied: few of them are there twice.
    pub fn append(&mut self, others: Self) {
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

    /// The searched fields, in the order in which they are preferred.
    pub fn fields(&self, at: usize) -> impl Iterator<Item = Field<'_>> {
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

    /// A field's own characters.
    pub fn shown<'a>(&'a self, at: usize, field: &Field<'a>) -> &'a str {
        let kept = self.kept(at).find(|(tag, _)| *tag == field.ordinal);
        kept.map_or(field.folded, |(_, text)| text)
    }

    /// A field folded anew, with the way back to its own characters.
    pub fn unfolded(&self, at: usize, field: &Field<'_>) -> Folded {
        let shown = self.shown(at, field);
        if field.kind.is_digits() {
            Folded::phone(shown)
        } else {
            Folded::new(shown)
        }
    }

    fn kept(&self, at: usize) -> impl Iterator<Item = (u8, &str)> {
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
    pub fn properties(&self, at: usize) -> impl Iterator<Item = (&str, &str)> {
        let kept = self.kept(at).filter(|(tag, _)| *tag == PROPERTY);
        kept.filter_map(|(_, text)| text.split_once('\0'))
    }

    /// The `_id` as the 12 bytes that its digits stand for; `None` for an odd one.
    pub fn hex_id(&self, at: usize) -> Option<&[u8; 12]> {
        (self.flags[at] & ODD == 0).then(|| &self.ids[at])
    }

    /// The `_id` as text.
    pub fn id_text(&self, at: usize) -> String {
        if let Some(id) = self.hex_id(at) {
            return hex_text(id);
        }
        let odd = self.fields(at).find(|field| field.kind == Kind::OddId);
        odd.map_or_else(String::new, |field| self.shown(at, &field).to_owned())
    }

    pub fn is_bare(&self, at: usize) -> bool {
        self.flags[at] & BARE != 0
    }

    /// What follows from the `userId`; `None` when nothing was told about one.
    pub fn identity(&self, at: usize) -> Option<Identity> {
        if self.has_field(at, &[Kind::UserId, Kind::RandomUserId]) {
            return Some(Identity::Identified);
        }
        (self.flags[at] & UNTOLD == 0).then_some(Identity::Anonymous)
    }

    /// Whether a record has a field of one of these kinds.
    pub fn has_field(&self, at: usize, kinds: &[Kind]) -> bool {
        self.fields(at).any(|field| kinds.contains(&field.kind))
    }

    pub fn provenance(&self, at: usize) -> Provenance {
        PROVENANCES[usize::from(self.flags[at] >> PROVENANCE_AT) % PROVENANCES.len()]
    }

    pub fn has_channels(&self, at: usize) -> bool {
        self.channels[at] != 0
    }

    /// The platforms of all records.
    pub fn platforms(&self) -> impl Iterator<Item = &str> {
        self.platforms.iter().map(|name| &**name)
    }

    /// The bits of the platforms whose names satisfy a condition.
    pub fn channel_bits(&self, wanted: impl Fn(&str) -> bool) -> u32 {
        let platforms = self.platforms.iter().enumerate();
        let bits = platforms.filter(|(_, name)| wanted(name));
        bits.fold(0, |all, (bit, _)| all | 1 << bit.min(OWN_BITS))
    }

    pub fn is_reached_by(&self, at: usize, bits: u32) -> bool {
        self.channels[at] & bits != 0
    }

    /// When the API confirmed the record; `None` when only the `_id` is known.
    pub fn confirmed(&self, at: usize) -> Option<u32> {
        (!self.is_bare(at)).then(|| self.confirmed[at])
    }

    /// What a row of a list shows; `None` when only the `_id` is known.
    pub fn summary(&self, at: usize) -> Option<Summary> {
        let confirmed_at = moment(self.confirmed(at)?);
        let field = |kinds: &[Kind]| {
            let field = self.fields(at).find(|field| kinds.contains(&field.kind))?;
            Some(self.shown(at, &field))
        };
        let user_id = field(&[Kind::UserId, Kind::RandomUserId]);
        let platform = usize::from(self.latest[at]).checked_sub(1);
        let platform = platform.and_then(|index| self.platforms.get(index));
        Some(Summary {
            name: self
                .name(at, field(&[Kind::Name]))
                .map_or_else(|| Untrusted::from(NOBODY), Untrusted::from),
            provenance: self.provenance(at),
            naming: self.naming(at),
            identity: self.identity(at),
            user_id: user_id.map(UserId::new),
            channel: platform.map(|name| Platform(Untrusted::new(name.clone()))),
            seen: self.seen_at(at),
            confirmed_at,
        })
    }

    fn name(&self, at: usize, searched: Option<&str>) -> Option<String> {
        let label = || self.kept(at).find(|(tag, _)| *tag == LABEL);
        let made = || Some(format!("{}{MADE}{}", label()?.1, self.id_text(at)));
        searched.map(str::to_owned).or_else(made)
    }

    /// Hands a record on as the person it was made of, as far as the record goes.
    pub fn with_person<T>(&self, at: usize, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let id = self.id_text(at);
        let first = |kinds: &[Kind]| {
            let field = self.fields(at).find(|field| kinds.contains(&field.kind))?;
            Some(self.shown(at, &field))
        };
        let name = self.name(at, first(&[Kind::Name])).unwrap_or_default();
        let channels = self.channels_of(at);
        let properties: Vec<_> = self
            .properties(at)
            .map(|(name, value)| (name, value.into()))
            .collect();
        take(&Person {
            id: &id,
            user_id: first(&[Kind::UserId, Kind::RandomUserId]),
            identity: self.identity(at),
            name: &name,
            provenance: self.provenance(at),
            naming: self.naming(at),
            email: first(&[Kind::Email]),
            channels: &channels,
            properties: &properties,
            confirmed_at: self.confirmed(at).map(moment),
        })
    }

    /// The channels as far as they are kept: that of the latest sign first, the names and ids at
    /// channels of their own that no platform is known of.
    fn channels_of(&self, at: usize) -> Vec<PersonChannel<'_>> {
        let nowhere = PersonChannel {
            platform: None,
            display_name: None,
            external_id: None,
            last_seen: None,
        };
        let latest = usize::from(self.latest[at]).checked_sub(1);
        let platforms = self.platforms.iter().enumerate();
        let mut channels: Vec<PersonChannel<'_>> = platforms
            .filter(|(index, _)| self.channels[at] & (1 << index.min(&OWN_BITS)) != 0)
            .map(|(index, name)| PersonChannel {
                platform: Some(name),
                last_seen: (latest == Some(index)).then(|| self.seen_at(at)).flatten(),
                ..nowhere
            })
            .collect();
        // The first channel is the one that a user was never seen on is shown with.
        let shown = latest.map(|index| &*self.platforms[index]);
        channels.sort_by_key(|channel| channel.platform != shown);
        for field in self.fields(at) {
            let text = self.shown(at, &field);
            match field.kind {
                Kind::ChannelName => channels.push(PersonChannel {
                    display_name: Some(text),
                    ..nowhere
                }),
                Kind::ExternalId | Kind::Number => channels.push(PersonChannel {
                    external_id: Some(text),
                    ..nowhere
                }),
                // It stays a phone number by a channel of this user that has them.
                Kind::Phone => channels.push(PersonChannel {
                    platform: channels
                        .iter()
                        .filter_map(|channel| channel.platform)
                        .find(|name| has_phones(name)),
                    external_id: Some(text),
                    ..nowhere
                }),
                _ => {}
            }
        }
        channels
    }

    fn seen_at(&self, at: usize) -> Option<Timestamp> {
        (self.seen[at] > 0).then(|| moment(self.seen[at]))
    }

    pub fn naming(&self, at: usize) -> Naming {
        if self.flags[at] & NAMED != 0 {
            Naming::Named
        } else {
            Naming::Unnamed
        }
    }

    pub fn smooch_id(&self, at: usize) -> SmoochId {
        SmoochId::new(self.id_text(at))
    }

    pub fn shrink(&mut self) {
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

/// Between the label and the `_id` in a name that was made of them.
const MADE: &str = " User ";

/// The name of a user of whom nothing is known.
const NOBODY: &str = "Anonymous";

/// The part of a made name that is not the `_id`. Such a name says nothing about the user and is
/// not searched.
fn generated_label<'a>(person: &Person<'a>) -> Option<&'a str> {
    match person.provenance {
        Provenance::Generated => person.name.strip_suffix(person.id)?.strip_suffix(MADE),
        _ => None,
    }
}

/// Writes a record's fields and counts them.
#[derive(Default)]
struct Writer {
    fields: u8,
}

impl Writer {
    fn write(
        &mut self,
        person: &Person<'_>,
        label: Option<&str>,
        to: &mut String,
        kept: &mut Vec<u8>,
    ) {
        let nobody = person.name.is_empty() || person.provenance == Provenance::Fallback;
        if let Some(label) = label {
            keep(LABEL, label, kept);
        } else if !nobody {
            self.name([Kind::Name, Kind::NamePhone], person.name, to, kept);
        }
        if let Some(email) = person.email {
            self.field(Kind::Email, email, to, kept);
        }
        if let Some(id) = person.user_id {
            let random = is_random(id);
            let kind = if random {
                Kind::RandomUserId
            } else {
                Kind::UserId
            };
            self.field(kind, id, to, kept);
        }
        if hex_id(person.id).is_none() {
            self.field(Kind::OddId, person.id, to, kept);
        }
        for channel in person.channels {
            if let Some(name) = channel.display_name.filter(|name| *name != person.name) {
                let kinds = [Kind::ChannelName, Kind::ChannelNamePhone];
                self.name(kinds, name, to, kept);
            }
            if let Some(id) = channel.external_id {
                let kind = match is_phone(id) {
                    true if is_surely_phone(channel.platform, id) => Kind::Phone,
                    true => Kind::Number,
                    false => Kind::ExternalId,
                };
                self.field(kind, id, to, kept);
            }
        }
        for (name, value) in person.properties {
            keep(
                PROPERTY,
                &format!("{}\0{value}", name.replace('\0', "")),
                kept,
            );
        }
    }

    /// Writes a name as text and, if it is a phone number, by its digits.
    fn name(&mut self, kinds: [Kind; 2], text: &str, to: &mut String, kept: &mut Vec<u8>) {
        let [as_text, as_digits] = kinds;
        self.field(as_text, text, to, kept);
        if is_phone(text) {
            self.field(as_digits, text, to, kept);
        }
    }

    fn field(&mut self, kind: Kind, text: &str, to: &mut String, kept: &mut Vec<u8>) {
        if self.fields >= MOST_FIELDS {
            return;
        }
        to.push(char::from(kind as u8));
        let start = to.len();
        if kind.is_digits() {
            phone_onto(text, to);
        } else {
            fold_onto(text, to);
        }
        if to[start..] != *text {
            keep(self.fields, text, kept);
        }
        self.fields += 1;
    }
}

/// Keeps characters beside the folded ones, at most 64 KiB of them.
fn keep(tag: u8, text: &str, kept: &mut Vec<u8>) {
    let mut length = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    kept.push(tag);
    kept.extend(u16::try_from(length).unwrap_or(0).to_le_bytes());
    kept.extend_from_slice(&text.as_bytes()[..length]);
}

/// The bytes of an id of 24 lower-case hexadecimal digits.
pub fn hex_id(id: &str) -> Option<[u8; 12]> {
    let digits: &[u8; 24] = id.as_bytes().try_into().ok()?;
    let mut bytes = [0; 12];
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

fn hex_text(id: &[u8; 12]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = id.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

/// Seconds since 1970; the moment of 1970 itself counts as a second later, because 0 is never.
pub fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_second().max(1)).unwrap_or(u32::MAX)
}

pub fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_second(i64::from(seconds)).unwrap_or_default()
}
