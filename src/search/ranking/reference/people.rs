//! Invented people and queries, and the fields that are searched.

use proptest::prelude::*;

use crate::domain::{Identity, Naming, Provenance};
use crate::search::index::moment;
use crate::search::person::{Person, PersonChannel};
use crate::search::phones::{is_phone, is_surely_phone};
use crate::search::query::HitField;

/// The moment of all tests, in seconds.
pub(crate) const NOW: u32 = 1_700_000_000;
const DAY: u32 = 24 * 60 * 60;
/// A user as the tests make them.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub user_id: Option<String>,
    pub channel: Option<(String, Option<String>, Option<String>, u32)>,
    pub plan: Option<String>,
}

impl Somebody {
    pub(crate) fn as_person<T>(&self, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let channel = self
            .channel
            .as_ref()
            .map(|(platform, name, id, seen)| PersonChannel {
                platform: Some(platform),
                display_name: name.as_deref(),
                external_id: id.as_deref(),
                last_seen: (*seen > 0).then(|| moment(*seen)),
            });
        let plan = self.plan.as_deref().map(|plan| ("plan", plan.into()));
        let naming = if self.name.is_some() {
            Naming::Named
        } else {
            Naming::Unnamed
        };
        take(&Person {
            id: &self.id,
            user_id: self.user_id.as_deref(),
            identity: Some(match self.user_id {
                Some(_) => Identity::Identified,
                None => Identity::Anonymous,
            }),
            name: self.name.as_deref().unwrap_or("Anonymous"),
            provenance: self
                .name
                .as_ref()
                .map_or(Provenance::Fallback, |_| Provenance::Profile),
            naming,
            email: self.email.as_deref(),
            channels: channel.as_slice(),
            properties: plan.as_slice(),
            confirmed_at: Some(moment(1)),
        })
    }

    pub(crate) fn fields(&self) -> Vec<SearchedField<'_>> {
        let mut fields = Vec::new();
        fields.extend(as_name(HitField::Name, self.name.as_deref()));
        fields.extend(as_text(HitField::Email, self.email.as_deref()));
        fields.extend(as_text(HitField::UserId, self.user_id.as_deref()));
        if !is_hex_id(&self.id) {
            fields.extend(as_text(HitField::SmoochId, Some(&self.id)));
        }
        if let Some((_, name, id, _)) = &self.channel {
            fields.extend(as_name(HitField::ChannelName, name.as_deref()));
            let id = id.as_deref();
            if id.is_some_and(is_phone) {
                fields.extend(as_digits(HitField::ExternalId, id));
            } else {
                fields.extend(as_text(HitField::ExternalId, id));
            }
        }
        if is_hex_id(&self.id) {
            fields.extend(as_text(HitField::SmoochId, Some(&self.id)));
        }
        fields
    }

    /// Whether a channel's id or a name is a phone number and not just digits.
    pub(crate) fn has_phone(&self) -> bool {
        let channel = self.channel.as_ref();
        let named = |name: &Option<String>| {
            let name = name.as_deref();
            name.is_some_and(|name| is_surely_phone(None, name))
        };
        let on_channel = channel.is_some_and(|(platform, name, id, _)| {
            let by_name = named(name);
            let id = id.as_deref().filter(|id| is_phone(id)).unwrap_or_default();
            let digits = id.bytes().filter(u8::is_ascii_digit).count();
            let is_long = (7..=15).contains(&digits);
            let dialled = id.starts_with("whatsapp:") || (id.starts_with(['+', '0']) && is_long);
            dialled || (!id.is_empty() && platform == "WhatsApp") || by_name
        });
        on_channel || named(&self.name)
    }

    pub(crate) fn seen(&self) -> u32 {
        self.channel.as_ref().map_or(0, |channel| channel.3)
    }
}

/// How a field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    Text,
    /// By its digits alone.
    Digits,
}

pub(crate) type SearchedField<'a> = (HitField, &'a str, Reading);

fn as_text(field: HitField, text: Option<&str>) -> Option<SearchedField<'_>> {
    Some((field, text?, Reading::Text))
}

fn as_digits(field: HitField, text: Option<&str>) -> Option<SearchedField<'_>> {
    Some((field, text?, Reading::Digits))
}

/// A name is read as text, and by its digits too if it is a phone number.
fn as_name(field: HitField, text: Option<&str>) -> impl Iterator<Item = SearchedField<'_>> {
    let digits = as_digits(field, text.filter(|text| is_phone(text)));
    as_text(field, text).into_iter().chain(digits)
}

