//! What keys ask for.

use super::overlay::Outcome;
use super::{copy, messages, opening, overlay, profile, raw, typing, users};
use crate::console::action::Action;
use crate::console::effect::{Ask, DirectoryEffect, Effect, Slot, TerminalEffect};
use crate::console::geometry::{Pane, Step, Toward};
use crate::console::keymap::Key;
use crate::console::keymap::layouts::{self, Script};
use crate::console::state::history::Direction;
use crate::console::state::{Link, Press, State};

/// A key was pressed.
pub(super) fn pressed(state: &mut State, key: Key) -> Vec<Effect> {
    state.notice = None;
    let takers = state.takers();
    match state.keys.press(takers, key) {
        Press::Action(action) => act(state, action),
        Press::Text(key) => typing::typed(state, key),
        Press::Prefix => Vec::new(),
        Press::Nothing => {
            say_no_such_key(state, key);
            Vec::new()
        }
    }
}

/// Says that a key means nothing here, and which key helps.
fn say_no_such_key(state: &mut State, key: Key) {
    let takers = state.takers();
    let foreign = key.character().is_some_and(|c| {
        let has_table = Script::of_letter(c).is_some();
        layouts::is_foreign_letter(c) && !has_table
    });
    let why = if foreign {
        ": the keyboard's layout is not Latin"
    } else {
        ""
    };
    let ways = [(Action::Help, "helps"), (Action::Back, "goes back")];
    let mut ways = ways.into_iter().filter_map(|(action, words)| {
        let key = state.keys.label(takers, action)?;
        Some(format!("; {key} {words}"))
    });
    let way = ways.next().unwrap_or_default();
    state.say(format_args!("no such key here{why}{way}"));
}

/// What an action does.
fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Quit if state.overlay.is_some() => overlay::close(state),
        Action::Quit => vec![Effect::Terminal(TerminalEffect::Quit)],
        Action::Suspend => vec![Effect::Terminal(TerminalEffect::Suspend)],
        Action::Redraw => vec![Effect::Terminal(TerminalEffect::Redraw)],
        Action::Cancel => cancel(state),
        Action::Back => back(state),
        _ if state.overlay.is_some() => match overlay::act(state, action) {
            Outcome::Done(effects) => effects,
            Outcome::Asks(action) => act(state, action),
        },
        Action::Search | Action::SearchUsers => users::begin_typing(state),
        Action::LookUp => users::look_up_text(state),
        Action::GoIn => go_in(state),
        Action::NextPane => focus(state, next(state.focus)),
        Action::PreviousPane => focus(state, next(next(state.focus))),
        Action::UsersPane => focus(state, Pane::Users),
        Action::ProfilePane => focus(state, Pane::Profile),
        Action::MessagesPane => focus(state, Pane::Messages),
        Action::NextUser => users::open_neighbour(state, Toward::End),
        Action::PreviousUser => users::open_neighbour(state, Toward::Start),
        Action::Sort => users::change_order(state),
        Action::HistoryBack => opening::go_in_history(state, Direction::Back),
        Action::HistoryForward => opening::go_in_history(state, Direction::Forward),
        Action::IdentityCard => overlay::open_identity(state),
        Action::RawJson => raw::open(state),
        Action::NextMatch | Action::PreviousMatch => {
            state.say("only raw JSON has matches to go through");
            Vec::new()
        }
        Action::Help => overlay::open_help(state),
        Action::Palette => overlay::open_palette(state),
        Action::KnownUsers => overlay::open_known(state),
        Action::Refresh => refresh(state),
        Action::Pin => pin(state),
        Action::CopySmoochId
        | Action::CopyUserId
        | Action::CopyName
        | Action::CopyEmail
        | Action::CopyPhone
        | Action::CopyMessage
        | Action::CopyLink
        | Action::CopyChannelId
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
        | Action::Bottom => action.step().map_or_else(Vec::new, |step| go(state, step)),
    }
}

fn go(state: &mut State, step: Step) -> Vec<Effect> {
    match state.focus {
        Pane::Users => users::go(state, step),
        Pane::Profile => {
            let page = profile::page(state);
            state.profile.scroll = step.from(state.profile.scroll, page);
            Vec::new()
        }
        Pane::Messages => messages::go(state, step),
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
            Pane::Messages => raw::open(state),
            _ => focus(state, Pane::Messages),
        },
        Pane::Profile | Pane::Messages => open_shown(state),
    }
}

/// Opens the user that the profile pane shows because the cursor rests on their row.
fn open_shown(state: &mut State) -> Vec<Effect> {
    let Some(subject) = state.profile.subject.clone() else {
        state.say("no user is shown yet");
        return Vec::new();
    };
    opening::open(state, &subject.lookup, subject.id, None)
}

/// One step back: overlay, text box, search, list. Never quits.
fn back(state: &mut State) -> Vec<Effect> {
    if state.overlay.is_some() {
        return overlay::back(state);
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
    state.users.input.clear();
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

/// Fetches what the panes show again.
fn refresh(state: &mut State) -> Vec<Effect> {
    let mut effects: Vec<Effect> = profile::fetch(state).into_iter().collect();
    if effects.is_empty() && matches!(state.api.link, Link::Lost(_)) {
        state.say("trying again …");
        return vec![Effect::Ask(Ask::FetchApp)];
    }
    if effects.is_empty() {
        state.say("no user is shown: nothing to fetch");
        return effects;
    }
    if state.messages_belong() {
        effects.extend(messages::retry_older(state));
        effects.extend(messages::fetch_newest(state));
    }
    effects
}

/// Pins or unpins the user under the cursor, or the one who is shown.
fn pin(state: &mut State) -> Vec<Effect> {
    let under_cursor = match state.focus {
        Pane::Users => state.users.selected_entry().map(|entry| &entry.id),
        Pane::Profile | Pane::Messages => None,
    };
    let Some(id) = under_cursor.or_else(|| state.profile.shown_id()).cloned() else {
        state.say("no user is shown yet: nothing to pin");
        return Vec::new();
    };
    // It is said again once it is on the disk, or why it is not.
    state.say("changing the pin …");
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
