//! The search box and its hits.

mod hit;

use std::time::Duration;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::{Canvas, Pen};
use super::frame::{draw_frame, focus};
use super::text_box::draw_text_box;
use crate::console::action::{Action, Mode};
use crate::console::geometry::Pane;
use crate::console::layout::hits::{self, Shares};
use crate::console::layout::order_words;
use crate::console::layout::row::{Row, Tone, wrapped};
use crate::console::state::{Directory, Link, ListRow, Selection, State};
use crate::console::theme::Focus;
use crate::domain::{ApiVersion, LookupId, Untrusted};
use crate::search::{Asked, Extent, Hit, is_email};
use crate::text::number::grouped;
use crate::text::{SafeText, time};
use hit::{draw_detail, draw_hit, draw_outside};

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) -> Option<Position> {
    let screen = state.screen();
    let inner = screen.inner(Pane::Users);
    if inner.is_empty() {
        return None;
    }
    draw_frame(canvas, state, Pane::Users, &order(state));
    let cursor = draw_box(canvas, Rect { height: 1, ..inner }, state);
    let shares = hits::share(screen.hits(), state);
    let area = shares.rows;
    let users = &state.users;
    let selected = users.selected_row();
    let is_selected = |row: usize| selected == Some(row);
    let rows = users.offset..users.offset + shares.page();
    let mut y = 0;
    for row in rows {
        match users.row_at(row) {
            Some(ListRow::Hit(hit)) => draw_hit(canvas, area, y, hit, state),
            Some(ListRow::Outside(_)) => draw_outside(canvas, area, y, state),
            Some(ListRow::Offer(id)) => draw_offer(canvas, area, y, id, state),
            Some(ListRow::LookUp) => draw_lookup(canvas, area, y, state),
            None => break,
        }
        y += 1;
        if let Some(detail) = shares.detail.as_ref().filter(|_| is_selected(row)) {
            draw_detail(canvas, area, y, detail);
            y += 1;
        }
    }
    if users.results.hits.is_empty() {
        draw_nobody(canvas, area, y + u16::from(y > 0), state);
    }
    draw_explanation(canvas, &shares);
    if screen.has_borders() {
        let legend = legend(state);
        let line = Rect {
            x: inner.x + 1,
            width: inner.width - 1,
            ..inner
        };
        canvas.row(line, inner.height - 1, &legend);
    }
    cursor
}

/// The order of the list, by its name.
fn order(state: &State) -> Row {
    let results = &state.users.results;
    if results.hits.is_empty() {
        return Row::default();
    }
    let order = order_words(results.order);
    Row::words(Tone::Dim, format_args!(" sort: {order} "))
}

/// What the badges of the rows mean.
fn legend(state: &State) -> Row {
    let results = &state.users.results;
    let is_unknown = |hit: &Hit| {
        let summary = hit.entry.summary.as_ref();
        summary.and_then(|summary| summary.identity).is_none()
    };
    let with_unknown = !results.has_pins && results.hits.iter().any(is_unknown);
    // There is just room for three.
    let gap = if with_unknown { " " } else { "  " };
    let legend = Row::words(Tone::Identified, "ID")
        .and(Tone::Dim, format_args!(" identified{gap}"))
        .and(Tone::Anonymous, "--")
        .and(Tone::Dim, " anonymous");
    if results.has_pins {
        return legend.and(Tone::Strong, "  *").and(Tone::Dim, " pinned");
    }
    if with_unknown {
        return legend.and(Tone::Dim, " ·· unknown");
    }
    legend
}

fn draw_box(canvas: &mut Canvas<'_>, area: Rect, state: &State) -> Option<Position> {
    let users = &state.users;
    let count = Row::words(Tone::Dim, count_words(state));
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
    let style = if users.input.is_selected() {
        canvas.theme.selected(Focus::Here)
    } else {
        Style::new()
    };
    let cursor = draw_text_box(canvas, input, &users.input, style);
    Some(cursor)
}

