//! One key with its modifiers: as a terminal reports it, as files write it, as people read it.
//!
//! In: events and words of `keymap.toml`. Out: keys that can be compared, and their names. What a
//! key means is decided by the keymap.

use std::fmt;

use crokey::OneToThree;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// One key with its modifiers. Shift is part of the character where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Key {
    /// The key of a terminal's report; `None` for releases.
    pub(crate) fn of(event: KeyEvent) -> Option<Self> {
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
    pub(crate) fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => Some(c),
            _ => None,
        }
    }

    /// The character of the key, whatever is held with it.
    pub(crate) const fn character(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) => Some(c),
            _ => None,
        }
    }

    /// The same key with another character.
    pub(crate) fn with_character(self, c: char) -> Self {
        Self::new(KeyCode::Char(c), self.modifiers)
    }

    /// The key's code, for readline keys.
    pub(crate) const fn code(self) -> KeyCode {
        self.code
    }

    /// Whether control is held and nothing else.
    pub(crate) fn is_control(self) -> bool {
        self.modifiers == KeyModifiers::CONTROL
    }

    /// Whether alt is held and nothing else.
    pub(crate) fn is_alt(self) -> bool {
        self.modifiers == KeyModifiers::ALT
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        let mut chars = word.chars();
        if let (Some(c), None) = (chars.next(), chars.next()) {
            return Some(Self::new(KeyCode::Char(c), KeyModifiers::NONE));
        }
        let combination = crokey::parse(word).ok()?;
        // Keys that terminals do not report, or not as one, would be bound in vain.
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
        match combination.codes {
            OneToThree::One(code) if known.contains(combination.modifiers) => {
                Some(Self::new(code, combination.modifiers))
            }
            _ => None,
        }
    }

    /// The key as `keymap.toml` has it.
    pub(crate) fn name(self) -> String {
        let shouted = matches!(self.code, KeyCode::Char(c) if c.is_ascii_uppercase());
        let mut name = String::new();
        for (modifier, prefix) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                name.push_str(prefix);
            }
        }
        match self.code {
            KeyCode::Char(' ') => name + "space",
            KeyCode::Char(c) if shouted && !name.is_empty() => {
                format!("{name}shift-{}", c.to_ascii_lowercase())
            }
            KeyCode::Char(c) => format!("{name}{c}"),
            KeyCode::F(n) => format!("{name}f{n}"),
            other => name + &format!("{other:?}").to_ascii_lowercase(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, prefix) in [
            (KeyModifiers::CONTROL, "Ctrl-"),
            (KeyModifiers::ALT, "Alt-"),
            (KeyModifiers::SHIFT, "Shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                f.write_str(prefix)?;
            }
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

/// Keys pressed one after the other, as `keymap.toml` has them.
pub(super) fn name(keys: &[Key]) -> String {
    let names: Vec<String> = keys.iter().map(|key| key.name()).collect();
    names.join(" ")
}

/// Keys pressed one after the other, as they are shown.
pub(super) fn label(keys: &[Key]) -> String {
    let labels: Vec<String> = keys.iter().map(Key::to_string).collect();
    labels.join(" ")
}

/// Whether keys are the same, or some are hidden behind shorter ones.
pub(super) fn clash(one: &[Key], other: &[Key]) -> bool {
    let shared = one.len().min(other.len());
    one[..shared] == other[..shared]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn key(word: &str) -> Key {
        Key::parse(word).unwrap()
    }

    #[test]
    fn shift_is_said_by_the_character() {
        let reported = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Key::of(reported), Some(key("G")));
        let back_tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::of(back_tab), Some(key("backtab")));
    }

    #[test]
    fn keys_are_shown_as_people_know_them() {
        let shown = ["ctrl-d", "backtab", "pagedown", "G", "f1", "up"].map(|w| key(w).to_string());
        assert_eq!(shown, ["Ctrl-d", "Shift-Tab", "PgDn", "G", "F1", "↑"]);
    }

    #[test]
    fn every_modifier_is_shown() {
        let shown = ["ctrl-alt-x", "alt-enter", "shift-up"].map(|w| key(w).to_string());
        assert_eq!(shown, ["Ctrl-Alt-x", "Alt-Enter", "Shift-↑"]);
    }

    #[test]
    fn a_name_leads_back_to_its_key() {
        for word in [
            "j",
            "G",
            "-",
            "space",
            "enter",
            "esc",
            "tab",
            "backtab",
            "up",
            "pagedown",
            "home",
            "insert",
            "delete",
            "backspace",
            "f12",
            "ctrl-d",
            "alt-f",
            "ctrl-alt-x",
            "shift-up",
            "ctrl-space",
            "ctrl--",
            "ctrl-shift-x",
            "é",
            "/",
        ] {
            assert_eq!(key(word).name(), word);
        }
    }

    #[test]
    fn what_no_terminal_reports_as_one_key_is_none() {
        for word in ["a-b", "cmd-q", "ctrl-a-b", "ctrl-", "hyper-x", "", "ctrl-é"] {
            assert_eq!(Key::parse(word), None, "{word}");
        }
    }
}
