//! The keymap as TOML again, in the form in which it is read.
//!
//! In: a keymap. Out: text that gives the same keymap when it is read, with comments for actions
//! without keys and for keys that the agent's file took from a built-in action. No words about the actions: those are for
//! the help.

use super::key::name;
use super::{Binding, Keymap};
use crate::console::action::{Action, Mode};

impl Keymap {
    /// The keymap as a file; actions without keys in a mode are comments.
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
            for (_, action) in self.unbound.iter().filter(|(other, _)| *other == mode) {
                text += &["# ", &action.name(), " = []\n"].concat();
            }
            for taken in self.taken.iter().filter(|taken| taken.mode == mode) {
                text += &["# ", &taken.words(), "\n"].concat();
            }
        }
        text
    }
}

impl Binding {
    /// The keys as `keymap.toml` has them.
    pub(crate) fn name(&self) -> String {
        name(&self.keys)
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
        let changed = "[normal]\nquit = [\"Q\", \"ctrl-q\", '\"', \"'\", \"\\\\\", \"j\", \"R\"]\nredraw = []\n";
        for keymap in [
            Keymap::built_in().unwrap(),
            Keymap::with_changes(changed).unwrap(),
        ] {
            let dumped = keymap.to_toml();
            let again = Keymap::parse(&dumped).unwrap();
            assert_eq!(again.bindings, keymap.bindings, "{dumped}");
        }
    }

    #[test]
    fn a_key_that_was_taken_is_noted_in_the_dump() {
        let keymap = Keymap::with_changes("[normal]\nquit = [\"R\", \"g\"]\n").unwrap();
        let dumped = keymap.to_toml();
        let (normal, _) = dumped.split_once("[typing]").unwrap();
        for line in [
            "# refresh = []",
            "# “R” was for refresh: keymap.toml gives it to quit",
            "# “g g” was for top: keymap.toml gives “g” to quit",
        ] {
            assert!(normal.lines().any(|other| other == line), "{normal}");
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
