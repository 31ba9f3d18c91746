//! Overlays: opening, scrolling, closing, the palette and the filter of the help.

use super::copy;
use super::raw::find;
use crate::console::action::Action;
use crate::console::effect::{DirectoryEffect, Effect};
use crate::console::geometry::{Step, Toward, scroll_to};
use crate::console::layout::{card, palette};
use crate::console::state::overlay::Counted;
use crate::console::state::{Overlay, State};
use crate::console::text_box::TextBox;
use crate::domain::Coverage;

/// Opens the identity card of the user who is shown.
pub(super) fn open_identity(state: &mut State) -> Vec<Effect> {
    if state.profile.shown().is_some() {
        state.overlay = Some(Overlay::Identity { scroll: 0 });
    } else {
        state.say("no user is shown yet");
    }
    Vec::new()
}

/// Opens the help.
pub(super) fn open_help(state: &mut State) -> Vec<Effect> {
    let filter = TextBox::default();
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
        input: TextBox::default(),
        selected: 0,
        scroll: 0,
    });
    Vec::new()
}

/// Opens the card about what is known on this machine, and asks for a fresh count.
pub(super) fn open_known(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Known {
        counted: Counted::Waiting,
        scroll: 0,
    });
    vec![Effect::Directory(DirectoryEffect::CountKnown)]
}

/// What is known was counted.
pub(super) fn known_counted(state: &mut State, coverage: Option<Box<Coverage>>) -> Vec<Effect> {
    if let Some(Overlay::Known { counted, .. }) = &mut state.overlay {
        *counted = coverage.map_or(Counted::Nowhere, Counted::Known);
    }
    Vec::new()
}

/// What follows from an action while an overlay is open.
pub(super) enum Outcome {
    /// It is done.
    Done(Vec<Effect>),
    /// The overlay is closed and asks for something that is done without it.
    Asks(Action),
}

/// One step back: drops the filter that is typed, or closes the overlay.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Help { filter, typing, .. }) = &mut state.overlay
        && *typing
    {
        *typing = false;
        filter.clear();
        return Vec::new();
    }
    if find::drop_text(state) {
        return Vec::new();
    }
    close(state)
}

/// Closes the overlay.
pub(super) fn close(state: &mut State) -> Vec<Effect> {
    state.overlay = None;
    Vec::new()
}

/// What an action does while an overlay is open.
pub(super) fn act(state: &mut State, action: Action) -> Outcome {
    match (action, &mut state.overlay) {
        (Action::Search, Some(Overlay::Help { typing, .. })) => *typing = true,
        (Action::Search, Some(Overlay::Raw { .. })) => find::begin(state),
        (Action::Search, _) => state.say("only raw JSON and the help can be searched"),
        (Action::NextMatch, _) => find::go(state, Toward::End),
        (Action::PreviousMatch, _) => find::go(state, Toward::Start),
        (Action::GoIn, Some(Overlay::Raw { .. })) => find::keep(state),
        (Action::GoIn, Some(Overlay::Help { typing, .. })) => *typing = false,
        (Action::GoIn, Some(Overlay::Palette { .. })) => return run_selected(state),
        (Action::CopyJson, _) => {
            return Outcome::Done(copy::copy_overlay(state).into_iter().collect());
        }
        _ => {
            if let Some(step) = action.step() {
                go(state, step);
            }
        }
    }
    Outcome::Done(Vec::new())
}

/// Asks for what the palette's cursor is on.
fn run_selected(state: &mut State) -> Outcome {
    if let Some(Overlay::Palette {
        input, selected, ..
    }) = &state.overlay
    {
        let commands = palette::commands(&state.keys.map, input.text());
        if let Some(command) = commands.get(*selected) {
            let action = command.action;
            state.overlay = None;
            return Outcome::Asks(action);
        }
    }
    Outcome::Done(Vec::new())
}

/// Moves the palette's cursor, or scrolls.
fn go(state: &mut State, step: Step) {
    let page = page(state);
    if let Some(Overlay::Palette { selected, .. }) = &mut state.overlay {
        *selected = step.from(*selected, page);
    } else if let Some(overlay) = &mut state.overlay {
        let scroll = overlay.scroll_mut();
        *scroll = step.from(*scroll, page);
    }
}

/// Another text has other rows.
pub(super) fn begin_anew(state: &mut State) {
    if matches!(state.overlay, Some(Overlay::Raw { .. })) {
        find::text_changed(state);
    } else if let Some(overlay) = &mut state.overlay {
        *overlay.scroll_mut() = 0;
        if let Overlay::Palette { selected, .. } = overlay {
            *selected = 0;
        }
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
