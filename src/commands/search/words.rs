//! The answer of a search in words: a line for each user, then how many were searched.

use jiff::Timestamp;

use super::super::output::separated;
use super::record::{field_word, rank_word};
use crate::domain::Identity;
use crate::search::{Hit, HitField, Results};
use crate::text::number::grouped;
use crate::text::{SafeText, time};

/// The lines of an answer; what the text may have meant comes last.
pub(super) fn lines(results: &Results, now: Timestamp) -> Vec<SafeText> {
    let hits = results.hits.iter().map(|hit| line(hit, now));
    let meant = results.hints.iter().map(SafeText::of);
    hits.chain([summary(results, now)]).chain(meant).collect()
}

/// A line for one user: the `_id` first, for other programs to cut out, then words.
fn line(hit: &Hit, now: Timestamp) -> SafeText {
    let mut parts = vec![SafeText::of(hit.entry.id.untrusted())];
    if let Some(summary) = &hit.entry.summary {
        parts.push(SafeText::own(match summary.identity {
            Some(Identity::Anonymous) => "anonymous",
            Some(Identity::Identified) => "identified",
            None => "identity not known",
        }));
        let name = summary.shown_name();
        parts.push(name.map_or_else(|| SafeText::own("no name known"), SafeText::of));
        parts.extend(
            summary
                .user_id
                .iter()
                .map(|id| SafeText::join([SafeText::own("userId "), SafeText::of(id.untrusted())])),
        );
        let seen = summary.seen.map(|seen| time::ago(now, seen));
        parts.extend(seen.map(|ago| SafeText::own(format_args!("seen {ago}"))));
    } else {
        parts.push(SafeText::own("only the _id is known"));
    }
    if let Some(rank) = hit.rank {
        parts.push(SafeText::own(rank_word(rank)));
    }
    // A field that the line shows already is not repeated.
    let hidden = hit.matched.as_ref().filter(|matched| {
        let shown = [HitField::Name, HitField::UserId, HitField::SmoochId];
        !shown.contains(&matched.field)
    });
    parts.extend(hidden.map(|matched| {
        let word = SafeText::own(format_args!("{} ", field_word(matched.field)));
        SafeText::join([word, SafeText::of(&matched.text)])
    }));
    separated(parts.into_iter(), "  ")
}

/// How many were searched; never that somebody does not exist.
fn summary(results: &Results, now: Timestamp) -> SafeText {
    if results.known == 0 {
        return SafeText::own(
            "no users are known here yet: `smooch-console import` adds users from files, and the \
             console remembers the users it looks up",
        );
    }
    let plural = if results.known == 1 { "" } else { "s" };
    let age = results
        .oldest
        .map(|oldest| format!(", the oldest copy {}", time::ago(now, oldest)));
    SafeText::own(format_args!(
        "{} of {} user{plural} known here match{}",
        grouped(results.matched),
        grouped(results.known),
        age.unwrap_or_default()
    ))
}
