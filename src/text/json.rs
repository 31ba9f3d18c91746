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

/// Puts JSON text on one line: removes white space between tokens, and replaces half a surrogate
/// pair with U+FFFD, because strict readers would refuse the whole line for one stranger's message.
pub(crate) fn one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let mut rest = json;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '"' => {
                in_string = !in_string;
                line.push(c);
                1
            }
            '\\' if in_string => {
                let (escape, taken) = whole_escape(rest);
                line.push_str(escape);
                taken
            }
            ' ' | '\t' | '\r' | '\n' if !in_string => 1,
            other => {
                line.push(other);
                other.len_utf8()
            }
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    line
}

/// The escape that `text` starts with, and its length; half a pair becomes U+FFFD.
fn whole_escape(text: &str) -> (&str, usize) {
    const REPLACEMENT: &str = "\\ufffd";
    let unit = |from: usize| {
        let digits = text.get(from..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (text.get(..12).unwrap_or(text), 12),
        (Some(0xD800..=0xDFFF), _) => (REPLACEMENT, 6),
        (Some(_), _) => (text.get(..6).unwrap_or(text), 6),
        (None, _) => {
            let escaped = text.chars().nth(1).map_or(0, char::len_utf8);
            (text.get(..=escaped).unwrap_or(text), 1 + escaped)
        }
    }
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
    fn white_space_goes_only_between_tokens() {
        let spread = "{\n  \"a b\" : [ 1.50 ,\t\"c \\\" d\\\\\" ]\r\n}";
        assert_eq!(one_line(spread), r#"{"a b":[1.50,"c \" d\\"]}"#);
    }

    #[test]
    fn half_a_surrogate_pair_does_not_spoil_the_line() {
        let cases = [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ude00x""#, r#""\ufffdx""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\u00e9é""#, r#""\u00e9é""#),
        ];
        for (came, goes) in cases {
            assert_eq!(one_line(came), goes);
            assert!(serde_json::from_str::<String>(&one_line(came)).is_ok());
        }
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
