//! The opened conversation: pages, the cursor, and where in it the agent stands.

use jiff::Timestamp;

use super::profile;
use crate::console::effect::{Effect, Slot};
use crate::console::layout::conversation::Wrapped;
use crate::console::layout::{Rect, Screen, Size, scroll_to};
use crate::console::msg::Ticket;
use crate::console::state::messages::Opened;
use crate::console::state::{Older, Pane, Remote, State, Thread};
use crate::domain::{
    Conversation, DisplayName, Message, MessagePage, PageRequest, Problem, SmoochId,
};

/// Opens a user's conversation; what is already loaded of it stays while it loads anew.
pub(super) fn open(state: &mut State, id: &SmoochId) -> Option<Effect> {
    if state.messages.user.as_ref() != Some(id) {
        state.messages.user = Some(id.clone());
        state.messages.remote = Remote::Idle;
    }
    fetch_newest(state)
}

/// Forgets the conversation: nobody is opened.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    state.messages.user = None;
    state.messages.remote = Remote::Idle;
    vec![Effect::Cancel(Slot::Messages), Effect::Cancel(Slot::Older)]
}

/// Asks for the newest page.
pub(super) fn fetch_newest(state: &mut State) -> Option<Effect> {
    let user = state.messages.user.clone()?;
    let ticket = state.next_ticket();
    state.messages.remote.start(ticket, state.clock.now);
    let page = PageRequest::Newest;
    Some(Effect::FetchMessages {
        ticket,
        slot: Slot::Messages,
        user,
        page,
    })
}

/// A page has come, or why not.
pub(super) fn loaded(
    state: &mut State,
    ticket: Ticket,
    result: Result<MessagePage, Problem>,
) -> Vec<Effect> {
    if state.messages.remote.waits_for(ticket) {
        newest_loaded(state, result)
    } else if state
        .messages
        .thread()
        .is_some_and(|t| t.older == Older::Loading(ticket))
    {
        older_loaded(state, result)
    } else {
        Vec::new()
    }
}

/// Messages were read before: they stand until the API has answered, or in the answer's place.
pub(super) fn recalled(
    state: &mut State,
    user: &SmoochId,
    page: MessagePage,
    at: Timestamp,
) -> Vec<Effect> {
    if state.messages.user.as_ref() != Some(user) || state.messages.remote.good().is_some() {
        return Vec::new();
    }
    let opened = match page {
        MessagePage::NoConversation => Opened::NoConversation,
        MessagePage::Messages {
            conversation,
            messages,
            has_older,
        } => Opened::Thread(Box::new(thread_of(conversation, messages, has_older))),
    };
    state.messages.remote.remember(opened, at);
    wrap_at(state, None);
    profile::resolve_name(state).into_iter().collect()
}

/// A page of messages with the cursor on the newest.
fn thread_of(conversation: Conversation, messages: Vec<Message>, has_older: bool) -> Thread {
    let older = if has_older { Older::Idle } else { Older::None };
    Thread {
        conversation,
        selected: messages.len().saturating_sub(1),
        messages,
        older,
        wrapped: Wrapped::default(),
        top: usize::MAX,
    }
}

fn newest_loaded(state: &mut State, result: Result<MessagePage, Problem>) -> Vec<Effect> {
    let at = state.clock.now;
    match result {
        Err(problem) => state.messages.remote.fail(problem),
        Ok(MessagePage::NoConversation) => {
            state.messages.remote.succeed(Opened::NoConversation, at);
        }
        Ok(MessagePage::Messages {
            conversation,
            messages,
            has_older,
        }) => {
            let page = thread_of(conversation, messages, has_older);
            let (thread, place) = match state.messages.thread() {
                Some(before) => joined(before, page),
                None => (page, None),
            };
            state
                .messages
                .remote
                .succeed(Opened::Thread(Box::new(thread)), at);
            wrap_at(state, place);
        }
    }
    let mut effects: Vec<Effect> = profile::resolve_name(state).into_iter().collect();
    effects.extend(fetch_older_when_near(state));
    effects
}

