//! The JSON record of a search, `smooch-console/search/1`.
//!
//! Programs rely on keys, order and types: changing them here changes the number of the schema. No
//! key is ever left out.

use serde::Serialize;

use super::super::json_line::{characters, time};
use super::answer::Answer;
use crate::domain::{Identity, UserId};
use crate::search::{FuzzyTier, Hit, HitField, Rank};

const SCHEMA: &str = "smooch-console/search/1";

/// The answer of a search, as programs read it.
#[derive(Serialize)]
pub(super) struct SearchRecord<'a> {
    schema: &'static str,
    known_users: usize,
    matched: usize,
    fuzzy: &'static str,
    hits: Vec<HitRecord<'a>>,
    /// Users with the nearest names, if there are no hits.
    near: Vec<HitRecord<'a>>,
    /// The merge that led from the id in the text to the hit.
    merged: Option<MergedRecord<'a>>,
}

#[derive(Serialize)]
struct MergedRecord<'a> {
    from: &'a str,
    into: &'a str,
}

#[derive(Serialize)]
struct HitRecord<'a> {
    id: &'a str,
    user_id: Option<&'a str>,
    /// Null when no name is known, unless the user is anonymous.
    display_name: Option<&'a str>,
    /// Null when it is not known whether there is a `userId`.
    identity: Option<&'static str>,
    /// Null when the text held nothing but filters.
    rank: Option<&'static str>,
    field: Option<&'static str>,
    /// Unicode scalars of the field, end exclusive.
    spans: Vec<[usize; 2]>,
    email: Option<&'a str>,
    /// As they were written, each number once.
    phones: Vec<&'a str>,
    last_seen: Option<String>,
}

impl<'a> SearchRecord<'a> {
    /// The record of an answer.
    pub(super) fn of(answer: &'a Answer) -> Self {
        let results = &answer.results;
        Self {
            schema: SCHEMA,
            known_users: results.known,
            matched: results.matched,
            fuzzy: match results.fuzzy {
                FuzzyTier::Run => "run",
                FuzzyTier::Skipped => "skipped",
            },
            hits: results.hits.iter().map(HitRecord::of).collect(),
            near: results.near.iter().map(HitRecord::of).collect(),
            merged: answer.merged.as_ref().map(|merged| MergedRecord {
                from: merged.from.expose(),
                into: merged.into.expose(),
            }),
        }
    }
}

impl<'a> HitRecord<'a> {
    fn of(hit: &'a Hit) -> Self {
        let summary = hit.entry.summary.as_ref();
        let user_id = summary.and_then(|summary| summary.user_id.as_ref());
        let matched = hit.matched.as_ref();
        let spans = matched.map_or(&[][..], |matched| &matched.spans);
        Self {
            id: hit.entry.id.expose(),
            user_id: user_id.map(UserId::expose),
            display_name: summary.and_then(|summary| Some(characters(summary.shown_name()?))),
            identity: summary.and_then(|summary| match summary.identity? {
                Identity::Anonymous => Some("anonymous"),
                Identity::Identified => Some("identified"),
            }),
            rank: hit.rank.map(rank_word),
            field: matched.map(|matched| field_word(matched.field)),
            spans: spans.iter().map(|span| [span.start, span.end]).collect(),
            email: summary.and_then(|summary| summary.email.as_ref().map(characters)),
            phones: summary.map_or_else(Vec::new, |summary| {
                summary.phones.iter().map(characters).collect()
            }),
            last_seen: summary.and_then(|summary| summary.seen.map(time)),
        }
    }
}

/// A rank in a word.
const fn rank_word(rank: Rank) -> &'static str {
    match rank {
        Rank::Exact => "exact",
        Rank::Prefix => "prefix",
        Rank::Word => "word",
        Rank::Substring => "substring",
        Rank::Fuzzy => "fuzzy",
    }
}

/// A field as the user record calls it.
const fn field_word(field: HitField) -> &'static str {
    match field {
        HitField::Name => "name",
        HitField::Email => "email",
        HitField::UserId => "user_id",
        HitField::SmoochId => "id",
        HitField::ChannelName => "channel_name",
        HitField::ExternalId => "external_id",
        HitField::Property => "property",
    }
}
