//! What follows from what happened: `(state, message) → (state, effects)`.
//!
//! No I/O, no waiting, no clock: the moment comes in with the message. Each answer is checked
//! against the ticket that is waited for, so a late one changes nothing.

mod copy;
mod keys;
mod messages;
mod naming;
mod opening;
mod overlay;
mod profile;
mod raw;
mod selection;
mod typing;
mod users;

use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;

use super::effect::{Ask, DirectoryEffect, Effect};
use super::geometry::{Size, drawn_part};
use super::msg::{Msg, Stamped, Timer};
use super::state::{Directory, Link, SPINNER_AFTER, State};
use crate::domain::{App, Connection, Pause, Pin, Problem, ProblemKind};
use crate::text::SafeText;

/// A spinner turns this often.
const SPINNER_TURNS: Duration = Duration::from_millis(100);

/// Changes the state by what happened, and returns what to do.
pub fn update(state: &mut State, stamped: Stamped) -> Vec<Effect> {
    state.clock.now = stamped.at;
    note_reach(state, &stamped.msg);
    let mut effects = match stamped.msg {
        Msg::Started => started(state),
        Msg::KeyPressed(key) => keys::pressed(state, key),
        Msg::Pasted(text) => typing::pasted(state, &text),
        Msg::Resized { width, height } => resized(state, drawn_part(Size { width, height })),
        Msg::Connected(result) => connected(state, result),
        Msg::DirectoryChanged => vec![users::search(state)],
        Msg::DirectoryRead => users::directory_read(state),
        Msg::SearchDone { ticket, results } => users::search_done(state, ticket, results),
        Msg::UserLoaded { ticket, result } => opening::loaded(state, ticket, *result),
        Msg::UserJoined { ticket, known } => opening::joined(state, ticket, *known),
        Msg::UserRecalled {
            lookup,
            known,
            matched_by,
        } => opening::recalled(state, &lookup, &known, matched_by),
        Msg::FateKnown { lookup, fate } => profile::fate_known(state, &lookup, fate),
        Msg::PageRecalled {
            conversation,
            page,
            at,
        } => messages::recalled(state, &conversation, page, at),
        Msg::KnownCounted(coverage) => overlay::known_counted(state, coverage),
        Msg::StoreNews(words) => complained(state, &SafeText::of(&words)),
        Msg::StoreTrouble(words) => {
            state.trouble = Some(SafeText::of(&words));
            Vec::new()
        }
        Msg::MessagesLoaded { ticket, result } => messages::loaded(state, ticket, result),
        Msg::AppLoaded(result) => app_loaded(state, *result),
        Msg::Paused(pause) => paused(state, pause),
        Msg::TimerFired(timer) => fired(state, timer),
        Msg::PinToggled(pin) => pin_toggled(state, pin),
        Msg::Copied { what, size, result } => copy::copied(state, what, size, &result),
        Msg::PinFailed { pin, why } => pin_failed(state, pin, &SafeText::of(&why)),
        Msg::StillKnown(id) => opening::still_known(state, id),
        Msg::UsersGone(gone) => opening::users_gone(state, &gone),
        Msg::TaskFailed(words) => {
            let words = SafeText::of(&words);
            complained(
                state,
                &format_args!("a part of the program failed, the rest goes on: {words}"),
            )
        }
    };
    // What is shown now may be shorter than what was scrolled through.
    profile::clamp(state);
    overlay::clamp(state);
    selection::show_selection(state);
    effects.extend(spin(state));
    effects
}

fn complained(state: &mut State, words: &dyn Display) -> Vec<Effect> {
    state.complain(words);
    Vec::new()
}

/// Without the app's settings everything still works; a problem with the key shows where data is
/// missing.
fn app_loaded(state: &mut State, result: Result<App, Problem>) -> Vec<Effect> {
    state.api.app = result.ok();
    name_app(state);
    Vec::new()
}

fn pin_toggled(state: &mut State, pin: Pin) -> Vec<Effect> {
    state.say(match pin {
        Pin::Set => "pinned: at the top of the list from the next search on",
        Pin::Removed => "unpinned",
    });
    vec![users::search(state)]
}

fn pin_failed(state: &mut State, pin: Pin, why: &SafeText) -> Vec<Effect> {
    let not_done = match pin {
        Pin::Set => "not pinned",
        Pin::Removed => "still pinned",
    };
    complained(state, &format_args!("{not_done}: {why}"))
}

/// Where the settings give the app no name, the API's own name is better than the id.
fn name_app(state: &mut State) {
    let nameless = state.api.connection.app_label == *state.api.connection.app_id.untrusted();
    let name = state.api.app.as_ref().and_then(|app| app.name.clone());
    if let (true, Some(name)) = (nameless, name) {
        state.api.connection.app_label = name;
    }
}

