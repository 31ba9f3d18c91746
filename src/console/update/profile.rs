//! Whom the profile pane is about, and what comes of asking for them.

use std::time::Duration;

use super::{messages, users};
use crate::console::effect::{Ask, DirectoryEffect, Effect, Slot};
use crate::console::layout::{Screen, problem, profile as rows};
use crate::console::msg::{Ticket, Timer};
use crate::console::state::profile::Visit;
use crate::console::state::{Good, Pane, Profile, Remote, Selection, State, Subject};
use crate::domain::Fate;
use crate::domain::KnownUser;
use crate::domain::facts::Source;
use crate::domain::{DisplayName, Found, LookupId, MatchedBy, Problem, SmoochId, name};
use crate::text::SafeText;

/// The profile under the cursor loads after the cursor has rested this long.
pub const REST: Duration = Duration::from_millis(120);

/// A copy younger than this is not asked for again because the cursor rests on it.
const FRESH: Duration = Duration::from_mins(1);

/// The cursor came to a row: shows what is known and asks for the rest after a while.
pub(super) fn glance(state: &mut State) -> Vec<Effect> {
    let entry = state.users.selected_entry().cloned();
    let shown = state.profile.shown_id();
    if shown.is_some() && shown == entry.as_ref().map(|entry| &entry.id) {
        return Vec::new();
    }
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
    });
    state.profile.remote = copy_of(entry.copy.as_deref());
    rewrap_if_shown(state);
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

/// The user under the cursor may have become known meanwhile.
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

/// Opens a user: the profile anew, and the messages.
pub(super) fn open(
    state: &mut State,
    lookup: &LookupId,
    id: Option<SmoochId>,
    copy: Option<&KnownUser>,
) -> Vec<Effect> {
    users::stop_typing(state);
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
    });
    if !same {
        state.profile.remote = copy_of(copy);
    } else if let Some(good) = state.profile.remote.good_mut() {
        // It told how the user was looked up the last time.
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
    rewrap_if_shown(state);
    effects
}

/// A thread that shows again may have been wrapped while somebody else's name was shown.
fn rewrap_if_shown(state: &mut State) {
    if state.messages_belong() {
        messages::rewrap(state);
    }
}

/// Asks for the user whom the pane is about.
pub(super) fn fetch(state: &mut State) -> Option<Effect> {
    let lookup = state.profile.subject.as_ref()?.lookup.clone();
    let ticket = state.next_ticket();
    state.profile.remote.start(ticket, state.clock.now);
    Some(Effect::Ask(Ask::FetchUser { ticket, id: lookup }))
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
            // Without a user there are no messages to look at; the reason stands in the profile.
            let opened_blindly = state.profile.shown_id().is_none();
            if opened_blindly && state.focus == Pane::Messages {
                state.focus = Pane::Profile;
            }
            return note_kept(state).into_iter().collect();
        }
    };
    take(state, found)
}

/// Whoever was opened counts as opened, also when only what is kept of them can be read.
fn note_kept(state: &State) -> Option<Effect> {
    let subject = state.profile.subject.as_ref()?;
    let is_opened = subject.visit == Visit::Opened && state.profile.remote.good().is_some();
    let id = state.profile.shown_id().filter(|_| is_opened)?;
    Some(Effect::Directory(DirectoryEffect::NoteOpened(id.clone())))
}

/// The user who is looked up was known before: that stands until the API has answered, or in the
/// answer's place.
pub(super) fn recalled(
    state: &mut State,
    lookup: &LookupId,
    known: &KnownUser,
    matched_by: Option<MatchedBy>,
) -> Vec<Effect> {
    let nothing_shown = state.profile.remote.good().is_none();
    let Some(subject) = &mut state.profile.subject else {
        return Vec::new();
    };
    if subject.lookup != *lookup || !nothing_shown {
        return Vec::new();
    }
    let id = known.user.id.clone();
    subject.id = Some(id.clone());
    let opened = subject.visit == Visit::Opened;
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
    if opened && state.messages.user.as_ref() != Some(&id) {
        state.history.open(&id);
        effects.extend(messages::open(state, &id));
        return effects;
    }
    rewrap_if_shown(state);
    effects
}

/// It is known what became of the id that is looked up.
pub(super) fn fate_told(state: &mut State, lookup: &LookupId, fate: Fate) {
    let is_asked = state.profile.subject.as_ref();
    let is_asked = is_asked.is_some_and(|subject| subject.lookup == *lookup);
    if is_asked && state.profile.shown().is_none() {
        state.profile.fate = Some(fate);
    }
}

