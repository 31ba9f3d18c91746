//! Effects as they are expected, with 0 for every number.

use std::time::Duration;

use smooch_console::console::effect::{Ask, DirectoryEffect, Effect, Slot, TerminalEffect};
use smooch_console::console::msg::{Ticket, Timer};
use smooch_console::domain::{ConversationKey, DisplayName, LookupId, PageRequest, SmoochId};
use smooch_console::search::{Order, PAGE};

use crate::given::{Desk, cursor_before};

/// A search in the order that a text has from the beginning.
pub fn search(text: &str) -> Effect {
    if text.trim().is_empty() {
        sorted(text, Order::Opened)
    } else {
        sorted(text, Order::Match)
    }
}

pub fn sorted(text: &str, order: Order) -> Effect {
    Effect::Search {
        ticket: Ticket(0),
        text: text.to_owned(),
        most: PAGE,
        order,
    }
}

pub fn user(id: &str) -> Effect {
    let (ticket, id) = (Ticket(0), LookupId::new(id));
    Effect::Ask(Ask::FetchUser { ticket, id })
}

pub fn newest(user: &str) -> Effect {
    messages(Slot::Messages, user, PageRequest::Newest)
}

/// The messages before the page that begins with this one.
pub fn older(user: &str, first: &str) -> Effect {
    messages(Slot::Older, user, PageRequest::Older(cursor_before(first)))
}

fn messages(slot: Slot, user: &str, page: PageRequest) -> Effect {
    Effect::Ask(Ask::FetchMessages {
        ticket: Ticket(0),
        slot,
        conversation: ConversationKey::default_of(&SmoochId::new(user)),
        page,
    })
}

pub fn cancel(slot: Slot) -> Effect {
    Effect::Cancel(slot)
}

pub fn rest() -> Effect {
    wake(Timer::Rest(Ticket(0)), 120)
}

pub fn spinner(millis: u64) -> Effect {
    wake(Timer::Spinner, millis)
}

pub fn minute(millis: u64) -> Effect {
    wake(Timer::Minute, millis)
}

fn wake(timer: Timer, millis: u64) -> Effect {
    let after = Duration::from_millis(millis);
    Effect::Wake { timer, after }
}

pub fn note(id: &str) -> Effect {
    Effect::Directory(DirectoryEffect::NoteOpened(SmoochId::new(id)))
}

pub fn check(id: &str) -> Effect {
    Effect::Directory(DirectoryEffect::CheckKnown(SmoochId::new(id)))
}

pub fn learn_name(desk: &Desk) -> Effect {
    let profile = desk.state.profile.shown().expect("no user is shown");
    let (id, name): (_, DisplayName) = (profile.user.id.clone(), profile.name.clone());
    Effect::Directory(DirectoryEffect::LearnName { id, name })
}

pub fn copy(what: &'static str, text: &str) -> Effect {
    let text = text.to_owned();
    Effect::Terminal(TerminalEffect::CopyText { what, text })
}

/// The effect with 0 for its number.
pub fn numberless(effect: Effect) -> Effect {
    let ticket = Ticket(0);
    match effect {
        Effect::Search {
            text, most, order, ..
        } => Effect::Search {
            ticket,
            text,
            most,
            order,
        },
        Effect::Ask(Ask::FetchUser { id, .. }) => Effect::Ask(Ask::FetchUser { ticket, id }),
        Effect::Ask(Ask::FetchMessages {
            slot,
            conversation,
            page,
            ..
        }) => Effect::Ask(Ask::FetchMessages {
            ticket,
            slot,
            conversation,
            page,
        }),
        Effect::Wake {
            timer: Timer::Rest(_),
            after,
        } => Effect::Wake {
            timer: Timer::Rest(ticket),
            after,
        },
        other => other,
    }
}