/// A newer copy of the newest page joined to what is loaded: messages before the page stay if the
/// two overlap, and the agent stays where they were unless they were at the end.
fn joined(before: &Thread, page: Thread) -> (Thread, Option<Place>) {
    let Some(kept) = kept_before(&before.messages, &page.messages) else {
        return (page, None);
    };
    let mut messages = before.messages[..kept].to_vec();
    messages.extend(page.messages);
    let last = messages.len().saturating_sub(1);
    let (selected, place) = if before.selected + 1 >= before.messages.len() {
        (last, None)
    } else {
        // Messages may have been deleted: the cursor and the first row stay with their messages.
        let now = |index| position_of(&before.messages, index, &messages).min(last);
        let place = Place::of(before).map(|place| Place {
            message: now(place.message),
            ..place
        });
        (now(before.selected), place)
    };
    let older = match (&before.older, page.older) {
        // The page does not reach back further, so what is known before it still holds.
        (before, _) if kept > 0 => before.clone(),
        (loading @ Older::Loading(_), Older::Idle) => loading.clone(),
        (_, older) => older,
    };
    let thread = Thread {
        conversation: page.conversation,
        messages,
        older,
        wrapped: Wrapped::default(),
        selected,
        top: usize::MAX,
    };
    (thread, place)
}

/// How many of the loaded messages come before a page; `None` when the two do not overlap.
fn kept_before(loaded: &[Message], page: &[Message]) -> Option<usize> {
    let first = page.iter().position(|message| message.id.is_some())?;
    let overlap = loaded
        .iter()
        .position(|message| message.id == page[first].id)?;
    Some(overlap.saturating_sub(first))
}

/// Where a message stands among others, or would stand if it has no id.
fn position_of(messages: &[Message], index: usize, others: &[Message]) -> usize {
    let id = messages.get(index).and_then(|message| message.id.as_ref());
    let found = id.and_then(|id| {
        others
            .iter()
            .position(|other| other.id.as_ref() == Some(id))
    });
    found.unwrap_or(index)
}

fn older_loaded(state: &mut State, result: Result<MessagePage, Problem>) -> Vec<Effect> {
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    let (older, has_older) = match result {
        Err(problem) => {
            thread.older = Older::Failed(problem);
            return Vec::new();
        }
        Ok(MessagePage::NoConversation) => (Vec::new(), false),
        Ok(MessagePage::Messages {
            messages,
            has_older,
            ..
        }) => (messages, has_older),
    };
    thread.older = if has_older { Older::Idle } else { Older::None };
    let place = Place::of(thread);
    let added = older.len();
    let newer = std::mem::replace(&mut thread.messages, older);
    thread.messages.extend(newer);
    thread.selected += added;
    wrap_at(
        state,
        place.map(|place| Place {
            message: place.message + added,
            ..place
        }),
    );
    profile::resolve_name(state).into_iter().collect()
}

/// The first row on the screen, told by its message, so that it survives wrapping anew.
#[derive(Debug, Clone, Copy)]
struct Place {
    message: usize,
    /// Rows from here to the end of the message: rows before it may come and go with the day.
    rows_left: usize,
}

