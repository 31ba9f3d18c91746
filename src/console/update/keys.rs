//! What keys ask for, and pasted text.

use tui_input::InputRequest;

use super::text_box::{insert, readline};
use super::{copy, messages, opening, overlay, profile, selection, users};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::effect::{Ask, DirectoryEffect, Effect, Slot, TerminalEffect};
use crate::console::geometry::Pane;
use crate::console::keymap::{Key, Meaning};
use crate::console::state::{Link, Overlay, State, Typing};

/// A key was pressed.
pub(super) fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    state.notice = None;
    let mode = state.mode();
    if state.overlay.as_ref().is_some_and(Overlay::is_typing)
        && let Some(effects) = overlay::type_key(state, key)
    {
        return effects;
    }
    state.keys.pressed.push(key);
    match state.keys.map.meaning(mode, &state.keys.pressed) {
        Meaning::Prefix => Vec::new(),
        Meaning::Action(action) => {
            state.keys.pressed.clear();
            act(state, action)
        }
        Meaning::Nothing => {
            state.keys.pressed.clear();
            if mode == Mode::Typing {
                type_key(state, key)
            } else {
                Vec::new()
            }
        }
    }
}

/// Text came in one piece: it goes into a text box and fires no keys.
pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    state.keys.pressed.clear();
    state.notice = None;
    // A copied id often brings the end of its line along; the box holds one line.
    let lines = text.trim().split(['\r', '\n']);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    if text.is_empty() {
        return Vec::new();
    }
    if let Some(overlay) = &mut state.overlay {
        overlay::paste(overlay, &text);
        return Vec::new();
    }
    if !state.users.is_typing() {
        users::begin_typing(state);
    }
    if state.users.typing == Typing::Replaces {
        state.users.input.reset();
    }
    insert(&mut state.users.input, &text);
    users::text_changed(state)
}

fn type_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(request) = readline(key) else {
        return Vec::new();
    };
    let edits = matches!(
        request,
        InputRequest::InsertChar(_) | InputRequest::DeletePrevChar | InputRequest::DeleteNextChar
    );
    let before = state.users.text().to_owned();
    if state.users.typing == Typing::Replaces && edits {
        state.users.input.reset();
    }
    state.users.typing = Typing::Edits;
    state.users.input.handle(request);
    if state.users.text() == before {
        Vec::new()
    } else {
        users::text_changed(state)
    }
}

/// What an action does.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit if state.overlay.is_some() => overlay::close(state),
        Action::Quit => vec![Effect::Terminal(TerminalEffect::Quit)],
        Action::Suspend => vec![Effect::Terminal(TerminalEffect::Suspend)],
        Action::Redraw => vec![Effect::Terminal(TerminalEffect::Redraw)],
        Action::Cancel => cancel(state),
        Action::Back => back(state),
        _ if state.overlay.is_some() => overlay::act(state, action),
        Action::Search | Action::SearchUsers => users::begin_typing(state),
        Action::LookUp => users::look_up_text(state),
        Action::GoIn => go_in(state),
        Action::NextPane => focus(state, next(state.focus)),
        Action::PreviousPane => focus(state, next(next(state.focus))),
        Action::UsersPane => focus(state, Pane::Users),
        Action::ProfilePane => focus(state, Pane::Profile),
        Action::MessagesPane => focus(state, Pane::Messages),
        Action::HistoryBack => {
            let id = state.history.back();
            opening::revisit(state, id)
        }
        Action::HistoryForward => {
            let id = state.history.forward();
            opening::revisit(state, id)
        }
        Action::IdentityCard => overlay::open_identity(state),
        Action::RawJson => overlay::open_raw(state),
        Action::Help => overlay::open_help(state),
        Action::Palette => overlay::open_palette(state),
        Action::KnownUsers => overlay::open_known(state),
        Action::Refresh => refresh(state),
        Action::Pin => pin(state),
        Action::CopySmoochId
        | Action::CopyUserId
        | Action::CopyName
        | Action::CopyEmail
        | Action::CopyMessage
        | Action::CopyTranscript
        | Action::CopyJson
        | Action::CopyCurl => copy::copy(state, action).into_iter().collect(),
        Action::Down
        | Action::Up
        | Action::HalfPageDown
        | Action::HalfPageUp
        | Action::PageDown
        | Action::PageUp
        | Action::Top
        | Action::Bottom => go(state, action),
    }
}

/// Rows for an action that moves; a page is `page` rows.
pub(super) fn distance(action: Action, page: usize) -> isize {
    let page = isize::try_from(page).unwrap_or(isize::MAX);
    match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::HalfPageDown => (page / 2).max(1),
        Action::HalfPageUp => -(page / 2).max(1),
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::Top => -1_000_000,
        Action::Bottom => 1_000_000,
        _ => 0,
    }
}

