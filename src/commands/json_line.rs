//! Pieces of JSON records: times, custom data and raw JSON, each fit for a single line.
//!
//! In: domain values. Out: values that serde writes. Strangers' characters stay as they came here;
//! [`Output`](super::Output) escapes what a terminal must not see.

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use crate::domain::{Properties, RawJson, Scalar, Untrusted};

/// Characters as they came, to be encoded as JSON.
#[expect(
    clippy::disallowed_methods,
    reason = "JSON carries the characters as they came; the output escapes what is not safe"
)]
pub(super) fn characters(text: &Untrusted) -> &str {
    text.expose()
}

/// RFC 3339 with milliseconds, in UTC.
pub(super) fn time(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// JSON as the API sent it, on one line.
#[expect(
    clippy::disallowed_methods,
    reason = "raw JSON goes out as JSON; the output escapes what is not safe"
)]
pub(super) fn raw(json: &RawJson) -> Box<RawValue> {
    raw_value(json.expose())
}

fn raw_value(json: &str) -> Box<RawValue> {
    RawValue::from_string(one_line(json)).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// Custom data as a JSON object, in its original order.
pub(super) struct PropertiesObject<'a>(pub(super) &'a Properties);

impl Serialize for PropertiesObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Properties(pairs) = self.0;
        let mut object = serializer.serialize_map(Some(pairs.len()))?;
        for (name, value) in pairs {
            object.serialize_entry(characters(name), &ScalarValue(value))?;
        }
        object.end()
    }
}

struct ScalarValue<'a>(&'a Scalar);

impl Serialize for ScalarValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Scalar::Text(text) => serializer.serialize_str(characters(text)),
            Scalar::Number(json) | Scalar::Json(json) => {
                raw_value(characters(json)).serialize(serializer)
            }
            Scalar::Bool(value) => serializer.serialize_bool(*value),
            Scalar::Null => serializer.serialize_none(),
        }
    }
}

/// Removes white space between tokens, and replaces half a surrogate pair with U+FFFD, because
/// strict readers would refuse the whole line for one stranger's message.
fn one_line(json: &str) -> String {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn times_have_three_digits_of_a_second() {
        for (at, shown) in [
            (1_709_543_910_007, "2024-03-04T09:18:30.007Z"),
            (1_709_543_910_000, "2024-03-04T09:18:30.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(time(Timestamp::from_millisecond(at).unwrap()), shown);
        }
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
    fn custom_data_keeps_types_digits_and_order() {
        let properties = Properties(vec![
            ("z".into(), Scalar::Text("text".into())),
            ("a".into(), Scalar::Number("12345678901234567890.10".into())),
            ("m".into(), Scalar::Bool(true)),
            ("n".into(), Scalar::Null),
            ("j".into(), Scalar::Json("[ 1, {} ]".into())),
        ]);
        assert_eq!(
            serde_json::to_string(&PropertiesObject(&properties)).unwrap(),
            r#"{"z":"text","a":12345678901234567890.10,"m":true,"n":null,"j":[1,{}]}"#
        );
    }

    #[test]
    fn invalid_json_becomes_null() {
        assert_eq!(raw(&RawJson::new("<html>")).get(), "null");
    }
}
