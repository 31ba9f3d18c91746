//! Opening users: by a row, by an id, back and forth; and what the API answers about them.

use super::profile::{copy_of, fetch};
use super::selection::show_selection;
use super::{messages, naming};
use crate::console::effect::{DirectoryEffect, Effect, Slot};
use crate::console::geometry::Pane;
use crate::console::msg::Ticket;
use crate::console::state::history::Direction;
use crate::console::state::profile::Visit;
use crate::console::state::{Profile, Remote, Selection, State, Subject};
use crate::domain::KnownUser;
use crate::domain::facts::Source;
use crate::domain::{DisplayName, Found, LookupId, MatchedBy, Problem, SmoochId, WholeReport};
use crate::text::SafeText;

/// Puts the cursor on a user and opens them.
pub(super) fn open_user(state: &mut State, lookup: &LookupId, id: SmoochId) -> Vec<Effect> {
    state.users.selection = Some(Selection::User(id.clone()));
    show_selection(state);
    let copy = state
        .users
        .selected_entry()
        .and_then(|entry| entry.copy.clone());
    open(state, lookup, Some(id), copy.as_deref())
}

/// Goes back or forth through the opened users. Nobody is shown or asked for before it is clear
/// that they are still known: an answer of the API would bring back who was just forgotten.
pub(super) fn go_in_history(state: &mut State, direction: Direction) -> Vec<Effect> {
    let Some(id) = state.history.go(direction) else {
        state.say("no more users opened in this direction");
        return Vec::new();
    };
    vec![Effect::Directory(DirectoryEffect::CheckKnown(id))]
}

/// The user that `H` or `L` leads to is still known.
pub(super) fn still_known(state: &mut State, id: SmoochId) -> Vec<Effect> {
    if !state.history.awaits(&id) {
        return Vec::new();
    }
    state.history.settle();
    if state.users.is_typing() {
        // Opening somebody now would take the box away under the agent's hands.
        return Vec::new();
    }
    let focus = state.focus;
    let effects = open_user(state, &LookupId::from(&id), id);
    state.focus = focus;
    effects
}

/// Everybody who would still be shown, or be led to, if they were forgotten meanwhile.
pub(super) fn opened(state: &State) -> Vec<SmoochId> {
    let mut opened = state.history.everyone();
    let shown = state.profile.shown_id();
    opened.extend(shown.filter(|id| !opened.contains(id)).cloned());
    opened
}

/// Users were forgotten or purged: the history does not lead to them any more, and no older copy
/// of them is shown.
pub(super) fn users_gone(state: &mut State, gone: &[SmoochId]) -> Vec<Effect> {
    let shown = state.profile.shown_id();
    let is_shown = shown.is_some_and(|id| gone.contains(id));
    if gone.iter().any(|id| state.history.awaits(id)) {
        state.say("that user was forgotten or purged here, and is left out of the history");
    } else if is_shown && state.profile.shown().is_some() {
        state.say("the user who was shown was forgotten or purged here");
    }
    state.history.leave_out(gone);
    if !is_shown {
        return Vec::new();
    }
    state.profile.remote.forget();
    state.messages.remote.forget();
    let subject = state.profile.subject.as_ref();
    let is_opened = subject.is_some_and(|subject| subject.visit == Visit::Opened);
    if is_opened && state.profile.remote.is_loading() {
        // The agent asked for this very user: the answer makes them known again.
        return Vec::new();
    }
    state.profile.subject = None;
    state.profile.remote = Remote::Idle;
    state.profile.scroll = 0;
    state.users.rest = None;
    let mut effects = vec![Effect::Cancel(Slot::Profile)];
    effects.extend(messages::close(state));
    effects
}

