//! What lies over the panes: opening, scrolling, closing, the palette and the filter of the help.

use crossterm::event::KeyCode;
use tui_input::Input;

use super::copy;
use super::keys::{self, distance};
use super::text_box::{insert, readline};
use crate::console::action::Action;
use crate::console::effect::{DirectoryEffect, Effect};
use crate::console::geometry::Pane;
use crate::console::geometry::scroll_to;
use crate::console::keymap::Key;
use crate::console::layout::{card, palette};
use crate::console::state::overlay::Counted;
use crate::console::state::{Overlay, State};
use crate::domain::Coverage;
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

/// Opens the palette.
pub(super) fn open_palette(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Palette {
        input: Input::default(),
        selected: 0,
        scroll: 0,
    });
    Vec::new()
}

/// Opens the card about what is known on this machine, which is counted anew.
pub(super) fn open_known(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Known {
        counted: Counted::Waiting,
        scroll: 0,
    });
    vec![Effect::Directory(DirectoryEffect::CountKnown)]
}

/// What is known was counted.
pub(super) fn known_counted(state: &mut State, coverage: Option<Box<Coverage>>) {
    if let Some(Overlay::Known { counted, .. }) = &mut state.overlay {
        *counted = coverage.map_or(Counted::Nowhere, Counted::Told);
    }
}

/// Does what the palette's cursor is on.
fn run_selected(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Palette {
        input, selected, ..
    }) = &state.overlay
    else {
        return Vec::new();
    };
    let commands = palette::commands(&state.keys.map, input.value());
    let Some(command) = commands.get(*selected) else {
        return Vec::new();
    };
    state.overlay = None;
    keys::act(state, command.action)
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
            if let Some(Overlay::Palette { selected, .. }) = &mut state.overlay {
                *selected = selected.saturating_add_signed(rows);
            } else if let Some(overlay) = &mut state.overlay {
                let scroll = overlay.scroll_mut();
                *scroll = scroll.saturating_add_signed(rows);
            }
        }
    }
    Vec::new()
}

/// A key for the text box of an overlay; `None` when it is not for the box.
pub(super) fn type_key(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    let is_enter = matches!(key.code(), KeyCode::Enter);
    match (&mut state.overlay, readline(key)) {
        (Some(overlay), Some(request)) => {
            text_box(overlay)?.handle(request);
            begin_anew(overlay);
        }
        (Some(Overlay::Palette { .. }), None) if is_enter => return Some(run_selected(state)),
        (Some(Overlay::Help { typing, .. }), None) if is_enter => *typing = false,
        (Some(Overlay::Help { filter, typing, .. }), None)
            if matches!(key.code(), KeyCode::Esc) =>
        {
            *typing = false;
            filter.reset();
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// Text pasted over an overlay: only a text box takes it.
pub(super) fn paste(overlay: &mut Overlay, text: &str) {
    if let Some(input) = text_box(overlay) {
        insert(input, text);
        begin_anew(overlay);
    }
}

/// Where keys and pasted text go, if they go anywhere.
const fn text_box(overlay: &mut Overlay) -> Option<&mut Input> {
    match overlay {
        Overlay::Help {
            filter,
            typing: true,
            ..
        } => Some(filter),
        Overlay::Palette { input, .. } => Some(input),
        _ => None,
    }
}

/// Another text has other rows.
const fn begin_anew(overlay: &mut Overlay) {
    *overlay.scroll_mut() = 0;
    if let Overlay::Palette { selected, .. } = overlay {
        *selected = 0;
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
    let page = page(state);
    let last = count.saturating_sub(page);
    if let Some(Overlay::Palette {
        selected, scroll, ..
    }) = &mut state.overlay
    {
        *selected = (*selected).min(count.saturating_sub(1));
        *scroll = scroll_to(*selected, count, *scroll, page);
    } else if let Some(overlay) = &mut state.overlay {
        let scroll = overlay.scroll_mut();
        *scroll = (*scroll).min(last);
    }
}
