//! The help, made of the live keymap.

use super::row::{Row, Tone, wrapped};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::keymap::Keymap;
use crate::text::SafeText;

/// Cells of the column of keys.
const KEYS: usize = 22;

/// What the search box understands beside plain names and ids, with an example of each.
const LANGUAGE: [(&str, &str); 11] = [
    (
        "mara quinn",
        "every word is found, in any order and any field",
    ),
    ("McK", "a capital wants its capitals; accents never matter"),
    ("'exact", "a word as it stands"),
    ("^prefix", "a word at the start of a field"),
    (
        "!not",
        "a word that is found nowhere; ! turns filters round too",
    ),
    ("is:identified", "a filter; or anonymous, named, unnamed"),
    ("channel:web", "reached by a channel of this name"),
    ("seen:<7d", "seen within that time, in m, h, d, w or y"),
    ("seen:>30d", "not seen for so long, or never"),
    ("has:email", "or phone, userid, name, channel, properties"),
    ("prop.plan:pro", "a property whose value starts like this"),
];

/// Every binding, mode by mode, and what the search box understands; `filter` keeps those
/// with keys, signs or words that contain it. Words that are too long for the width are wrapped.
pub(crate) fn rows(keymap: &Keymap, filter: &str, width: usize) -> Vec<Row> {
    let filter = filter.trim();
    let mut rows = Vec::new();
    for (title, found) in [
        ("In the panes", bindings(keymap, Mode::Normal, filter)),
        (
            "In the search box (readline keys work too)",
            bindings(keymap, Mode::Typing, filter),
        ),
        ("In the search box: signs and filters", language(filter)),
        (
            "In a card like this one",
            bindings(keymap, Mode::Overlay, filter),
        ),
        (
            "In the text box of a card (readline keys work too)",
            bindings(keymap, Mode::Filter, filter),
        ),
        ("Changed by keymap.toml", taken(keymap, filter)),
    ] {
        if found.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Row::default());
        }
        rows.push(Row::words(Tone::Dim, title));
        rows.extend(found.into_iter().flat_map(|entry| entry.rows(width)));
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

fn bindings(keymap: &Keymap, mode: Mode, filter: &str) -> Vec<Entry> {
    let found = actions(keymap, mode).into_iter();
    found
        .filter(|(action, keys)| matches(filter, keys, action.words_in(mode)))
        .map(|(action, keys)| Entry::new(keys.join("  "), action.words_in(mode)))
        .collect()
}

/// The built-in keys that mean something else because the agent's file says so.
fn taken(keymap: &Keymap, filter: &str) -> Vec<Entry> {
    let rows = keymap.taken().iter().map(|taken| {
        let was = taken.from.words_in(taken.mode);
        let words = format!("{}; it was: {was}", taken.by.words_in(taken.mode));
        (taken.label(), words)
    });
    rows.filter(|(key, words)| key == filter || contains(words, filter))
        .map(|(key, words)| Entry::new(key, words))
        .collect()
}

fn language(filter: &str) -> Vec<Entry> {
    let found = LANGUAGE.iter();
    found
        .filter(|(sign, words)| contains(sign, filter) || contains(words, filter))
        .map(|(sign, words)| Entry::new(*sign, *words))
        .collect()
}

/// Keys or a sign, and what they do.
struct Entry {
    keys: String,
    words: String,
}

impl Entry {
    fn new(keys: impl Into<String>, words: impl Into<String>) -> Self {
        let (keys, words) = (keys.into(), words.into());
        Self { keys, words }
    }

    fn rows(self, width: usize) -> Vec<Row> {
        let keys = Row::words(Tone::Plain, "  ").and(Tone::Strong, self.keys);
        let mut keys = keys.padded(KEYS);
        let indent = keys.width();
        let words = SafeText::own(self.words);
        let mut rows = wrapped(Tone::Plain, &words, width.max(indent + 1), indent);
        if let Some(first) = rows.first_mut() {
            // In place of the blanks.
            keys.pieces.extend(first.pieces.drain(1..));
            *first = keys;
        }
        rows
    }
}

/// A key is found by its exact name, words by any part of them.
fn matches(filter: &str, keys: &[String], words: &str) -> bool {
    let is_key = keys.iter().any(|key| key == filter);
    is_key || contains(words, filter)
}

fn contains(text: &str, filter: &str) -> bool {
    text.to_lowercase().contains(&filter.to_lowercase())
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

    use jiff::Timestamp;

    use super::*;
    use crate::search::{Request, Snapshot, search_once};

    fn plain(filter: &str) -> Vec<String> {
        let keymap = Keymap::built_in().unwrap();
        rows(&keymap, filter, 110).iter().map(Row::plain).collect()
    }

    #[test]
    fn every_binding_is_in_the_help() {
        let keymap = Keymap::built_in().unwrap();
        let text = plain("").join("\n");
        for mode in Mode::ALL {
            for binding in keymap.in_mode(mode) {
                assert!(text.contains(&binding.label()), "{}", binding.label());
                assert!(text.contains(binding.action.words_in(mode)));
            }
        }
    }

    #[test]
    fn help_is_found_by_word_and_by_key() {
        assert!(plain("curl").iter().any(|row| row.contains("y c")));
        assert!(plain("R").iter().any(|row| row.contains("fetch again")));
        assert_eq!(plain("zzz"), ["No key and no words contain “zzz”."]);
    }

    #[test]
    fn a_key_that_the_agents_file_took_is_in_the_help() {
        let keymap = Keymap::with_changes("[normal]\nquit = [\"R\"]\n").unwrap();
        let rows: Vec<String> = rows(&keymap, "", 110).iter().map(Row::plain).collect();
        let text = rows.join("\n");
        let (_, changed) = text.split_once("Changed by keymap.toml").unwrap();
        assert!(
            changed
                .contains("R                   close the overlay, else quit; it was: fetch again"),
            "{changed}"
        );
    }

    #[test]
    fn the_signs_and_filters_of_the_search_box_are_found() {
        for (filter, sign) in [
            ("!", "!not"),
            ("'", "'exact"),
            ("^", "^prefix"),
            ("is:", "is:identified"),
            ("anonymous", "is:identified"),
            ("channel:", "channel:web"),
            ("seen:", "seen:<7d"),
            ("has:", "has:email"),
            ("prop", "prop.plan:pro"),
            ("filter", "is:identified"),
        ] {
            let rows = plain(filter);
            assert!(rows.iter().any(|row| row.contains(sign)), "{filter}");
        }
    }

    #[test]
    fn every_example_is_understood_by_the_search() {
        let nobody = Snapshot::default();
        for (example, _) in LANGUAGE {
            let results = search_once(&nobody, &Request::new(example, Timestamp::UNIX_EPOCH, 1));
            assert_eq!(results.explanations, [], "{example}");
        }
    }

    #[test]
    fn a_key_means_in_each_mode_what_the_help_says_of_it_there() {
        let text = plain("").join("\n");
        let (_, card) = text.split_once("In a card like this one").unwrap();
        assert!(!card.contains("search users"), "{card}");
        assert!(card.contains("/                   find a key or a word in this help"));
        let (_, typing) = text.split_once("readline keys work too").unwrap();
        assert!(typing.contains("Enter               open the highlighted user, or ask the API"));
    }
}