/// Notes whether the API was reached. Every answer shows it, even one that came too late.
fn note_reach(state: &mut State, msg: &Msg) {
    let problem = match msg {
        Msg::UserLoaded { result, .. } => result.as_ref().as_ref().err(),
        Msg::MessagesLoaded { result, .. } => result.as_ref().err(),
        Msg::AppLoaded(result) => result.as_ref().as_ref().err(),
        _ => return,
    };
    if !matches!(state.api.link, Link::Up | Link::Lost(_)) {
        return;
    }
    match problem {
        Some(problem) if problem.is_offline() => state.api.link = Link::Lost(problem.clone()),
        // Some of these never left this machine.
        Some(problem) if matches!(problem.kind(), ProblemKind::Usage | ProblemKind::Other) => {}
        _ => state.api.link = Link::Up,
    }
}

fn started(state: &mut State) -> Vec<Effect> {
    vec![users::search(state), next_minute(state.clock.now)]
}

fn connected(state: &mut State, result: Result<Box<Connection>, Problem>) -> Vec<Effect> {
    match result {
        Ok(connection) => state.api.connection = *connection,
        Err(problem) => {
            state.api.link = Link::Down(problem);
            return Vec::new();
        }
    }
    state.api.link = Link::Up;
    vec![users::search(state), Effect::Ask(Ask::FetchApp)]
}

fn resized(state: &mut State, size: Size) -> Vec<Effect> {
    messages::resize(state, size);
    selection::show_selection(state);
    Vec::new()
}

fn fired(state: &mut State, timer: Timer) -> Vec<Effect> {
    match timer {
        Timer::Rest(ticket) => profile::rested(state, ticket),
        // An import beside the console is found within a minute.
        Timer::Minute if state.directory == Directory::Ready => {
            let opened = opening::opened(state);
            vec![
                next_minute(state.clock.now),
                Effect::Directory(DirectoryEffect::RecallNews { opened }),
            ]
        }
        Timer::Minute => vec![next_minute(state.clock.now)],
        // The moment came in with the message, and that is all.
        Timer::Age => Vec::new(),
        Timer::Countdown => {
            state.clock.counting = false;
            count_down(state).into_iter().collect()
        }
        Timer::Spinner => {
            state.clock.spinning = false;
            state.clock.spin = state.clock.spin.wrapping_add(1);
            Vec::new()
        }
    }
}

/// Every request waits, or goes on: the requests themselves are the client's business.
fn paused(state: &mut State, pause: Option<Pause>) -> Vec<Effect> {
    state.api.pause = pause;
    count_down(state).into_iter().collect()
}

/// Counts the seconds of a pause, and forgets it once it is over.
fn count_down(state: &mut State) -> Option<Effect> {
    let left = state.api.pause?.left(state.clock.now);
    if left.is_zero() {
        state.api.pause = None;
        return None;
    }
    if state.clock.counting {
        return None;
    }
    state.clock.counting = true;
    let whole_seconds = left.as_nanos() % Duration::from_secs(1).as_nanos() == 0;
    let to_next = Duration::from_nanos(u64::from(left.subsec_nanos()));
    let after = if whole_seconds {
        Duration::from_secs(1)
    } else {
        to_next
    };
    Some(Effect::Wake {
        timer: Timer::Countdown,
        after,
    })
}

/// The clock in the header and the ages change with the minute.
fn next_minute(now: Timestamp) -> Effect {
    let into_minute = now.as_millisecond().rem_euclid(60_000).unsigned_abs();
    Effect::Wake {
        timer: Timer::Minute,
        after: Duration::from_millis(60_000 - into_minute),
    }
}

/// Keeps a spinner turning while something loads, and no longer.
fn spin(state: &mut State) -> Option<Effect> {
    let since = loading_since(state)?;
    if state.clock.spinning {
        return None;
    }
    state.clock.spinning = true;
    let waited = state.clock.now.duration_since(since).unsigned_abs();
    let after = SPINNER_AFTER
        .checked_sub(waited)
        .unwrap_or(SPINNER_TURNS)
        .max(SPINNER_TURNS);
    Some(Effect::Wake {
        timer: Timer::Spinner,
        after,
    })
}

fn loading_since(state: &State) -> Option<Timestamp> {
    let older = state
        .messages
        .thread()
        .is_some_and(|t| t.older.is_loading());
    let remotes = [
        state.profile.remote.loading_since(),
        state.messages.remote.loading_since(),
    ];
    remotes
        .into_iter()
        .flatten()
        .min()
        .or_else(|| older.then_some(state.clock.now))
}
