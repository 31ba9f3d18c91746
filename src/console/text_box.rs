//! A text box of one line: what keys and pasted text do to it. It does not know who owns it.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::keymap::Key;

/// A text box of one line.
#[derive(Debug, Clone, Default)]
pub struct TextBox {
    input: Input,
    selection: Selected,
}

/// How much of the text is selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Selected {
    /// Nothing.
    #[default]
    Nothing,
    /// All of it: what is written next replaces it.
    All,
}

/// Whether the text changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edit {
    /// It is the same.
    Same,
    /// It is another.
    Changed,
}

impl TextBox {
    /// Whether a key means something in a text box.
    pub(crate) fn takes(key: Key) -> bool {
        readline(key).is_some()
    }

    /// What it says.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// How many characters are before the cursor.
    pub fn cursor(&self) -> usize {
        self.input.cursor()
    }

    /// Whether the whole text is selected.
    pub const fn is_selected(&self) -> bool {
        matches!(self.selection, Selected::All)
    }

    /// Selects the whole text, if there is any.
    pub(crate) fn select(&mut self) {
        self.selection = if self.text().is_empty() {
            Selected::Nothing
        } else {
            Selected::All
        };
    }

    /// Keeps the text and selects nothing of it.
    pub(crate) const fn unselect(&mut self) {
        self.selection = Selected::Nothing;
    }

    /// Empties it.
    pub(crate) fn clear(&mut self) {
        self.input.reset();
        self.unselect();
    }

    /// Does what a key means.
    pub(crate) fn press(&mut self, key: Key) -> Edit {
        let Some(request) = readline(key) else {
            return Edit::Same;
        };
        let before = self.text().to_owned();
        let replaces = matches!(
            request,
            InputRequest::InsertChar(_)
                | InputRequest::DeletePrevChar
                | InputRequest::DeleteNextChar
        );
        if self.is_selected() && replaces {
            self.input.reset();
        }
        self.unselect();
        self.input.handle(request);
        if self.text() == before {
            Edit::Same
        } else {
            Edit::Changed
        }
    }

    /// Puts text in at the cursor in one piece: character by character, a long one would take the
    /// square of its length.
    pub(crate) fn insert(&mut self, text: &str) {
        if self.is_selected() {
            self.clear();
        }
        let input = &self.input;
        let before = input.value().chars().take(input.cursor());
        let after = input.value().chars().skip(input.cursor());
        let value = before.chain(text.chars()).chain(after).collect();
        let cursor = input.cursor() + text.chars().count();
        self.input = std::mem::take(&mut self.input)
            .with_value(value)
            .with_cursor(cursor);
    }
}

/// What a key means in every text box.
fn readline(key: Key) -> Option<InputRequest> {
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

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn key(code: KeyCode) -> Key {
        Key::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn a_selected_text_is_replaced_by_what_is_written_and_kept_by_a_moving_cursor() {
        let mut full = TextBox::default();
        full.insert("mara");
        full.select();
        for (code, text, edit) in [
            (KeyCode::Char('x'), "x", Edit::Changed),
            (KeyCode::Backspace, "", Edit::Changed),
            (KeyCode::Left, "mara", Edit::Same),
        ] {
            let mut text_box = full.clone();
            assert_eq!(text_box.press(key(code)), edit);
            assert_eq!((text_box.text(), text_box.is_selected()), (text, false));
        }
        full.insert("tom");
        assert_eq!(full.text(), "tom");
    }

    #[test]
    fn an_empty_text_cannot_be_selected() {
        let mut text_box = TextBox::default();
        text_box.select();
        assert!(!text_box.is_selected());
    }

    #[test]
    fn text_goes_in_at_the_cursor_which_moves_behind_it() {
        let mut text_box = TextBox::default();
        text_box.insert("ad");
        text_box.press(key(KeyCode::Left));
        text_box.insert("bé");
        assert_eq!((text_box.text(), text_box.cursor()), ("abéd", 3));
    }
}