/// How many users are known, and how many of them match.
fn count_words(state: &State) -> String {
    let results = &state.users.results;
    if state.directory == Directory::Reading {
        return "reading …".to_owned();
    }
    if state.users.text().trim().is_empty() {
        return format!("{} known", grouped(results.known));
    }
    let more = match results.extent {
        Extent::FirstTier => "+",
        Extent::Whole => "",
    };
    let (matched, known) = (grouped(results.matched), grouped(results.known));
    format!("{matched}{more} of {known}")
}

fn draw_lookup(canvas: &mut Canvas<'_>, area: Rect, y: u16, state: &State) {
    let text = Untrusted::from(state.users.text().trim());
    draw_offered(canvas, area, y, &text, (&Selection::LookUp, state));
}

/// An id from a pasted text that belongs to no known user.
fn draw_offer(canvas: &mut Canvas<'_>, area: Rect, y: u16, id: &LookupId, state: &State) {
    let offer = Selection::Offer(id.clone());
    draw_offered(canvas, area, y, id.untrusted(), (&offer, state));
}

fn draw_offered(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    text: &Untrusted,
    (offer, state): (&Selection, &State),
) {
    let selected = state.users.selection.as_ref() == Some(offer);
    let cursor = if selected { "▸" } else { " " };
    let (before, after) = ("Look up “", "” in the API");
    let room =
        usize::from(area.width).saturating_sub(1 + before.chars().count() + after.chars().count());
    let text = SafeText::of_ends(text, room.max(4));
    let row = Row::words(Tone::Plain, cursor)
        .and(Tone::Link, before)
        .with(Tone::Link, text)
        .and(Tone::Link, after);
    canvas.row(area, y, &row);
    if selected {
        let style = canvas.theme.selected(focus(state, Pane::Users));
        canvas.restyle(area, y, style);
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
    let age = time::age(state.clock.now, oldest);
    match state.users.results.known {
        1 => format!(" (a copy {age} old)"),
        _ => format!(" (copies up to {age} old)"),
    }
}

/// Says in words what could not be understood of the text.
fn draw_explanation(canvas: &mut Canvas<'_>, shares: &Shares) {
    let inside = Rect {
        x: shares.below.x + 1,
        width: shares.below.width.saturating_sub(1),
        ..shares.below
    };
    for (y, row) in (0..).zip(&shares.explanation) {
        canvas.row(inside, y, row);
    }
}

/// Says what was searched; never that somebody does not exist.
fn draw_nobody(canvas: &mut Canvas<'_>, area: Rect, from: u16, state: &State) {
    let Some(words) = nobody_words(state) else {
        return;
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

/// What was searched, and what the API can be asked for.
fn nobody_words(state: &State) -> Option<String> {
    let users = &state.users;
    let known = users.results.known;
    if let Link::Down(_) = state.api.link {
        return Some("The API cannot be asked, see the profile pane.".to_owned());
    }
    if state.directory == Directory::Reading {
        let words = "Reading the users kept on this machine. An _id can be looked up meanwhile.";
        return Some(words.to_owned());
    }
    let text = SafeText::own(users.text().trim());
    if known == 0 && text.is_empty() {
        let words = "Nobody is known here yet. Type or paste an _id or a userId: Enter looks it up in the API.";
        return Some(words.to_owned());
    }
    if users.searching.is_some() || !users.results.remarks().is_empty() {
        return None;
    }
    let text = text.ellipsis(40);
    let searched = if known == 0 {
        "Nobody is known here yet.".to_owned()
    } else {
        let age = copies_age(state);
        if known == 1 {
            format!("The only user known here{age} does not match “{text}”.")
        } else {
            let known = grouped(known);
            format!("Among the {known} users known here{age} nobody matches “{text}”.")
        }
    };
    if users.results.asked == Asked::FiltersOnly {
        return Some(searched);
    }
    let key = state.keys.map.label(Mode::Typing, Action::LookUp);
    let key = key.map_or_else(String::new, |key| format!(" ({key})"));
    let api = if state.api.connection.api == ApiVersion::V11 && is_email(users.text().trim()) {
        format!("The API v1.1 cannot be asked for an e-mail, only for this text as an id{key}.")
    } else if known == 0 {
        format!("Enter asks the API for “{text}” as an id.")
    } else {
        format!("The API has no search by name; it can be asked for this text as an id{key}.")
    };
    Some(format!("{searched} {api}"))
}