/// Opens a user: fetches the profile and the messages.
pub(super) fn open(
    state: &mut State,
    lookup: &LookupId,
    id: Option<SmoochId>,
    copy: Option<&KnownUser>,
) -> Vec<Effect> {
    state.users.stop_typing();
    state.users.moved = true;
    state.users.rest = None;
    state.focus = Pane::Messages;
    state.profile.scroll = 0;
    state.profile.fate = None;
    let same = id.is_some() && state.profile.shown_id() == id.as_ref();
    state.profile.subject = Some(Subject {
        lookup: lookup.clone(),
        id: id.clone(),
        visit: Visit::Opened,
        row: None,
    });
    if !same {
        state.profile.remote = copy_of(copy);
    } else if let Some(good) = state.profile.remote.good_mut() {
        // That is how the user was looked up the last time.
        good.value.matched_by = None;
        good.value.old_id = None;
    }
    let mut effects: Vec<Effect> = fetch(state).into_iter().collect();
    match id {
        Some(id) => {
            // Known before the answer, so that going back at once leads to the user before.
            state.history.open(&id);
            effects.extend(messages::open(state, &id));
        }
        None => effects.extend(messages::close(state)),
    }
    messages::rewrap_if_shown(state);
    effects
}

/// A user has come, or why not.
pub(super) fn loaded(
    state: &mut State,
    ticket: Ticket,
    result: Result<Found, Problem>,
) -> Vec<Effect> {
    if !state.profile.remote.waits_for(ticket) {
        return Vec::new();
    }
    let found = match result {
        Ok(found) => found,
        Err(problem) => {
            state.profile.remote.fail(problem);
            // Without a user there are no messages to look at; the profile says why.
            let opened_blindly = state.profile.shown_id().is_none();
            if opened_blindly && state.focus == Pane::Messages {
                state.focus = Pane::Profile;
            }
            return note_kept(state).into_iter().collect();
        }
    };
    state.profile.answered = Some(ticket);
    take(state, found)
}

/// The user who was looked up is known with more than the answer: shows all of it, as of the same
/// look-up.
pub(super) fn joined(state: &mut State, ticket: Ticket, known: KnownUser) -> Vec<Effect> {
    let is_shown = state.profile.shown_id() == Some(&known.user.id);
    if !is_shown || state.profile.answered != Some(ticket) {
        return Vec::new();
    }
    let Some(good) = state.profile.remote.good_mut() else {
        return Vec::new();
    };
    let profile = &mut good.value;
    *profile = Profile {
        name: known.name.unless_worse_than(&profile.name),
        user: known.user,
        how: known.source,
        confirmed_at: known.confirmed_at,
        notes: known.notes,
        whole: known.whole,
        beside: known.beside,
        matched_by: profile.matched_by,
        old_id: profile.old_id.take(),
    };
    naming::resolve_name(state).into_iter().collect()
}

/// Shows the user who was found; who was opened is noted, and their messages are asked for.
fn take(state: &mut State, found: Found) -> Vec<Effect> {
    let id = found.user.id.clone();
    let is_selected = state.shows_selection();
    let Some(subject) = &mut state.profile.subject else {
        return Vec::new();
    };
    let opened = subject.visit == Visit::Opened;
    let merged = subject.id.take().filter(|before| *before != id);
    let lookup = std::mem::replace(&mut subject.lookup, LookupId::from(&id));
    subject.id = Some(id.clone());
    // Who was asked for by their row stays there, and the row says who is shown instead: a cursor
    // that jumped would make a list that nobody can walk.
    let by_row = merged
        .as_ref()
        .is_some_and(|row| lookup.expose() == row.expose());
    if by_row {
        subject.row = subject.row.take().or_else(|| merged.clone());
    } else if is_selected {
        state.users.selection = Some(Selection::User(id.clone()));
    }
    if found.matched_by == MatchedBy::Merged {
        let old = SafeText::of(lookup.untrusted()).middle(32);
        state.say(format_args!(
            "{old} is an old id: it leads to the survivor of a merge"
        ));
    }
    let profile = profile_of(state, found, &lookup);
    state.profile.fate = None;
    state.profile.remote.succeed(profile, state.clock.now);
    let mut effects = Vec::new();
    if opened {
        effects.extend(note_opened(state, &id, merged.as_ref()));
    }
    effects.extend(naming::resolve_name(state));
    effects
}

