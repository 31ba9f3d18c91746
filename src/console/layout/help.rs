//! The help, made of the live keymap.

use super::row::{Row, Tone};
use crate::console::action::Action;
use crate::console::keymap::{Keymap, Mode};
use crate::text::SafeText;

/// Cells of the column of keys.
const KEYS: usize = 18;

/// Every binding, mode by mode; `filter` keeps those whose keys or words contain it.
pub fn rows(keymap: &Keymap, filter: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let filter = filter.trim();
    for (mode, title) in [
        (Mode::Normal, "In the panes"),
        (Mode::Typing, "In the search box (readline keys work too)"),
        (Mode::Overlay, "In a card like this one"),
    ] {
        let found: Vec<Row> = actions(keymap, mode)
            .into_iter()
            .filter(|(action, keys)| matches(filter, keys, action.words()))
            .map(|(action, keys)| {
                let row = Row::words(Tone::Plain, "  ").and(Tone::Strong, keys.join("  "));
                row.padded(KEYS).and(Tone::Plain, action.words())
            })
            .collect();
        if found.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        rows.push(Row::words(Tone::Dim, title));
        rows.extend(found);
    }
    if rows.is_empty() {
        let filter = SafeText::own(filter);
        rows.push(Row::words(
            Tone::Plain,
            format_args!("No key and no words contain “{filter}”."),
        ));
    }
    rows
}

/// A key is found by its exact name, words by any part of them.
fn matches(filter: &str, keys: &[String], words: &str) -> bool {
    let is_key = keys.iter().any(|key| key == filter);
    filter.is_empty() || is_key || words.to_lowercase().contains(&filter.to_lowercase())
}

/// The actions of a mode in the order of the keymap, each with all its keys.
pub fn actions(keymap: &Keymap, mode: Mode) -> Vec<(Action, Vec<String>)> {
    let mut actions: Vec<(Action, Vec<String>)> = Vec::new();
    for binding in keymap.in_mode(mode) {
        match actions
            .iter_mut()
            .find(|(action, _)| *action == binding.action)
        {
            Some((_, keys)) => keys.push(binding.label()),
            None => actions.push((binding.action, vec![binding.label()])),
        }
    }
    actions
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn plain(filter: &str) -> Vec<String> {
        let keymap = Keymap::built_in().unwrap();
        rows(&keymap, filter).iter().map(Row::plain).collect()
    }

    #[test]
    fn every_binding_stands_in_the_help() {
        let keymap = Keymap::built_in().unwrap();
        let text = plain("").join("\n");
        for mode in [Mode::Normal, Mode::Typing, Mode::Overlay] {
            for binding in keymap.in_mode(mode) {
                assert!(text.contains(&binding.label()), "{}", binding.label());
                assert!(text.contains(binding.action.words()));
            }
        }
    }

    #[test]
    fn help_is_found_by_word_and_by_key() {
        assert!(plain("curl").iter().any(|row| row.contains("y c")));
        assert!(plain("R").iter().any(|row| row.contains("fetch again")));
        assert_eq!(plain("zzz"), ["No key and no words contain “zzz”."]);
    }
}
