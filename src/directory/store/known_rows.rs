//! Which rows exist, for imports that must not ask for each of a million.
//!
//! In: the open directory. Out: whether the line with a hash would change nothing, and during a
//! first import, which has no index yet, the row of an id.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use rusqlite::Connection;

use super::codes::{MIXED, portion_code};
use super::known_lines::{KnownLines, Unchanged};
use super::schema::data_version;
use super::{Store, StoreError, indexes};
use crate::domain::facts::Portion;

/// Where the row of an id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownRow {
    /// The index knows.
    AskTheIndex,
    /// There.
    At(u32),
    /// There is none.
    Nowhere,
}

type ByHash<T> = HashMap<u64, T, BuildHasherDefault<AsItIs>>;

/// What existed when an import began, kept up to date with what it writes.
#[derive(Debug)]
pub(in crate::directory) struct KnownRows {
    by_line: Arc<KnownLines>,
    /// Lines whose row was changed since.
    outdated: HashSet<u64, BuildHasherDefault<AsItIs>>,
    by_id: Option<ByHash<u32>>,
    has_gone: bool,
    data_version: i64,
}

impl KnownRows {
    /// Looks at the directory.
    pub(in crate::directory) fn load(store: &Store) -> Result<Self, StoreError> {
        let directory = store.directory();
        let count: i64 = directory.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?;
        let count = usize::try_from(count).unwrap_or_default();
        let mut lines = Vec::with_capacity(count);
        let by_id = if indexes::exist(directory)? {
            None
        } else {
            Some(rows_by_id(directory)?)
        };
        if count > 0 {
            // A part that stands alone is no copy either; only other ids and lists lie beside it.
            let known = "SELECT row, hash, at, line, coalesce(origin, 0) & ?1 != 0
                    AND (state = ?2 OR EXISTS (SELECT 1 FROM merges)
                        OR EXISTS (SELECT 1 FROM listed))
                FROM users WHERE hash IS NOT NULL";
            let mut rows = directory.prepare(known)?;
            let mut rows = rows.query((MIXED, portion_code(Portion::Whole)))?;
            while let Some(row) = rows.next()? {
                let line = row.get::<_, i64>(3)?.cast_unsigned();
                let unchanged = Unchanged::new(row.get(0)?, row.get(2)?, line, row.get(4)?);
                lines.push((row.get::<_, i64>(1)?.cast_unsigned(), unchanged));
            }
        }
        Ok(Self {
            by_line: Arc::new(KnownLines::of(lines)),
            outdated: HashSet::default(),
            by_id,
            has_gone: has_gone(directory)?,
            data_version: data_version(directory)?,
        })
    }

    /// The lines that would change nothing, for the thread that reads.
    pub(in crate::directory) fn by_line(&self) -> Arc<KnownLines> {
        Arc::clone(&self.by_line)
    }

    /// Whether it still holds that this line would change nothing.
    pub(in crate::directory) fn still_holds(&self, hash: u64) -> bool {
        !self.outdated.contains(&hash)
    }

    /// Whether another program wrote to the directory since the last time this was asked.
    pub(in crate::directory) fn others_wrote(
        &mut self,
        directory: &Connection,
    ) -> Result<bool, StoreError> {
        let now = data_version(directory)?;
        let wrote = std::mem::replace(&mut self.data_version, now) != now;
        if wrote {
            self.has_gone = has_gone(directory)?;
            if self.by_id.is_some() {
                self.by_id = Some(rows_by_id(directory)?);
            }
        }
        Ok(wrote)
    }

    /// The row of an id, where there is no index to ask.
    pub(super) fn row_of(&self, id: &str) -> KnownRow {
        match &self.by_id {
            None => KnownRow::AskTheIndex,
            Some(by_id) => match by_id.get(&hash_of(id.as_bytes())) {
                Some(row) => KnownRow::At(*row),
                None => KnownRow::Nowhere,
            },
        }
    }

    /// Whether any user is known to have been merged away or deleted.
    pub(super) const fn has_gone(&self) -> bool {
        self.has_gone
    }

    /// Whether rows are found by the ids noted here, because there is no index.
    pub(super) const fn lacks_index(&self) -> bool {
        self.by_id.is_some()
    }

    /// Notes that the index was made.
    pub(super) fn note_index(&mut self) {
        self.by_id = None;
    }

    /// Notes that a user was merged away or deleted.
    pub(super) const fn note_gone(&mut self) {
        self.has_gone = true;
    }

    pub(super) fn inserted(&mut self, id: &str, row: i64) {
        if let (Some(by_id), Ok(row)) = (&mut self.by_id, u32::try_from(row)) {
            by_id.insert(hash_of(id.as_bytes()), row);
        }
    }

    pub(super) fn outdate(&mut self, hash: Option<i64>) {
        let hash = hash.map(i64::cast_unsigned);
        // Only lines that were known at the start are asked for, so no more need be noted.
        if let Some(hash) = hash.filter(|hash| self.by_line.get(*hash).is_some()) {
            self.outdated.insert(hash);
        }
    }
}

fn rows_by_id(directory: &Connection) -> rusqlite::Result<ByHash<u32>> {
    let mut by_id = ByHash::default();
    let mut rows = directory.prepare("SELECT row, id FROM users")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        by_id.insert(hash_of(row.get_ref(1)?.as_bytes()?), row.get(0)?);
    }
    Ok(by_id)
}

fn has_gone(directory: &Connection) -> rusqlite::Result<bool> {
    let any = "SELECT EXISTS (SELECT 1 FROM tombstones) OR EXISTS (SELECT 1 FROM merges)";
    directory.query_row(any, [], |row| row.get(0))
}

/// Mixes bytes into 64 bits, eight at a time. It has to stay the same as long as files live.
pub(in crate::directory) fn hash_of(bytes: &[u8]) -> u64 {
    const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
    const STEP: u64 = 0xd1b5_4a32_d192_ed03;
    let mix = |hash: u64, word: u64| {
        let wide = u128::from(hash ^ word).wrapping_mul(u128::from(STEP | 1));
        let (low, high) = (wide & u128::from(u64::MAX), wide >> 64);
        #[expect(clippy::cast_possible_truncation, reason = "both are 64 bits wide")]
        let folded = (low as u64) ^ (high as u64);
        folded.wrapping_add(SEED)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words
        .iter()
        .fold(SEED, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let length = u64::try_from(bytes.len()).unwrap_or_default();
    mix(mix(hash, u64::from_le_bytes(last)), length ^ SEED)
}

/// Hashes need no hashing.
#[derive(Debug, Default)]
pub(in crate::directory) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_of(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::hash_of;

    #[test]
    fn every_byte_and_the_length_count() {
        let texts: [&[u8]; 8] = [
            b"",
            b"\0",
            b"\0\0\0\0\0\0\0\0",
            b"12345678",
            b"123456789",
            b"12345679",
            b"1234567",
            b"1234567\0",
        ];
        for (i, a) in texts.iter().enumerate() {
            for b in &texts[i + 1..] {
                assert_ne!(hash_of(a), hash_of(b), "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn the_hash_is_the_same_in_every_build() {
        assert_eq!(
            hash_of(b"{\"_id\":\"64be90d2a7f31c0058e6d914\"}"),
            1_053_130_956_395_395_812
        );
    }
}
