//! The search box and its hits.

use std::time::Duration;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::Input;

use super::canvas::{Canvas, Pen};
use super::draw_frame;
use crate::console::action::Action;
use crate::console::keymap::Mode;
use crate::console::layout::row::{Row, Tone, wrapped};
use crate::console::state::{Directory, Link, Pane, Selection, State, Typing};
use crate::directory::{Entry, Extent, Hit, HitField, Summary};
use crate::domain::{Identity, LookupId, Naming};
use crate::text::number::grouped;
use crate::text::{SafeText, time};

/// Cells of the columns for the channel and the age.
const CHANNEL: u16 = 9;
const AGE: u16 = 4;

/// The mark of a pinned user.
const PINNED: &str = "*";

/// Cells before the name: cursor, badge, a blank; and the pin, once anybody is pinned.
const BADGE: u16 = 4;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) -> Option<Position> {
    let screen = state.screen();
    let inner = screen.inner(Pane::Users);
    if inner.is_empty() {
        return None;
    }
    draw_frame(canvas, state, Pane::Users, &Row::default());
    let cursor = draw_box(canvas, Rect { height: 1, ..inner }, state);
    let area = screen.hits();
    let users = &state.users;
    let rows = users.offset..users.offset + usize::from(area.height);
    for (y, row) in (0..).zip(rows) {
        match users.results.hits.get(row) {
            Some(hit) => draw_hit(canvas, area, y, hit, state),
            None => match users.selection_at(row) {
                Some(Selection::Offer(id)) => draw_offer(canvas, area, y, &id, state),
                Some(_) => draw_lookup(canvas, area, y, state),
                None => break,
            },
        }
    }
    if users.results.hits.is_empty() {
        let rows = u16::try_from(users.rows()).unwrap_or(u16::MAX);
        let below = rows.saturating_add(u16::from(rows > 0));
        draw_nobody(canvas, area, below, state);
    }
    draw_explanation(canvas, area, state);
    if screen.has_borders() {
        let legend = Row::words(Tone::Identified, "ID").and(Tone::Dim, " identified  ");
        let mut legend = legend
            .and(Tone::Anonymous, "--")
            .and(Tone::Dim, " anonymous");
        if users.results.has_pins {
            legend = legend.and(Tone::Strong, "  *").and(Tone::Dim, " pinned");
        }
        let line = Rect {
            x: inner.x + 1,
            width: inner.width - 1,
            ..inner
        };
        canvas.row(line, inner.height - 1, &legend);
    }
    cursor
}

/// Draws a text box; answers where the cursor stands.
pub(super) fn draw_input(
    canvas: &mut Canvas<'_>,
    area: Rect,
    input: &Input,
    style: Style,
) -> Position {
    // The text before the cursor decides how far the box is scrolled; one cell is for the cursor.
    let before: String = input.value().chars().take(input.cursor()).collect();
    let after: String = input.value().chars().skip(input.cursor()).collect();
    let (before, after) = (SafeText::own(before), SafeText::own(after));
    let room = usize::from(area.width).saturating_sub(1);
    let mut skipped = before.width().saturating_sub(room);
    let mut pen = Pen::at(area, 0, 0);
    for cluster in before.clusters() {
        if skipped > 0 {
            skipped = skipped.saturating_sub(usize::from(cluster.width));
            continue;
        }
        canvas.cluster(&mut pen, &cluster, style);
    }
    let cursor = Position::new(pen.x, pen.y);
    canvas.text(&mut pen, &after, style);
    cursor
}