fn go(state: &mut State, action: Action) -> Vec<Effect> {
    match state.focus {
        Pane::Users => {
            let rows = distance(action, selection::page(state));
            users::move_by(state, rows)
        }
        Pane::Profile => {
            let rows = distance(action, profile::page(state));
            let scroll = &mut state.profile.scroll;
            *scroll = scroll.saturating_add_signed(rows);
            Vec::new()
        }
        Pane::Messages => match action {
            Action::Top => messages::move_to_end(state, true),
            Action::Bottom => messages::move_to_end(state, false),
            Action::Down | Action::Up => {
                let by = distance(action, 1);
                messages::move_by(state, by)
            }
            _ => {
                let rows = distance(action, messages::page(state));
                messages::scroll_by(state, rows)
            }
        },
    }
}

const fn next(pane: Pane) -> Pane {
    match pane {
        Pane::Users => Pane::Profile,
        Pane::Profile => Pane::Messages,
        Pane::Messages => Pane::Users,
    }
}

fn focus(state: &mut State, pane: Pane) -> Vec<Effect> {
    state.users.stop_typing();
    state.focus = pane;
    Vec::new()
}

fn go_in(state: &mut State) -> Vec<Effect> {
    match state.focus {
        Pane::Users if state.users.is_typing() => users::enter_text(state),
        Pane::Users => users::enter_row(state),
        Pane::Profile | Pane::Messages if state.messages_belong() => match state.focus {
            Pane::Messages => overlay::open_raw(state),
            _ => focus(state, Pane::Messages),
        },
        Pane::Profile | Pane::Messages => open_shown(state),
    }
}

/// Opens the user whose profile is shown because the cursor rests on them.
fn open_shown(state: &mut State) -> Vec<Effect> {
    let Some(subject) = state.profile.subject.clone() else {
        return Vec::new();
    };
    opening::open(state, &subject.lookup, subject.id, None)
}

/// One step back: overlay, text box, search, list. Never quits.
fn back(state: &mut State) -> Vec<Effect> {
    if state.overlay.is_some() {
        return overlay::close(state);
    }
    if state.users.is_typing() {
        state.users.stop_typing();
        return Vec::new();
    }
    if state.focus != Pane::Users {
        return focus(state, Pane::Users);
    }
    if state.users.text().is_empty() {
        // Nothing is left to go back from but what was read.
        state.trouble = None;
        return Vec::new();
    }
    state.users.input.reset();
    users::text_changed(state)
}

/// Cancels what is loading, else quits.
fn cancel(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.profile.remote.is_loading() {
        state.profile.remote.stop();
        effects.push(Effect::Cancel(Slot::Profile));
    }
    if state.messages.remote.is_loading() {
        state.messages.remote.stop();
        effects.push(Effect::Cancel(Slot::Messages));
    }
    if messages::stop_older(state) {
        effects.push(Effect::Cancel(Slot::Older));
    }
    let entered = std::mem::take(&mut state.users.enter_waits);
    if effects.is_empty() && !entered {
        return vec![Effect::Terminal(TerminalEffect::Quit)];
    }
    state.say("cancelled");
    effects
}

/// Fetches anew what the panes show.
fn refresh(state: &mut State) -> Vec<Effect> {
    let mut effects: Vec<Effect> = profile::fetch(state).into_iter().collect();
    if effects.is_empty() && matches!(state.link, Link::Lost(_)) {
        state.say("trying again …");
        return vec![Effect::Ask(Ask::FetchApp)];
    }
    if effects.is_empty() {
        state.say("nobody is shown: nothing to fetch");
        return effects;
    }
    if state.messages_belong() {
        effects.extend(messages::retry_older(state));
        effects.extend(messages::fetch_newest(state));
    }
    effects
}

/// Pins the user under the cursor, or the one who is shown, or takes the pin away.
fn pin(state: &mut State) -> Vec<Effect> {
    let under_cursor = match state.focus {
        Pane::Users => state.users.selected_entry().map(|entry| &entry.id),
        Pane::Profile | Pane::Messages => None,
    };
    let Some(id) = under_cursor.or_else(|| state.profile.shown_id()).cloned() else {
        state.say("no user is shown yet: nobody to pin");
        return Vec::new();
    };
    vec![Effect::Directory(DirectoryEffect::TogglePin(id))]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::console::geometry::Size;
    use crate::console::keymap::Keymap;
    use crate::console::state::Clock;
    use crate::domain::{ApiVersion, AppId, Connection, Region, Stage, Untrusted};

    fn state() -> State {
        let connection = Connection {
            app_label: Untrusted::from("a"),
            app_id: AppId::new("a"),
            region: Region::Us,
            base_url: Untrusted::default(),
            api: ApiVersion::V11,
            key_id: Untrusted::default(),
            key_source: Untrusted::default(),
            stage: Stage::Unmarked,
        };
        let clock = Clock::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let size = Size::new(120, 30);
        State::new(connection, Keymap::built_in().unwrap(), size, clock)
    }

    #[test]
    fn cancelling_takes_back_an_enter_that_waits_for_its_hits() {
        let mut state = state();
        state.users.enter_waits = true;
        assert_eq!(cancel(&mut state), []);
        assert!(!state.users.enter_waits);
        assert_eq!(cancel(&mut state), [Effect::Terminal(TerminalEffect::Quit)]);
    }
}
