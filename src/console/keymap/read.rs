//! Reading a table of keys, with the line of everything in it.
//!
//! In: TOML. Out: rows of a mode, an action and its keys, in the order of the file, or the first
//! thing that has no meaning. Whether rows contradict each other is decided elsewhere.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{KeymapError, KeymapFault};
use super::key::Key;
use crate::console::action::{Action, Mode};
use crate::domain::{line_of, nearest};

/// Words for keys, to be suggested.
const KEY_WORDS: [&str; 26] = [
    "enter",
    "esc",
    "tab",
    "backtab",
    "space",
    "up",
    "down",
    "left",
    "right",
    "home",
    "end",
    "pageup",
    "pagedown",
    "insert",
    "delete",
    "backspace",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f7",
    "f8",
    "f9",
    "f10",
];

/// The keys of one action in one mode.
pub(super) struct Row {
    pub(super) mode: Mode,
    pub(super) action: Action,
    pub(super) sequences: Vec<Sequence>,
    /// The line of the action; `None` in the built-in table.
    pub(super) line: Option<usize>,
}

/// Keys pressed one after the other, and where they are written.
pub(super) struct Sequence {
    pub(super) keys: Vec<Key>,
    pub(super) line: usize,
}

/// The text that is read.
struct Source<'a>(&'a str);

/// Reads every row.
pub(super) fn parse_rows(text: &str) -> Result<Vec<Row>, KeymapError> {
    let source = Source(text);
    let tables = DeTable::parse(text).map_err(|error| {
        let line = source.line(error.span().map_or(0, |span| span.start));
        let why = error.message().to_owned();
        KeymapError {
            line: Some(line),
            fault: KeymapFault::NotToml { why, line },
        }
    })?;
    let mut rows = Vec::new();
    for (name, table) in tables.get_ref() {
        let mode = source.parse_mode(name)?;
        let DeValue::Table(table) = table.get_ref() else {
            let wanted = "a table of actions";
            return Err(source.wrong_type(name, wanted));
        };
        for (name, keys) in table {
            let action = source.parse_action(name)?;
            rows.push(Row {
                mode,
                action,
                sequences: source.parse_sequences(name, keys, action)?,
                line: Some(source.line(name.span().start)),
            });
        }
    }
    Ok(rows)
}

impl Source<'_> {
    fn line(&self, offset: usize) -> usize {
        line_of(self.0, offset)
    }

    fn fault_at<T>(&self, at: &Spanned<T>, fault: KeymapFault) -> KeymapError {
        let line = Some(self.line(at.span().start));
        KeymapError { line, fault }
    }

    fn wrong_type<S: ToString>(&self, key: &Spanned<S>, wanted: &'static str) -> KeymapError {
        let fault = KeymapFault::WrongType {
            key: key.get_ref().to_string(),
            wanted,
        };
        self.fault_at(key, fault)
    }

    fn parse_mode<S: AsRef<str>>(&self, name: &Spanned<S>) -> Result<Mode, KeymapError> {
        let written = name.get_ref().as_ref();
        let found = Mode::ALL.into_iter().find(|mode| mode.name() == written);
        found.ok_or_else(|| {
            let fault = KeymapFault::UnknownMode {
                mode: written.to_owned(),
                nearest: nearest(written, Mode::ALL.map(Mode::name)),
            };
            self.fault_at(name, fault)
        })
    }

    fn parse_action<S: AsRef<str>>(&self, name: &Spanned<S>) -> Result<Action, KeymapError> {
        let written = name.get_ref().as_ref();
        let mut actions = Action::ALL.iter().copied();
        actions
            .find(|action| action.name() == written)
            .ok_or_else(|| {
                let names: Vec<String> = Action::ALL.iter().map(|a| a.name()).collect();
                let near = nearest(written, names.iter().map(String::as_str));
                let fault = KeymapFault::UnknownAction {
                    action: written.to_owned(),
                    nearest: near.map(str::to_owned),
                };
                self.fault_at(name, fault)
            })
    }

    fn parse_sequences<S: ToString>(
        &self,
        name: &Spanned<S>,
        keys: &Spanned<DeValue<'_>>,
        action: Action,
    ) -> Result<Vec<Sequence>, KeymapError> {
        let wanted = "a list of keys";
        let DeValue::Array(sequences) = keys.get_ref() else {
            return Err(self.wrong_type(name, wanted));
        };
        let mut found = Vec::new();
        for sequence in sequences {
            let Some(words) = sequence.get_ref().as_str() else {
                return Err(self.wrong_type(name, wanted));
            };
            let unknown = |word: &str| {
                let fault = KeymapFault::UnknownKey {
                    key: word.to_owned(),
                    action,
                    nearest: nearest_key(word),
                };
                self.fault_at(sequence, fault)
            };
            let pressed = words
                .split_whitespace()
                .map(|word| Key::parse(word).ok_or_else(|| unknown(word)));
            let pressed = pressed.collect::<Result<Vec<_>, _>>()?;
            if pressed.is_empty() {
                return Err(unknown(words));
            }
            found.push(Sequence {
                keys: pressed,
                line: self.line(sequence.span().start),
            });
        }
        Ok(found)
    }
}

/// The key that may have been meant, modifiers and all.
fn nearest_key(word: &str) -> Option<String> {
    let (modifier, rest) = match word.rsplit_once('-') {
        Some((modifier, rest)) => (nearest(modifier, ["ctrl", "alt", "shift"])?, rest),
        None => ("", word),
    };
    let rest = match Key::parse(rest) {
        Some(_) => rest,
        // Long forms that other programs use.
        None if rest.eq_ignore_ascii_case("escape") => "esc",
        None if rest.eq_ignore_ascii_case("return") => "enter",
        None => nearest(rest, KEY_WORDS)?,
    };
    let key = if modifier.is_empty() {
        rest.to_owned()
    } else {
        format!("{modifier}-{rest}")
    };
    Key::parse(&key).map(|_| key)
}
