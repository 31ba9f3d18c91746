//! Reads a record back: as the summary that a list shows, or as the person it was made from.

use super::field::{Field, Kind};
use super::rows::{OWN_BITS, Rows};
use super::time::moment;
use super::writer::{GENERATED, LABEL};
use crate::domain::{Platform, Untrusted, UserId};
use crate::search::person::{Person, PersonChannel};
use crate::search::phones::{has_phones, is_surely_phone, number_range};
use crate::search::query::Summary;

/// The name of a user without any known facts.
const NAMELESS: &str = "Anonymous";

impl Rows {
    /// What a list shows; `None` when only the `_id` is known.
    pub(crate) fn summary(&self, at: usize) -> Option<Summary> {
        let confirmed_at = moment(self.confirmed(at)?);
        let name = self.name(at).unwrap_or_else(|| NAMELESS.to_owned());
        let platform = self.shown_platform(at);
        Some(Summary {
            name: Untrusted::from(name),
            provenance: self.provenance(at),
            naming: self.naming(at),
            identity: self.identity(at),
            user_id: self.user_id(at).map(UserId::new),
            email: self.first_field(at, &[Kind::Email]).map(Untrusted::from),
            phones: self.phones(at),
            channel: platform.map(|name| Platform(Untrusted::from(name))),
            seen: self.seen_at(at),
            confirmed_at,
        })
    }

    /// Whether a field is a phone number and not just digits.
    fn is_phone(&self, at: usize, field: &Field<'_>) -> bool {
        match field.kind {
            Kind::Phone | Kind::PropertyPhone => true,
            Kind::NamePhone | Kind::ChannelNamePhone | Kind::UserIdPhone => {
                let shown = self.shown(at, field);
                is_surely_phone(None, &shown[number_range(shown)])
            }
            _ => false,
        }
    }

    /// Whether some field is a phone number.
    pub(crate) fn has_phone(&self, at: usize) -> bool {
        self.fields(at).any(|field| self.is_phone(at, &field))
    }

    /// The phone numbers, each once however often it is written.
    fn phones(&self, at: usize) -> Vec<Untrusted> {
        let mut seen: Vec<&str> = Vec::new();
        let fields = self.fields(at).filter(|field| self.is_phone(at, field));
        let new = fields.filter(|field| {
            let digits = field.folded.trim_start_matches('0');
            let is_new = !seen.contains(&digits);
            seen.push(digits);
            is_new
        });
        let numbers = new.map(|field| {
            let shown = self.shown(at, &field);
            Untrusted::from(&shown[number_range(shown)])
        });
        numbers.collect()
    }

    /// Passes a record on as the person it was made from, as far as the record tells.
    pub(crate) fn with_person<T>(&self, at: usize, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let id = self.id_text(at);
        let name = self.name(at).unwrap_or_default();
        let channels = self.channels_of(at);
        let properties: Vec<_> = self
            .properties(at)
            .map(|(name, value)| (name, value.into()))
            .collect();
        take(&Person {
            id: &id,
            user_id: self.user_id(at),
            identity: self.identity(at),
            name: &name,
            provenance: self.provenance(at),
            naming: self.naming(at),
            email: self.first_field(at, &[Kind::Email]),
            channels: &channels,
            properties: &properties,
            confirmed_at: self.confirmed(at).map(moment),
        })
    }

    fn first_field(&self, at: usize, kinds: &[Kind]) -> Option<&str> {
        let field = self.fields(at).find(|field| kinds.contains(&field.kind))?;
        Some(self.shown(at, &field))
    }

    fn user_id(&self, at: usize) -> Option<&str> {
        self.first_field(at, &[Kind::UserId, Kind::RandomUserId])
    }

    /// The display name: the searched one, or the generated one.
    fn name(&self, at: usize) -> Option<String> {
        let searched = self.first_field(at, &[Kind::Name]).map(str::to_owned);
        let generated = || {
            let (_, label) = self.kept(at).find(|(tag, _)| *tag == LABEL)?;
            Some(format!("{label}{GENERATED}{}", self.id_text(at)))
        };
        searched.or_else(generated)
    }

    /// The channels as far as they are kept: the one with the latest sign of the user first. Names
    /// and ids become channels of their own without a platform.
    fn channels_of(&self, at: usize) -> Vec<PersonChannel<'_>> {
        const UNKNOWN: PersonChannel<'_> = PersonChannel {
            platform: None,
            display_name: None,
            external_id: None,
            last_seen: None,
        };
        let shown = self.shown_platform(at);
        let bits = self.channels(at);
        let platforms = self.platforms().enumerate();
        let mut channels: Vec<PersonChannel<'_>> = platforms
            .filter(|(index, _)| bits & (1 << index.min(&OWN_BITS)) != 0)
            .map(|(_, name)| PersonChannel {
                platform: Some(name),
                last_seen: self.seen_at(at).filter(|_| shown == Some(name)),
                ..UNKNOWN
            })
            .collect();
        // Of a user who was never seen, a list shows the first channel.
        channels.sort_by_key(|channel| channel.platform != shown);
        for field in self.fields(at) {
            let text = self.shown(at, &field);
            match field.kind {
                Kind::ChannelName => channels.push(PersonChannel {
                    display_name: Some(text),
                    ..UNKNOWN
                }),
                Kind::ExternalId | Kind::Number => channels.push(PersonChannel {
                    external_id: Some(text),
                    ..UNKNOWN
                }),
                // With a platform that has phone numbers it stays a phone number.
                Kind::Phone => channels.push(PersonChannel {
                    platform: channels
                        .iter()
                        .filter_map(|channel| channel.platform)
                        .find(|name| has_phones(name)),
                    external_id: Some(text),
                    ..UNKNOWN
                }),
                _ => {}
            }
        }
        channels
    }
}
