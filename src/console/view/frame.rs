//! What every pane has: a border with its title, and a spinner while it loads.

use super::canvas::Canvas;
use crate::console::geometry::Pane;
use crate::console::layout::row::Row;
use crate::console::state::{SPINNER_AFTER, State};
use crate::console::theme::Focus;
use crate::text::SafeText;

/// Draws a pane's border and title, if there is room for them.
pub(super) fn draw_frame(canvas: &mut Canvas<'_>, state: &State, pane: Pane, right: &Row) {
    let screen = state.screen();
    let area = screen.pane(pane);
    if area.is_empty() || !screen.has_borders() {
        return;
    }
    let (number, name) = pane_title(pane);
    let title = format!(" {number} {name} ");
    canvas.frame(area, focus(state, pane), &SafeText::own(title), right);
}

/// Whether the keys act on a pane; an open overlay takes them.
pub(super) fn focus(state: &State, pane: Pane) -> Focus {
    if state.focus == pane && state.overlay.is_none() {
        Focus::Here
    } else {
        Focus::Elsewhere
    }
}

/// The number that leads to a pane, and its name.
pub(super) const fn pane_title(pane: Pane) -> (u8, &'static str) {
    match pane {
        Pane::Users => (1, "Users"),
        Pane::Profile => (2, "Profile"),
        Pane::Messages => (3, "Messages"),
    }
}

/// Which rows a window shows, when not all of them fit.
pub(super) fn position(scroll: usize, rows: usize, height: usize) -> String {
    if rows <= height {
        return String::new();
    }
    let last = (scroll + height).min(rows);
    format!(" {}–{last} of {rows} ", scroll + 1)
}

/// Pictures of a turning spinner.
const SPINNER: [&str; 8] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"];

/// A turning spinner, once something has been loading for a while.
pub(super) fn spinner(state: &State, since: Option<jiff::Timestamp>) -> Option<&'static str> {
    let waited = state.clock.now.duration_since(since?).unsigned_abs();
    let shown = waited >= SPINNER_AFTER;
    shown.then(|| SPINNER[state.clock.spin % SPINNER.len()])
}
