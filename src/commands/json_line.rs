//! Pieces of JSON records: times, custom data and raw JSON, each fit for a single line.
//!
//! In: domain values. Out: values that serde writes. Strangers' characters stay as they came here;
//! [`Output`](super::Output) escapes what a terminal must not see.

use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::value::RawValue;

use crate::domain::{Properties, RawJson, Scalar, Untrusted};
use crate::text::json;

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
    RawValue::from_string(json::one_line(json)).unwrap_or_else(|_| RawValue::NULL.to_owned())
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
