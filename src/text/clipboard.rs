//! What may be copied to the agent's clipboard.
//!
//! In: safe text or JSON. Out: one line of plain characters, without controls or line breaks. If
//! somebody pastes it into a shell, a line break would run what a stranger wrote.

use super::SafeText;
use super::json;
use super::marks::LINE_BREAK;

/// The most bytes that terminals and multiplexers can be relied on to take: many allow 100,000
/// characters for the base64 of a text and the words around it.
pub(crate) const RELIABLE: usize = 74_994;

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

/// JSON as one line for the clipboard: the same JSON, without white space between its tokens.
pub(crate) fn single_line_json(json: &str) -> String {
    // Only text that is no JSON has any of these left.
    json::escape(&json::one_line(json)).replace(['\n', '\r', '\t'], " ")
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
    fn copied_json_is_one_line_whatever_it_is() {
        let json = "{\n  \"a\": [1.50, \"b\\n \u{9B}\u{2028}\"]\r\n}";
        let line = r#"{"a":[1.50,"b\n \u009b\u2028"]}"#;
        assert_eq!(single_line_json(json), line);
        let broken = single_line_json("<p>\"a\nrm -rf ~\r\n\u{1B}[31m");
        assert!(!broken.contains(char::is_control), "{broken:?}");
    }

    #[test]
    fn a_mark_that_the_stranger_wrote_is_copied() {
        assert_eq!(single_line(&SafeText::own("press ⏎")), "press ⏎");
    }
}
