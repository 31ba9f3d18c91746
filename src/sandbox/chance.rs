//! Repeatable chance: everything that looks random in the sandbox comes from here.
//!
//! In: a seed and the subject of the draw. Out: numbers, ids and picks that are the same in every
//! run. It must not depend on the clock, the system's randomness, or earlier draws about another
//! subject.

const HEX: &[u8] = b"0123456789abcdef";
const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A stream of repeatable draws about one subject.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// Opens the stream that belongs to `about` under `seed`.
    ///
    /// Each subject has its own stream, so that adding a person changes nobody else.
    pub(crate) fn about(seed: u64, about: &str) -> Self {
        let mut state = seed ^ 0x5bd1_e995_9d1c_83a7;
        for byte in about.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let mut stream = Self(state);
        // Neighbouring seeds differ in few bits; one draw spreads them.
        stream.0 = stream.draw();
        stream
    }

    /// The next number of the stream (splitmix64).
    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs() + 1;
        low.saturating_add_unsigned(self.draw() % width)
    }

    /// One of `choices`; `None` when there are none.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(choices.len()).ok().filter(|n| *n > 0)?;
        choices.get(usize::try_from(self.draw() % count).ok()?)
    }

    /// `len` lower-case hex digits.
    pub(crate) fn hex(&mut self, len: usize) -> String {
        self.letters_of(HEX, len)
    }

    /// `len` decimal digits, the first of which is not zero.
    pub(crate) fn digits(&mut self, len: usize) -> String {
        let first = self.letters_of(b"123456789", 1);
        first + &self.letters_of(DIGITS, len.saturating_sub(1))
    }

    /// `len` digits and letters of both cases.
    pub(crate) fn base62(&mut self, len: usize) -> String {
        self.letters_of(LETTERS, len)
    }

    /// A lower-case version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-{}{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.letters_of(b"89ab", 1),
            self.hex(3),
            self.hex(12),
        )
    }

    fn letters_of(&mut self, alphabet: &[u8], len: usize) -> String {
        (0..len)
            .filter_map(|_| self.pick(alphabet).copied().map(char::from))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_subject_draw_the_same() {
        let mut one = Chance::about(7, "mara");
        let mut two = Chance::about(7, "mara");
        assert_eq!(one.hex(24), two.hex(24));
        assert_eq!(one.uuid(), two.uuid());
    }

    #[test]
    fn another_seed_or_subject_draws_something_else() {
        let id = Chance::about(7, "mara").hex(24);
        assert_ne!(id, Chance::about(8, "mara").hex(24));
        assert_ne!(id, Chance::about(7, "marat").hex(24));
    }

    #[test]
    fn draws_stay_in_their_range() {
        let mut chance = Chance::about(1, "range");
        for _ in 0..1_000 {
            assert!((-3..=4).contains(&chance.between(-3, 4)));
        }
        assert_eq!(chance.between(5, 5), 5);
        assert_eq!(chance.between(5, 1), 5);
        assert_eq!(chance.pick::<u8>(&[]), None);
    }
}
