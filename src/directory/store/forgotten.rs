//! Who was forgotten, so that no file brings them back.
//!
//! In: ids. Out: whether a person with one of them was forgotten, and when. Only keyed hashes are
//! kept, and the key is in another folder: nobody can tell from the file alone who it was.

use std::fmt;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use super::report::Dating;
use super::writer::Writer;
use super::{Report, Store, StoreError};
use crate::domain::facts::Source;

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

impl Store {
    /// What a writer has to know of forgotten persons.
    pub(super) fn forgetting(&self) -> Result<Forgetting, StoreError> {
        let any = "SELECT EXISTS (SELECT 1 FROM forgotten)";
        let is_any: bool = self.directory().query_row(any, [], |row| row.get(0))?;
        Ok(Forgetting {
            hasher: self.hasher().filter(|_| is_any).cloned(),
        })
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

impl Writer<'_> {
    /// Whether a report is about a person who was forgotten. The API brings them back, and so does a
    /// webhook that says that something happened since; a file never does.
    pub(super) fn is_forgotten(&self, report: &Report) -> Result<bool, StoreError> {
        let Some(IdHasher(hash)) = &self.forgetting.hasher else {
            return Ok(false);
        };
        let ids = [report.id.as_deref(), report.user_id()];
        let hashes: Vec<Vec<u8>> = ids
            .into_iter()
            .flatten()
            .filter_map(|id| hash(id.as_bytes()))
            .collect();
        let mut since = None;
        for hash in &hashes {
            let mut find = self.cached("SELECT at FROM forgotten WHERE hash = ?1")?;
            let at: Option<i64> = find.query_row([hash], |row| row.get(0)).optional()?;
            since = since.max(at);
        }
        let Some(since) = since else {
            return Ok(false);
        };
        let comes_back = match report.key.source {
            Source::Api => report.is_whole(),
            Source::Webhook => report.dating == Dating::Own && report.key.at > since,
            Source::File => false,
        };
        if comes_back {
            for hash in &hashes {
                self.cached("DELETE FROM forgotten WHERE hash = ?1")?
                    .execute([hash])?;
            }
        }
        Ok(!comes_back)
    }
}