impl Place {
    fn of(thread: &Thread) -> Option<Self> {
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

/// Where the agent stands in the conversation; `None` at its end, where they want to stay.
fn place(state: &State) -> Option<Place> {
    let thread = state.messages.thread()?;
    let height = usize::from(area(state).height);
    let at_end = thread.top.saturating_add(height) >= thread.wrapped.rows();
    if at_end { None } else { Place::of(thread) }
}

/// Wraps the conversation anew; the first row on the screen stays.
pub(super) fn rewrap(state: &mut State) {
    let place = place(state);
    wrap_at(state, place);
}

/// Takes a new size and wraps the conversation for it. Where the agent stands is told by the size
/// before: with fewer rows the end would look like any other place.
pub(super) fn resize(state: &mut State, size: Size) {
    let place = place(state);
    state.size = size;
    wrap_at(state, place);
}

/// Wraps anew and goes back to a place, or to the end.
fn wrap_at(state: &mut State, place: Option<Place>) {
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
    // In a smaller window the message under the cursor would be out of sight.
    let height = usize::from(area.height);
    let rows = thread.wrapped.rows_of(thread.selected);
    let in_sight = rows.start < thread.top + height && rows.end > thread.top;
    if place.is_some() && height > 0 && !in_sight {
        show_selected(thread, height, 0);
    }
}

fn clamp(thread: &mut Thread, area: Rect) {
    let last = thread
        .wrapped
        .rows()
        .saturating_sub(usize::from(area.height));
    thread.top = thread.top.min(last);
}

/// Where the messages stand, or would if the pane were shown.
fn area(state: &State) -> Rect {
    Screen::of(state.size, Pane::Messages).inner(Pane::Messages)
}

/// The name for messages that carry none.
fn name_for_authors(state: &State) -> DisplayName {
    match state.profile.shown() {
        Some(profile) if state.messages_belong() => profile.name.clone(),
        _ => DisplayName::unknown(),
    }
}

/// Moves the cursor by messages; a message taller than the pane is scrolled through first.
pub(super) fn move_by(state: &mut State, by: isize) -> Vec<Effect> {
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
pub(super) fn scroll_by(state: &mut State, rows: isize) -> Vec<Effect> {
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

/// How many rows fit.
pub(super) fn page(state: &State) -> usize {
    usize::from(area(state).height).max(1)
}

/// Goes to the first or the last loaded message.
pub(super) fn move_to_end(state: &mut State, first: bool) -> Vec<Effect> {
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

/// Scrolls so that the message under the cursor is on the screen: whole if it fits, else from
/// the end at which the cursor came in.
fn show_selected(thread: &mut Thread, height: usize, by: isize) {
    let rows = thread.wrapped.rows_of(thread.selected);
    let count = thread.wrapped.rows();
    if rows.len() > height {
        thread.top = if by < 0 {
            rows.end - height
        } else {
            rows.start
        };
        return;
    }
    thread.top = scroll_to(rows.start, count, thread.top, height);
    thread.top = scroll_to(rows.end.saturating_sub(1), count, thread.top, height);
}

/// Asks for older messages once the first loaded ones come near.
fn fetch_older_when_near(state: &mut State) -> Option<Effect> {
    let near = page(state);
    let thread = state.messages.thread()?;
    if thread.older != Older::Idle || thread.top > near {
        return None;
    }
    fetch_older(state)
}

/// Asks for older messages.
pub(super) fn fetch_older(state: &mut State) -> Option<Effect> {
    let user = state.messages.user.clone()?;
    let ticket = state.next_ticket();
    let thread = state.messages.thread_mut()?;
    let page = before_oldest(&thread.messages)?;
    thread.older = Older::Loading(ticket);
    Some(Effect::FetchMessages {
        ticket,
        slot: Slot::Older,
        user,
        page,
    })
}

fn before_oldest(messages: &[Message]) -> Option<PageRequest> {
    let oldest = messages.iter().find_map(|message| message.received)?;
    let at_that_moment = messages
        .iter()
        .filter(|message| message.received == Some(oldest));
    let known = at_that_moment
        .filter_map(|message| message.id.clone())
        .collect();
    Some(PageRequest::Before { oldest, known })
}

/// Stops waiting for older messages; they are asked for again when the agent scrolls up.
pub(super) fn stop_older(state: &mut State) -> bool {
    match state.messages.thread_mut() {
        Some(thread) if matches!(thread.older, Older::Loading(_)) => {
            thread.older = Older::Idle;
            true
        }
        _ => false,
    }
}

/// Asks for older messages again after that failed.
pub(super) fn retry_older(state: &mut State) -> Option<Effect> {
    match state.messages.thread()?.older {
        Older::Failed(_) => fetch_older(state),
        _ => None,
    }
}
