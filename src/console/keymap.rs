//! Which keys ask for which actions; the help and the footer are made of this very table.
//!
//! In: TOML of tables (one for each [`Mode`]) of `action = ["keys", …]`. Out: actions for keys.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use serde::Deserialize;
use thiserror::Error;

use super::action::Action;

/// The keymap that the program is built with.
const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

/// One key with its modifiers. Shift is part of the character where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Key {
    /// The key of a terminal's report; `None` for releases.
    pub fn of(event: KeyEvent) -> Option<Self> {
        let pressed = event.kind != KeyEventKind::Release;
        pressed.then(|| Self::new(event.code, event.modifiers))
    }

    /// A key, with shift dropped where the character already says it.
    pub fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let modifiers =
            modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let shift_is_said = matches!(code, KeyCode::Char(_) | KeyCode::BackTab);
        let modifiers = if shift_is_said {
            modifiers - KeyModifiers::SHIFT
        } else {
            modifiers
        };
        Self { code, modifiers }
    }

    /// The character that the key types, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The key's code, for readline keys.
    pub const fn code(self) -> KeyCode {
        self.code
    }

    /// Whether control is held and nothing else.
    pub fn is_control(self) -> bool {
        self.modifiers == KeyModifiers::CONTROL
    }

    /// Whether alt is held and nothing else.
    pub fn is_alt(self) -> bool {
        self.modifiers == KeyModifiers::ALT
    }

    fn parse(word: &str) -> Option<Self> {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Some(Self::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        let combination = crokey::parse(word).ok()?;
        let code = *combination.codes.first();
        Some(Self::new(code, combination.modifiers))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_control() {
            f.write_str("Ctrl-")?;
        } else if self.is_alt() {
            f.write_str("Alt-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::F(n) => write!(f, "F{n}"),
            other => write!(f, "{other:?}"),
        }
    }
}

/// When a table of keys applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Moving about.
    Normal,
    /// Typing into the search box.
    Typing,
    /// An overlay is open.
    Overlay,
}

/// One or two keys that ask for an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// When it applies.
    pub mode: Mode,
    /// The keys, pressed one after the other.
    pub keys: Vec<Key>,
    /// What they ask for.
    pub action: Action,
}

impl Binding {
    /// The keys as they are shown.
    pub fn label(&self) -> String {
        self.keys
            .iter()
            .map(Key::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// What the keys pressed so far mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// They ask for an action.
    Action(Action),
    /// They are the beginning of a longer binding.
    Prefix,
    /// Nothing.
    Nothing,
}

/// All bindings, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// Why a keymap cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeymapError {
    /// Not TOML of the right shape, or an unknown action.
    #[error("the keymap cannot be read: {0}")]
    Toml(String),
    /// A key that has no name.
    #[error("“{key}” (for {action:?}) is no key; write it like “j”, “ctrl-d”, “pagedown” or “g g”")]
    UnknownKey {
        /// What was written.
        key: String,
        /// For which action.
        action: Action,
    },
    /// Two actions for the same keys, or keys hidden behind shorter ones.
    #[error("“{keys}” is bound to both {first:?} and {second:?}; give one of them another key")]
    Conflict {
        /// The keys.
        keys: String,
        /// Bound first.
        first: Action,
        /// Bound again.
        second: Action,
    },
}

impl Keymap {
    /// The keymap that the program is built with.
    pub fn built_in() -> Result<Self, KeymapError> {
        Self::parse(BUILT_IN)
    }

    /// Reads a keymap and refuses what could not work.
    pub fn parse(source: &str) -> Result<Self, KeymapError> {
        let tables: toml::Table = source
            .parse()
            .map_err(|error| KeymapError::Toml(format!("{error}")))?;
        let mut keymap = Self {
            bindings: Vec::new(),
        };
        for (mode, actions) in tables {
            let mode: Mode = from_toml(toml::Value::String(mode))?;
            let toml::Value::Table(actions) = actions else {
                return Err(KeymapError::Toml(format!("[{mode:?}] has to be a table")));
            };
            for (action, keys) in actions {
                let action: Action = from_toml(toml::Value::String(action))?;
                let sequences: Vec<String> = from_toml(keys)?;
                for sequence in sequences {
                    keymap.bind(mode, &sequence, action)?;
                }
            }
        }
        Ok(keymap)
    }

