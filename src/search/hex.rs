//! `_id`s as the twelve bytes that their 24 hexadecimal digits stand for, and digits to find in
//! them.

use std::cmp::Ordering;

/// The bytes of an `_id`.
pub(super) type IdBytes = [u8; 12];

/// Digits in an `_id`.
const DIGITS: usize = 24;

/// A term with fewer digits than this is only looked for at the start of an `_id`.
const MIN_DIGITS_INSIDE: usize = 4;

/// Hexadecimal digits that are looked for in `_id`s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HexTerm {
    value: u128,
    digits: usize,
}

impl HexTerm {
    /// The digits of a folded text; `None` when it is something else or too long.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let digits = text.len();
        let fits = (1..=DIGITS).contains(&digits) && text.bytes().all(|b| b.is_ascii_hexdigit());
        let value = fits.then(|| u128::from_str_radix(text, 16))?.ok()?;
        Some(Self { value, digits })
    }

    /// Whether the term has enough digits to be looked for anywhere in an `_id`.
    pub(crate) const fn is_found_anywhere(self) -> bool {
        self.digits >= MIN_DIGITS_INSIDE
    }

    /// Whether the digits can appear after the start of an `_id`; a whole `_id` cannot.
    pub(crate) const fn is_found_inside(self) -> bool {
        self.is_found_anywhere() && self.digits < DIGITS
    }

    /// Compares the first digits of an `_id` with the term.
    pub(crate) fn compare_start(self, id: &IdBytes) -> Ordering {
        (number_of(id) >> (4 * (DIGITS - self.digits))).cmp(&self.value)
    }

    /// The first place in an `_id` where the digits appear, counted in digits.
    pub(crate) fn place(self, id: &IdBytes) -> Option<usize> {
        if self.compare_start(id) == Ordering::Equal {
            return Some(0);
        }
        if !self.is_found_anywhere() {
            return None;
        }
        let number = number_of(id);
        if !self.may_be_in(number) {
            return None;
        }
        let mask = (1 << (4 * self.digits)) - 1;
        (1..=DIGITS - self.digits).find(|place| {
            let after = 4 * (DIGITS - self.digits - place);
            (number >> after) & mask == self.value
        })
    }

    /// Whether the term's last four digits appear anywhere: four places are compared at once.
    #[expect(clippy::cast_possible_truncation, reason = "the halves of an id")]
    const fn may_be_in(self, number: u128) -> bool {
        const ONES: u64 = 0x0001_0001_0001_0001;
        const HIGHS: u64 = 0x8000_8000_8000_8000;
        let wanted = (self.value as u64 & 0xFFFF) * ONES;
        let mut found = 0;
        let mut shift = 0;
        while shift < 16 {
            // The halves overlap by twelve digits, so nothing between them is missed.
            let low = (number >> shift) as u64 ^ wanted;
            let high = (number >> (shift + 32)) as u64 ^ wanted;
            // Subtracting from a zero difference borrows its high bit.
            found |= (low.wrapping_sub(ONES) & !low) | (high.wrapping_sub(ONES) & !high);
            shift += 4;
        }
        found & HIGHS != 0
    }
}

/// An `_id` as a number that sorts as the `_id` does.
pub(super) fn number_of(id: &IdBytes) -> u128 {
    let mut bytes = [0; 16];
    bytes[4..].copy_from_slice(id);
    u128::from_be_bytes(bytes)
}

/// The bytes of an id of 24 lower-case hexadecimal digits.
pub(super) fn parse_id(id: &str) -> Option<IdBytes> {
    let digits: &[u8; DIGITS] = id.as_bytes().try_into().ok()?;
    let mut bytes = IdBytes::default();
    for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// An `_id` in hexadecimal digits.
pub(super) fn id_text(id: &IdBytes) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = id.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn four_digits_are_found_anywhere_fewer_only_at_the_start() {
        let id = parse_id("64be90d2a7f31c0058e6d914").unwrap();
        let place = |text| HexTerm::new(text).unwrap().place(&id);
        assert_eq!(place("64b"), Some(0));
        assert_eq!(place("4be"), None);
        assert_eq!(place("4be9"), Some(1));
        assert_eq!(place("d914"), Some(20));
        assert_eq!(place("ffff"), None);
        assert_eq!(HexTerm::new("4bg"), None);
        assert_eq!(HexTerm::new(""), None);
    }

    #[test]
    fn an_id_is_read_and_written_the_same() {
        let text = "64be90d2a7f31c0058e6d914";
        assert_eq!(id_text(&parse_id(text).unwrap()), text);
        for other in ["", "64BE90d2a7f31c0058e6d914", "64be90d2a7f31c0058e6d91"] {
            assert_eq!(parse_id(other), None, "{other}");
        }
    }
}
