//! Values of members as canonical JSON text: equal values are equal text.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::domain::facts::{Member, Value};
use crate::wire::json::{Shape, parse_elements, parse_members, parse_text, plain_string};
use crate::wire::redact::{STAND_IN, Scope, redact};

/// Members and their values.
pub(super) type Facts = BTreeMap<Member, Value>;

/// Deeper values stay as they came: nobody compares them, and each level costs stack.
const DEEPEST: usize = 48;

/// A value without spaces, with the keys of its objects in order and with secrets replaced. Digits
/// stay as they came. `None` is null.
pub(super) fn canonical(raw: &RawValue) -> Value {
    if Shape::of(raw) == Shape::Null {
        return None;
    }
    let mut text = String::new();
    write(&mut text, raw, 0);
    Some(text.into())
}

/// The value of a member, which is replaced if the name says that it is a secret.
pub(super) fn canonical_of(name: &str, raw: &RawValue) -> Value {
    let value = canonical(raw);
    match stand_in_of(name) {
        Some(stand_in) if value.is_some() => Some(stand_in),
        _ => value,
    }
}

/// What is kept instead of the value of a member whose name says that it is a secret.
pub(crate) fn stand_in_of(name: &str) -> Option<Box<str>> {
    Scope::People.hides(name).then(|| value_of_text(STAND_IN))
}

fn write(into: &mut String, raw: &RawValue, depth: usize) {
    let is_too_deep = depth > DEEPEST;
    match Shape::of(raw) {
        Shape::Text => write_text(into, raw),
        Shape::Object if !is_too_deep => write_object(into, raw, depth),
        Shape::List if !is_too_deep => {
            let elements = parse_elements(raw).unwrap_or_default();
            into.push('[');
            for (index, element) in elements.into_iter().enumerate() {
                if index > 0 {
                    into.push(',');
                }
                write(into, element, depth + 1);
            }
            into.push(']');
        }
        Shape::Object | Shape::List => into.push_str(&redact(raw.get(), Scope::People)),
        Shape::Number | Shape::Flag | Shape::Null => into.push_str(raw.get()),
    }
}

fn write_object(into: &mut String, raw: &RawValue, depth: usize) {
    let members = parse_members(raw).map(|members| members.0);
    // Of a repeated key the last one counts.
    let members = members.unwrap_or_default().into_iter();
    let members: BTreeMap<_, _> = members.map(|(key, value)| (key.text, value)).collect();
    into.push('{');
    for (index, (key, value)) in members.into_iter().enumerate() {
        if index > 0 {
            into.push(',');
        }
        push_text(into, &key);
        into.push(':');
        if Scope::People.hides(&key) && Shape::of(value) != Shape::Null {
            push_text(into, STAND_IN);
        } else {
            write(into, value, depth + 1);
        }
    }
    into.push('}');
}

fn write_text(into: &mut String, raw: &RawValue) {
    match parse_text(raw) {
        Some(text) => push_text(into, &text.text),
        None => into.push_str("\"\""),
    }
}

/// Adds a text as a JSON string.
pub(super) fn push_text(into: &mut String, text: &str) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        into.push('"');
        into.push_str(text);
        into.push('"');
    } else {
        into.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// The text that a JSON string means; `None` if the value is no string.
pub(crate) fn text_of(value: &str) -> Option<String> {
    if let Some(text) = plain_string(value) {
        return Some(text.to_owned());
    }
    let text = parse_text(serde_json::from_str(value).ok()?)?;
    Some(text.text.into_owned())
}

/// A text as a value.
pub(crate) fn value_of_text(text: &str) -> Box<str> {
    let mut value = String::with_capacity(text.len() + 2);
    push_text(&mut value, text);
    value.into()
}

/// An id: a text that is not empty, or a number by its digits.
pub(super) fn id_of(raw: &RawValue) -> Option<String> {
    match Shape::of(raw) {
        Shape::Number => Some(raw.get().to_owned()),
        Shape::Text => {
            let id = parse_text(raw)?.text.into_owned();
            (!id.is_empty()).then_some(id)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::wire::json::parse_root;

    fn of(json: &str) -> Value {
        canonical(parse_root(json).unwrap())
    }

    #[test]
    fn equal_values_are_equal_text() {
        for (one, other) in [
            (
                r#"{ "b":1, "a":[ 2 ,{"d":0,"c":null}]}"#,
                r#"{"a":[2,{"c":null,"d":0}],"b":1}"#,
            ),
            (r#""\u0041\/""#, r#""A/""#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
        ] {
            assert_eq!(of(one), of(other));
            assert_eq!(of(other).unwrap(), other.into());
        }
        assert_eq!(of("null"), None);
    }

    #[test]
    fn digits_stay_and_broken_characters_are_replaced() {
        assert_eq!(
            of("12345678901234567890.50").as_deref(),
            Some("12345678901234567890.50")
        );
        assert_eq!(of(r#""a\ud83d""#).as_deref(), Some("\"a\u{FFFD}\""));
    }

    #[test]
    fn secrets_are_replaced_at_every_depth() {
        let json = r#"{"a":[{"secret":"x"}],"apiKey":null,"authCode":7}"#;
        let kept = r#"{"a":[{"secret":"[secret]"}],"apiKey":null,"authCode":"[secret]"}"#;
        assert_eq!(of(json).as_deref(), Some(kept));
        let named = canonical_of("pushNotificationToken", parse_root("[1]").unwrap());
        assert_eq!(named.as_deref(), Some("\"[secret]\""));
    }

    #[test]
    fn a_hundred_thousand_brackets_cost_no_stack() {
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(of(&deep).as_deref(), Some(&*deep));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn a_text_comes_back(text in "\\PC{0,8}|[\\x00-\\x7f]{0,8}") {
            let value = value_of_text(&text);
            prop_assert_eq!(text_of(&value), Some(text.clone()));
            prop_assert_eq!(&*value, serde_json::Value::from(text).to_string());
        }
    }
}
