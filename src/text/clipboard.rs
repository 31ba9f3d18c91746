//! What may be copied to the agent's clipboard.
//!
//! In: safe text. Out: one line of plain characters. It must not hold a line break or a control
//! (safe text has none): pasted into a shell, a line break would run what a stranger wrote.

use super::SafeText;
use super::marks::LINE_BREAK;

/// The text as one line for the clipboard; line breaks are spaces.
pub fn single_line(text: &SafeText) -> String {
    text.clusters()
        .map(|cluster| {
            if cluster.tag && cluster.text == LINE_BREAK {
                " "
            } else {
                cluster.text
            }
        })
        .collect()
}
