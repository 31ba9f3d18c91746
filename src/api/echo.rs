//! The key taken out of what a server sends back.
//!
//! In: a body, and every form of the key that must not be in it. Out: the body with `[secret]` in
//! their place. It happens where bodies come in, so that nothing that reads, shows, copies, logs or
//! stores an answer has to think of it. It knows nothing of what the body means.

/// What is put in the place of a secret; inside a JSON string it is as good as any other text.
const STAND_IN: &[u8] = b"[secret]";

/// A key that is shorter than this, in bytes, protects nothing, and taking it out would damage words
/// that merely contain it.
pub(super) const SHORTEST: usize = 6;

/// The bytes without the secrets, whether they are written plainly, with the escapes of JSON, or
/// percent-encoded. Where several of them begin, the one that reaches furthest is taken out.
pub(super) fn mask(bytes: Vec<u8>, secrets: &[&str]) -> Vec<u8> {
    let secrets: Vec<&[u8]> = secrets
        .iter()
        .map(|secret| secret.as_bytes())
        .filter(|secret| secret.len() >= SHORTEST)
        .collect();
    let mut may_begin = [false; 256];
    let firsts = secrets.iter().filter_map(|secret| secret.first());
    for first in firsts.chain(b"\\%") {
        may_begin[usize::from(*first)] = true;
    }
    let mut masked = Vec::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let rest = bytes.get(at..).unwrap_or_default();
        let found = if may_begin[usize::from(*byte)] {
            secrets.iter().filter_map(|s| length_of(s, rest)).max()
        } else {
            None
        };
        if let Some(length) = found {
            masked.extend_from_slice(bytes.get(copied..at).unwrap_or_default());
            masked.extend_from_slice(STAND_IN);
            at += length;
            copied = at;
        } else if rest.starts_with(br"\\") {
            // The second one is what the first one escapes; it begins no escape of its own.
            at += 2;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return bytes;
    }
    masked.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    masked
}

/// How many bytes the secret takes at the beginning of the text; `None` if it is not there.
fn length_of(secret: &[u8], text: &[u8]) -> Option<usize> {
    let (mut wanted, mut at) = (secret, 0);
    while !wanted.is_empty() {
        let (written, meant) = next_unit(text.get(at..)?, wanted)?;
        at += written;
        wanted = wanted.get(meant..)?;
    }
    Some(at)
}

/// How many bytes of the text stand for how many of the secret, where both begin alike.
fn next_unit(text: &[u8], wanted: &[u8]) -> Option<(usize, usize)> {
    if let Some((written, character)) = json_escape(text) {
        let mut buffer = [0; 4];
        let meant = character.encode_utf8(&mut buffer).as_bytes();
        if wanted.starts_with(meant) {
            return Some((written, meant.len()));
        }
    }
    if let [b'%', high, low, ..] = text
        && hex(&[*high, *low]) == wanted.first().map(|byte| u32::from(*byte))
    {
        return Some((3, 1));
    }
    (text.first()? == wanted.first()?).then_some((1, 1))
}

/// The character that an escape of JSON stands for, and how many bytes the escape takes.
fn json_escape(text: &[u8]) -> Option<(usize, char)> {
    let [b'\\', kind, rest @ ..] = text else {
        return None;
    };
    let character = match kind {
        b'"' | b'\\' | b'/' => char::from(*kind),
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return Some((6, char::from_u32(hex(rest.get(..4)?)?)?)),
        _ => return None,
    };
    Some((2, character))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        Some(number * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn masked(text: &str, secrets: &[&str]) -> String {
        String::from_utf8(mask(text.as_bytes().to_vec(), secrets)).unwrap()
    }

    #[test]
    fn a_secret_is_taken_out_wherever_it_occurs() {
        for (text, left) in [
            ("canary-77", "[secret]"),
            ("canary-77canary-77", "[secret][secret]"),
            (r#"{"a":"xcanary-77y"}"#, r#"{"a":"x[secret]y"}"#),
            (r#"{"canary-77":1}"#, r#"{"[secret]":1}"#),
            ("canary-7", "canary-7"),
            ("canary-7canary-77", "canary-7[secret]"),
            ("", ""),
            ("\\", "\\"),
        ] {
            assert_eq!(masked(text, &["canary-77"]), left, "{text}");
        }
    }

    #[test]
    fn escapes_hide_no_secret_and_the_json_stays_json() {
        let secret = "a/b\"c\\d+é";
        for text in [
            r#"a/b\"c\\d+é"#,
            r#"a\/b\"c\\d+é"#,
            r"\u0061/b\u0022c\u005cd\u002B\u00e9",
            r"a%2Fb%22c%5cd%2b%C3%A9",
        ] {
            let json = format!(r#"{{"x":"before {text} after"}}"#);
            let left = masked(&json, &[secret]);
            assert_eq!(left, r#"{"x":"before [secret] after"}"#, "{text}");
        }
    }

    #[test]
    fn an_escaped_backslash_begins_no_escape() {
        // In JSON this is a backslash and the letters `u0063anary-77`, which is not the secret.
        let text = r#"{"x":"\\u0063anary-77"}"#;
        assert_eq!(masked(text, &["canary-77"]), text);
        let text = r#"{"x":"C:\\canary-77"}"#;
        assert_eq!(masked(text, &["canary-77"]), r#"{"x":"C:\\[secret]"}"#);
    }

    #[test]
    fn broken_escapes_are_plain_text() {
        for text in [r"\u00", r"\u00zzcanary-7", "%", "%4", "%zz", r"\"] {
            assert_eq!(masked(text, &["canary-77"]), text);
        }
        assert_eq!(masked(r"\canary-77", &["canary-77"]), r"\[secret]");
        assert_eq!(masked("%canary-77", &["canary-77"]), "%[secret]");
    }

    #[test]
    fn the_longest_form_is_taken_out_whole() {
        let secrets = ["c2VjcmV0", "c2VjcmV0LXRva2Vu"];
        assert_eq!(
            masked("Basic c2VjcmV0LXRva2Vu.", &secrets),
            "Basic [secret]."
        );
    }

    #[test]
    fn a_key_of_a_few_letters_is_left_alone() {
        assert_eq!(
            masked(r#"{"test":"s"}"#, &["s", "", "test"]),
            r#"{"test":"s"}"#
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_searched_too() {
        let bytes = [b"\xff\xfecanary-77".as_slice(), b"\xff"].concat();
        assert_eq!(mask(bytes, &["canary-77"]), b"\xff\xfe[secret]\xff");
    }
}
