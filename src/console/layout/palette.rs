//! The palette: every command by its name, with its keys.

use super::row::{Row, Tone};
use crate::console::action::Action;
use crate::console::action::Mode;
use crate::console::keymap::Keymap;
use crate::search::Scorer;
use crate::text::{SafeText, fold};

/// Cells of the column of words, where there is room for it.
const WORDS: usize = 48;

/// A command that the palette offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it does.
    pub action: Action,
    /// The keys that do it without the palette.
    keys: String,
    /// Which characters of its words were looked for, in ascending order.
    marked: Vec<usize>,
}

/// How well a command matches, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Prefix,
    Word,
    Substring,
    Scattered,
}

/// The commands that match a text, the best first; all of them, in the order of the help, when
/// there is none.
pub fn commands(keymap: &Keymap, text: &str) -> Vec<Command> {
    let text = fold(text.trim());
    let scorer = Scorer::default();
    let mut found: Vec<((Rank, i32), Command)> = Vec::new();
    for action in Action::ALL
        .iter()
        .copied()
        .filter(|action| is_command(*action))
    {
        let words = fold(action.words());
        let mut worst = (Rank::Prefix, i32::MIN);
        let mut marked = Vec::new();
        let matches = text.split_whitespace().all(|term| {
            let matched = match_term(&words, term, &scorer);
            let Some((rank, points, chars)) = matched else {
                return false;
            };
            worst = worst.max((rank, -points));
            marked.extend(chars);
            true
        });
        if matches {
            marked.sort_unstable();
            marked.dedup();
            let keys = keymap.label(Mode::Normal, action).unwrap_or_default();
            let command = Command {
                action,
                keys,
                marked,
            };
            found.push((worst, command));
        }
    }
    found.sort_by_key(|(worst, _)| *worst);
    found.into_iter().map(|(_, command)| command).collect()
}

/// How well, with how many points, and by which characters words match a term; both are folded.
fn match_term(words: &str, term: &str, scorer: &Scorer) -> Option<(Rank, i32, Vec<usize>)> {
    if let Some(at) = words.find(term) {
        let is_start = |before: &str| before.ends_with(|c: char| !c.is_alphanumeric());
        let rank = match &words[..at] {
            "" => Rank::Prefix,
            before if is_start(before) => Rank::Word,
            _ => Rank::Substring,
        };
        let start = words[..at].chars().count();
        return Some((rank, 0, (start..start + term.chars().count()).collect()));
    }
    let points = scorer.points(words, term)?;
    Some((Rank::Scattered, points, scorer.chars(words, term)?))
}

/// What only makes sense as a key is no command.
const fn is_command(action: Action) -> bool {
    !matches!(
        action,
        Action::Search
            | Action::GoIn
            | Action::Back
            | Action::Down
            | Action::Up
            | Action::HalfPageDown
            | Action::HalfPageUp
            | Action::PageDown
            | Action::PageUp
            | Action::Top
            | Action::Bottom
            | Action::CopyJson
            | Action::NextMatch
            | Action::PreviousMatch
            | Action::Palette
            | Action::Cancel
    )
}

/// A row for each command, at most `width` cells wide.
pub(crate) fn rows(commands: &[Command], selected: usize, width: usize) -> Vec<Row> {
    if commands.is_empty() {
        return vec![Row::words(Tone::Dim, "  No command has that name.")];
    }
    let numbered = commands.iter().enumerate();
    numbered
        .map(|(number, command)| command.row(number == selected, width))
        .collect()
}

impl Command {
    fn row(&self, is_selected: bool, width: usize) -> Row {
        let mut row = Row::words(Tone::Plain, if is_selected { "▸ " } else { "  " });
        let keys = self.keys.chars().count();
        let words = SafeText::own(self.action.words());
        let words = words.ellipsis(width.saturating_sub(row.width() + keys + 1));
        for (index, c) in words.as_str().chars().enumerate() {
            let is_marked = self.marked.binary_search(&index).is_ok();
            let tone = if is_marked { Tone::Link } else { Tone::Plain };
            row = row.and(tone, c);
        }
        row.padded(WORDS.min(width.saturating_sub(keys)))
            .and(Tone::Strong, &self.keys)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn found(text: &str) -> Vec<Action> {
        let keymap = Keymap::built_in().unwrap();
        let commands = commands(&keymap, text);
        commands.into_iter().map(|command| command.action).collect()
    }

    #[test]
    fn every_action_that_is_not_only_a_key_is_a_command() {
        let all = found("");
        for action in Action::ALL {
            assert_eq!(all.contains(action), is_command(*action), "{action:?}");
        }
        assert!(all.len() > 20);
    }

    #[test]
    fn words_are_found_in_any_order_and_by_scattered_letters() {
        assert_eq!(found("copy")[0], Action::CopySmoochId);
        assert_eq!(found("mail copy"), [Action::CopyEmail]);
        assert_eq!(found("JSON")[0], Action::RawJson);
        assert_eq!(found("cpymsg")[0], Action::CopyMessage);
        assert_eq!(found("userid")[0], Action::CopyUserId);
        assert_eq!(found("zzz"), []);
    }

    #[test]
    fn a_row_shows_the_keys_behind_the_words() {
        let keymap = Keymap::built_in().unwrap();
        let found = commands(&keymap, "curl");
        for (width, cells) in [(110, WORDS + 3), (45, 45), (30, 30)] {
            let row = rows(&found, 0, width)[0].plain();
            assert!(row.starts_with("▸ copy a curl line"), "{row}");
            assert!(row.ends_with(" y c"), "{row}");
            assert_eq!(row.chars().count(), cells);
        }
    }
}
