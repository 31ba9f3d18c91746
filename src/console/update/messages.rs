//! The opened conversation: what is asked for, and how pages are joined.

mod moving;
mod older;
pub(super) mod place;

use jiff::Timestamp;

use super::naming;
use crate::console::effect::{Ask, Effect, Slot};
use crate::console::layout::conversation::Wrapped;
use crate::console::msg::Ticket;
use crate::console::state::messages::Opened;
use crate::console::state::{Older, Remote, State, Thread};
use crate::domain::{
    Conversation, ConversationKey, Cursor, Message, MessagePage, PageRequest, Problem, SmoochId,
};
use older::{fetch_older_when_near, older_loaded};
use place::{Place, wrap_at};

pub(super) use moving::go;
pub(super) use older::{retry_older, stop_older};
pub(super) use place::{resize, rewrap_if_shown};

/// Opens a user's conversation; what is already loaded stays until the answer is there.
pub(super) fn open(state: &mut State, id: &SmoochId) -> Option<Effect> {
    let conversation = ConversationKey::default_of(id);
    if state.messages.conversation.as_ref() != Some(&conversation) {
        state.messages.conversation = Some(conversation);
        state.messages.remote = Remote::Idle;
    }
    fetch_newest(state)
}

/// Forgets the conversation: nobody is opened.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    state.messages.conversation = None;
    state.messages.remote = Remote::Idle;
    vec![Effect::Cancel(Slot::Messages), Effect::Cancel(Slot::Older)]
}

/// Asks for the newest page.
pub(super) fn fetch_newest(state: &mut State) -> Option<Effect> {
    let conversation = state.messages.conversation.clone()?;
    let ticket = state.next_ticket();
    state.messages.remote.start(ticket, state.clock.now);
    let page = PageRequest::Newest;
    Some(Effect::Ask(Ask::FetchMessages {
        ticket,
        slot: Slot::Messages,
        conversation,
        page,
    }))
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
        .is_some_and(|thread| thread.older.waits_for(ticket))
    {
        older_loaded(state, result)
    } else {
        Vec::new()
    }
}

/// Messages were read before: shows them until the API has answered, or in place of an answer.
pub(super) fn recalled(
    state: &mut State,
    conversation: &ConversationKey,
    page: MessagePage,
    at: Timestamp,
) -> Vec<Effect> {
    let is_open = state.messages.conversation.as_ref() == Some(conversation);
    if !is_open || state.messages.remote.good().is_some() {
        return Vec::new();
    }
    let opened = match page {
        MessagePage::NoConversation => Opened::NoConversation,
        MessagePage::Messages {
            conversation,
            messages,
            older,
        } => Opened::Thread(Box::new(thread_of(conversation, messages, older))),
    };
    state.messages.remote.remember(opened, at);
    wrap_at(state, None);
    naming::resolve_name(state).into_iter().collect()
}

/// A page of messages with the cursor on the newest.
fn thread_of(conversation: Conversation, messages: Vec<Message>, older: Option<Cursor>) -> Thread {
    Thread {
        conversation,
        selected: messages.len().saturating_sub(1),
        messages,
        older: Older::before(older),
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
            older,
        }) => {
            let page = thread_of(conversation, messages, older);
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
    let mut effects: Vec<Effect> = naming::resolve_name(state).into_iter().collect();
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
        (loading @ Older::Loading { .. }, Older::Idle { .. }) => loading.clone(),
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

/// The position of a message among others; its old one if it has no id.
fn position_of(messages: &[Message], index: usize, others: &[Message]) -> usize {
    let id = messages.get(index).and_then(|message| message.id.as_ref());
    let found = id.and_then(|id| {
        others
            .iter()
            .position(|other| other.id.as_ref() == Some(id))
    });
    found.unwrap_or(index)
}
