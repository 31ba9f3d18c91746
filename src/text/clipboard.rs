//! What may be copied to the agent's clipboard.
//!
//! In: safe text. Out: one line of plain characters, without controls or line breaks. If somebody
//! pastes it into a shell, a line break would run what a stranger wrote.

use super::SafeText;
use super::marks::LINE_BREAK;

/// The text as one line for the clipboard, with spaces for line breaks.
pub(crate) fn single_line(text: &SafeText) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_text_is_one_line_without_controls() {
        let text = SafeText::own("rm -rf ~\r\n\u{1B}[31m\u{202E}x");
        assert_eq!(single_line(&text), "rm -rf ~ ␛[31m‹RLO›x");
    }

    #[test]
    fn a_mark_that_the_stranger_wrote_is_copied() {
        assert_eq!(single_line(&SafeText::own("press ⏎")), "press ⏎");
    }
}
