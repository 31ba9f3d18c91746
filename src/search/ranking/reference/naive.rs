//! A search without an index: slow, and simple enough to be trusted.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::people::{NOW, Reading, SearchedField, Somebody, is_hex_id};
use crate::domain::{Identity, LookupId, Naming};
use crate::search::folded::{Folded, is_random};
use crate::search::fuzzy::Scorer;
use crate::search::language::{Filter, Query, Shape, Term, Thing, Wanted};
use crate::search::pasted;
use crate::search::query::{HitField, PAGE, Rank};
use crate::search::ranking::respelled::pasted_numbers;
use crate::search::ranking::tiers;
use crate::text::fold;

/// Ids and ranks in order, and how many matched.
pub(crate) type Answer = (Vec<(String, Option<Rank>)>, usize);
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
        HitField::SmoochId | HitField::ExternalId | HitField::Property => false,
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
                HitField::SmoochId | HitField::ExternalId | HitField::Property => false,
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
/// Drops all but the tightest few of the records that hold the terms loosely: only those are scored.
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
pub(crate) fn naive(people: &[Somebody], habits: &[usize], text: &str) -> Answer {
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
            let named = people.iter().filter(|who| is_named(who, id.expose()));
            // Filters beside an id count.
            for who in named.filter(|who| passes(who, &query, NOW)) {
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
        let mut by_number: Vec<(String, Option<Rank>)> = Vec::new();
        for number in pasted_numbers(text, &query) {
            let passing = people.iter().filter(|who| passes(who, &number, NOW));
            let found = passing.filter_map(|who| Some((matches(who, &number)?, who)));
            let mut found: Vec<_> = found
                .filter(|((rank, ..), _)| *rank < Rank::Fuzzy)
                .collect();
            found.sort_by_key(|(place, who)| (*place, key(who)));
            for ((rank, ..), who) in found {
                if !by_number.iter().any(|(id, _)| *id == who.id) {
                    by_number.push((who.id.clone(), Some(rank)));
                }
            }
        }
        if !by_number.is_empty() {
            let matched = by_number.len();
            return (by_number, matched);
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
