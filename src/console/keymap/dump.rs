//! The keymap as TOML again, in the form in which it is read.
//!
//! In: a keymap. Out: text that gives the same keymap when it is read. No words about the actions:
//! those are for the help.

use super::{Binding, Keymap};
use crate::console::action::{Action, Mode};

impl Keymap {
    /// The keymap as a file; actions without keys in a mode are left out.
    pub(crate) fn to_toml(&self) -> String {
        let mut text = String::new();
        for mode in Mode::ALL {
            if !text.is_empty() {
                text.push('\n');
            }
            text += &["[", mode.name(), "]\n"].concat();
            let mut written: Vec<Action> = Vec::new();
            for Binding { action, .. } in self.in_mode(mode) {
                if written.contains(action) {
                    continue;
                }
                written.push(*action);
                let same = self.in_mode(mode).filter(|other| other.action == *action);
                let keys: Vec<String> = same.map(|binding| quoted(&binding.name())).collect();
                text += &[&action.name(), " = [", &keys.join(", "), "]\n"].concat();
            }
        }
        text
    }
}

impl Binding {
    /// The keys as `keymap.toml` has them.
    pub(crate) fn name(&self) -> String {
        let names: Vec<String> = self.keys.iter().map(|key| key.name()).collect();
        names.join(" ")
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_dumped_is_the_same_keymap_again() {
        let changed = "[normal]\nquit = [\"Q\", \"ctrl-q\", '\"', \"'\", \"\\\\\"]\nredraw = []\n";
        for keymap in [
            Keymap::built_in().unwrap(),
            Keymap::with_changes(changed).unwrap(),
        ] {
            assert_eq!(Keymap::parse(&keymap.to_toml()).unwrap(), keymap);
        }
    }

    #[test]
    fn the_built_in_keymap_is_dumped_as_it_is_written() {
        let written: Vec<&str> = super::super::BUILT_IN
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip_while(|line| line.is_empty())
            .collect();
        let dumped = Keymap::built_in().unwrap().to_toml();
        assert_eq!(dumped.lines().collect::<Vec<_>>(), written);
    }
}
