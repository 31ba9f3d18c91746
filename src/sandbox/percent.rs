//! Percent encoding of one path segment or query value (API document, section 0.3).
//!
//! In: text. Out: text. A plus is a plus, a segment is decoded once and only after splitting.

use std::fmt::Write as _;

/// Decodes one segment; `None` when an escape is broken or the bytes are no UTF-8.
pub fn decode(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = hex_digit(rest.next()?)?;
            let low = hex_digit(rest.next()?)?;
            bytes.push(high << 4 | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Encodes one segment: everything but letters, digits and `-._~`.
pub fn encode(segment: &str) -> String {
    let mut encoded = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn hex_digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
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