fn draw_box(canvas: &mut Canvas<'_>, area: Rect, state: &State) -> Option<Position> {
    let users = &state.users;
    let results = &users.results;
    let count = if state.directory == Directory::Reading {
        "reading …".to_owned()
    } else if users.text().trim().is_empty() {
        format!("{} known", grouped(results.known))
    } else {
        let more = match results.extent {
            Extent::FirstTier => "+",
            Extent::Whole => "",
        };
        let (matched, known) = (grouped(results.matched), grouped(results.known));
        format!("{matched}{more} of {known}")
    };
    let count = Row::words(Tone::Dim, count);
    let mut pen = Pen::at(area, 0, 1);
    let label = if users.is_typing() {
        Tone::Strong
    } else {
        Tone::Dim
    };
    let style = canvas.theme.style(label);
    canvas.text(&mut pen, &SafeText::own("/ "), style);
    let count_width = u16::try_from(count.width())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let room = pen.left.saturating_sub(count_width);
    let input = Rect {
        x: pen.x,
        width: room,
        ..area
    };
    let right = Rect {
        width: area.width.saturating_sub(1),
        ..area
    };
    canvas.row_at_right(right, 0, &count);
    if users.text().is_empty() && !users.is_typing() {
        let hint = SafeText::own("name, _id, userId, e-mail, phone");
        canvas.row(
            input,
            0,
            &Row::of(Tone::Dim, hint.ellipsis(usize::from(room))),
        );
        return None;
    }
    if !users.is_typing() {
        // Without a cursor in it, the text is read from its beginning.
        let text = SafeText::own(users.text()).ellipsis(usize::from(input.width));
        canvas.row(input, 0, &Row::of(Tone::Plain, text));
        return None;
    }
    let style = if users.typing == Typing::Replaces {
        canvas.theme.selected(true)
    } else {
        Style::new()
    };
    let cursor = draw_input(canvas, input, &users.input, style);
    Some(cursor)
}

fn draw_hit(canvas: &mut Canvas<'_>, area: Rect, y: u16, hit: &Hit, state: &State) {
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
    let hidden = hit
        .matched
        .as_ref()
        .is_some_and(|matched| matched.field != HitField::Name);
    let right = if hidden { AGE + 2 } else { CHANNEL + AGE + 3 };
    let left = BADGE + u16::from(state.users.results.has_pins);
    let width = area.width.saturating_sub(left + right).max(8);
    let names = Pen::at(area, y, left).limited(width);
    draw_name(canvas, names, hit, canvas.theme);
    if let Some(summary) = &hit.entry.summary {
        draw_seen(canvas, area, y, summary, hidden, state);
    }
    if selected {
        let focused = state.focus == Pane::Users && state.overlay.is_none();
        canvas.restyle(area, y, canvas.theme.selected(focused));
    }
}

/// The badge column belongs to the console: no customer's text can enter it.
fn badge(entry: &Entry) -> (Tone, &'static str) {
    match entry.summary.as_ref().map(Summary::identity) {
        Some(Identity::Identified) => (Tone::Identified, "ID"),
        Some(Identity::Anonymous) => (Tone::Anonymous, "--"),
        None => (Tone::Dim, "··"),
    }
}

fn draw_name(
    canvas: &mut Canvas<'_>,
    mut pen: Pen,
    hit: &Hit,
    theme: crate::console::theme::Theme,
) {
    let Some(summary) = &hit.entry.summary else {
        let id = SafeText::of(hit.entry.id.untrusted()).middle(usize::from(pen.left));
        return canvas.text(&mut pen, &id, theme.style(Tone::Dim));
    };
    let named = summary.naming == Naming::Named;
    let style = theme.style(if named { Tone::Plain } else { Tone::Dim });
    let name = SafeText::of(&summary.name);
    let matched = hit.matched.as_ref();
    let hidden =
        matched.filter(|matched| matched.field != HitField::Name && !matched.spans.is_empty());
    let Some(hidden) = hidden else {
        let spans = matched.map_or(&[][..], |matched| &matched.spans);
        return draw_marked(canvas, &mut pen, &name, spans, style);
    };
    // The hit is in a field that the row does not show: the name makes room for it.
    let room = usize::from(pen.left);
    let field = SafeText::of(&hidden.text);
    let keep = room.saturating_sub(field.width() + 1).max(room / 3);
    canvas.text(&mut pen, &name.ellipsis(keep), style);
    canvas.text(&mut pen, &SafeText::own(" "), style);
    draw_marked(
        canvas,
        &mut pen,
        &field,
        &hidden.spans,
        theme.style(Tone::Dim),
    );
}

