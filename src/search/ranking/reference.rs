//! A search without any index, and the proof that the index answers the same.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::tiers;
use crate::domain::LookupId;
use crate::domain::{Identity, Naming, Provenance, SmoochId};
use crate::search::folded::{Folded, is_phone, is_random};
use crate::search::fuzzy::Scorer;
use crate::search::index::{IndexBuilder, moment};
use crate::search::language::{Filter, Query, Shape, Term, Thing, Wanted};
use crate::search::pasted;
use crate::search::person::{Person, PersonChannel};
use crate::search::query::{HitField, PAGE, Rank, Request};
use crate::search::{KnownUsers, SearchSession};
use crate::text::fold;

/// More hits than any test has people.
const ALL: usize = 1_000;

/// A user as the tests make them.
#[derive(Debug, Clone)]
struct Somebody {
    id: String,
    name: Option<String>,
    email: Option<String>,
    user_id: Option<String>,
    channel: Option<(String, Option<String>, Option<String>, u32)>,
    plan: Option<String>,
}

impl Somebody {
    fn as_person<T>(&self, take: impl FnOnce(&Person<'_>) -> T) -> T {
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

    fn fields(&self) -> Vec<SearchedField<'_>> {
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

    /// Whether some channel's id is a phone number and not just digits.
    fn has_phone(&self) -> bool {
        let channel = self.channel.as_ref();
        channel.is_some_and(|(platform, _, id, _)| {
            let id = id.as_deref().filter(|id| is_phone(id)).unwrap_or_default();
            let digits = id.bytes().filter(u8::is_ascii_digit).count();
            let is_long = (7..=15).contains(&digits);
            let dialled = id.starts_with("whatsapp:") || (id.starts_with(['+', '0']) && is_long);
            dialled || (!id.is_empty() && platform == "WhatsApp")
        })
    }

    fn seen(&self) -> u32 {
        self.channel.as_ref().map_or(0, |channel| channel.3)
    }
}

/// How a field is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    Text,
    /// By its digits alone.
    Digits,
}

type SearchedField<'a> = (HitField, &'a str, Reading);

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

