//! The profile pane: the user under the cursor, what is asked about them, and scrolling.

use std::time::Duration;

use super::messages;
use crate::console::effect::{Ask, DirectoryEffect, Effect, Slot};
use crate::console::geometry::{Pane, Screen};
use crate::console::layout::facts::Facts;
use crate::console::layout::{problem, profile as rows, strip};
use crate::console::msg::{Ticket, Timer};
use crate::console::state::profile::Visit;
use crate::console::state::{Good, Profile, Remote, State, Subject};
use crate::domain::Fate;
use crate::domain::KnownUser;
use crate::domain::LookupId;

/// The profile under the cursor loads after the cursor has rested this long.
pub(crate) const REST: Duration = Duration::from_millis(120);

/// A copy younger than this is not asked for again because the cursor rests on it.
const FRESH: Duration = Duration::from_mins(1);

/// The cursor is on a row: shows what is known and asks for the rest after a while. Changes nothing
/// if the row's user is shown already.
pub(super) fn glance(state: &mut State) -> Vec<Effect> {
    if state.shows_selection() {
        take_copy(state);
        return Vec::new();
    }
    let entry = state.users.selected_entry().cloned();
    state.profile.scroll = 0;
    state.profile.fate = None;
    state.users.rest = None;
    let Some(entry) = entry else {
        state.profile.subject = None;
        state.profile.remote = Remote::Idle;
        return vec![Effect::Cancel(Slot::Profile)];
    };
    state.profile.subject = Some(Subject {
        lookup: LookupId::from(&entry.id),
        id: Some(entry.id.clone()),
        visit: Visit::Glance,
        row: None,
    });
    state.profile.remote = copy_of(entry.copy.as_deref());
    messages::rewrap_if_shown(state);
    let ticket = state.next_ticket();
    state.users.rest = Some(ticket);
    let mut effects = vec![
        Effect::Cancel(Slot::Profile),
        Effect::Wake {
            timer: Timer::Rest(ticket),
            after: REST,
        },
    ];
    if entry.copy.is_none() {
        effects.push(Effect::Directory(DirectoryEffect::RecallUser(
            LookupId::from(&entry.id),
        )));
    }
    effects
}

/// The user under the cursor may have become known in the meantime.
pub(super) fn take_copy(state: &mut State) {
    let Some(entry) = state.users.selected_entry() else {
        return;
    };
    if state.profile.shown_id() == Some(&entry.id)
        && let Some(known) = entry.copy.clone()
    {
        state
            .profile
            .remote
            .remember(Profile::from(known.as_ref()), known.confirmed_at);
    }
}

/// The cursor has rested on a row.
pub(super) fn rested(state: &mut State, ticket: Ticket) -> Vec<Effect> {
    if state.users.rest != Some(ticket) {
        return Vec::new();
    }
    state.users.rest = None;
    let fresh = state
        .profile
        .remote
        .good()
        .is_some_and(|good| state.clock.now.duration_since(good.at).unsigned_abs() < FRESH);
    if fresh {
        Vec::new()
    } else {
        fetch(state).into_iter().collect()
    }
}

/// Asks the API for the user in the pane.
pub(super) fn fetch(state: &mut State) -> Option<Effect> {
    let lookup = state.profile.subject.as_ref()?.lookup.clone();
    let ticket = state.next_ticket();
    state.profile.remote.start(ticket, state.clock.now);
    Some(Effect::Ask(Ask::FetchUser { ticket, id: lookup }))
}

/// Notes what became of the id being looked up.
pub(super) fn fate_known(state: &mut State, lookup: &LookupId, fate: Fate) -> Vec<Effect> {
    let is_asked = state.profile.subject.as_ref();
    let is_asked = is_asked.is_some_and(|subject| subject.lookup == *lookup);
    if is_asked && state.profile.shown().is_none() {
        state.profile.fate = Some(fate);
    }
    Vec::new()
}

/// How many rows fit.
pub(super) fn page(state: &State) -> usize {
    usize::from(
        Screen::of(state.size, Pane::Profile)
            .inner(Pane::Profile)
            .height,
    )
    .max(1)
}

/// Keeps the scroll offset within the rows; a problem above them takes its own from the pane.
pub(super) fn clamp(state: &mut State) {
    if state.profile.scroll == 0 {
        return;
    }
    let width = Screen::of(state.size, Pane::Profile)
        .text(Pane::Profile)
        .width;
    let width = usize::from(width);
    let count = state.profile.shown().map_or(0, |profile| {
        rows::rows(strip::below(state, Facts::of(state, profile)), width).len()
    });
    let taken = problem::in_profile(state, width).len();
    let room = page(state).saturating_sub(taken).max(1);
    state.profile.scroll = state.profile.scroll.min(count.saturating_sub(room));
}

pub(super) fn copy_of(copy: Option<&KnownUser>) -> Remote<Profile> {
    match copy {
        Some(known) => Remote::Ready(Good {
            value: Profile::from(known),
            at: known.confirmed_at,
        }),
        None => Remote::Idle,
    }
}
