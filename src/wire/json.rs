//! JSON one level at a time: members and elements stay raw until they are asked for.
//!
//! In: JSON text. Out: the members of an object or the elements of an array, and strings with
//! lone surrogates made U+FFFD. No depth of nesting costs stack here, because what is not asked for
//! is only skipped.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::WireError;

/// What a raw value is, seen from its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{…}`
    Object,
    /// `[…]`
    List,
    /// `"…"`
    Text,
    /// Digits.
    Number,
    /// `true` or `false`.
    Flag,
    /// `null`
    Null,
}

impl Shape {
    /// The shape of a raw value.
    pub(super) fn of(raw: &RawValue) -> Self {
        match raw.get().as_bytes().first() {
            Some(b'{') => Self::Object,
            Some(b'[') => Self::List,
            Some(b'"') => Self::Text,
            Some(b't' | b'f') => Self::Flag,
            Some(b'n') => Self::Null,
            _ => Self::Number,
        }
    }

    /// The shape in a word.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::Flag => "a yes or no",
            Self::Null => "nothing",
        }
    }
}

/// A JSON string as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WireText<'a> {
    /// The characters, borrowed where nothing is escaped; lone surrogates are U+FFFD.
    pub(super) text: Cow<'a, str>,
    /// Whether there was a lone surrogate.
    pub(super) broken: bool,
}

impl<'a> WireText<'a> {
    fn from_loose_utf8(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::whole(text),
            Err(_) => Self {
                text: replace_surrogates(bytes).into(),
                broken: true,
            },
        }
    }

    const fn whole(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            broken: false,
        }
    }

    fn into_owned(self) -> WireText<'static> {
        WireText {
            text: self.text.into_owned().into(),
            broken: self.broken,
        }
    }
}

/// Surrogates arrive in the three bytes that they would have in UTF-8, were they allowed there.
fn replace_surrogates(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = std::str::from_utf8(rest).err().map(|e| e.valid_up_to()) {
        let (good, bad) = rest.split_at(at);
        text.push_str(&String::from_utf8_lossy(good));
        text.push('\u{FFFD}');
        let width = if bad.first() == Some(&0xED) { 3 } else { 1 };
        rest = bad.get(width..).unwrap_or_default();
    }
    text.push_str(&String::from_utf8_lossy(rest));
    text
}

impl<'de: 'a, 'a> Deserialize<'de> for WireText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Loose;
        impl<'de> Visitor<'de> for Loose {
            type Value = WireText<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(
                self,
                bytes: &'de [u8],
            ) -> Result<WireText<'de>, E> {
                Ok(WireText::from_loose_utf8(bytes))
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<WireText<'de>, E> {
                Ok(WireText::from_loose_utf8(bytes).into_owned())
            }
        }
        // Asked for bytes, serde_json lets lone surrogates through instead of failing.
        deserializer.deserialize_bytes(Loose)
    }
}

/// As many members as most objects have.
const USUAL_MEMBERS: usize = 12;

/// The members of an object, in their order, repeated keys included.
pub(super) struct Members<'a>(pub(super) Vec<(WireText<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(WireText<'de>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(USUAL_MEMBERS);
                while let Some(key) = map.next_key::<WireText>()? {
                    members.push((key, map.next_value::<&'de RawValue>()?));
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(InOrder).map(Self)
    }
}

/// The body of an answer as text; bytes that are not UTF-8 become U+FFFD.
pub(super) fn body_text(body: &[u8]) -> Cow<'_, str> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    // Whole text is found to be whole faster than broken text is mended.
    match std::str::from_utf8(body) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(body),
    }
}

/// The whole body as one raw value.
pub(super) fn parse_root(text: &str) -> Result<&RawValue, WireError> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_eof() && !text.trim().is_empty() {
            WireError::CutShort
        } else {
            WireError::NotJson
        }
    })
}

/// The members of an object.
pub(super) fn parse_members(raw: &RawValue) -> Option<Members<'_>> {
    serde_json::from_str(raw.get()).ok()
}

/// The elements of a list.
pub(super) fn parse_elements(raw: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(raw.get()).ok()
}

/// A string.
pub(super) fn parse_text(raw: &RawValue) -> Option<WireText<'_>> {
    match plain_string(raw.get()) {
        Some(text) => Some(WireText::whole(text)),
        None => serde_json::from_str(raw.get()).ok(),
    }
}

/// What is between the quotation marks of a string without escapes, as most are; the JSON has been
/// found valid before.
pub(super) fn plain_string(json: &str) -> Option<&str> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = |byte: u8| byte != b'\\' && byte != b'"';
    inner.bytes().all(is_plain).then_some(inner)
}

/// The string that `quoted` (with its quotation marks) means.
pub(super) fn unquote(quoted: &str) -> Result<String, serde_json::Error> {
    let text: WireText<'_> = serde_json::from_str(quoted)?;
    if text.broken {
        return Err(serde_json::Error::custom("lone surrogate"));
    }
    Ok(text.text.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn text(json: &str) -> WireText<'_> {
        parse_text(parse_root(json).unwrap()).unwrap()
    }

    #[test]
    fn lone_surrogates_become_one_replacement_character_each() {
        let broken = text(r#""a\ud83dz\udc00\ud83d\ud83e""#);
        assert_eq!(broken.text, "a\u{FFFD}z\u{FFFD}\u{FFFD}\u{FFFD}");
        assert!(broken.broken);
    }

    #[test]
    fn paired_surrogates_are_one_character() {
        let whole = text(r#""\ud83d\ude00""#);
        assert_eq!(whole.text, "😀");
        assert!(!whole.broken);
    }

    #[test]
    fn a_key_may_hold_a_lone_surrogate() {
        let members = parse_members(parse_root(r#"{"\ud83d":1,"b":2,"b":3}"#).unwrap()).unwrap();
        let keys: Vec<&str> = members.0.iter().map(|(key, _)| &*key.text).collect();
        assert_eq!(keys, ["\u{FFFD}", "b", "b"]);
    }

    #[test]
    fn html_and_half_an_answer_are_different_errors() {
        assert_eq!(parse_root("<html>").unwrap_err(), WireError::NotJson);
        assert_eq!(parse_root("").unwrap_err(), WireError::NotJson);
        assert_eq!(parse_root(r#"{"a":[1,"#).unwrap_err(), WireError::CutShort);
        assert_eq!(parse_root("{} x").unwrap_err(), WireError::NotJson);
    }

    #[test]
    fn a_million_brackets_cost_no_stack() {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(500_000), "]".repeat(500_000));
        let members = parse_members(parse_root(&deep).unwrap()).unwrap();
        assert_eq!(members.0.len(), 1);
    }
}