fn is_hex_id(id: &str) -> bool {
    id.len() == 24
        && id
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

type Place = (Rank, Reverse<i32>, usize, usize, usize);

/// The place of a term in a field: rank, points, the field's number, first and past the last
/// character.
fn place(term: &Term, number: usize, field: SearchedField<'_>) -> Option<Place> {
    let (kind, shown, reading) = field;
    let is_id = kind == HitField::SmoochId && is_hex_id(shown);
    let phone = reading == Reading::Digits;
    let folded = if phone {
        Folded::phone(shown)
    } else {
        Folded::new(shown)
    };
    let chars: Vec<char> = folded.as_str().chars().collect();
    let forms: Vec<String> = match (&term.phone, phone) {
        (Some(digits), true) => digits.forms().map(str::to_owned).collect(),
        (None, true) => Vec::new(),
        _ => vec![term.text.clone()],
    };
    let mut best = None;
    for form in forms {
        let wanted: Vec<char> = form.chars().collect();
        for start in 0..chars.len().saturating_sub(wanted.len() - 1) {
            let end = start + wanted.len();
            if chars[start..end] != wanted {
                continue;
            }
            if let (Some(capitals), false) = (&term.capitals, phone)
                && (is_id || folded.capitals()[start..end] != capitals[..])
            {
                continue;
            }
            let word = wanted[0].is_alphanumeric()
                && start > 0
                && !chars[start - 1].is_alphanumeric()
                && !is_id;
            let rank = match start {
                0 => Rank::Prefix,
                _ if term.shape == Shape::Anchored || (is_id && wanted.len() < 4) => continue,
                _ if word => Rank::Word,
                _ => Rank::Substring,
            };
            let found = (rank, Reverse(0), number, start, end);
            if best.is_none_or(|best: Place| found.0 < best.0) {
                best = Some(found);
            }
        }
    }
    best
}

fn scattered_place(term: &Term, number: usize, field: SearchedField<'_>) -> Option<Place> {
    let (kind, shown, reading) = field;
    let fuzzy = match kind {
        _ if reading == Reading::Digits => false,
        HitField::Name | HitField::Email | HitField::ChannelName => true,
        HitField::UserId => !is_random(shown),
        HitField::SmoochId | HitField::ExternalId => false,
    };
    if !fuzzy || term.shape != Shape::Plain {
        return None;
    }
    let folded = Folded::new(shown);
    let points = Scorer::default().points(folded.as_str(), &term.text)?;
    let chars: Vec<char> = folded.as_str().chars().collect();
    let wanted: Vec<char> = term.text.chars().collect();
    let holds = |from: usize, to: usize| {
        let mut rest = chars[from..to].iter();
        wanted.iter().all(|c| rest.any(|other| other == c))
    };
    let end = (0..=chars.len()).find(|end| holds(0, *end))?;
    let start = (0..end).rev().find(|start| holds(*start, end))?;
    Some((Rank::Fuzzy, Reverse(points), number, start, end))
}

/// Rank, points and span of a user.
type Goodness = (Rank, Reverse<i32>, usize);

/// How well a user matches; `None` when they do not.
fn matches(who: &Somebody, query: &Query) -> Option<Goodness> {
    let fields = who.fields();
    let mut places = Vec::new();
    for term in &query.terms {
        let all = || fields.iter().copied().enumerate();
        let literal = all().filter_map(|(number, field)| place(term, number, field));
        let literal = literal.min_by_key(|place| place.0);
        let scattered = || {
            let found = all().filter_map(|(number, field)| scattered_place(term, number, field));
            found.min_by_key(|place| place.1)
        };
        places.push((term, literal.or_else(scattered)?));
    }
    let together = fields
        .iter()
        .copied()
        .enumerate()
        .find_map(|(number, field)| {
            let here = query
                .terms
                .iter()
                .map(|term| Some((term, place(term, number, field)?)));
            let here = here.collect::<Option<Vec<(&Term, Place)>>>()?;
            let is_name = matches!(field.0, HitField::Name | HitField::ChannelName);
            let ranks = || here.iter().map(|(_, place)| place.0);
            let starts = ranks().any(|rank| rank == Rank::Prefix);
            (is_name && query.terms.len() > 1 && starts && ranks().all(|rank| rank <= Rank::Word))
                .then_some(here)
        });
    let is_together = together.is_some();
    let places = together.unwrap_or(places);
    let rank = places.iter().map(|(_, place)| place.0).max()?;
    let rank = if is_together { Rank::Prefix } else { rank };
    let mut points = 0;
    if rank == Rank::Fuzzy {
        for (term, place) in &places {
            let (kind, shown, reading) = fields[place.2];
            let scores = match kind {
                _ if reading == Reading::Digits => false,
                HitField::SmoochId | HitField::ExternalId => false,
                HitField::UserId => !is_random(shown),
                _ => true,
            };
            if scores {
                let folded = Folded::new(shown);
                points += Scorer::default()
                    .points(folded.as_str(), &term.text)
                    .unwrap_or(0);
            }
        }
    }
    let mut extents: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (_, place) in &places {
        let extent = extents.entry(place.2).or_insert((place.3, place.4));
        *extent = (extent.0.min(place.3), extent.1.max(place.4));
    }
    let mut span = (extents.len() - 1) * 256;
    for (number, (start, end)) in extents {
        span += end - start;
        let (kind, shown, _) = fields[number];
        span += if kind == HitField::SmoochId && is_hex_id(shown) {
            64
        } else {
            0
        };
    }
    Some((rank, Reverse(points), span))
}

fn passes(who: &Somebody, query: &Query, now: u32) -> bool {
    let without = query.without.iter();
    let holds = |term: &Term| {
        let mut fields = who.fields().into_iter();
        fields.any(|field| place(term, 0, field).is_some())
    };
    let mut filters = query.filters.iter();
    let filter = |Wanted { filter, wanted }: &Wanted| {
        let seconds = |age: &std::time::Duration| u32::try_from(age.as_secs()).unwrap();
        let holds = match filter {
            Filter::Identity(identity) => {
                (*identity == Identity::Identified) == who.user_id.is_some()
            }
            Filter::Naming(naming) => (*naming == Naming::Named) == who.name.is_some(),
            Filter::Channel(name) => {
                let channel = who.channel.as_ref();
                channel.is_some_and(|(platform, ..)| fold(platform).starts_with(name))
            }
            Filter::SeenWithin(age) => who.seen() > 0 && who.seen() >= now - seconds(age),
            Filter::NotSeenWithin(age) => who.seen() < now - seconds(age),
            Filter::Has(Thing::Email) => who.email.is_some(),
            Filter::Has(Thing::Phone) => who.has_phone(),
            Filter::Has(_) => unreachable!("not asked in these tests"),
            Filter::Property { name, value } => {
                let plan = who.plan.as_deref();
                name == "plan" && plan.is_some_and(|plan| fold(plan).starts_with(value))
            }
        };
        holds == *wanted
    };
    !without.into_iter().any(holds) && filters.all(filter)
}

const NOW: u32 = 1_700_000_000;
const DAY: u32 = 24 * 60 * 60;

/// Of those who hold the terms loosely only the tightest few are scored and shown.
fn keep_the_tightest<'a, K: Ord>(
    found: &mut Vec<(Goodness, &'a Somebody)>,
    query: &Query,
    key: impl Fn(&Somebody) -> K,
) {
    let length = |who: &Somebody| -> usize {
        let fields = who.fields();
        let all = || fields.iter().copied().enumerate();
        let lengths = query.terms.iter().map(|term| {
            let literal = all().find_map(|(number, field)| place(term, number, field));
            let windows = all().filter_map(|(number, field)| scattered_place(term, number, field));
            let shortest = windows.map(|place| place.4 - place.3).min();
            if literal.is_some() {
                0
            } else {
                shortest.unwrap_or(0)
            }
        });
        lengths.sum()
    };
    let fuzzy = found.iter().filter(|((rank, ..), _)| *rank == Rank::Fuzzy);
    let mut fuzzy: Vec<&'a Somebody> = fuzzy.map(|(_, who)| *who).collect();
    fuzzy.sort_by_key(|who| (length(who), key(who)));
    fuzzy.truncate(tiers::MAX_SCORED);
    found.retain(|((rank, ..), who)| {
        *rank < Rank::Fuzzy || fuzzy.iter().any(|kept| kept.id == who.id)
    });
}

fn is_named(who: &Somebody, text: &str) -> bool {
    let email = who
        .email
        .as_deref()
        .is_some_and(|email| email.eq_ignore_ascii_case(text));
    let by_id = who.id == text || (is_hex_id(&who.id) && who.id.eq_ignore_ascii_case(text));
    !text.is_empty() && (by_id || who.user_id.as_deref() == Some(text) || email)
}

/// The answer of a search without an index.
fn naive(people: &[Somebody], habits: &[usize], text: &str) -> Answer {
    let query = Query::parse(text);
    let used = |who: &Somebody| {
        let last = habits.iter().rposition(|at| people[*at].id == who.id);
        last.map_or(0, |index| index + 1)
    };
    let named = |who: &&Somebody| is_named(who, &query.text);
    let says_nothing = query.is_blank() && !query.text.is_empty();
    let key = |who: &Somebody| {
        let place = people.iter().position(|other| other.id == who.id);
        (Reverse(used(who)), Reverse(who.seen()), place)
    };
    let mut exact: Vec<&Somebody> = people.iter().filter(named).collect();
    let naming_order = |who: &Somebody| {
        let by_user_id = who.user_id.as_deref() == Some(query.text.as_str());
        (who.id != query.text, who.id != query.text && !by_user_id)
    };
    exact.sort_by_key(|who| (naming_order(who), key(who)));
    let mut found = Vec::new();
    let mut better = 0;
    for who in people
        .iter()
        .filter(|who| !says_nothing && passes(who, &query, NOW))
    {
        if query.terms.is_empty() {
            found.push(((Rank::Exact, Reverse(0), 0), who));
        } else if let Some(place) = matches(who, &query) {
            better += usize::from(place.0 < Rank::Fuzzy);
            found.push((place, who));
        }
    }
    if better >= PAGE || !exact.is_empty() {
        found.retain(|((rank, ..), _)| *rank < Rank::Fuzzy);
    }
    if better == 0 && exact.is_empty() && !query.terms.is_empty() {
        let mut ids = pasted::extract_ids(text);
        let is_known = |id: &&str| people.iter().any(|who| is_named(who, id));
        for piece in pasted::pieces(text).filter(is_known) {
            let id = LookupId::new(piece);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids.retain(|id| id.expose() != text.trim());
        let mut known = Vec::new();
        for id in &ids {
            for who in people.iter().filter(|who| is_named(who, id.expose())) {
                let hit = (who.id.clone(), Some(Rank::Exact));
                if !known.contains(&hit) {
                    known.push(hit);
                }
            }
        }
        if !ids.is_empty() {
            let matched = known.len();
            return (known, matched);
        }
    }
    let matched = found.len();
    keep_the_tightest(&mut found, &query, key);
    let is_counted = |who: &Somebody| found.iter().any(|(_, other)| other.id == who.id);
    let matched = matched + exact.iter().filter(|who| !is_counted(who)).count();
    found.retain(|(_, who)| !exact.iter().any(|named| named.id == who.id));
    found.sort_by_key(|(place, who)| (*place, key(who)));
    let has_terms = !query.terms.is_empty();
    let exact = exact
        .into_iter()
        .map(|who| (who.id.clone(), Some(Rank::Exact)));
    let others = found.into_iter();
    let others = others.map(|((rank, ..), who)| (who.id.clone(), has_terms.then_some(rank)));
    (exact.chain(others).collect(), matched)
}

/// Ids and ranks in order, and how many matched.
type Answer = (Vec<(String, Option<Rank>)>, usize);

/// A directory and a session that searches it.
struct Desk {
    known: KnownUsers,
    session: SearchSession,
}

impl Desk {
    fn search(&self, text: &str) -> Answer {
        self.best(text, ALL)
    }

    fn best(&self, text: &str, limit: usize) -> Answer {
        let request = Request::new(text, moment(NOW), limit);
        let results = self
            .session
            .search(&self.known.snapshot(), &request, |_| {})
            .unwrap();
        let hits = results.hits.iter();
        let hits = hits.map(|hit| (hit.entry.id.expose().to_owned(), hit.rank));
        (hits.collect(), results.matched)
    }
}

/// A directory in which the first `indexed` people are indexed at once and the others learned.
fn directory(people: &[Somebody], indexed: usize, habits: &[usize]) -> Desk {
    let (indexed, recent) = people.split_at(indexed.min(people.len()));
    let mut builder = IndexBuilder::default();
    for who in indexed {
        who.as_person(|person| builder.push(person));
    }
    let mut known = KnownUsers::default();
    known.install(builder.build());
    for who in recent {
        who.as_person(|person| known.learn_person(person));
    }
    for (hour, at) in (1..).zip(habits) {
        // Each opening weighs far more than the one before, so that the order is clear.
        let at = SmoochId::new(people[*at].id.as_str());
        known.note_opened(&at, Timestamp::from_second(hour * 400_000_000).unwrap());
    }
    Desk {
        known,
        session: SearchSession::default(),
    }
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

fn somebody(number: usize) -> impl Strategy<Value = Somebody> {
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

fn people() -> impl Strategy<Value = Vec<Somebody>> {
    (0..90_usize).prop_flat_map(|count| (0..count).map(somebody).collect::<Vec<_>>())
}

fn query_text() -> impl Strategy<Value = String> {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_a_search_without_one(
        people in people(),
        indexed in 0..90_usize,
        texts in prop::collection::vec(query_text(), 1..6),
        habits in prop::collection::vec(0..90_usize, 0..3),
    ) {
        let mut habits = habits;
        habits.retain(|at| *at < people.len());
        let desk = directory(&people, indexed, &habits);
        for text in &texts {
            prop_assert_eq!(desk.search(text), naive(&people, &habits, text), "{}", text);
        }
    }

    #[test]
    fn the_best_for_a_letter_are_known_before_it_is_typed(
        people in (170..210_usize).prop_flat_map(|count| (0..count).map(somebody).collect::<Vec<_>>()),
        changed in prop::collection::vec((0..220_usize).prop_flat_map(somebody), 0..30),
        habits in prop::collection::vec(0..140_usize, 0..3),
        most in 1..9_usize,
    ) {
        let mut desk = directory(&people, people.len(), &habits);
        let mut people = people.clone();
        for who in &changed {
            who.as_person(|person| desk.known.learn_person(person));
            match people.iter_mut().find(|other| other.id == who.id) {
                Some(other) => *other = who.clone(),
                None => people.push(who.clone()),
            }
        }
        let mut all = 0;
        for letter in ["a", "b", "5", "6", "o", "e", "'n", "!x a", "a e", "2", "B"] {
            let (mut expected, matched) = naive(&people, &habits, letter);
            all += usize::from(matched >= PAGE);
            expected.truncate(most);
            let found = desk.best(letter, most);
            prop_assert_eq!(found, (expected, matched), "{}", letter);
        }
        prop_assert!(all > 2, "too few were found for the letters to be taken");
    }

    #[test]
    fn typing_and_taking_back_find_what_a_fresh_search_finds(
        people in people(),
        text in query_text(),
        back in 0..12_usize,
        front in prop::sample::select(vec!["4", "0", "+49(", "+49 (0) ", "\"", "x"]),
    ) {
        let typist = directory(&people, usize::MAX, &[]);
        let fresh = |text: &str| directory(&people, usize::MAX, &[]).search(text);
        let ends: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for end in &ends {
            prop_assert_eq!(typist.search(&text[..*end]), fresh(&text[..*end]), "{}", &text[..*end]);
        }
        for end in ends.iter().rev().take(back) {
            prop_assert_eq!(typist.search(&text[..*end]), fresh(&text[..*end]), "back to {}", &text[..*end]);
        }
        let again = format!("{}a", &text[..ends[ends.len().saturating_sub(back + 1)]]);
        prop_assert_eq!(typist.search(&again), fresh(&again), "{}", again);
        let before = format!("{front}{again}");
        prop_assert_eq!(typist.search(&before), fresh(&before), "{}", before);
    }

    #[test]
    fn changes_give_what_a_new_index_gives(
        before in people(),
        after in people(),
        texts in prop::collection::vec(query_text(), 1..5),
        merge_at in 0..90_usize,
    ) {
        let mut desk = directory(&before, before.len() / 2, &[]);
        let mut people = before.clone();
        let mut begun = None;
        for (number, who) in after.iter().enumerate() {
            if number == merge_at / 2 {
                begun = Some(desk.known.begin_merge());
            }
            if number == merge_at && let Some(merge) = begun.take() {
                desk.known.finish_merge(merge.build());
            }
            // Searches between the changes fill the cache with sets that must not be trusted too far.
            desk.search(&texts[number % texts.len()]);
            who.as_person(|person| desk.known.learn_person(person));
            match people.iter_mut().find(|other| other.id == who.id) {
                Some(other) => *other = who.clone(),
                None => people.push(who.clone()),
            }
        }
        prop_assert_eq!(desk.known.len(), people.len());
        for text in &texts {
            prop_assert_eq!(desk.search(text), naive(&people, &[], text), "{}", text);
        }
    }
}