    fn bind(&mut self, mode: Mode, sequence: &str, action: Action) -> Result<(), KeymapError> {
        let keys = sequence.split_whitespace().map(|word| {
            Key::parse(word).ok_or_else(|| KeymapError::UnknownKey {
                key: word.to_owned(),
                action,
            })
        });
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let clash = self.in_mode(mode).find(|other| {
            let shared = other.keys.len().min(keys.len());
            other.keys[..shared] == keys[..shared]
        });
        if let Some(first) = clash {
            return Err(KeymapError::Conflict {
                keys: sequence.to_owned(),
                first: first.action,
                second: action,
            });
        }
        self.bindings.push(Binding { mode, keys, action });
        Ok(())
    }

    /// What keys mean in a mode.
    pub fn meaning(&self, mode: Mode, keys: &[Key]) -> Meaning {
        for binding in self.in_mode(mode) {
            if binding.keys == keys {
                return Meaning::Action(binding.action);
            }
            if binding.keys.starts_with(keys) {
                return Meaning::Prefix;
            }
        }
        Meaning::Nothing
    }

    /// The bindings of a mode, in the order of the file.
    pub fn in_mode(&self, mode: Mode) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .filter(move |binding| binding.mode == mode)
    }

    /// The bindings that go on from the keys pressed so far.
    pub fn continuations<'a>(
        &'a self,
        mode: Mode,
        pressed: &'a [Key],
    ) -> impl Iterator<Item = &'a Binding> {
        self.in_mode(mode)
            .filter(move |binding| binding.keys.starts_with(pressed))
    }

    /// The first keys that ask for an action in a mode, as they are shown.
    pub fn label(&self, mode: Mode, action: Action) -> Option<String> {
        self.in_mode(mode)
            .find(|binding| binding.action == action)
            .map(Binding::label)
    }
}

fn from_toml<'de, T: Deserialize<'de>>(value: toml::Value) -> Result<T, KeymapError> {
    value
        .try_into()
        .map_err(|error: toml::de::Error| KeymapError::Toml(error.message().to_owned()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn key(word: &str) -> Key {
        Key::parse(word).unwrap()
    }

    #[test]
    fn the_built_in_keymap_binds_every_action() {
        let keymap = Keymap::built_in().unwrap();
        for action in Action::ALL {
            let bound = keymap
                .bindings
                .iter()
                .any(|binding| binding.action == *action);
            assert!(bound, "{action:?} has no key");
        }
    }

    #[test]
    fn keys_pressed_one_after_the_other_mean_one_action() {
        let keymap = Keymap::built_in().unwrap();
        assert_eq!(keymap.meaning(Mode::Normal, &[key("y")]), Meaning::Prefix);
        let pressed = [key("y"), key("i")];
        assert_eq!(
            keymap.meaning(Mode::Normal, &pressed),
            Meaning::Action(Action::CopySmoochId)
        );
        assert_eq!(
            keymap.meaning(Mode::Normal, &[key("y"), key("q")]),
            Meaning::Nothing
        );
    }

    #[test]
    fn shift_is_said_by_the_character() {
        let reported = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::of(reported), Some(key("G")));
        let back_tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::of(back_tab), Some(key("backtab")));
    }

    #[test]
    fn the_same_keys_for_two_actions_are_refused() {
        let error = Keymap::parse("[normal]\nup = [\"k\"]\ndown = [\"k\"]").unwrap_err();
        assert!(
            matches!(
                error,
                KeymapError::Conflict {
                    first: Action::Up,
                    ..
                }
            ),
            "{error}"
        );
        let hidden = Keymap::parse("[normal]\nup = [\"g\"]\ntop = [\"g g\"]").unwrap_err();
        assert!(matches!(hidden, KeymapError::Conflict { .. }), "{hidden}");
    }

    #[test]
    fn unknown_actions_keys_and_modes_are_refused() {
        for source in [
            "[normal]\nfly = [\"k\"]",
            "[normal]\nup = [\"blub\"]",
            "[dreaming]\nup = []",
        ] {
            assert!(Keymap::parse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn keys_are_shown_as_people_know_them() {
        let shown = ["ctrl-d", "backtab", "pagedown", "G", "f1", "up"].map(|w| key(w).to_string());
        assert_eq!(shown, ["Ctrl-d", "Shift-Tab", "PgDn", "G", "F1", "↑"]);
    }
}
