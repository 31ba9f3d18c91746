//! The keys pressed so far, and who is offered the next one: the tables of the keymap and the text
//! box, in order. What a key does and what the footer says of it are both found here.

use crate::console::action::{Action, Mode};
use crate::console::keymap::{Binding, Key, Keymap, Meaning};
use crate::console::text_box::TextBox;

/// What keys mean, and the beginning of a longer binding.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// What keys mean.
    pub map: Keymap,
    /// The keys so far of a longer binding.
    pub pressed: Vec<Key>,
}

/// Who is offered a key. Each takes what means something there; the next one gets the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taker {
    /// A table of the keymap.
    Table(Mode),
    /// The text box that is typed into.
    TextBox,
}

/// What a pressed key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// An action.
    Action(Action),
    /// A change of the text box.
    Text,
    /// Nothing yet: it is the beginning of a longer binding.
    Prefix,
    /// Nothing.
    Nothing,
}

impl Keys {
    /// Takes one more key.
    pub(crate) fn press(&mut self, takers: &[Taker], key: Key) -> Press {
        let is_first = self.pressed.is_empty();
        self.pressed.push(key);
        let offered = takers.iter().filter(|taker| is_first || taker.is_table());
        let press = offered.map(|taker| self.offer(*taker, key));
        let press = press.into_iter().find(|press| *press != Press::Nothing);
        // What does not go on from the keys before may still be text.
        let is_text = || takers.contains(&Taker::TextBox) && TextBox::takes(key);
        let press = match press {
            Some(press) => press,
            None if !is_first && is_text() => Press::Text,
            None => Press::Nothing,
        };
        if press != Press::Prefix {
            self.pressed.clear();
        }
        press
    }

    fn offer(&self, taker: Taker, key: Key) -> Press {
        match taker {
            Taker::Table(mode) => match self.map.meaning(mode, &self.pressed) {
                Meaning::Action(action) => Press::Action(action),
                Meaning::Prefix => Press::Prefix,
                Meaning::Nothing => Press::Nothing,
            },
            Taker::TextBox if TextBox::takes(key) => Press::Text,
            Taker::TextBox => Press::Nothing,
        }
    }

    /// The first keys that ask for an action, as they are shown; none that somebody takes before.
    pub(crate) fn label(&self, takers: &[Taker], action: Action) -> Option<String> {
        let found = takers.iter().enumerate().find_map(|(place, taker)| {
            let Taker::Table(mode) = taker else {
                return None;
            };
            let reaches = |binding: &&Binding| {
                let first = binding.keys.first();
                first.is_some_and(|key| !self.is_taken(&takers[..place], *key))
            };
            let bindings = self.map.in_mode(*mode);
            bindings
                .filter(|binding| binding.action == action)
                .find(reaches)
        });
        found.map(Binding::label)
    }

    fn is_taken(&self, takers: &[Taker], key: Key) -> bool {
        takers.iter().any(|taker| match taker {
            Taker::Table(mode) => self.map.meaning(*mode, &[key]) != Meaning::Nothing,
            Taker::TextBox => TextBox::takes(key),
        })
    }

    /// The bindings that go on from the keys pressed so far.
    pub fn continuations<'a>(&'a self, takers: &'a [Taker]) -> impl Iterator<Item = &'a Binding> {
        takers.iter().flat_map(|taker| {
            let mode = match taker {
                Taker::Table(mode) => Some(*mode),
                Taker::TextBox => None,
            };
            let bindings = mode.map(|mode| self.map.continuations(mode, &self.pressed));
            bindings.into_iter().flatten()
        })
    }
}

impl Taker {
    const fn is_table(self) -> bool {
        matches!(self, Self::Table(_))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    const FILTER: &[Taker] = &[
        Taker::Table(Mode::Filter),
        Taker::TextBox,
        Taker::Table(Mode::Overlay),
    ];

    fn keys(changes: &str) -> Keys {
        Keys {
            map: Keymap::with_changes(changes).unwrap(),
            pressed: Vec::new(),
        }
    }

    fn typed(c: char) -> Key {
        Key::new(KeyCode::Char(c), KeyModifiers::NONE)
    }

    #[test]
    fn a_text_box_takes_letters_before_the_table_of_its_card() {
        let mut keys = keys("");
        assert_eq!(keys.press(FILTER, typed('j')), Press::Text);
        let down = Key::new(KeyCode::Down, KeyModifiers::NONE);
        assert_eq!(keys.press(FILTER, down), Press::Action(Action::Down));
        assert_eq!(keys.pressed, []);
    }

    #[test]
    fn a_key_is_shown_only_where_it_does_what_is_said_of_it() {
        let built_in = keys("");
        assert_eq!(built_in.label(FILTER, Action::Down).unwrap(), "↓");
        let card = &[Taker::Table(Mode::Overlay)];
        assert_eq!(built_in.label(card, Action::Down).unwrap(), "j");
        let changed = keys("[filter]\ngo_in = [\"down\"]\n[overlay]\ndown = [\"down\", \"f2\"]\n");
        assert_eq!(changed.label(FILTER, Action::GoIn).unwrap(), "↓");
        assert_eq!(changed.label(FILTER, Action::Down).unwrap(), "F2");
    }

    #[test]
    fn a_longer_binding_is_finished_before_its_last_key_is_text() {
        let mut keys = keys("[overlay]\nback = [\"f2 x\"]\n");
        let first = Key::new(KeyCode::F(2), KeyModifiers::NONE);
        assert_eq!(keys.press(FILTER, first), Press::Prefix);
        assert_eq!(keys.continuations(FILTER).count(), 1);
        assert_eq!(keys.press(FILTER, typed('x')), Press::Action(Action::Back));
        keys.press(FILTER, first);
        assert_eq!(keys.press(FILTER, typed('y')), Press::Text);
    }
}
