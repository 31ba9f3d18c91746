//! Older messages: when they are asked for, and how they join those that are loaded.

use super::place::{Place, page, wrap_at};
use crate::console::effect::{Ask, Effect, Slot};
use crate::console::state::{Older, State};
use crate::console::update::naming;
use crate::domain::{Message, MessagePage, PageRequest, Problem};

/// Asks for older messages once the first loaded ones come near.
pub(super) fn fetch_older_when_near(state: &mut State) -> Option<Effect> {
    let near = page(state);
    let thread = state.messages.thread()?;
    if thread.older != Older::Idle || thread.top > near {
        return None;
    }
    fetch_older(state)
}

/// Asks for older messages.
fn fetch_older(state: &mut State) -> Option<Effect> {
    let user = state.messages.user.clone()?;
    let ticket = state.next_ticket();
    let thread = state.messages.thread_mut()?;
    let page = before_oldest(&thread.messages)?;
    thread.older = Older::Loading(ticket);
    Some(Effect::Ask(Ask::FetchMessages {
        ticket,
        slot: Slot::Older,
        user,
        page,
    }))
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

pub(super) fn older_loaded(state: &mut State, result: Result<MessagePage, Problem>) -> Vec<Effect> {
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
    naming::resolve_name(state).into_iter().collect()
}

/// Stops waiting for older messages; they are asked for again when the agent scrolls up.
pub(in crate::console::update) fn stop_older(state: &mut State) -> bool {
    match state.messages.thread_mut() {
        Some(thread) if matches!(thread.older, Older::Loading(_)) => {
            thread.older = Older::Idle;
            true
        }
        _ => false,
    }
}

/// Asks for older messages again after that failed.
pub(in crate::console::update) fn retry_older(state: &mut State) -> Option<Effect> {
    match state.messages.thread()?.older {
        Older::Failed(_) => fetch_older(state),
        _ => None,
    }
}
