//! The identity strip: who is shown, on screens where the profile pane may be hidden.

use super::facts::Facts;
use super::profile::{badges, fitted_tag, origin, reach, shown_name};
use super::row::{Row, Tone};
use crate::domain::{FactName, Provenance, User};
use crate::text::SafeText;

/// Up to three rows about a user, the most important first.
pub(crate) fn rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let profile = facts.profile;
    let user = &profile.user;
    let tone = if profile.name.provenance == Provenance::Profile {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let mut first = badges(user).and(Tone::Plain, "  ");
    let left = width.saturating_sub(first.width());
    let origin = origin(&profile.name, facts.settings);
    if let Some(name) = shown_name(profile) {
        let room = left.saturating_sub(origin.width() + 2).max(left / 2);
        first.push(tone, name.ellipsis(room));
        first.push(Tone::Plain, SafeText::own("  "));
    }
    let left = width.saturating_sub(first.width());
    first.push(Tone::Dim, origin.ellipsis(left));

    let mut second = Row::words(Tone::Dim, "_id ")
        .with(Tone::Plain, SafeText::of(user.id.untrusted()).middle(24));
    // What was looked up is worth more of the row than the end of a long `userId`.
    let kept = if profile.old_id.is_some() { 24 } else { 0 };
    let left = width.saturating_sub(second.width() + "  userId ".len() + kept);
    second = second.and(Tone::Dim, "  userId ");
    second = match &user.user_id {
        Some(id) => second.with(Tone::Plain, SafeText::of(id.untrusted()).middle(left)),
        None => second.and(Tone::Dim, user_id_missing(user)),
    };
    if let Some(old) = &profile.old_id {
        let left = width.saturating_sub(second.width() + "  old id ".len());
        let old = SafeText::of(old.untrusted()).middle(left.min(24));
        let words = SafeText::own(format_args!("  old id {old}"));
        second.push(Tone::Warning, words);
    }

    let second = fitted_tag(second, facts.tag(&FactName::UserId), width);

    let third = Row::words(Tone::Dim, "reach ");
    let third = third.with(
        Tone::Plain,
        reach(user, facts.now).ellipsis(width.saturating_sub(6)),
    );
    vec![first, second, third]
}

const fn user_id_missing(user: &User) -> &'static str {
    match user.identity() {
        Some(_) => "none",
        None => "not known",
    }
}
