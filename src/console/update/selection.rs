//! The row of the users pane that the cursor is on, and how far the rows are scrolled.

use super::profile;
use crate::console::effect::Effect;
use crate::console::geometry::{Pane, Screen, scroll_to};
use crate::console::layout::hits;
use crate::console::state::{Selection, State};

/// Puts the cursor on a row; the profile pane follows.
pub(super) fn select(state: &mut State, selection: Option<Selection>) -> Vec<Effect> {
    state.users.selection = selection;
    show_selection(state);
    profile::glance(state)
}

/// Scrolls so that the cursor's row is on the screen.
pub(super) fn show_selection(state: &mut State) {
    let rows = state.users.rows();
    let row = state.users.selected_row().unwrap_or(0);
    state.users.offset = scroll_to(row, rows, state.users.offset, page(state));
}

/// How many hits fit on the screen.
pub(super) fn page(state: &State) -> usize {
    let area = Screen::of(state.size, Pane::Users).hits();
    hits::share(area, state).page()
}