pub(crate) fn is_hex_id(id: &str) -> bool {
    id.len() == 24
        && id
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[abAB]{1,4}",
        2 => prop::sample::select(vec![
            "anna", "Anna", "ANNA", "Müller", "muller", "Strauß", "佐藤", "花", "Иван", "jörg",
            "papadopoulos", "Papadopoulou", "o'neill", "علي", "64be", "a-b", "ana.na",
        ]).prop_map(str::to_owned),
        1 => "[0-9]{1,5}",
    ]
}

pub(crate) fn somebody(number: usize) -> impl Strategy<Value = Somebody> {
    let words = prop::collection::vec(word(), 1..4).prop_map(|words| words.join(" "));
    let phone = prop::sample::select(vec!["+49 151 234-5678", "0151\u{2013}9 98"]);
    let name = prop_oneof![9 => words, 1 => phone.prop_map(str::to_owned)];
    let name = prop::option::of(name);
    let email =
        prop::option::of((word(), word()).prop_map(|(a, b)| format!("{a}.{b}@example.org")));
    let user_id = prop_oneof![
        3 => Just(None),
        2 => word().prop_map(move |word| Some(format!("{word}-{number}"))),
        1 => Just(Some(format!("auth0|64be90d2a7f31c0058e6{number:04}"))),
    ];
    let external = prop_oneof![
        Just(None),
        Just(Some("+49 151 234-5678".to_owned())),
        Just(Some("0151 99887".to_owned())),
        Just(Some("whatsapp:+49 1512 34".to_owned())),
        Just(Some("4915123456789012".to_owned())),
        word().prop_map(Some),
    ];
    let platform = prop::sample::select(vec!["web", "WhatsApp", "ios"]).prop_map(str::to_owned);
    let seen = prop_oneof![Just(0), (0..20_u32).prop_map(|days| NOW - days * DAY)];
    let channel = prop::option::of((platform, prop::option::of(word()), external, seen));
    let plan = prop::option::of(
        prop::sample::select(vec!["Pro", "prime", "free"]).prop_map(str::to_owned),
    );
    let id = prop_oneof![
        8 => Just(format!("64be90d2a7f31c0058e6{number:04}")),
        4 => Just(format!("5fab00d2a7f31c0058e6{number:04}")),
        1 => Just(format!("Odd-{number:04}")),
    ];
    (id, name, email, user_id, channel, plan).prop_map(
        |(id, name, email, user_id, channel, plan)| {
            // A channel's name that is the user's own is no field of its own.
            let channel = channel.map(
                |(platform, other, external, seen): (String, Option<String>, _, _)| {
                    (
                        platform,
                        other.filter(|other| Some(other) != name.as_ref()),
                        external,
                        seen,
                    )
                },
            );
            Somebody {
                id,
                name,
                email,
                user_id,
                channel,
                plan,
            }
        },
    )
}

pub(crate) fn people() -> impl Strategy<Value = Vec<Somebody>> {
    (0..90_usize).prop_flat_map(|count| (0..count).map(somebody).collect::<Vec<_>>())
}

pub(crate) fn query_text() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec!["", "", "", "", "'", "^", "!", "!^"]);
    let other = prop::sample::select(vec![
        "is:named",
        "is:anonymous",
        "!is:identified",
        "channel:wh",
        "seen:<7d",
        "seen:>7d",
        "has:email",
        "prop.plan:pr",
        "!prop.plan:",
        "+49",
        "151234",
        "0151",
        "00151-2",
        "+49 (0) 151 234",
        "0049 151 234",
        "+49(0)151-2",
        "49 0151 2",
        "+49 0151 2",
        "0151 / 2345678",
        "015 12 34",
        "15 12 34",
        "015",
        "tel:+49151",
        "has:phone",
        "\"a b\"",
        "\"anna a",
        "^\"anna b\"",
        "!\"b a\"",
        "'^a",
        "!!b",
        "!has:phone",
        "(0",
        "/",
        "(151)",
        "64be9",
        "be90",
        "5",
        "64be90d2a7f31c0058e60003",
        "Odd-0003",
        "is:",
        "example.org",
        "@ex",
        "auth0|64be",
        "0",
        "a.b@example.org",
        "amx",
        "ban",
        "-",
        "jg",
        "00",
    ])
    .prop_map(str::to_owned);
    let term = prop_oneof![
        3 => (sign, word()).prop_map(|(sign, word)| format!("{sign}{word}")),
        2 => other,
        1 => "[+'^]?[0149]{0,2}[-0159() /]{1,7}",
    ];
    prop::collection::vec(term, 0..4).prop_map(|terms| terms.join(" "))
}
