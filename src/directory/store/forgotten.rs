//! Who was forgotten, so that no file brings them back.
//!
//! In: ids. Out: whether a person with one of them was forgotten, and when. Only keyed hashes are
//! kept, and the key is in another folder: nobody can tell from the file alone who it was.

use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::StoreError;

type Hash = dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync;

/// Hashes ids with a key of this installation; without a key there is no hash.
#[derive(Clone)]
pub struct IdHasher(Arc<Hash>);

impl IdHasher {
    /// Hashes with this function.
    pub fn new(hash: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static) -> Self {
        Self(Arc::new(hash))
    }
}

impl fmt::Debug for IdHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdHasher")
    }
}

/// What a writer has to know of forgotten persons.
#[derive(Debug, Default)]
pub(super) struct Forgetting {
    /// None if nobody was forgotten.
    hasher: Option<IdHasher>,
}

impl Forgetting {
    /// Looks whether anybody was forgotten.
    pub(super) fn of(
        directory: &Connection,
        hasher: Option<&IdHasher>,
    ) -> Result<Self, StoreError> {
        let any = "SELECT EXISTS (SELECT 1 FROM forgotten)";
        let is_any: bool = directory.query_row(any, [], |row| row.get(0))?;
        Ok(Self {
            hasher: hasher.filter(|_| is_any).cloned(),
        })
    }

    /// Whether a person with one of these ids was forgotten and stays forgotten. `comes_back` decides
    /// by the moment of forgetting, in milliseconds; a person who comes back is no longer noted.
    pub(super) fn holds<'i>(
        &self,
        directory: &Connection,
        ids: impl Iterator<Item = &'i str>,
        comes_back: impl FnOnce(i64) -> bool,
    ) -> Result<bool, StoreError> {
        let Some(IdHasher(hash)) = &self.hasher else {
            return Ok(false);
        };
        let hashes: Vec<Vec<u8>> = ids.filter_map(|id| hash(id.as_bytes())).collect();
        let mut since = None;
        for hash in &hashes {
            let find = "SELECT at FROM forgotten WHERE hash = ?1";
            let mut find = directory.prepare_cached(find)?;
            let at: Option<i64> = find.query_row([hash], |row| row.get(0)).optional()?;
            since = since.max(at);
        }
        let Some(since) = since else {
            return Ok(false);
        };
        if !comes_back(since) {
            return Ok(true);
        }
        for hash in &hashes {
            directory
                .prepare_cached("DELETE FROM forgotten WHERE hash = ?1")?
                .execute([hash])?;
        }
        Ok(false)
    }
}

/// Notes that the person with these ids was forgotten.
pub(super) fn note<'i>(
    directory: &Connection,
    hasher: &IdHasher,
    ids: impl IntoIterator<Item = &'i str>,
    at: i64,
) -> Result<(), StoreError> {
    let mut note = directory.prepare_cached(
        "INSERT INTO forgotten (hash, at) VALUES (?1, ?2)
         ON CONFLICT (hash) DO UPDATE SET at = max(at, ?2)",
    )?;
    for id in ids {
        if let Some(hash) = (hasher.0)(id.as_bytes()) {
            note.execute((hash, at))?;
        }
    }
    Ok(())
}
