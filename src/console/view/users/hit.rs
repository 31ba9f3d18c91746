//! The row of a user who was found: cursor, badge, pin, name, and what else there is room for.

use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::console::geometry::Pane;
use crate::console::layout::row::{Row, Tone};
use crate::console::state::{Selection, State};
use crate::console::theme::Theme;
use crate::console::view::canvas::{Canvas, Pen};
use crate::console::view::frame::focus;
use crate::domain::{Identity, Naming};
use crate::search::{Entry, Hit, HitField, MatchedField, Summary};
use crate::text::{Highlighted, SafeText, time};

/// Cells of the columns for the channel and the age.
const CHANNEL: u16 = 9;
const AGE: u16 = 4;

/// The mark of a pinned user.
const PINNED: &str = "*";

/// Cells before the name: cursor, badge, a blank; and the pin, once anybody is pinned.
const BADGE: u16 = 4;

pub(super) fn draw_hit(canvas: &mut Canvas<'_>, area: Rect, y: u16, hit: &Hit, state: &State) {
    let selected = state.users.selection == Some(Selection::User(hit.entry.id.clone()));
    let (badge_tone, badge) = badge(&hit.entry);
    let mut pen = Pen::at(area, y, 0);
    let cursor = if selected { "▸" } else { " " };
    canvas.text(&mut pen, &SafeText::own(cursor), Style::new());
    let style = canvas.theme.style(badge_tone);
    canvas.text(&mut pen, &SafeText::own(badge), style);
    if hit.entry.pinned {
        let style = canvas.theme.style(Tone::Strong);
        canvas.text(&mut pen, &SafeText::own(PINNED), style);
    }
    // A hit in a field that the row does not show takes the channel's place.
    let hidden = hidden_field(hit).is_some();
    let right = if hidden { AGE + 2 } else { CHANNEL + AGE + 3 };
    let left = BADGE + u16::from(state.users.results.has_pins);
    let width = area.width.saturating_sub(left + right).max(8);
    let names = Pen::at(area, y, left).limited(width);
    draw_name(canvas, names, hit, canvas.theme);
    if let Some(summary) = &hit.entry.summary {
        draw_seen(canvas, area, y, summary, hidden, state);
    }
    if selected {
        let style = canvas.theme.selected(focus(state, Pane::Users));
        canvas.restyle(area, y, style);
    }
}

/// The badge column belongs to the console: no customer's text can enter it.
fn badge(entry: &Entry) -> (Tone, &'static str) {
    match entry.summary.as_ref().and_then(|summary| summary.identity) {
        Some(Identity::Identified) => (Tone::Identified, "ID"),
        Some(Identity::Anonymous) => (Tone::Anonymous, "--"),
        None => (Tone::Dim, "··"),
    }
}

/// Where a user was found: the field of the worst word first.
fn fields(hit: &Hit) -> impl Iterator<Item = &MatchedField> {
    hit.matched.iter().chain(&hit.also)
}

/// The first field with a match that the row would not show otherwise.
fn hidden_field(hit: &Hit) -> Option<&MatchedField> {
    fields(hit).find(|found| found.field != HitField::Name && !found.spans.is_empty())
}

fn draw_name(canvas: &mut Canvas<'_>, mut pen: Pen, hit: &Hit, theme: Theme) {
    let Some(summary) = &hit.entry.summary else {
        return draw_bare_id(canvas, &mut pen, hit, theme.style(Tone::Dim));
    };
    let named = summary.naming == Naming::Named;
    let style = theme.style(if named { Tone::Plain } else { Tone::Dim });
    let Some(name) = summary.shown_name() else {
        return draw_nameless(canvas, pen, hit, theme);
    };
    let in_name = fields(hit).find(|found| found.field == HitField::Name);
    let name = Highlighted::of(name, in_name.map_or(&[], |found| &found.spans));
    let Some(hidden) = hidden_field(hit) else {
        return draw_marked(canvas, &mut pen, &name, style);
    };
    // The name makes room for a field that the row would not show.
    let room = usize::from(pen.left);
    let field = Highlighted::of(&hidden.text, &hidden.spans);
    let keep = room.saturating_sub(field.width() + 1).max(room / 3);
    draw_marked(canvas, &mut pen, &name.window(keep), style);
    canvas.text(&mut pen, &SafeText::own(" "), style);
    draw_marked(canvas, &mut pen, &field, theme.style(Tone::Dim));
}

/// The `_id` of a user without any other known fact.
fn draw_bare_id(canvas: &mut Canvas<'_>, pen: &mut Pen, hit: &Hit, style: Style) {
    let matched = hit.matched.as_ref();
    if let Some(matched) = matched.filter(|matched| matched.field == HitField::SmoochId) {
        let id = Highlighted::of(&matched.text, &matched.spans);
        return draw_marked(canvas, pen, &id, style);
    }
    let id = SafeText::of(hit.entry.id.untrusted()).middle(usize::from(pen.left));
    canvas.text(pen, &id, style);
}

/// A user without a name: shows the field that matched, or the `userId`, because the usual word for
/// nameless users would call them anonymous.
fn draw_nameless(canvas: &mut Canvas<'_>, mut pen: Pen, hit: &Hit, theme: Theme) {
    let style = theme.style(Tone::Dim);
    if let Some(matched) = hit.matched.as_ref().filter(|found| !found.spans.is_empty()) {
        let field = Highlighted::of(&matched.text, &matched.spans);
        return draw_marked(canvas, &mut pen, &field, style);
    }
    let summary = hit.entry.summary.as_ref();
    let user_id = summary.and_then(|summary| summary.user_id.as_ref());
    let words = match user_id {
        Some(id) => SafeText::of(id.untrusted()).middle(usize::from(pen.left)),
        None => SafeText::own("no name known"),
    };
    canvas.text(&mut pen, &words, style);
}

/// Draws text with the matched characters marked, cut around them to what the pen has left.
fn draw_marked(canvas: &mut Canvas<'_>, pen: &mut Pen, text: &Highlighted, style: Style) {
    let mark = style.patch(canvas.theme.matched());
    for (cluster, marked) in text.window(usize::from(pen.left)).clusters() {
        canvas.cluster(pen, &cluster, if marked { mark } else { style });
    }
}

fn draw_seen(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    summary: &Summary,
    without_channel: bool,
    state: &State,
) {
    let right = CHANNEL + AGE + 2;
    let Some(x) = area.width.checked_sub(right) else {
        return;
    };
    let dim = canvas.theme.style(Tone::Dim);
    let pen = Pen::at(area, y, x);
    if let Some(seen) = summary.seen {
        let age = Row::words(Tone::Dim, time::age(state.clock.now, seen));
        let ages = Rect {
            x: area.x + x + CHANNEL + 1,
            width: AGE,
            ..area
        };
        canvas.row_at_right(ages, y, &age);
    }
    if without_channel {
        return;
    }
    let words = summary
        .channel
        .as_ref()
        .map_or_else(|| SafeText::own("–"), |platform| SafeText::of(&platform.0));
    canvas.text(
        &mut pen.limited(CHANNEL),
        &words.ellipsis(usize::from(CHANNEL)),
        dim,
    );
}
