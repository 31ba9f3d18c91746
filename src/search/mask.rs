//! A bit for each letter and digit that a text holds: one comparison rules most records out.

/// The characters that have bits of their own, in the order of their bits.
pub(crate) const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// Other characters of ASCII share the bits from here on.
const SIGNS: u32 = 36;

/// Characters beyond ASCII share the bits from here on. Few records hold any, so looking for one
/// rules out all others.
const BEYOND: u32 = 44;

/// The bit of each character of ASCII.
const ASCII: [u64; 128] = {
    let mut bits = [0; 128];
    // No term holds field marks or blanks.
    let mut byte = b' ' + 1;
    while byte < 128 {
        bits[byte as usize] = match byte {
            b'a'..=b'z' => 1 << (byte - b'a'),
            b'0'..=b'9' => 1 << (byte - b'0' + 26),
            _ => shared(byte as u32, SIGNS, BEYOND),
        };
        byte += 1;
    }
    bits
};

/// The bits of a text. A text can hold another only if it has all its bits.
pub(crate) fn of(text: &str) -> u64 {
    let ascii = text.bytes().filter_map(|byte| ASCII.get(usize::from(byte)));
    let mask = ascii.fold(0, |mask, bit| mask | bit);
    if text.is_ascii() {
        return mask;
    }
    let others = text.chars().filter(|c| !c.is_ascii());
    others.fold(mask, |mask, c| {
        mask | shared(u32::from(c), BEYOND, u64::BITS)
    })
}

/// One of the bits from `first` up to, but not including, `last`.
const fn shared(c: u32, first: u32, last: u32) -> u64 {
    let spread = c.wrapping_mul(0x9E37_79B1) >> 16;
    1 << (first + spread % (last - first))
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

    #[test]
    fn letters_have_bits_in_their_order() {
        for (bit, letter) in LETTERS.char_indices() {
            assert_eq!(of(&letter.to_string()), 1 << bit);
        }
    }

    #[test]
    fn ascii_shares_no_bits_with_other_characters() {
        let ascii: String = (' '..='~').collect();
        let beyond: String = ('\u{430}'..='\u{44f}').collect();
        assert_eq!(of(&ascii) & of(&beyond), 0);
    }
}
