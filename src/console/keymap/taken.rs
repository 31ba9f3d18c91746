//! Keys that the agent's file takes from built-in actions.
//!
//! In: the built-in rows with the agent's own among them. Out: rows in which only two lines of the
//! agent's file can contradict each other, and which keys changed hands.

use super::key::{Key, clash, label, name};
use super::read::Row;
use crate::console::action::{Action, Mode};

/// Keys that a built-in action lost to the agent's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenKey {
    /// In which mode.
    pub mode: Mode,
    /// The built-in keys.
    pub keys: Vec<Key>,
    /// The keys of the file, which are the same, or a beginning of them, or begin with them.
    pub by_keys: Vec<Key>,
    /// The action that had them.
    pub from: Action,
    /// The action that has them now.
    pub by: Action,
}

impl TakenKey {
    /// What became of the keys, in the words of the file.
    pub(super) fn words(&self) -> String {
        let (keys, now) = (name(&self.keys), name(&self.by_keys));
        let it = if keys == now {
            "it".to_owned()
        } else {
            format!("“{now}”")
        };
        let (from, by) = (self.from.name(), self.by.name());
        format!("“{keys}” was for {from}: keymap.toml gives {it} to {by}")
    }

    /// The built-in keys as `keymap.toml` has them.
    pub(crate) fn name(&self) -> String {
        name(&self.keys)
    }

    /// The built-in keys as they are shown.
    pub(crate) fn label(&self) -> String {
        label(&self.keys)
    }
}

/// Takes the keys of the agent's rows from the built-in ones.
pub(super) fn take_keys(rows: &mut [Row]) -> Vec<TakenKey> {
    let own = rows.iter().filter(|row| row.line.is_some());
    let own: Vec<(Mode, Action, Vec<Key>)> = own
        .flat_map(|row| {
            let sequences = row.sequences.iter();
            sequences.map(|sequence| (row.mode, row.action, sequence.keys.clone()))
        })
        .collect();
    let mut taken = Vec::new();
    for row in rows.iter_mut().filter(|row| row.line.is_none()) {
        let (mode, from) = (row.mode, row.action);
        row.sequences.retain(|sequence| {
            let mut own = own.iter().filter(|(other, ..)| *other == mode);
            let new_owner = own.find(|(_, _, keys)| clash(keys, &sequence.keys));
            if let Some((_, by, by_keys)) = new_owner {
                taken.push(TakenKey {
                    mode,
                    keys: sequence.keys.clone(),
                    by_keys: by_keys.clone(),
                    from,
                    by: *by,
                });
            }
            new_owner.is_none()
        });
    }
    taken
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::console::action::{Action, Mode};
    use crate::console::keymap::{Key, Keymap, Meaning};

    fn meaning(keymap: &Keymap, keys: &str) -> Meaning {
        let keys: Vec<Key> = keys
            .split(' ')
            .map(|key| Key::parse(key).unwrap())
            .collect();
        keymap.meaning(Mode::Normal, &keys)
    }

    #[test]
    fn a_key_of_the_agents_file_is_taken_from_the_built_in_action() {
        let keymap = Keymap::with_changes("[normal]\nquit = [\"R\", \"Q\"]\n").unwrap();
        assert_eq!(meaning(&keymap, "R"), Meaning::Action(Action::Quit));
        assert_eq!(meaning(&keymap, "q"), Meaning::Nothing);
        let [taken] = keymap.taken() else {
            panic!("{:?}", keymap.taken());
        };
        assert_eq!((taken.from, taken.by), (Action::Refresh, Action::Quit));
        assert_eq!(keymap.label(Mode::Normal, Action::Refresh), None);
    }

    #[test]
    fn every_built_in_key_can_be_taken_by_any_action_alone_and_as_a_beginning() {
        for binding in Keymap::built_in().unwrap().bindings() {
            for action in [Action::Redraw, Action::Pin] {
                let first = binding.keys[0].name();
                for keys in [binding.name(), first.clone(), format!("{first} f12")] {
                    let keys = toml::Value::String(keys);
                    let mode = binding.mode.name();
                    let source = format!("[{mode}]\n{} = [{keys}]\n", action.name());
                    let keymap = Keymap::with_changes(&source);
                    assert!(keymap.is_ok(), "{source}: {keymap:?}");
                }
            }
        }
    }

    #[test]
    fn keys_in_another_mode_are_left_alone() {
        let keymap = Keymap::with_changes("[overlay]\nredraw = [\"R\"]\n").unwrap();
        assert_eq!(meaning(&keymap, "R"), Meaning::Action(Action::Refresh));
        assert_eq!(keymap.taken(), []);
    }
}