fn take(state: &mut State, found: Found) -> Vec<Effect> {
    let Found { user, matched_by } = found;
    let id = user.id.clone();
    let Some(subject) = &mut state.profile.subject else {
        return Vec::new();
    };
    let opened = subject.visit == Visit::Opened;
    let merged = subject.id.take().filter(|before| *before != id);
    let lookup = std::mem::replace(&mut subject.lookup, LookupId::from(&id));
    subject.id = Some(id.clone());
    if matched_by == MatchedBy::Merged {
        let old = SafeText::of(lookup.untrusted()).middle(32);
        state.say(format_args!(
            "{old} is an old id: it leads to the survivor of a merge"
        ));
    }
    // Only what the agent typed tells them something: rows of the list are asked for by `_id`.
    let text = state.users.text();
    let typed = opened && [text, text.trim()].contains(&lookup.expose());
    let before = state.profile.shown();
    let old_id = if matched_by == MatchedBy::Merged {
        Some(lookup.clone())
    } else {
        before.and_then(|profile| profile.old_id.clone())
    };
    let matched_by = if typed || matched_by == MatchedBy::Merged {
        Some(matched_by)
    } else {
        before.and_then(|profile| profile.matched_by)
    };
    // The name that the rows were made with: resolving it below tells whether they are stale.
    let name = before
        .filter(|profile| profile.user.id == id)
        .map_or_else(DisplayName::unknown, |profile| profile.name.clone());
    let at = state.clock.now;
    state.profile.fate = None;
    state.profile.remote.succeed(
        Profile {
            user,
            name,
            matched_by,
            old_id,
            how: Source::Api,
        },
        at,
    );
    let mut effects = Vec::new();
    if opened {
        // The row that offered the lookup has led to this user, who now has a row.
        if let Some(Selection::LookUp | Selection::Offer(_)) = state.users.selection {
            state.users.selection = Some(Selection::User(id.clone()));
        }
        if let Some(merged) = &merged {
            state.history.replace(merged, &id);
        }
        state.history.open(&id);
        effects.push(Effect::Directory(DirectoryEffect::NoteOpened(id.clone())));
        if state.messages.user.as_ref() != Some(&id) || merged.is_some() {
            effects.extend(messages::open(state, &id));
        }
    }
    effects.extend(resolve_name(state));
    effects
}

/// Resolves the name with all that is known now: the profile and the loaded messages.
pub(super) fn resolve_name(state: &mut State) -> Option<Effect> {
    let belongs = state.messages_belong();
    let profile = &mut state.profile.remote.good_mut()?.value;
    let thread = if belongs {
        state.messages.thread()
    } else {
        None
    };
    let messages = thread.map_or(&[][..], |thread| &thread.messages);
    let resolved = name::resolve_display_name(&profile.user, messages);
    let resolved = resolved.unless_worse_than(&profile.name);
    let changed = profile.name != resolved;
    profile.name = resolved.clone();
    if changed {
        messages::rewrap(state);
    }
    let thread_is_there = belongs && state.messages.thread().is_some();
    let id = state.profile.shown_id()?.clone();
    thread_is_there.then_some(Effect::Directory(DirectoryEffect::LearnName {
        id,
        name: resolved,
    }))
}

/// Goes back or forth through the opened users.
pub(super) fn revisit(state: &mut State, id: Option<SmoochId>) -> Vec<Effect> {
    let Some(id) = id else {
        state.say("no more users opened in this direction");
        return Vec::new();
    };
    let focus = state.focus;

    let effects = users::open_user(state, &LookupId::from(&id), id);
    state.focus = focus;
    effects
}

fn copy_of(copy: Option<&KnownUser>) -> Remote<Profile> {
    match copy {
        Some(known) => Remote::Ready(Good {
            value: Profile::from(known),
            at: known.confirmed_at,
        }),
        None => Remote::Idle,
    }
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
    let count = state
        .profile
        .shown()
        .map_or(0, |profile| rows::rows(state.facts(profile), width).len());
    let taken = problem::above_profile(state, width).len();
    let room = page(state).saturating_sub(taken).max(1);
    state.profile.scroll = state.profile.scroll.min(count.saturating_sub(room));
}
