//! The keys pressed so far, and who is offered the next one: the tables of the keymap and the text
//! box, in order. What a key does and what the footer says of it are both found here.

use crate::console::action::{Action, Mode};
use crate::console::keymap::layouts::Script;
use crate::console::keymap::{Binding, Key, Keymap, Meaning};
use crate::console::text_box::TextBox;

/// What keys mean, and the beginning of a longer binding.
#[derive(Debug, Clone, PartialEq)]
pub struct Keys {
    /// What keys mean.
    pub map: Keymap,
    /// The keys so far of a longer binding.
    pub pressed: Vec<Key>,
    /// The script of the keyboard's layout, once one of its letters was pressed for a key.
    script: Option<Script>,
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
    /// A change of the text box, by this key.
    Text(Key),
    /// Nothing yet: it is the beginning of a longer binding.
    Prefix,
    /// Nothing.
    Nothing,
}

impl Keys {
    /// What keys mean in a keymap, with none pressed so far.
    pub const fn new(map: Keymap) -> Self {
        Self {
            map,
            pressed: Vec::new(),
            script: None,
        }
    }

    /// Takes one more key. What means nothing as it is may be a key of another script's layout:
    /// then it means what the US keyboard's key at the same place means.
    pub(crate) fn press(&mut self, takers: &[Taker], key: Key) -> Press {
        let mut press = self.weigh(takers, key);
        let mut pressed = key;
        if press != Press::Nothing {
            self.note_latin(key, press);
        } else if let Some(same_place) = self.at_same_place(key) {
            pressed = same_place;
            press = self.weigh(takers, same_place);
        }
        match press {
            Press::Prefix => self.pressed.push(pressed),
            Press::Action(_) | Press::Text(_) | Press::Nothing => self.pressed.clear(),
        }
        press
    }

    /// What a key means after those pressed so far.
    fn weigh(&self, takers: &[Taker], key: Key) -> Press {
        let is_first = self.pressed.is_empty();
        let mut keys = self.pressed.clone();
        keys.push(key);
        let offered = takers.iter().filter(|taker| is_first || taker.is_table());
        let press = offered.map(|taker| self.offer(*taker, &keys, key));
        let press = press.into_iter().find(|press| *press != Press::Nothing);
        // What does not go on from the keys before may still be text.
        let is_text = || takers.contains(&Taker::TextBox) && TextBox::takes(key);
        match press {
            Some(press) => press,
            None if !is_first && is_text() => Press::Text(key),
            None => Press::Nothing,
        }
    }

    fn offer(&self, taker: Taker, keys: &[Key], key: Key) -> Press {
        match taker {
            Taker::Table(mode) => match self.map.meaning(mode, keys) {
                Meaning::Action(action) => Press::Action(action),
                Meaning::Prefix => Press::Prefix,
                Meaning::Nothing => Press::Nothing,
            },
            Taker::TextBox if TextBox::takes(key) => Press::Text(key),
            Taker::TextBox => Press::Nothing,
        }
    }

    /// The US keyboard's key at the place of a key of another layout. A letter tells the script of
    /// the layout; before that, punctuation may come from any keyboard.
    fn at_same_place(&mut self, key: Key) -> Option<Key> {
        let c = key.character()?;
        let latin = match Script::of_letter(c) {
            Some((script, latin)) => {
                self.script = Some(script);
                latin
            }
            None => self.script?.key_of(c)?,
        };
        Some(key.with_character(latin))
    }

    /// A Latin letter that is a key shows that the layout is Latin now. Capital letters do not:
    /// Hebrew layouts type them too.
    fn note_latin(&mut self, key: Key, press: Press) {
        let is_latin = key.typed().is_some_and(|c| c.is_ascii_lowercase());
        if is_latin && !matches!(press, Press::Text(_)) {
            self.script = None;
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
        Keys::new(Keymap::with_changes(changes).unwrap())
    }

    fn typed(c: char) -> Key {
        Key::new(KeyCode::Char(c), KeyModifiers::NONE)
    }

    #[test]
    fn a_text_box_takes_letters_before_the_table_of_its_card() {
        let mut keys = keys("");
        assert_eq!(keys.press(FILTER, typed('j')), Press::Text(typed('j')));
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
        assert_eq!(keys.press(FILTER, typed('y')), Press::Text(typed('y')));
    }

    const PANES: &[Taker] = &[Taker::Table(Mode::Normal)];

    fn pressed(keys: &mut Keys, text: &str) -> Vec<Press> {
        let presses = text.chars().map(|c| keys.press(PANES, typed(c)));
        presses.collect()
    }

    #[test]
    fn the_key_at_the_same_place_works_under_another_scripts_layout() {
        let (down, copy) = (Action::Down, Action::CopySmoochId);
        let (top, bottom, quit) = (Action::Top, Action::Bottom, Action::Quit);
        for text in ["онш", "ξυι", "חטן", "تغه"] {
            let mut keys = keys("");
            let presses = pressed(&mut keys, text);
            let expected = [Press::Action(down), Press::Prefix, Press::Action(copy)];
            assert_eq!(presses, expected, "{text}");
        }
        let mut keys = keys("");
        let presses = pressed(&mut keys, "ппПй");
        let expected = [top, bottom, quit].map(Press::Action);
        assert_eq!(presses[0], Press::Prefix);
        assert_eq!(presses[1..], expected);
    }

    #[test]
    fn punctuation_is_translated_only_after_a_letter_of_the_layout() {
        let mut keys = keys("");
        let search = Press::Action(Action::Search);
        assert_eq!(pressed(&mut keys, "."), [Press::Nothing]);
        assert_eq!(pressed(&mut keys, "о.")[1], search);
        assert_eq!(pressed(&mut keys, ",")[0], Press::Action(Action::Help));
        // A bound character keeps its meaning, and a Latin letter ends the translation.
        assert_eq!(pressed(&mut keys, ":")[0], Press::Action(Action::Palette));
        assert_eq!(pressed(&mut keys, "j.")[1], Press::Nothing);
    }

    #[test]
    fn the_agents_own_keys_come_before_the_layout() {
        let mut keys = keys("[normal]\nquit = [\"о\", \".\"]\n");
        let quit = Press::Action(Action::Quit);
        assert_eq!(pressed(&mut keys, "о"), [quit]);
        assert_eq!(pressed(&mut keys, "лл.")[2], quit);
    }

    #[test]
    fn text_is_never_translated_but_readline_keys_are() {
        let mut keys = keys("");
        let (letter, alt) = (typed('о'), Key::new(KeyCode::Char('и'), KeyModifiers::ALT));
        assert_eq!(keys.press(FILTER, letter), Press::Text(letter));
        let word_back = Key::new(KeyCode::Char('b'), KeyModifiers::ALT);
        assert_eq!(keys.press(FILTER, alt), Press::Text(word_back));
    }
}
