//! Moving the cursor through the conversation; older messages are asked for on the way.

use super::older::fetch_older_when_near;
use super::place::{area, clamp, show_selected};
use crate::console::effect::Effect;
use crate::console::state::State;

/// Moves the cursor by messages; a message taller than the pane is scrolled through first.
pub(in crate::console::update) fn move_by(state: &mut State, by: isize) -> Vec<Effect> {
    let area = area(state);
    let height = usize::from(area.height).max(1);
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    let rows = thread.wrapped.rows_of(thread.selected);
    let hidden_below = rows.end > thread.top + height && rows.len() > height;
    let hidden_above = rows.start < thread.top && rows.len() > height;
    if by == 1 && hidden_below {
        thread.top += 1;
    } else if by == -1 && hidden_above {
        thread.top -= 1;
    } else {
        let last = thread.messages.len().saturating_sub(1);
        thread.selected = thread.selected.saturating_add_signed(by).min(last);
        show_selected(thread, height, by);
    }
    clamp(thread, area);
    fetch_older_when_near(state).into_iter().collect()
}

/// Scrolls by rows; the cursor stays on the screen.
pub(in crate::console::update) fn scroll_by(state: &mut State, rows: isize) -> Vec<Effect> {
    let area = area(state);
    let height = usize::from(area.height).max(1);
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    let before = thread.top;
    thread.top = thread.top.saturating_add_signed(rows);
    clamp(thread, area);
    if thread.top == before {
        // The end is reached: the cursor goes all the way.
        thread.selected = if rows < 0 {
            0
        } else {
            thread.messages.len().saturating_sub(1)
        };
    } else {
        let first = thread.wrapped.message_at(thread.top);
        let last = thread.wrapped.message_at(thread.top + height - 1);
        thread.selected = thread.selected.clamp(first, last);
    }
    fetch_older_when_near(state).into_iter().collect()
}

/// Goes to the first or the last loaded message.
pub(in crate::console::update) fn move_to_end(state: &mut State, first: bool) -> Vec<Effect> {
    let area = area(state);
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    thread.selected = if first {
        0
    } else {
        thread.messages.len().saturating_sub(1)
    };
    thread.top = if first { 0 } else { usize::MAX };
    clamp(thread, area);
    fetch_older_when_near(state).into_iter().collect()
}
