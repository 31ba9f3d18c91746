//! What lies over the panes: opening, scrolling, closing, and the filter of the help.

use tui_input::Input;

use super::copy;
use super::keys::{distance, insert, readline};
use crate::console::action::Action;
use crate::console::effect::Effect;
use crate::console::keymap::Key;
use crate::console::layout::card;
use crate::console::state::{Overlay, Pane, State};
use crate::domain::{RawJson, Untrusted};
use crate::text::{SafeText, json};

/// Opens the identity card of the user who is shown.
pub(super) fn open_identity(state: &mut State) -> Vec<Effect> {
    if state.profile.shown().is_some() {
        state.overlay = Some(Overlay::Identity { scroll: 0 });
    } else {
        state.say("no user is shown yet");
    }
    Vec::new()
}

/// Opens the JSON of the message under the cursor, or of the user.
pub(super) fn open_raw(state: &mut State) -> Vec<Effect> {
    let message = state.thread().and_then(|thread| thread.selected_message());
    let message = message.filter(|_| state.focus == Pane::Messages);
    let user = state.profile.shown();
    let (title, json) = match (message, user) {
        (Some(message), _) => ("Message, raw JSON", &message.json),
        (None, Some(profile)) => ("User, raw JSON", &profile.user.json),
        (None, None) => {
            state.say("nothing is shown yet");
            return Vec::new();
        }
    };
    let lines = raw_lines(json);
    state.overlay = Some(Overlay::Raw {
        title,
        lines,
        scroll: 0,
    });
    Vec::new()
}

fn raw_lines(json: &RawJson) -> Vec<SafeText> {
    #[expect(
        clippy::disallowed_methods,
        reason = "indented and escaped, then made safe by line"
    )]
    let pretty = json::escape(&json::pretty(json.expose()));
    pretty
        .lines()
        .map(|line| SafeText::of(&Untrusted::from(line)))
        .collect()
}

/// Opens the help.
pub(super) fn open_help(state: &mut State) -> Vec<Effect> {
    let filter = Input::default();
    state.overlay = Some(Overlay::Help {
        filter,
        typing: false,
        scroll: 0,
    });
    Vec::new()
}

/// Closes the overlay.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    state.overlay = None;
    Vec::new()
}

/// What an action does while an overlay is open.
pub(super) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Search => {
            if let Some(Overlay::Help { typing, .. }) = &mut state.overlay {
                *typing = true;
            }
        }
        Action::CopyJson => return copy::copy_overlay(state).into_iter().collect(),
        _ => {
            let rows = distance(action, page(state));
            if let Some(overlay) = &mut state.overlay {
                let scroll = overlay.scroll_mut();
                *scroll = scroll.saturating_add_signed(rows);
            }
        }
    }
    Vec::new()
}

/// A key for the filter of the help; `None` when it is not for the filter.
pub(super) fn type_key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let Some(Overlay::Help {
        filter,
        typing,
        scroll,
    }) = &mut state.overlay
    else {
        return None;
    };
    match readline(key) {
        Some(request) => {
            filter.handle(request);
            *scroll = 0;
        }
        None if matches!(key.code(), crossterm::event::KeyCode::Enter) => *typing = false,
        None if matches!(key.code(), crossterm::event::KeyCode::Esc) => {
            *typing = false;
            filter.reset();
        }
        None => return None,
    }
    Some(Vec::new())
}

/// Text pasted over an overlay: only the filter of the help takes it.
pub(super) fn paste(overlay: &mut Overlay, text: &str) {
    if let Overlay::Help {
        filter,
        typing: true,
        scroll,
    } = overlay
    {
        insert(filter, text);
        *scroll = 0;
    }
}

/// How many rows fit.
fn page(state: &State) -> usize {
    usize::from(state.screen().overlay_text(state.size).height).max(1)
}

/// Keeps the scroll offset within the rows.
pub(super) fn clamp(state: &mut State) {
    let Some(overlay) = &state.overlay else {
        return;
    };
    let count = card::rows(overlay, state).len();
    let last = count.saturating_sub(page(state));
    if let Some(overlay) = &mut state.overlay {
        let scroll = overlay.scroll_mut();
        *scroll = (*scroll).min(last);
    }
}
