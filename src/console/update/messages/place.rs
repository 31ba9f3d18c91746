//! The agent's place in the conversation: the cursor and the first row on the screen, kept through
//! new messages, another width and other names.

use crate::console::geometry::Pane;
use crate::console::geometry::{Rect, Screen, Size, Toward, scroll_to};
use crate::console::layout::conversation::Wrapped;
use crate::console::state::{State, Thread};
use crate::domain::DisplayName;

/// The first row on the screen, given by its message, so that it survives rewrapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The message.
    pub(super) message: usize,
    /// Rows from here to the end of the message: rows before it may come and go with the day.
    pub(super) rows_left: usize,
}

impl Place {
    pub(super) fn of(thread: &Thread) -> Option<Self> {
        let wrapped = &thread.wrapped;
        if thread.top >= wrapped.rows() {
            return None;
        }
        let message = wrapped.message_at(thread.top);
        Some(Self {
            message,
            rows_left: wrapped.rows_of(message).end - thread.top,
        })
    }

    fn row(self, wrapped: &Wrapped) -> usize {
        let rows = wrapped.rows_of(self.message);
        rows.end.saturating_sub(self.rows_left).max(rows.start)
    }
}

/// The agent's place in the conversation; `None` at its end, where they want to stay.
fn place(state: &State) -> Option<Place> {
    let thread = state.messages.thread()?;
    let height = usize::from(area(state).height);
    let at_end = thread.top.saturating_add(height) >= thread.wrapped.rows();
    if at_end { None } else { Place::of(thread) }
}

/// Rewraps the conversation; the first row on the screen stays.
pub(in crate::console::update) fn rewrap(state: &mut State) {
    let place = place(state);
    wrap_at(state, place);
}

/// A thread that shows again may have been wrapped while somebody else's name was shown.
pub(in crate::console::update) fn rewrap_if_shown(state: &mut State) {
    if state.messages_belong() {
        rewrap(state);
    }
}

/// Takes a new size and wraps the conversation for it. The agent's place is taken with the size
/// before: with fewer rows the end would look like any other place. The end is where they want to
/// stay only if the cursor is there.
pub(in crate::console::update) fn resize(state: &mut State, size: Size) {
    let thread = state.messages.thread();
    let reads_before = thread.filter(|thread| thread.selected + 1 < thread.messages.len());
    let place = place(state).or_else(|| reads_before.and_then(Place::of));
    state.size = size;
    wrap_at(state, place);
}

/// Rewraps and goes back to a place, or to the end.
pub(super) fn wrap_at(state: &mut State, place: Option<Place>) {
    let area = area(state);
    let zone = state.clock.zone.clone();
    let name = name_for_authors(state);
    let Some(thread) = state.messages.thread_mut() else {
        return;
    };
    thread.wrapped = Wrapped::of(&thread.messages, &name, &zone, usize::from(area.width));
    thread.top = match place {
        Some(place) => place.row(&thread.wrapped),
        None => usize::MAX,
    };
    clamp(thread, area);
    // In a smaller window the message under the cursor would be out of sight, or cut.
    let height = usize::from(area.height);
    let rows = thread.wrapped.rows_of(thread.selected);
    let in_sight = rows.start < thread.top + height && rows.end > thread.top;
    let is_whole = rows.start >= thread.top && rows.end <= thread.top + height;
    let is_cut = !is_whole && rows.len() <= height;
    if place.is_some() && height > 0 && (!in_sight || is_cut) {
        show_selected(thread, height, Toward::End);
    }
}

pub(super) fn clamp(thread: &mut Thread, area: Rect) {
    let last = thread
        .wrapped
        .rows()
        .saturating_sub(usize::from(area.height));
    thread.top = thread.top.min(last);
}

/// The area of the messages, even while the pane is hidden.
pub(super) fn area(state: &State) -> Rect {
    Screen::of(state.size, Pane::Messages).inner(Pane::Messages)
}

/// The name for messages that carry none.
fn name_for_authors(state: &State) -> DisplayName {
    match state.profile.shown() {
        Some(profile) if state.messages_belong() => profile.name.clone(),
        _ => DisplayName::unknown(),
    }
}

/// How many rows fit.
pub(in crate::console::update) fn page(state: &State) -> usize {
    usize::from(area(state).height).max(1)
}

/// Scrolls so that the message under the cursor is on the screen: whole if it fits, else from
/// the end at which the cursor came in.
pub(super) fn show_selected(thread: &mut Thread, height: usize, toward: Toward) {
    let rows = thread.wrapped.rows_of(thread.selected);
    let count = thread.wrapped.rows();
    if rows.len() > height {
        thread.top = match toward {
            Toward::Start => rows.end - height,
            Toward::End => rows.start,
        };
        return;
    }
    thread.top = scroll_to(rows.start, count, thread.top, height);
    thread.top = scroll_to(rows.end.saturating_sub(1), count, thread.top, height);
}
