//! A bit for each letter and digit that a text holds: most records are put aside by one comparison.

/// Letters and digits have bits of their own; all other characters share the rest.
const OWN: u32 = 36;

/// The bits of a text. A text can hold another only if it has all its bits.
pub fn of(text: &str) -> u64 {
    let mut mask = 0;
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        mask |= match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'0'..=b'9' => 1 << (byte - b'0' + 26),
            0x80.. => return mask | of_chars(text),
            // Field marks and blanks are no part of a term.
            0..=b' ' => 0,
            _ => shared(u32::from(*byte)),
        };
    }
    mask
}

fn of_chars(text: &str) -> u64 {
    let others = text.chars().filter(|c| !c.is_ascii());
    let bits = others.map(|c| shared(u32::from(c)));
    let ascii = text.chars().filter(char::is_ascii).map(|c| match c {
        'a'..='z' => 1 << (u32::from(c) - u32::from('a')),
        '0'..='9' => 1 << (u32::from(c) - u32::from('0') + 26),
        '\0'..=' ' => 0,
        _ => shared(u32::from(c)),
    });
    bits.chain(ascii).fold(0, |mask, bit| mask | bit)
}

const fn shared(c: u32) -> u64 {
    let spread = c.wrapping_mul(0x9E37_79B1) >> 16;
    1 << (OWN + spread % (u64::BITS - OWN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_bits_of_all_its_parts() {
        let text = "\u{1}anna muller\u{2}anna@example.org\u{3}佐藤 花";
        for part in ["anna", "muller", "@", "佐藤", "花", "org", "e.o"] {
            assert_eq!(of(text) & of(part), of(part), "{part}");
        }
        assert_eq!(of(text) & of("7"), 0);
        assert_eq!(of(" \u{1}"), 0);
    }
}
