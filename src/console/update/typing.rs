//! Writing text, by keys or by pasting, into the text box that has the keys.

use super::{overlay, users};
use crate::console::effect::Effect;
use crate::console::keymap::Key;
use crate::console::state::{State, Typist};
use crate::console::text_box::Edit;

/// A key for the text box.
pub(super) fn typed(state: &mut State, key: Key) -> Vec<Effect> {
    let Some((typist, text_box)) = state.text_box_mut() else {
        return Vec::new();
    };
    match text_box.press(key) {
        Edit::Same => Vec::new(),
        Edit::Changed => changed(state, typist),
    }
}

/// Text came in one piece: it goes into a text box and fires no keys.
pub(super) fn pasted(state: &mut State, text: &str) -> Vec<Effect> {
    state.keys.pressed.clear();
    state.notice = None;
    // A copied id often brings the end of its line along; a box holds one line.
    let lines = text.trim().split(['\r', '\n']);
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let text = lines.join(" ");
    if text.is_empty() {
        return Vec::new();
    }
    if state.overlay.is_none() && !state.users.is_typing() {
        users::begin_typing(state);
    }
    let Some((typist, text_box)) = state.text_box_mut() else {
        return Vec::new();
    };
    text_box.insert(&text);
    changed(state, typist)
}

fn changed(state: &mut State, typist: Typist) -> Vec<Effect> {
    match typist {
        Typist::Search => users::text_changed(state),
        Typist::Overlay => {
            overlay::begin_anew(state);
            Vec::new()
        }
    }
}
