//! What keys and pasted text do to a text box, whichever it is.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use crate::console::keymap::Key;

/// What a key means in every text box.
pub(super) fn readline(key: Key) -> Option<InputRequest> {
    if let Some(c) = key.typed() {
        return Some(InputRequest::InsertChar(c));
    }
    Some(match (key.code(), key.is_control(), key.is_alt()) {
        (KeyCode::Backspace, false, false) | (KeyCode::Char('h'), true, _) => {
            InputRequest::DeletePrevChar
        }
        (KeyCode::Delete, _, _) | (KeyCode::Char('d'), true, _) => InputRequest::DeleteNextChar,
        (KeyCode::Left, true, _) | (KeyCode::Char('b'), _, true) => InputRequest::GoToPrevWord,
        (KeyCode::Right, true, _) | (KeyCode::Char('f'), _, true) => InputRequest::GoToNextWord,
        (KeyCode::Left, ..) | (KeyCode::Char('b'), true, _) => InputRequest::GoToPrevChar,
        (KeyCode::Right, ..) | (KeyCode::Char('f'), true, _) => InputRequest::GoToNextChar,
        (KeyCode::Home, ..) | (KeyCode::Char('a'), true, _) => InputRequest::GoToStart,
        (KeyCode::End, ..) | (KeyCode::Char('e'), true, _) => InputRequest::GoToEnd,
        (KeyCode::Char('w'), true, _) | (KeyCode::Backspace, ..) => InputRequest::DeletePrevWord,
        (KeyCode::Char('d'), _, true) => InputRequest::DeleteNextWord,
        (KeyCode::Char('u'), true, _) => InputRequest::DeleteFromStart,
        (KeyCode::Char('k'), true, _) => InputRequest::DeleteTillEnd,
        (KeyCode::Char('y'), true, _) => InputRequest::Yank,
        _ => return None,
    })
}

/// Puts text into a box in one piece: character by character, a long one would take the square
/// of its length.
pub(super) fn insert(input: &mut Input, text: &str) {
    let before = input.value().chars().take(input.cursor());
    let after = input.value().chars().skip(input.cursor());
    let value = before.chain(text.chars()).chain(after).collect();
    let cursor = input.cursor() + text.chars().count();
    *input = std::mem::take(input).with_value(value).with_cursor(cursor);
}
