//! Older messages: when they are asked for, and how they join those that are loaded.

use super::place::{Place, page, wrap_at};
use crate::console::effect::{Ask, Effect, Slot};
use crate::console::state::{Older, State};
use crate::console::update::naming;
use crate::domain::{MessagePage, PageRequest, Problem};

/// Asks for older messages once the first loaded ones come near.
pub(super) fn fetch_older_when_near(state: &mut State) -> Option<Effect> {
    let near = page(state);
    let thread = state.messages.thread()?;
    if !matches!(thread.older, Older::Idle { .. }) || thread.top > near {
        return None;
    }
    fetch_older(state)
}

/// Asks for older messages.
fn fetch_older(state: &mut State) -> Option<Effect> {
    let conversation = state.messages.conversation.clone()?;
    let from = state.messages.thread()?.older.from()?.clone();
    let ticket = state.next_ticket();
    let thread = state.messages.thread_mut()?;
    let page = PageRequest::Older(from.clone());
    thread.older = Older::Loading { from, ticket };
    Some(Effect::Ask(Ask::FetchMessages {
        ticket,
        slot: Slot::Older,
        conversation,
        page,
    }))
}

pub(super) fn older_loaded(state: &mut State, result: Result<MessagePage, Problem>) -> Vec<Effect> {
    let Some(thread) = state.messages.thread_mut() else {
        return Vec::new();
    };
    let (messages, older) = match result {
        Err(problem) => {
            if let Some(from) = thread.older.from().cloned() {
                thread.older = Older::Failed { from, problem };
            }
            return Vec::new();
        }
        Ok(MessagePage::NoConversation) => (Vec::new(), None),
        Ok(MessagePage::Messages {
            messages, older, ..
        }) => (messages, older),
    };
    thread.older = Older::before(older);
    let place = Place::of(thread);
    let added = messages.len();
    let newer = std::mem::replace(&mut thread.messages, messages);
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
    let Some(thread) = state.messages.thread_mut() else {
        return false;
    };
    let Older::Loading { from, .. } = &thread.older else {
        return false;
    };
    thread.older = Older::Idle { from: from.clone() };
    true
}

/// Asks for older messages again after that failed.
pub(in crate::console::update) fn retry_older(state: &mut State) -> Option<Effect> {
    match state.messages.thread()?.older {
        Older::Failed { .. } => fetch_older(state),
        Older::Idle { .. } | Older::Loading { .. } | Older::None => None,
    }
}
