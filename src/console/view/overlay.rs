//! The overlay above the panes.

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::Canvas;
use super::frame::position;
use super::text_box::draw_text_box;
use crate::console::action::{Action, Mode};
use crate::console::layout::card;
use crate::console::layout::row::{Row, Tone};
use crate::console::state::overlay::Find;
use crate::console::state::{Overlay, State};
use crate::console::text_box::TextBox;
use crate::console::theme::Focus;
use crate::text::SafeText;

pub(super) fn draw(canvas: &mut Canvas<'_>, state: &State) -> Option<Position> {
    let overlay = state.overlay.as_ref()?;
    let room = state.screen().overlay(state.size);
    let text = state.screen().overlay_text(state.size);
    let rows = card::rows(overlay, state);
    let title = match overlay {
        Overlay::Identity { .. } => "Who is this?",
        Overlay::Raw { title, .. } => title,
        Overlay::Palette { .. } => "Commands",
        Overlay::Known { .. } => "Known on this machine",
        Overlay::Help { .. } => "Keys",
    };
    // Cards with a text box keep their height while it changes; others are as tall as they need.
    let needed = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
    let height = match overlay {
        Overlay::Help { .. } | Overlay::Palette { .. } => room.height,
        _ => room.height.min(needed),
    };
    let area = Rect { height, ..room };
    canvas.clear(area);
    let scroll = overlay.scroll();
    let shown = position(scroll, rows.len(), usize::from(text.height));
    canvas.frame(
        area,
        Focus::Here,
        &SafeText::own(format_args!(" {title} ")),
        &Row::words(Tone::Dim, shown),
    );
    for (y, row) in (0..area.height.saturating_sub(2)).zip(rows.iter().skip(scroll)) {
        canvas.row(text, y, row);
    }
    match overlay {
        Overlay::Palette {
            input, selected, ..
        } => {
            let row = selected.saturating_sub(scroll);
            let row = u16::try_from(row).unwrap_or(u16::MAX);
            if row < text.height {
                canvas.restyle(text, row, canvas.theme.selected(Focus::Here));
            }
            Some(draw_box(canvas, area, input))
        }
        Overlay::Help { filter, typing, .. } => draw_filter(canvas, area, filter, *typing, state),
        Overlay::Raw { find, .. } => draw_find(canvas, area, find),
        Overlay::Identity { .. } | Overlay::Known { .. } => None,
    }
}

/// Draws the filter of the help on the lower border.
fn draw_filter(
    canvas: &mut Canvas<'_>,
    area: Rect,
    filter: &TextBox,
    typing: bool,
    state: &State,
) -> Option<Position> {
    let y = area.height.saturating_sub(1);
    let line = Rect {
        x: area.x + 2,
        y: area.y + y,
        width: area.width.saturating_sub(4),
        height: 1,
    };
    if !typing && filter.text().is_empty() {
        let key = state
            .keys
            .map
            .label(Mode::Overlay, Action::Search)
            .unwrap_or_default();
        canvas.row(
            line,
            0,
            &Row::words(Tone::Dim, format_args!(" {key} finds a key or a word ")),
        );
        return None;
    }
    let cursor = draw_box(canvas, area, filter);
    typing.then_some(cursor)
}

/// Draws what is searched for on the lower border, and at which of how many matches the search is.
fn draw_find(canvas: &mut Canvas<'_>, area: Rect, find: &Find) -> Option<Position> {
    if !find.typing && find.input.text().is_empty() {
        return None;
    }
    let cursor = draw_box(canvas, area, &find.input);
    let words = match find.places.len() {
        0 if find.input.text().trim().is_empty() => String::new(),
        0 => " not found ".to_owned(),
        count => format!(" {} of {count} ", find.at + 1),
    };
    let line = Rect {
        y: area.y + area.height.saturating_sub(1),
        height: 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    canvas.row_at_right(line, 0, &Row::words(Tone::Dim, words));
    find.typing.then_some(cursor)
}

/// A text box on the lower border; returns where the cursor is.
fn draw_box(canvas: &mut Canvas<'_>, area: Rect, input: &TextBox) -> Position {
    let line = Rect {
        x: area.x + 2,
        y: area.y + area.height.saturating_sub(1),
        width: area.width.saturating_sub(4),
        height: 1,
    };
    canvas.row(line, 0, &Row::words(Tone::Strong, " / "));
    let place = Rect {
        x: line.x + 3,
        width: line.width.saturating_sub(3).min(30),
        ..line
    };
    canvas.clear(place);
    draw_text_box(canvas, place, input, Style::new())
}
