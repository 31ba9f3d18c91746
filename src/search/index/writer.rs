//! Writes a person's searched fields, and the original text beside them.
//!
//! Folded text holds no control characters, so the byte before each field, which gives its kind,
//! also separates the fields. The original text of a field is only kept where folding changed it.

use super::field::Kind;
use crate::domain::Provenance;
use crate::search::folded::{fold_onto, is_random, phone_onto};
use crate::search::hex;
use crate::search::person::Person;
use crate::search::phones::{holds_phone, is_phone, is_surely_phone, numbers_of_property};

/// A record's searched fields are limited to this many.
const MAX_FIELDS: u8 = 200;

/// Tags of kept text that belongs to no field; a field's own text is tagged with its ordinal.
pub(super) const LABEL: u8 = 251;
pub(super) const PROPERTY: u8 = 252;

/// Between the label and the `_id` in a generated name.
pub(super) const GENERATED: &str = " User ";

/// Writes the fields of one record.
#[derive(Default)]
pub(super) struct Writer {
    fields: u8,
}

impl Writer {
    /// Appends a person's folded fields to `folded`, and to `kept` what folding would lose.
    pub(super) fn write(mut self, person: &Person<'_>, folded: &mut String, kept: &mut Vec<u8>) {
        let is_nameless = person.name.is_empty() || person.provenance == Provenance::Fallback;
        if let Some(label) = generated_label(person) {
            keep(LABEL, label, kept);
        } else if !is_nameless {
            self.name([Kind::Name, Kind::NamePhone], person.name, folded, kept);
        }
        if let Some(email) = person.email {
            self.field(Kind::Email, email, folded, kept);
        }
        if let Some(id) = person.user_id {
            let kind = if is_random(id) {
                Kind::RandomUserId
            } else {
                Kind::UserId
            };
            self.field(kind, id, folded, kept);
            if is_surely_phone(None, id) {
                self.field(Kind::UserIdPhone, id, folded, kept);
            }
        }
        if hex::parse_id(person.id).is_none() {
            self.field(Kind::OddId, person.id, folded, kept);
        }
        for channel in person.channels {
            if let Some(name) = channel.display_name.filter(|name| *name != person.name) {
                let kinds = [Kind::ChannelName, Kind::ChannelNamePhone];
                self.name(kinds, name, folded, kept);
            }
            if let Some(id) = channel.external_id {
                let kind = match is_phone(id) {
                    true if is_surely_phone(channel.platform, id) => Kind::Phone,
                    true => Kind::Number,
                    false => Kind::ExternalId,
                };
                self.field(kind, id, folded, kept);
            }
        }
        for (name, value) in person.properties {
            let property = format!("{}\0{value}", name.replace('\0', ""));
            keep(PROPERTY, &property, kept);
            for number in numbers_of_property(name, value) {
                self.field(Kind::PropertyPhone, number, folded, kept);
            }
        }
    }

    /// Writes a name as text and, if it is or holds a phone number, as its digits too.
    fn name(&mut self, kinds: [Kind; 2], text: &str, folded: &mut String, kept: &mut Vec<u8>) {
        let [as_text, as_digits] = kinds;
        self.field(as_text, text, folded, kept);
        if is_phone(text) || holds_phone(text) {
            self.field(as_digits, text, folded, kept);
        }
    }

    fn field(&mut self, kind: Kind, text: &str, folded: &mut String, kept: &mut Vec<u8>) {
        if self.fields >= MAX_FIELDS {
            return;
        }
        folded.push(char::from(kind as u8));
        let start = folded.len();
        if kind.is_digits() {
            phone_onto(text, folded);
        } else {
            fold_onto(text, folded);
        }
        if folded[start..] != *text {
            keep(self.fields, text, kept);
        }
        self.fields += 1;
    }
}

/// The part of a generated name before the `_id`. Such a name says nothing about the user and is
/// not searched.
fn generated_label<'a>(person: &Person<'a>) -> Option<&'a str> {
    match person.provenance {
        Provenance::Generated => person.name.strip_suffix(person.id)?.strip_suffix(GENERATED),
        _ => None,
    }
}

/// Keeps original text, at most 64 KiB of it.
fn keep(tag: u8, text: &str, kept: &mut Vec<u8>) {
    let mut length = text.len().min(usize::from(u16::MAX));
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    kept.push(tag);
    kept.extend(u16::try_from(length).unwrap_or(0).to_le_bytes());
    kept.extend_from_slice(&text.as_bytes()[..length]);
}
