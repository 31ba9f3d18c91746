//! The answer of a search in words: a line for each user, then how many were searched.

use jiff::Timestamp;

use super::super::output::separated;
use super::answer::{Answer, Merged};
use crate::domain::{Identity, Untrusted};
use crate::search::{Hit, HitField, MatchedField, Rank, Summary};
use crate::text::number::{counted, grouped};
use crate::text::{SafeText, time};

/// The lines of an answer; what the text may have meant comes last.
pub(super) fn lines(answer: &Answer, now: Timestamp) -> Vec<SafeText> {
    let results = &answer.results;
    let mut lines: Vec<SafeText> = results.hits.iter().map(|hit| line(hit, now)).collect();
    lines.push(summary(answer, now));
    if !results.near.is_empty() {
        lines.push(SafeText::own("did you mean one of these?"));
        lines.extend(results.near.iter().map(|hit| line(hit, now)));
    }
    lines.extend(results.hints.iter().map(SafeText::of));
    lines
}

/// A line for one user: the `_id` first, for other programs to cut out, then words.
fn line(hit: &Hit, now: Timestamp) -> SafeText {
    let mut parts = vec![SafeText::of(hit.entry.id.untrusted())];
    if let Some(summary) = &hit.entry.summary {
        parts.extend(facts(summary, now));
    } else {
        parts.push(SafeText::own("only the _id is known"));
    }
    parts.extend(
        hit.matched
            .iter()
            .chain(&hit.also)
            .filter_map(|matched| found_in(matched, hit.entry.summary.as_ref())),
    );
    if hit.rank == Some(Rank::Fuzzy) {
        parts.push(SafeText::own("similar"));
    }
    separated(parts.into_iter(), "  ")
}

/// What is known of a user.
fn facts(summary: &Summary, now: Timestamp) -> Vec<SafeText> {
    let mut parts = vec![SafeText::own(match summary.identity {
        Some(Identity::Anonymous) => "anonymous",
        Some(Identity::Identified) => "identified",
        None => "identity not known",
    })];
    let name = summary.shown_name();
    parts.push(name.map_or_else(|| SafeText::own("no name known"), SafeText::of));
    let user_id = summary.user_id.as_ref();
    parts.extend(user_id.map(|id| labelled("userId", id.untrusted())));
    parts.extend(summary.email.iter().map(|email| labelled("e-mail", email)));
    parts.extend(summary.phones.iter().map(|phone| labelled("phone", phone)));
    let seen = summary.seen.map(|seen| time::ago(now, seen));
    parts.extend(seen.map(|ago| SafeText::own(format_args!("seen {ago}"))));
    parts
}

fn labelled(word: &str, value: &Untrusted) -> SafeText {
    SafeText::join([SafeText::own(format_args!("{word} ")), SafeText::of(value)])
}

/// Where the text was found, unless the line shows it already.
fn found_in(matched: &MatchedField, summary: Option<&Summary>) -> Option<SafeText> {
    let word = match matched.field {
        HitField::Name | HitField::Email | HitField::UserId | HitField::SmoochId => return None,
        HitField::ChannelName => "name on a channel",
        HitField::ExternalId => "channel id",
        HitField::Property => "custom data",
    };
    let phones = summary.map_or(&[][..], |summary| &summary.phones);
    let is_shown = phones.contains(&matched.text)
        || summary.is_some_and(|summary| summary.name == matched.text);
    (!is_shown).then(|| labelled(word, &matched.text))
}

/// How many were searched; never that somebody does not exist.
fn summary(answer: &Answer, now: Timestamp) -> SafeText {
    let results = &answer.results;
    if let Some(Merged { from, into }) = &answer.merged {
        let kept = if results.hits.is_empty() {
            ", but this machine knows nothing about that user"
        } else {
            ""
        };
        return SafeText::join([
            SafeText::of(from.untrusted()),
            SafeText::own(" is an old id: merged into "),
            SafeText::of(into.untrusted()),
            SafeText::own(kept),
        ]);
    }
    if results.known == 0 {
        return SafeText::own(
            "no users are known here yet: `smooch-console import` adds users from files, and the \
             console remembers the users it looks up",
        );
    }
    let copy = if results.known == 1 {
        "copied"
    } else {
        "the oldest copy"
    };
    let age = results
        .oldest
        .map(|oldest| format!(", {copy} {}", time::ago(now, oldest)))
        .unwrap_or_default();
    if (results.known, results.matched) == (1, 0) {
        return SafeText::own(format_args!("the only user known here does not match{age}"));
    }
    let verb = if results.matched == 1 {
        "matches"
    } else {
        "match"
    };
    SafeText::own(format_args!(
        "{} of {} known here {verb}{}",
        grouped(results.matched),
        counted(results.known.try_into().unwrap_or(u64::MAX), "user"),
        age
    ))
}
