//! A row of the list: its columns, and where the text of a match goes.
//!
//! In: a hit and a width. Out: the name, beside it as much of the match as there is room for, and
//! for the row under the cursor what a second line says. Channel and age keep their columns,
//! whatever matched.

use super::profile::shown_name;
use super::row::Tone;
use crate::console::state::{ListRow, State};
use crate::domain::Naming;
use crate::search::{Hit, HitField, MatchedField};
use crate::text::{Highlighted, SafeText};

/// Cells of the columns for the channel and the age.
pub(crate) const CHANNEL: u16 = 9;
pub(crate) const AGE: u16 = 4;

/// Cells before the name: cursor, badge, a blank; and the pin, once anybody is pinned.
const BADGE: u16 = 4;

/// Less of a match beside a name says nothing.
const LEAST_BESIDE: usize = 8;

/// The columns of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Columns {
    /// Where the name begins.
    pub name: u16,
    /// The cells for the name and what is beside it.
    pub width: u16,
}

impl Columns {
    /// The columns of a list of a width.
    pub(crate) fn of(state: &State, width: u16) -> Self {
        let name = BADGE + u16::from(state.users.results.has_pins);
        let right = CHANNEL + AGE + 3;
        Self {
            name,
            width: width.saturating_sub(name + right).max(8),
        }
    }
}

/// The name of a user and what matched, cut to the cells that there are.
#[derive(Debug, Clone)]
pub(crate) struct NameColumn {
    /// The name, or what is shown without one.
    pub name: Highlighted,
    /// How it looks.
    pub tone: Tone,
    /// The text that matches.
    pub beside: Option<Highlighted>,
    /// Whether the text that matches is not shown whole.
    is_cut: bool,
}

impl NameColumn {
    /// The name of a hit, and what matched if the name does not show it.
    pub(crate) fn of(hit: &Hit, width: usize) -> Self {
        let summary = hit.entry.summary.as_ref();
        let Some(name) = summary.and_then(|summary| summary.shown_name()) else {
            return Self::nameless(hit, width);
        };
        let is_named = summary.is_some_and(|summary| summary.naming == Naming::Named);
        let in_name = fields(hit).find(|found| found.field == HitField::Name);
        let name = Highlighted::of(name, in_name.map_or(&[], |found| &found.spans));
        let name = name.window(width);
        let field = hidden_field(hit).map(|found| Highlighted::of(&found.text, &found.spans));
        let room = width.saturating_sub(name.width() + 1);
        let is_cut = field.as_ref().is_some_and(|field| field.width() > room);
        // A piece that does not show all of the match says too little.
        let shows = |cut: &Highlighted, whole: &Highlighted| cut.lit_count() == whole.lit_count();
        let beside = field.and_then(|field| {
            let cut = field.window(room);
            (!is_cut || (room >= LEAST_BESIDE && shows(&cut, &field))).then_some(cut)
        });
        Self {
            tone: if is_named { Tone::Plain } else { Tone::Dim },
            beside,
            name,
            is_cut,
        }
    }

    /// A user without a name: shows the field that matched, or the `userId`, because the usual word
    /// for nameless users would call them anonymous; of a user without any known fact the `_id`.
    fn nameless(hit: &Hit, width: usize) -> Self {
        let summary = hit.entry.summary.as_ref();
        let matched = hit.matched.as_ref().filter(|found| !found.spans.is_empty());
        let field = matched.map(|found| Highlighted::of(&found.text, &found.spans));
        let is_cut = field.as_ref().is_some_and(|field| field.width() > width);
        let user_id = summary.and_then(|summary| summary.user_id.as_ref());
        let words = || match (summary, user_id) {
            (None, _) => SafeText::of(hit.entry.id.untrusted()).middle(width),
            (Some(_), Some(id)) => SafeText::of(id.untrusted()).middle(width),
            (Some(_), None) => SafeText::own("no name known"),
        };
        let name = field.unwrap_or_else(|| Highlighted::nothing_in(words()));
        Self {
            name: name.window(width),
            tone: Tone::Dim,
            beside: None,
            is_cut,
        }
    }
}

/// Where a user was found: the field of the worst word first.
fn fields(hit: &Hit) -> impl Iterator<Item = &MatchedField> {
    hit.matched.iter().chain(&hit.also)
}

/// The first field with a match that the name does not show.
fn hidden_field(hit: &Hit) -> Option<&MatchedField> {
    fields(hit).find(|found| found.field != HitField::Name && !found.spans.is_empty())
}

/// What a second line below the row under the cursor says.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    /// What it is about.
    pub label: SafeText,
    /// The text, with what matched.
    pub text: Highlighted,
    /// How it looks.
    pub tone: Tone,
}

impl Detail {
    fn words(tone: Tone, label: impl std::fmt::Display, text: SafeText) -> Self {
        Self {
            label: SafeText::own(label),
            text: Highlighted::nothing_in(text),
            tone,
        }
    }
}

/// The second line below the row under the cursor, if there is more to say than the row holds.
pub(crate) fn detail(state: &State, width: u16) -> Option<Detail> {
    let users = &state.users;
    let row = users.row_at(users.selected_row()?)?;
    if state.shows_another() {
        let shown = state.profile.shown();
        let name = shown.and_then(shown_name);
        let id = state.profile.shown_id();
        let id = || id.map(|id| SafeText::of(id.untrusted()).middle(24));
        let name = name.or_else(id).unwrap_or_default();
        return Some(Detail::words(Tone::Warning, "leads to ", name));
    }
    let hit = match row {
        ListRow::Outside(_) => {
            let words = SafeText::own("shown, but not in this list");
            return Some(Detail::words(Tone::Dim, "", words));
        }
        ListRow::Hit(hit) => hit,
        ListRow::Offer(_) | ListRow::LookUp => return None,
    };
    let column = NameColumn::of(hit, usize::from(Columns::of(state, width).width));
    // A name that is too long is shown whole in the profile.
    let found = hidden_field(hit).filter(|_| column.is_cut)?;
    Some(Detail {
        label: SafeText::own(field_word(found.field)),
        text: Highlighted::of(&found.text, &found.spans),
        tone: Tone::Dim,
    })
}

/// What a field is called, with a blank after it.
const fn field_word(field: HitField) -> &'static str {
    match field {
        HitField::Name => "",
        HitField::Email => "e-mail ",
        HitField::UserId => "userId ",
        HitField::SmoochId => "_id ",
        HitField::ChannelName => "channel name ",
        HitField::ExternalId => "channel id ",
        HitField::Property => "property ",
    }
}
