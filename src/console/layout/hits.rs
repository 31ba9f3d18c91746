//! How the room below the search box is shared: rows for hits, and what could not be understood of
//! the text, which never covers a row.

use super::list::{self, Detail};
use super::row::{Row, Tone};
use crate::console::geometry::Rect;
use crate::console::state::State;
use crate::domain::Untrusted;
use crate::text::SafeText;

/// Explanations take no more lines than these, and never more than half of the room.
const MOST_LINES: u16 = 6;

/// A list of fewer lines has no second line below the row under the cursor.
const LEAST_WITH_DETAIL: u16 = 3;

/// The areas below the search box.
#[derive(Debug, Clone)]
pub(crate) struct Shares {
    /// The area of the rows.
    pub rows: Rect,
    /// The second line below the row under the cursor.
    pub detail: Option<Detail>,
    /// The area of the explanation: right below the last row if there are few.
    pub below: Rect,
    /// The explanation, a row for each line; empty when there is nothing to explain.
    pub explanation: Vec<Row>,
}

impl Shares {
    /// How many rows of the list fit.
    pub(crate) fn page(&self) -> usize {
        let lines = usize::from(self.rows.height);
        lines
            .saturating_sub(usize::from(self.detail.is_some()))
            .max(1)
    }
}

/// Shares an area between the rows and the explanation.
pub(crate) fn share(area: Rect, state: &State) -> Shares {
    let users = &state.users;
    // The hits of an older text say nothing about this one.
    let remarks = if users.results.text == users.text() {
        users.results.remarks()
    } else {
        &[]
    };
    let width = usize::from(area.width).saturating_sub(2).max(1);
    let most = MOST_LINES.min(area.height / 2);
    let explanation = explain(remarks, width, usize::from(most));
    let needed = u16::try_from(explanation.len()).unwrap_or(most);
    let rows = Rect {
        height: area.height - needed,
        ..area
    };
    let detail = list::detail(state, rows.width);
    let detail = detail.filter(|_| rows.height >= LEAST_WITH_DETAIL);
    let lines = users.rows() + usize::from(detail.is_some());
    let after_rows = u16::try_from(lines + 1).unwrap_or(u16::MAX);
    let first = after_rows.min(rows.height);
    let below = Rect {
        y: area.y + first,
        height: needed,
        ..area
    };
    Shares {
        rows,
        detail,
        below,
        explanation,
    }
}

/// All explanations, wrapped; or as many as fit into `most` lines, and how many more there are.
fn explain(explanations: &[Untrusted], width: usize, most: usize) -> Vec<Row> {
    let mut lines = Vec::new();
    for (index, words) in explanations.iter().enumerate() {
        let others = explanations.len() - index - 1;
        // One line is kept for how many more there are.
        let room = most.saturating_sub(lines.len() + usize::from(others > 0));
        let mut text = SafeText::of(words).wrap(width);
        if text.len() <= room {
            lines.append(&mut text);
            continue;
        }
        // Of the first a part is better than nothing.
        let is_shown = index == 0 && room > 0;
        if is_shown {
            lines.extend(text.into_iter().take(room));
            let last = lines.pop().unwrap_or_default();
            lines.push(SafeText::join([last, SafeText::own(" …")]).ellipsis(width));
        }
        let left = others + usize::from(!is_shown);
        if left > 0 && most > 0 {
            lines.push(SafeText::own(format_args!("… and {left} more")).ellipsis(width));
        }
        break;
    }
    let lines = lines.into_iter();
    lines.map(|line| Row::of(Tone::Warning, line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(words: &[&str], most: usize) -> Vec<String> {
        let words: Vec<Untrusted> = words.iter().map(|words| Untrusted::from(*words)).collect();
        let rows = explain(&words, 12, most);
        rows.iter().map(Row::plain).collect()
    }

    #[test]
    fn all_explanations_are_shown_or_the_others_are_counted() {
        for (words, most, lines) in [
            (&[][..], 6, &[][..]),
            (&["one", "two"], 6, &["one", "two"]),
            (&["one two three", "four"], 6, &["one two", "three", "four"]),
            (&["one", "two", "three"], 3, &["one", "two", "three"]),
            (&["one", "two", "three"], 2, &["one", "… and 2 more"]),
            (
                &["one", "two three four", "five"],
                3,
                &["one", "… and 2 more"],
            ),
            (&["one two three"], 1, &["one two …"]),
            (
                &["one two three", "four"],
                2,
                &["one two …", "… and 1 more"],
            ),
            (&["one", "two"], 1, &["… and 2 more"]),
            (&["one", "two"], 0, &[]),
        ] {
            assert_eq!(explained(words, most), lines, "{words:?} in {most}");
        }
    }
}
