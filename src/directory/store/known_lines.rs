//! The lines that rows rest on, by their hashes, so that an import skips what would change nothing.
//!
//! In: each row with its hash. Out: the row of a hash. A million lines take 32 MB: the lines lie side
//! by side in one list, and a table twice as long holds their places in it.

use std::mem::size_of;

use crate::domain::facts::Key;

/// A row that a line would not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) struct Unchanged {
    pub(in crate::directory) row: u32,
    /// On which line of a file it was met last, twice, and one more if more than the line says
    /// something about the person.
    line_and_joined: u32,
    /// When the line was last met, in milliseconds.
    at: i64,
}

impl Unchanged {
    /// `is_joined` says that more than the line is known of the person, so that what is seen of them
    /// may change when the line counts as newer.
    pub(super) fn new(row: u32, at: i64, line: u64, is_joined: bool) -> Self {
        Self {
            row,
            line_and_joined: halved(line) << 1 | u32::from(is_joined),
            at,
        }
    }

    /// Whether a line with this key may change what is seen, because it counts as newer than other
    /// reports now.
    pub(in crate::directory) fn is_overtaken_by(&self, key: Key) -> bool {
        self.line_and_joined & 1 == 1 && self.is_confirmed_by(key)
    }

    /// Whether a line with this key is newer than the one that the row rests on.
    pub(in crate::directory) fn is_confirmed_by(&self, key: Key) -> bool {
        (self.at, self.line_and_joined >> 1) < (key.at, halved(key.line))
    }
}

/// A line number in 31 bits: no more is needed than which of two lines is the later one.
fn halved(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).min(u32::MAX >> 1)
}

/// Lines by their hashes.
#[derive(Debug, Default)]
pub(in crate::directory) struct KnownLines {
    lines: Vec<(u64, Unchanged)>,
    /// Places in the list, each at or behind where its hash points; always some are [`FREE`].
    table: Box<[u32]>,
}

const FREE: u32 = u32::MAX;

impl KnownLines {
    /// Takes all lines; of those with the same hash the last one counts.
    pub(super) fn of(lines: Vec<(u64, Unchanged)>) -> Self {
        let size = (lines.len() * 2).next_power_of_two();
        let mut known = Self {
            table: vec![FREE; size].into(),
            lines,
        };
        for place in 0..known.lines.len() {
            let (Some((hash, _)), Ok(place)) = (known.lines.get(place), u32::try_from(place))
            else {
                break;
            };
            let slot = known.slot(*hash);
            if let Some(slot) = known.table.get_mut(slot) {
                *slot = place;
            }
        }
        known
    }

    /// The row that the line with this hash would not change.
    pub(in crate::directory) fn get(&self, hash: u64) -> Option<Unchanged> {
        let place = *self.table.get(self.slot(hash))?;
        let (_, unchanged) = self.lines.get(usize::try_from(place).ok()?)?;
        Some(*unchanged)
    }

    /// Where a hash is in the table, or where it belongs.
    fn slot(&self, hash: u64) -> usize {
        let mask = self.table.len().wrapping_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the mask takes the rest away"
        )]
        let mut slot = hash as usize & mask;
        while let Some(place) = self.table.get(slot) {
            let place = usize::try_from(*place).unwrap_or(usize::MAX);
            match self.lines.get(place) {
                Some((other, _)) if *other != hash => slot = (slot + 1) & mask,
                // Found, or free.
                _ => break,
            }
        }
        slot
    }
}

const _: () = assert!(size_of::<(u64, Unchanged)>() == 24, "a million take 24 MB");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facts::Source;

    fn key(at: i64, line: u64) -> Key {
        Key {
            at,
            source: Source::File,
            line,
        }
    }

    #[test]
    fn every_line_is_found_and_no_other() {
        for count in [0_u32, 1, 2, 3, 1_000] {
            // All hashes point to the same few places.
            let hash = |number: u32| u64::from(number) << 32;
            let line = |number| (hash(number), Unchanged::new(number, 1, 1, false));
            let known = KnownLines::of((0..count).map(line).collect());
            for number in 0..count {
                assert_eq!(known.get(hash(number)).map(|it| it.row), Some(number));
            }
            assert_eq!(known.get(hash(count)), None);
        }
        assert_eq!(KnownLines::default().get(7), None);
    }

    #[test]
    fn of_rows_on_the_same_line_the_last_one_counts() {
        let line = |row| (7, Unchanged::new(row, 1, 1, false));
        let known = KnownLines::of(vec![line(1), line(2)]);
        assert_eq!(known.get(7).map(|it| it.row), Some(2));
    }

    #[test]
    fn a_line_confirms_a_row_only_if_it_is_newer_or_further_down() {
        let row = Unchanged::new(1, 10, 5, false);
        assert!(row.is_confirmed_by(key(11, 1)) && row.is_confirmed_by(key(10, 6)));
        assert!(!row.is_confirmed_by(key(10, 5)) && !row.is_confirmed_by(key(9, 9)));
        assert!(!row.is_overtaken_by(key(11, 1)));
        assert!(Unchanged::new(1, 10, 5, true).is_overtaken_by(key(11, 1)));
        let far = Unchanged::new(1, 10, u64::MAX, true);
        assert!(!far.is_confirmed_by(key(10, u64::MAX)));
    }
}