/// What the pane shows of a user who was looked up: how they were found may be known from before.
fn profile_of(state: &State, found: Found, lookup: &LookupId) -> Profile {
    let Found {
        user,
        matched_by,
        asked_at,
    } = found;
    let is_merged = matched_by == MatchedBy::Merged;
    // Only a typed id is worth a word: rows of the list are asked for by `_id` anyway.
    let text = state.users.text();
    let subject = state.profile.subject.as_ref();
    let opened = subject.is_some_and(|subject| subject.visit == Visit::Opened);
    let typed = opened && [text, text.trim()].contains(&lookup.expose());
    let before = state.profile.shown();
    let old_id = if is_merged {
        Some(lookup.clone())
    } else {
        before.and_then(|profile| profile.old_id.clone())
    };
    let matched_by = if typed || is_merged {
        Some(matched_by)
    } else {
        before.and_then(|profile| profile.matched_by)
    };
    // The name that the rows were made with: resolving it later shows whether they are stale.
    let name = before
        .filter(|profile| profile.user.id == user.id)
        .map_or_else(DisplayName::unknown, |profile| profile.name.clone());
    Profile {
        user,
        name,
        matched_by,
        old_id,
        how: Source::Api,
        confirmed_at: asked_at,
        notes: Vec::new(),
        whole: WholeReport::InTheUser,
        beside: Vec::new(),
    }
}

/// An opened user was found: the history and the messages follow.
fn note_opened(state: &mut State, id: &SmoochId, merged: Option<&SmoochId>) -> Vec<Effect> {
    if let Some(merged) = merged {
        state.history.replace(merged, id);
    }
    state.history.open(id);
    let mut effects = vec![Effect::Directory(DirectoryEffect::NoteOpened(id.clone()))];
    if state.messages.user() != Some(id) || merged.is_some() {
        effects.extend(messages::open(state, id));
    }
    effects
}

/// The user being looked up was known before: shows that until the API has answered, or in the
/// answer's place.
pub(super) fn recalled(
    state: &mut State,
    lookup: &LookupId,
    known: &KnownUser,
    matched_by: Option<MatchedBy>,
) -> Vec<Effect> {
    let nothing_shown = state.profile.remote.good().is_none();
    let is_selected = state.shows_selection();
    let Some(subject) = &mut state.profile.subject else {
        return Vec::new();
    };
    if subject.lookup != *lookup || !nothing_shown {
        return Vec::new();
    }
    let id = known.user.id.clone();
    let row = subject.id.replace(id.clone()).filter(|row| *row != id);
    let opened = subject.visit == Visit::Opened;
    if row.is_some() {
        subject.row = subject.row.take().or(row);
    } else if is_selected {
        state.users.selection = Some(Selection::User(id.clone()));
    }
    let profile = Profile {
        matched_by,
        old_id: (matched_by == Some(MatchedBy::Merged)).then(|| lookup.clone()),
        ..Profile::from(known)
    };
    state.profile.remote.remember(profile, known.confirmed_at);
    let mut effects = Vec::new();
    if !state.profile.remote.is_loading() {
        effects.extend(note_kept(state));
    }
    if opened && state.messages.user() != Some(&id) {
        state.history.open(&id);
        effects.extend(messages::open(state, &id));
        return effects;
    }
    messages::rewrap_if_shown(state);
    effects
}

/// An opened user counts as opened even if only the kept copy can be read.
fn note_kept(state: &State) -> Option<Effect> {
    let subject = state.profile.subject.as_ref()?;
    let is_opened = subject.visit == Visit::Opened && state.profile.remote.good().is_some();
    let id = state.profile.shown_id().filter(|_| is_opened)?;
    Some(Effect::Directory(DirectoryEffect::NoteOpened(id.clone())))
}
