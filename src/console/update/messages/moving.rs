//! Moving the cursor through the conversation; older messages are asked for on the way.

use super::older::fetch_older_when_near;
use super::place::{area, clamp, show_selected};
use crate::console::effect::Effect;
use crate::console::geometry::{Step, Stride, Toward};
use crate::console::state::{State, Thread};

/// Moves by one message, scrolls by pages, or goes to the first or the last loaded message.
pub(in crate::console::update) fn go(state: &mut State, step: Step) -> Vec<Effect> {
    let area = area(state);
    let height = usize::from(area.height).max(1);
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    match step.stride {
        Stride::Row => move_on(thread, height, step),
        Stride::HalfPage | Stride::Page => {
            let before = thread.top;
            thread.top = step.from(before, height);
            clamp(thread, area);
            take_cursor_along(thread, height, before, step.toward);
        }
        Stride::Whole => {
            thread.selected = end(thread, step.toward);
            thread.top = step.from(thread.top, height);
        }
    }
    clamp(thread, area);
    fetch_older_when_near(state).into_iter().collect()
}

/// Moves the cursor by a message; one that is taller than the pane is scrolled through first.
fn move_on(thread: &mut Thread, height: usize, step: Step) {
    let rows = thread.wrapped.rows_of(thread.selected);
    let is_hidden = match step.toward {
        Toward::Start => rows.start < thread.top,
        Toward::End => rows.end > thread.top + height,
    };
    if is_hidden && rows.len() > height {
        thread.top = step.from(thread.top, height);
        return;
    }
    thread.selected = step
        .from(thread.selected, height)
        .min(end(thread, Toward::End));
    show_selected(thread, height, step.toward);
}

/// Keeps the cursor on the screen after scrolling; where nothing is left to scroll through it goes
/// all the way.
fn take_cursor_along(thread: &mut Thread, height: usize, top_before: usize, toward: Toward) {
    if thread.top == top_before {
        thread.selected = end(thread, toward);
        return;
    }
    let first = thread.wrapped.message_at(thread.top);
    let last = thread.wrapped.message_at(thread.top + height - 1);
    thread.selected = thread.selected.clamp(first, last);
}

/// The first or the last loaded message.
const fn end(thread: &Thread, toward: Toward) -> usize {
    match toward {
        Toward::Start => 0,
        Toward::End => thread.messages.len().saturating_sub(1),
    }
}