/// Draws text with the matched characters marked, cut at the pen's end.
fn draw_marked(
    canvas: &mut Canvas<'_>,
    pen: &mut Pen,
    text: &SafeText,
    spans: &[std::ops::Range<usize>],
    style: Style,
) {
    let shown = text.ellipsis(usize::from(pen.left));
    let mark = style.patch(canvas.theme.matched());
    let mut index = 0;
    for cluster in shown.clusters() {
        let marked = !cluster.tag && spans.iter().any(|span| span.contains(&index));
        canvas.cluster(pen, &cluster, if marked { mark } else { style });
        index += cluster.text.chars().count();
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

fn draw_lookup(canvas: &mut Canvas<'_>, area: Rect, y: u16, state: &State) {
    let text = SafeText::own(state.users.text().trim());
    draw_offered(canvas, area, y, &text, (&Selection::LookUp, state));
}

/// An id out of a pasted text, of whom nobody is known here.
fn draw_offer(canvas: &mut Canvas<'_>, area: Rect, y: u16, id: &LookupId, state: &State) {
    let offer = Selection::Offer(id.clone());
    draw_offered(
        canvas,
        area,
        y,
        &SafeText::of(id.untrusted()),
        (&offer, state),
    );
}

fn draw_offered(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    text: &SafeText,
    (offer, state): (&Selection, &State),
) {
    let selected = state.users.selection.as_ref() == Some(offer);
    let cursor = if selected { "▸" } else { " " };
    let (before, after) = ("Look up “", "” in the API");
    let room =
        usize::from(area.width).saturating_sub(1 + before.chars().count() + after.chars().count());
    let text = text.middle(room.max(4));
    let row = Row::words(Tone::Plain, cursor)
        .and(Tone::Link, before)
        .with(Tone::Link, text)
        .and(Tone::Link, after);
    canvas.row(area, y, &row);
    if selected {
        let focused = state.focus == Pane::Users && state.overlay.is_none();
        canvas.restyle(area, y, canvas.theme.selected(focused));
    }
}

/// How old the oldest copy is that was searched, once that is worth a word.
fn copies_age(state: &State) -> String {
    const WORTH_A_WORD: Duration = Duration::from_hours(24);
    let Some(oldest) = state.users.results.oldest else {
        return String::new();
    };
    let age = state.clock.now.duration_since(oldest).unsigned_abs();
    if age < WORTH_A_WORD {
        return String::new();
    }
    format!(" (copies up to {} old)", time::age(state.clock.now, oldest))
}

/// Says in words what could not be understood of the text: below the rows, else over the last ones.
fn draw_explanation(canvas: &mut Canvas<'_>, area: Rect, state: &State) {
    let results = &state.users.results;
    // The hits of an older text say nothing about this one.
    if results.text != state.users.text() {
        return;
    }
    let Some(words) = results.explanations.first() else {
        return;
    };
    let words = SafeText::of(words);
    let width = usize::from(area.width).saturating_sub(2).max(1);
    let rows = wrapped(Tone::Warning, &words, width, 0);
    let needed = u16::try_from(rows.len()).unwrap_or(u16::MAX);
    let above = u16::try_from(state.users.rows() + 1).unwrap_or(u16::MAX);
    let first = above.min(area.height.saturating_sub(needed));
    for (y, row) in (first..area.height).zip(&rows) {
        let line = Rect {
            y: area.y + y,
            height: 1,
            ..area
        };
        canvas.clear(line);
        let inside = Rect {
            x: line.x + 1,
            width: line.width.saturating_sub(1),
            ..line
        };
        canvas.row(inside, 0, row);
    }
}

/// Says what was searched; never that somebody does not exist.
fn draw_nobody(canvas: &mut Canvas<'_>, area: Rect, from: u16, state: &State) {
    let users = &state.users;
    let text = SafeText::own(users.text().trim());
    let words = if let Link::Down(_) = state.link {
        "The API cannot be asked, see the profile pane.".to_owned()
    } else if state.directory == Directory::Reading {
        "Reading the users kept on this machine. An _id can be looked up meanwhile.".to_owned()
    } else if users.results.known == 0 && text.is_empty() {
        "Nobody is known here yet. Type or paste an _id or a userId: Enter looks it up in the API."
            .to_owned()
    } else if users.searching.is_some() || !users.results.explanations.is_empty() {
        return;
    } else if users.results.known == 0 {
        format!(
            "Nobody is known here yet. Enter asks the API for “{}” as an id.",
            text.ellipsis(40)
        )
    } else {
        let known = grouped(users.results.known);
        let plural = if users.results.known == 1 { "" } else { "s" };
        let age = copies_age(state);
        let key = state
            .keys
            .map
            .label(Mode::Typing, Action::LookUp)
            .unwrap_or_default();
        format!(
            "Among the {known} user{plural} known here{age} nobody matches “{}”. The API has no search by name; \
             it can be asked for this text as an id ({key}).",
            text.ellipsis(40)
        )
    };
    let width = usize::from(area.width).saturating_sub(2).max(1);
    let rows = wrapped(Tone::Dim, &SafeText::own(words), width, 0);
    let area = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(1),
        ..area
    };
    for (y, row) in (from..).zip(&rows) {
        canvas.row(area, y, row);
    }
}
