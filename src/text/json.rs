//! JSON made safe to print, and made readable.
//!
//! In: JSON text. Out: equal JSON text. It decodes nothing, so order, digits and escapes stay.

use std::fmt::Write;

use serde::de::IgnoredAny;

use super::marks;

const INDENT: &str = "  ";
/// Deepest level that is indented further: a hostile body could ask for gigabytes of spaces.
const MOST_INDENTS: usize = 12;

/// Writes the controls, direction changes and invisible characters of JSON text as `\u` escapes,
/// so that a terminal can print it and it is still the same JSON.
///
/// Joiners and the two emoji selectors stay: they are harmless, and names need them.
pub(crate) fn escape(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if needs_escape(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Puts each member of JSON text on its own line, and keeps the order of keys, the digits of
/// numbers and the escapes of strings. Text that is not JSON comes back unchanged.
pub(crate) fn pretty(json: &str) -> String {
    if serde_json::from_str::<IgnoredAny>(json).is_err() {
        return json.to_owned();
    }
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut rest = json.trim_start();
    while let Some(c) = rest.chars().next() {
        let token = match c {
            '"' => string_length(rest),
            _ => c.len_utf8(),
        };
        let (text, tail) = rest.split_at(token);
        rest = if c == '"' { tail } else { tail.trim_start() };
        match c {
            '{' | '[' if rest.starts_with(['}', ']']) => {
                out.push_str(text);
                out.push_str(&rest[..1]);
                rest = rest[1..].trim_start();
            }
            '{' | '[' => {
                depth += 1;
                out.push_str(text);
                new_line(&mut out, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push_str(text);
            }
            ',' => {
                out.push_str(text);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            ' ' | '\t' | '\n' | '\r' => {}
            _ => out.push_str(text),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth.min(MOST_INDENTS) {
        out.push_str(INDENT);
    }
}

/// The length of the string that `text` starts with, including both quotes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn needs_escape(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' | marks::ZWJ | marks::ZWNJ | marks::TEXT_FORM | marks::EMOJI_FORM => {
            false
        }
        _ => c.is_control() || marks::is_invisible(c),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot start may panic")]

    use serde_json::Value;

    use super::*;

    #[test]
    fn characters_that_a_terminal_obeys_are_escaped() {
        for (json, safe) in [
            ("{\"a\":\"\u{9B}31m\"}", r#"{"a":"\u009b31m"}"#),
            ("\"\u{7F}\u{85}\"", r#""\u007f\u0085""#),
            ("\"\u{202E}x\u{2066}\u{61C}\"", r#""\u202ex\u2066\u061c""#),
            ("\"\u{200B}\u{FEFF}\u{2028}\"", r#""\u200b\ufeff\u2028""#),
            ("\"\u{E0041}\"", r#""\udb40\udc41""#),
        ] {
            assert_eq!(escape(json), safe);
            let (before, after): (Value, Value) = (
                serde_json::from_str(json).unwrap(),
                serde_json::from_str(&escape(json)).unwrap(),
            );
            assert_eq!(before, after);
        }
    }

    #[test]
    fn readable_json_is_left_alone() {
        let json = "{\n\t\"name\": \"Zoë 👩\u{200D}👧 ❤\u{FE0F} علی\u{200C}رضا\"\r\n}";
        assert_eq!(escape(json), json);
    }

    #[test]
    fn each_member_gets_a_line_and_order_and_digits_stay() {
        let json = r#"{"z":1.10,"a":[1e400,{"b":"x,{}:[]\" \\"}],"e":{},"f":[ ],"n":null}"#;
        let lines = [
            "{",
            r#"  "z": 1.10,"#,
            r#"  "a": ["#,
            "    1e400,",
            "    {",
            r#"      "b": "x,{}:[]\" \\""#,
            "    }",
            "  ],",
            r#"  "e": {},"#,
            r#"  "f": [],"#,
            r#"  "n": null"#,
            "}",
        ];
        assert_eq!(pretty(json), lines.join("\n"));
        assert_eq!(pretty(&pretty(json)), pretty(json));
    }

    #[test]
    fn white_space_in_strings_is_kept() {
        assert_eq!(
            pretty(" [ \"a  b\" , \"\u{A0}\" ] "),
            "[\n  \"a  b\",\n  \"\u{A0}\"\n]"
        );
    }

    #[test]
    fn deep_nesting_does_not_grow_the_text_without_bound() {
        let deep = format!("{}1,1{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(pretty(&deep).lines().all(|line| line.len() <= 24 + 2));
    }

    #[test]
    fn text_that_is_not_json_is_unchanged() {
        for text in ["", "{\"a\":", "<html>", "[1,]", "{} {}"] {
            assert_eq!(pretty(text), text);
        }
    }
}
