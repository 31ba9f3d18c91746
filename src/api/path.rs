//! Ids in paths: one id is one segment, whatever it holds (API document, section 0.3).
//!
//! In: an id as somebody typed it. Out: the segment to send, encoded once, or why no segment can
//! stand for it. It builds no host and no query.

use std::fmt::Write as _;

use crate::domain::IdFault;

/// The API takes no longer id, in characters.
const LONGEST_ID: usize = 1024;

/// Encodes an id as one segment: everything but letters, digits and `-._~`.
pub(super) fn encode_segment(id: &str) -> Result<String, IdFault> {
    match id {
        "" => return Err(IdFault::Empty),
        // Every URL library resolves these away, so that another resource would be asked for.
        "." | ".." => return Err(IdFault::DotSegment),
        _ if id.chars().count() > LONGEST_ID => return Err(IdFault::TooLong),
        _ => {}
    }
    let mut segment = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(segment, "%{byte:02X}");
        }
    }
    Ok(segment)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use url::Url;

    use super::*;

    #[test]
    fn ugly_ids_are_encoded_once() {
        for (id, segment) in [
            ("crm-000417", "crm-000417"),
            ("a/b?c#d", "a%2Fb%3Fc%23d"),
            ("../x", "..%2Fx"),
            ("100%", "100%25"),
            ("%2F", "%252F"),
            ("%2e%2e", "%252e%252e"),
            ("mara+work@example.org", "mara%2Bwork%40example.org"),
            ("ü", "%C3%BC"),
            ("a b", "a%20b"),
            ("\n", "%0A"),
            ("🦊", "%F0%9F%A6%8A"),
            ("!$&'()*,;=:", "%21%24%26%27%28%29%2A%2C%3B%3D%3A"),
            ("...", "..."),
            ("\\", "%5C"),
        ] {
            assert_eq!(encode_segment(id).unwrap(), segment);
        }
    }

    #[test]
    fn what_no_segment_can_stand_for_is_refused() {
        assert_eq!(encode_segment(""), Err(IdFault::Empty));
        assert_eq!(encode_segment("."), Err(IdFault::DotSegment));
        assert_eq!(encode_segment(".."), Err(IdFault::DotSegment));
        assert_eq!(encode_segment(&"ü".repeat(1025)), Err(IdFault::TooLong));
        assert!(encode_segment(&"ü".repeat(1024)).is_ok());
    }

    fn decode(segment: &str) -> String {
        let mut bytes = Vec::new();
        let mut rest = segment.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    }

    proptest! {
        #[test]
        fn any_id_stays_one_segment_and_decodes_to_itself(id in any::<String>()) {
            let Ok(segment) = encode_segment(&id) else { return Ok(()) };
            let mut url = Url::parse("https://api.example/sc").unwrap();
            url.set_path(&format!("/sc/v1.1/apps/a/appusers/{segment}/messages"));
            let segments: Vec<&str> = url.path_segments().unwrap().collect();
            prop_assert_eq!(segments.len(), 7);
            prop_assert_eq!(decode(segments[5]), id);
            prop_assert!(url.query().is_none() && url.fragment().is_none());
        }
    }
}
