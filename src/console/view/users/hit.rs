//! The row of a user: cursor, badge, pin, name, what matched, channel and age; and the line below
//! the row under the cursor.

use jiff::Timestamp;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::console::geometry::Pane;
use crate::console::layout::list::{AGE, CHANNEL, Columns, Detail, NameColumn};
use crate::console::layout::profile::{latest_first, shown_name};
use crate::console::layout::row::{Row, Tone};
use crate::console::state::{Selection, State};
use crate::console::view::canvas::{Canvas, Pen};
use crate::console::view::frame::focus;
use crate::domain::{Identity, Platform};
use crate::search::Hit;
use crate::text::{Highlighted, SafeText, time};

/// The mark of a pinned user.
const PINNED: &str = "*";

pub(super) fn draw_hit(canvas: &mut Canvas<'_>, area: Rect, y: u16, hit: &Hit, state: &State) {
    let selected = state.users.selection == Some(Selection::User(hit.entry.id.clone()));
    let summary = hit.entry.summary.as_ref();
    let identity = summary.and_then(|summary| summary.identity);
    let mut pen = draw_badge(canvas, Pen::at(area, y, 0), identity, selected);
    if hit.entry.pinned {
        let style = canvas.theme.style(Tone::Strong);
        canvas.text(&mut pen, &SafeText::own(PINNED), style);
    }
    let columns = Columns::of(state, area.width);
    let column = NameColumn::of(hit, usize::from(columns.width));
    let mut pen = Pen::at(area, y, columns.name).limited(columns.width);
    let style = canvas.theme.style(column.tone);
    draw_marked(canvas, &mut pen, &column.name, style);
    if let Some(beside) = &column.beside {
        canvas.text(&mut pen, &SafeText::own(" "), style);
        let style = canvas.theme.style(Tone::Dim);
        draw_marked(canvas, &mut pen, beside, style);
    }
    if let Some(summary) = summary {
        draw_seen(
            canvas,
            area,
            y,
            (summary.channel.as_ref(), summary.seen),
            state,
        );
    }
    if selected {
        let style = canvas.theme.selected(focus(state, Pane::Users));
        canvas.restyle(area, y, style);
    }
}

/// The user who is shown and not among the hits, as far as the profile pane knows them.
pub(super) fn draw_outside(canvas: &mut Canvas<'_>, area: Rect, y: u16, state: &State) {
    let profile = state.profile.shown();
    let identity = profile.and_then(|profile| profile.user.identity());
    draw_badge(canvas, Pen::at(area, y, 0), identity, true);
    let columns = Columns::of(state, area.width);
    let mut pen = Pen::at(area, y, columns.name).limited(columns.width);
    let width = usize::from(columns.width);
    let id = state.profile.shown_id();
    let id = || id.map(|id| SafeText::of(id.untrusted()).middle(width));
    let name = profile
        .and_then(shown_name)
        .map(|name| name.ellipsis(width));
    let name = name.or_else(id).unwrap_or_default();
    canvas.text(&mut pen, &name, Style::new());
    if let Some(profile) = profile {
        let latest = latest_first(&profile.user.clients);
        let latest = latest.first();
        let seen = latest.and_then(|client| client.last_seen);
        let channel = latest.map(|client| &client.platform);
        draw_seen(canvas, area, y, (channel, seen), state);
    }
    let style = canvas.theme.selected(focus(state, Pane::Users));
    canvas.restyle(area, y, style);
}

/// The line below the row under the cursor.
pub(super) fn draw_detail(canvas: &mut Canvas<'_>, area: Rect, y: u16, detail: &Detail) {
    let mut pen = Pen::at(area, y, 4);
    let style = canvas.theme.style(detail.tone);
    canvas.text(&mut pen, &detail.label, style);
    draw_marked(canvas, &mut pen, &detail.text, style);
}

/// The cursor and the badge. Their columns belong to the console: no customer's text can enter
/// them.
fn draw_badge(
    canvas: &mut Canvas<'_>,
    mut pen: Pen,
    identity: Option<Identity>,
    selected: bool,
) -> Pen {
    let (tone, badge) = match identity {
        Some(Identity::Identified) => (Tone::Identified, "ID"),
        Some(Identity::Anonymous) => (Tone::Anonymous, "--"),
        None => (Tone::Dim, "··"),
    };
    let cursor = if selected { "▸" } else { " " };
    canvas.text(&mut pen, &SafeText::own(cursor), Style::new());
    let style = canvas.theme.style(tone);
    canvas.text(&mut pen, &SafeText::own(badge), style);
    pen
}

/// Draws text with the matched characters marked, cut around them to what the pen has left.
fn draw_marked(canvas: &mut Canvas<'_>, pen: &mut Pen, text: &Highlighted, style: Style) {
    let mark = style.patch(canvas.theme.matched());
    for (cluster, marked) in text.window(usize::from(pen.left)).clusters() {
        canvas.cluster(pen, &cluster, if marked { mark } else { style });
    }
}

/// The channel and the age, in their columns.
fn draw_seen(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    (channel, seen): (Option<&Platform>, Option<Timestamp>),
    state: &State,
) {
    let Some(x) = area.width.checked_sub(CHANNEL + AGE + 2) else {
        return;
    };
    if let Some(seen) = seen {
        let age = Row::words(Tone::Dim, time::age(state.clock.now, seen));
        let ages = Rect {
            x: area.x + x + CHANNEL + 1,
            width: AGE,
            ..area
        };
        canvas.row_at_right(ages, y, &age);
    }
    let words = channel.map_or_else(|| SafeText::own("–"), |platform| SafeText::of(&platform.0));
    let dim = canvas.theme.style(Tone::Dim);
    canvas.text(
        &mut Pen::at(area, y, x).limited(CHANNEL),
        &words.ellipsis(usize::from(CHANNEL)),
        dim,
    );
}
