//! The identity strip: who is shown, on screens where the profile pane may be hidden.

use super::facts::{Facts, Part, Said};
use super::problem;
use super::profile::{badges, fitted_tag, origin, reach, shown_name};
use super::row::{Row, Tone};
use crate::console::state::State;
use crate::domain::{FactName, Provenance, User};
use crate::text::SafeText;

/// The facts for the profile pane below the strip of a screen: what the strip says is not said
/// again.
pub fn below<'a>(state: &State, facts: Facts<'a>) -> Facts<'a> {
    let area = state.screen().strip;
    if area.is_empty() {
        return facts;
    }
    let width = usize::from(area.width.saturating_sub(2));
    let height = usize::from(area.height);
    let problem = problem::above_profile(state, width).len();
    let shown = if problem == 0 {
        height
    } else {
        height.saturating_sub(problem).max(1)
    };
    let whole = lines(facts, width).map(|line| line.is_whole);
    let said = Said::of(|part| match part {
        Part::Badges => true,
        Part::Name => whole[0],
        Part::Ids => whole[1] && shown > 1,
        Part::Reach => whole[2] && shown > 2,
    });
    Facts { said, ..facts }
}

/// A row of the strip.
struct Line {
    row: Row,
    /// Whether nothing was cut or left out.
    is_whole: bool,
}

/// Up to three rows about a user, the most important first.
pub(crate) fn rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    lines(facts, width)
        .into_iter()
        .map(|line| line.row)
        .collect()
}

fn lines(facts: Facts<'_>, width: usize) -> [Line; 3] {
    let user = &facts.profile.user;
    let words = reach(user, facts.now);
    let room = width.saturating_sub(6);
    let third = Line {
        is_whole: words.width() <= room,
        row: Row::words(Tone::Dim, "reach ").with(Tone::Plain, words.ellipsis(room)),
    };
    [name_line(facts, width), id_line(facts, width), third]
}

fn name_line(facts: Facts<'_>, width: usize) -> Line {
    let profile = facts.profile;
    let is_of_profile = profile.name.provenance == Provenance::Profile;
    let tone = if is_of_profile {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let mut row = badges(&profile.user).and(Tone::Plain, "  ");
    let left = width.saturating_sub(row.width());
    let origin = origin(&profile.name, facts.settings);
    let mut is_whole = !(is_of_profile && facts.name_tag().is_some());
    if let Some(name) = shown_name(profile) {
        let room = left.saturating_sub(origin.width() + 2).max(left / 2);
        is_whole &= name.width() <= room;
        row.push(tone, name.ellipsis(room));
        row.push(Tone::Plain, SafeText::own("  "));
    }
    let left = width.saturating_sub(row.width());
    is_whole &= origin.width() <= left;
    row.push(Tone::Dim, origin.ellipsis(left));
    Line { row, is_whole }
}

fn id_line(facts: Facts<'_>, width: usize) -> Line {
    let profile = facts.profile;
    let user = &profile.user;
    let id = SafeText::of(user.id.untrusted());
    let mut is_whole = id.width() <= 24;
    let row = Row::words(Tone::Dim, "_id ").with(Tone::Plain, id.middle(24));
    // What was looked up is worth more of the row than the end of a long `userId`.
    let kept = if profile.old_id.is_some() { 24 } else { 0 };
    let left = width.saturating_sub(row.width() + "  userId ".len() + kept);
    let mut row = row.and(Tone::Dim, "  userId ");
    row = match &user.user_id {
        Some(id) => {
            let id = SafeText::of(id.untrusted());
            is_whole &= id.width() <= left;
            row.with(Tone::Plain, id.middle(left))
        }
        None => row.and(Tone::Dim, user_id_missing(user)),
    };
    if let Some(old) = &profile.old_id {
        let left = width.saturating_sub(row.width() + "  old id ".len());
        let old = SafeText::of(old.untrusted()).middle(left.min(24));
        let words = SafeText::own(format_args!("  old id {old}"));
        row.push(Tone::Warning, words);
    }
    let tag = facts.tag(&FactName::UserId);
    let room = width.saturating_sub(row.width() + 2);
    is_whole &= tag.as_ref().is_none_or(|tag| tag.width() <= room);
    let row = fitted_tag(row, tag, width);
    Line { row, is_whole }
}

const fn user_id_missing(user: &User) -> &'static str {
    match user.identity() {
        Some(_) => "none",
        None => "not known",
    }
}
