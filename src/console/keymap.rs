//! The keys of each action; the help and the footer are made from this table.
//!
//! In: TOML of tables (one for each [`Mode`]) of `action = ["keys", …]`: the built-in one, and the
//! agent's own, which replaces the keys of the actions it names and takes those keys from all
//! other actions. Out: actions for keys, and the table as TOML again.

mod dump;
mod fault;
mod key;
pub(crate) mod layouts;
mod read;
mod taken;

pub(crate) use fault::{KeymapError, KeymapFault};
pub use key::Key;
pub(crate) use taken::TakenKey;

use super::action::{Action, Mode};
use key::{clash, label};
use read::{Row, Sequence};

/// The keymap that the program is built with.
const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

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
    pub(crate) fn label(&self) -> String {
        label(&self.keys)
    }
}

/// What the keys pressed so far mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
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
    /// Actions of the file that have no keys in a mode.
    unbound: Vec<(Mode, Action)>,
    /// Keys that the agent's file took from built-in actions.
    taken: Vec<TakenKey>,
}

impl Keymap {
    /// The keymap that the program is built with.
    pub fn built_in() -> Result<Self, KeymapError> {
        Self::parse(BUILT_IN)
    }

    /// The built-in keymap with the agent's own changes: the keys of each action that `source`
    /// names in a mode are replaced, and no keys at all unbind it. A key that the agent gives to an
    /// action is taken from the built-in one that had it, so that a key of a later version never
    /// contradicts an older file.
    pub fn with_changes(source: &str) -> Result<Self, KeymapError> {
        let mut rows = read::parse_rows(BUILT_IN)?;
        for row in &mut rows {
            // Lines of the built-in table would lead the agent to the wrong file.
            row.line = None;
        }
        for change in read::parse_rows(source)? {
            let same = |row: &&mut Row| (row.mode, row.action) == (change.mode, change.action);
            match rows.iter_mut().find(same) {
                Some(row) => *row = change,
                None => rows.push(change),
            }
        }
        let taken = taken::take_keys(&mut rows);
        let keymap = Self::of_rows(&rows)?;
        Ok(Self { taken, ..keymap })
    }

    /// Reads a whole keymap and refuses what could not work.
    pub(crate) fn parse(source: &str) -> Result<Self, KeymapError> {
        Self::of_rows(&read::parse_rows(source)?)
    }

    fn of_rows(rows: &[Row]) -> Result<Self, KeymapError> {
        let mut bound: Vec<(Binding, Option<usize>)> = Vec::new();
        for row in rows {
            for Sequence { keys, line } in &row.sequences {
                let clash = bound
                    .iter()
                    .find(|(other, _)| other.mode == row.mode && clash(&other.keys, keys));
                let binding = Binding {
                    mode: row.mode,
                    keys: keys.clone(),
                    action: row.action,
                };
                let line = row.line.and(Some(*line));
                if let Some((first, first_line)) = clash {
                    return Err(KeymapError {
                        line: line.or(*first_line),
                        fault: KeymapFault::Conflict {
                            mode: row.mode,
                            keys: binding.label(),
                            first: first.action,
                            second: row.action,
                        },
                    });
                }
                bound.push((binding, line));
            }
        }
        let bindings = bound.into_iter().map(|(binding, _)| binding).collect();
        let unbound = rows.iter().filter(|row| row.sequences.is_empty());
        Ok(Self {
            bindings,
            unbound: unbound.map(|row| (row.mode, row.action)).collect(),
            taken: Vec::new(),
        })
    }

    /// Every binding, in the order of the file.
    pub(crate) fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The keys that the agent's file took from built-in actions.
    pub(crate) fn taken(&self) -> &[TakenKey] {
        &self.taken
    }

