//! What the terminal reports, as messages.

use crossterm::event::Event;

use crate::console::keymap::Key;
use crate::console::msg::Msg;

/// The message of an event; `None` for those that change nothing.
pub(super) fn msg_of(event: Event) -> Option<Msg> {
    match event {
        Event::Key(event) => Key::of(event).map(Msg::KeyPressed),
        Event::Paste(text) => Some(Msg::Pasted(text)),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
    }
}
