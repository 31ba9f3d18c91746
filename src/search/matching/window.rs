//! Scattered characters: where all characters of a term are in a text, in their order.

/// The characters of a field from the first to the last of the term's: the earliest end and, going
/// back from there, the latest start.
pub(super) fn tight_window(field: &str, term: &str) -> Option<(usize, usize)> {
    let mut wanted = term.chars();
    let mut next = wanted.next()?;
    let mut end = None;
    for (at, (byte, c)) in field.char_indices().enumerate() {
        if c != next {
            continue;
        }
        let Some(following) = wanted.next() else {
            end = Some((at + 1, byte + c.len_utf8()));
            break;
        };
        next = following;
    }
    let (end, byte) = end?;
    let mut wanted = term.chars().rev();
    let mut next = wanted.next()?;
    for (back, c) in field[..byte].chars().rev().enumerate() {
        if c != next {
            continue;
        }
        match wanted.next() {
            Some(c) => next = c,
            None => return Some((end - back - 1, end)),
        }
    }
    None
}

/// The length of a tight window in characters.
pub(super) fn window_length(field: &str, term: &str) -> Option<u16> {
    let length = if term.is_ascii() {
        let (start, end) = tight_bytes(field.as_bytes(), term.as_bytes())?;
        field[start..end].chars().count()
    } else {
        let (start, end) = tight_window(field, term)?;
        end - start
    };
    Some(u16::try_from(length).unwrap_or(u16::MAX))
}

/// A tight window in bytes, for an ASCII term.
fn tight_bytes(field: &[u8], term: &[u8]) -> Option<(usize, usize)> {
    let mut end = 0;
    for wanted in term {
        end += field[end..].iter().position(|byte| byte == wanted)? + 1;
    }
    let mut start = end;
    for wanted in term.iter().rev() {
        start = field[..start].iter().rposition(|byte| byte == wanted)?;
    }
    Some((start, end))
}

/// Whether all characters of a term are in a text, in their order.
pub(crate) fn is_scattered_in(text: &str, term: &str) -> bool {
    if !term.is_ascii() {
        let mut chars = text.chars();
        return term.chars().all(|wanted| chars.any(|c| c == wanted));
    }
    let mut rest = text.as_bytes();
    term.bytes().all(|wanted| {
        let Some(at) = memchr::memchr(wanted, rest) else {
            return false;
        };
        rest = &rest[at + 1..];
        true
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_of_scattered_characters_is_tight() {
        assert_eq!(tight_window("j j h n smith", "jhn"), Some((2, 7)));
        assert_eq!(tight_window("иван петров", "ипр"), Some((0, 9)));
        assert_eq!(tight_window("anna", "nan"), None);
    }

    #[test]
    fn a_window_is_as_long_in_bytes_as_in_characters() {
        for field in ["j j h n smith", "jöh n", "jhn", "", "nhj", "é j é h é n é"] {
            let expected = tight_window(field, "jhn").map(|(start, end)| end - start);
            assert_eq!(
                window_length(field, "jhn").map(usize::from),
                expected,
                "{field}"
            );
        }
    }

    #[test]
    fn scattered_characters_are_found_in_their_order() {
        assert!(is_scattered_in("john smith", "jhnsmth"));
        assert!(!is_scattered_in("john smith", "smthj"));
        assert!(is_scattered_in("佐藤 花", "佐花") && !is_scattered_in("佐藤 花", "花佐"));
    }
}
