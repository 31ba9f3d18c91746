//! Percent encoding of one path segment or query value (API document, section 0.3).
//!
//! In: text. Out: text. A plus is a plus, a segment is decoded once and only after splitting.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Decodes one segment; `None` when an escape is broken or the bytes are no UTF-8.
pub(crate) fn decode(segment: &str) -> Option<String> {
    // The crate leaves a broken escape as it is; here it is a mistake of the client's.
    let is_escape = |rest: &str| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !segment.split('%').skip(1).all(is_escape) {
        return None;
    }
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// Encodes one segment: everything but letters, digits and `-._~`.
pub(crate) fn encode(segment: &str) -> String {
    utf8_percent_encode(segment, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_undoes_encoding_and_leaves_a_plus_alone() {
        for text in ["", "a+b", "a/b?c#d %", "zoë@example.org", "～"] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
        }
        assert_eq!(decode("a+b").as_deref(), Some("a+b"));
        assert_eq!(encode("a b/é"), "a%20b%2F%C3%A9");
    }

    #[test]
    fn only_one_layer_is_decoded() {
        assert_eq!(decode("%2540").as_deref(), Some("%40"));
    }

    #[test]
    fn broken_escapes_are_refused() {
        for broken in ["%", "%4", "%4g", "%+1", "%ff"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