    /// What keys mean in a mode.
    pub(crate) fn meaning(&self, mode: Mode, keys: &[Key]) -> Meaning {
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
    pub(crate) fn in_mode(&self, mode: Mode) -> impl Iterator<Item = &Binding> {
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
    fn the_same_keys_for_two_actions_are_refused() {
        let error = Keymap::parse("[normal]\nup = [\"k\"]\ndown = [\"k\"]").unwrap_err();
        assert!(
            matches!(
                error.fault,
                KeymapFault::Conflict {
                    first: Action::Up,
                    ..
                }
            ),
            "{error}"
        );
        let hidden = Keymap::parse("[normal]\nup = [\"g\"]\ntop = [\"g g\"]").unwrap_err();
        assert!(
            matches!(hidden.fault, KeymapFault::Conflict { .. }),
            "{hidden}"
        );
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

    const MINE: &str = "# mine\n[normal]\ndown = [\"ctrl-j\"]\nredraw = []\n";

    #[test]
    fn the_agents_own_keys_replace_those_of_the_action_they_name() {
        let keymap = Keymap::with_changes(MINE).unwrap();
        let meaning = |word| keymap.meaning(Mode::Normal, &[key(word)]);
        assert_eq!(meaning("ctrl-j"), Meaning::Action(Action::Down));
        for gone in ["j", "down", "ctrl-l"] {
            assert_eq!(meaning(gone), Meaning::Nothing, "{gone}");
        }
        assert_eq!(meaning("k"), Meaning::Action(Action::Up));
        let elsewhere = keymap.meaning(Mode::Overlay, &[key("j")]);
        assert_eq!(elsewhere, Meaning::Action(Action::Down));
    }

    #[test]
    fn a_key_that_was_given_up_can_be_taken() {
        let source = "[normal]\nup = [\"j\", \"up\"]\ndown = [\"k\", \"down\"]\n";
        let keymap = Keymap::with_changes(source).unwrap();
        let meaning = keymap.meaning(Mode::Normal, &[key("j")]);
        assert_eq!(meaning, Meaning::Action(Action::Up));
    }

    #[test]
    fn an_action_may_get_keys_in_a_mode_where_it_had_none() {
        let keymap = Keymap::with_changes("[typing]\nrefresh = [\"f5\"]\n").unwrap();
        let meaning = keymap.meaning(Mode::Typing, &[key("f5")]);
        assert_eq!(meaning, Meaning::Action(Action::Refresh));
    }

    #[test]
    fn an_empty_keymap_leaves_the_built_in_keys() {
        let built_in = Keymap::built_in().unwrap();
        for source in ["", "# nothing yet\n", "[normal]\n"] {
            assert_eq!(Keymap::with_changes(source).unwrap(), built_in);
        }
    }

    #[test]
    fn what_cannot_work_is_named_with_its_line_and_a_suggestion() {
        for (source, line, words, next) in [
            (
                "[normal]\ndwon = [\"x\"]",
                2,
                "there is no action “dwon”",
                "did you mean down?",
            ),
            (
                "\n[nromal]\n",
                2,
                "there is no mode “nromal”",
                "did you mean normal?",
            ),
            (
                "[normal]\nquit = [\n  \"q\",\n  \"ctlr-q\",\n]",
                4,
                "“ctlr-q” (for quit) is no key",
                "did you mean ctrl-q?",
            ),
            (
                "[normal]\nquit = [\"escape\"]",
                2,
                "“escape” (for quit) is no key",
                "did you mean esc?",
            ),
            (
                "[normal]\nquit = [\"\"]",
                2,
                "“” (for quit) is no key",
                "write it like",
            ),
            (
                "[normal]\nquit = [\"cmd-q\"]",
                2,
                "“cmd-q” (for quit) is no key",
                "write it like",
            ),
            (
                "[normal]\nquit = \"q\"",
                2,
                "quit has to be a list of keys",
                "lines like down = [",
            ),
            (
                "normal = 1",
                1,
                "normal has to be a table of actions",
                "below [normal]",
            ),
            (
                "[normal]\nrefresh = [\"x\"]\nquit = [\"Q\",\n\"x\"]",
                4,
                "in normal mode “x” is bound to both refresh and quit",
                "give refresh or quit other keys; no keys at all ([]) unbind an action",
            ),
            (
                "[normal]\ntop = [\"x y\"]\nquit = [\"x\"]",
                3,
                "in normal mode “x” is bound to both top and quit",
                "give top or quit other keys",
            ),
            ("[normal\n", 1, "this is not TOML", "correct line 1"),
        ] {
            let error = Keymap::with_changes(source).unwrap_err();
            assert_eq!(error.line, Some(line), "{source}: {error}");
            assert!(error.to_string().contains(words), "{error}");
            let said = error.next_step();
            assert!(said.contains(next), "{source}: {said}");
        }
    }
}
