//! Records that no longer change, with all the lists that find them.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::thread;

use super::bits::Bits;
use super::exact::{Exact, is_whole_value};
use super::ids::Ids;
use super::letters::Letters;
use super::rows::Rows;
use super::tombstones::Tombstones;
use super::words::Words;

/// Records with their sorted lists.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Segment {
    pub rows: Rows,
    pub words: Words,
    pub ids: Ids,
    pub exact: Exact,
    pub letters: Letters,
    /// Records that a later one of the same user replaces.
    pub superseded: Bits,
    /// For each block of records, when the one that has gone unconfirmed for longest was confirmed;
    /// `u32::MAX` when none was.
    oldest: Vec<u32>,
}

/// Records of a block.
const BLOCK: usize = 4_096;

/// With fewer records, another thread costs more than it gives.
const WORTH_A_THREAD: usize = 50_000;

/// Some of the records of a segment, sorted among themselves.
#[derive(Debug, Default)]
pub(crate) struct Part {
    rows: Rows,
    words: Words,
    ids: Ids,
    exact: Exact,
}

impl Part {
    /// Sorts some records.
    pub(crate) fn of(mut rows: Rows) -> Self {
        rows.shrink();
        Self {
            words: Words::of(&rows),
            ids: Ids::of(&rows),
            exact: Exact::of(&rows),
            rows,
        }
    }

    /// The same on two threads, for records that are not one part of many.
    fn of_all(mut rows: Rows) -> Self {
        if rows.len() < WORTH_A_THREAD {
            return Self::of(rows);
        }
        rows.shrink();
        let (words, ids, exact) = thread::scope(|scope| {
            let words = scope.spawn(|| Words::of(&rows));
            let (ids, exact) = (Ids::of(&rows), Exact::of(&rows));
            let words = words.join().unwrap_or_else(|panic| resume_unwind(panic));
            (words, ids, exact)
        });
        Self {
            rows,
            words,
            ids,
            exact,
        }
    }

    /// Appends the records of another part.
    pub(crate) fn join(&mut self, other: Self) {
        let before = self.rows.len();
        let Self {
            rows,
            words,
            ids,
            exact,
        } = other;
        thread::scope(|scope| {
            // The longest list by far.
            scope.spawn(|| self.words.join(words, before));
            self.rows.append(rows);
            self.ids.join(ids, &self.rows, before);
            self.exact.join(exact, before);
        });
    }
}

impl Segment {
    /// Sorts the records; of two of the same user the later one counts.
    pub(crate) fn of(rows: Rows) -> Self {
        Self::of_part(Part::of_all(rows))
    }

    /// Completes the only part that is left.
    pub(crate) fn of_part(part: Part) -> Self {
        let Part {
            rows,
            words,
            mut ids,
            exact,
        } = part;
        let mut superseded = Bits::none(rows.len());
        ids.drop_superseded(&rows, |at| superseded.insert(at));
        let mut odd = HashMap::new();
        for at in (0..rows.len()).filter(|at| rows.hex_id(*at).is_none()) {
            if let Some(earlier) = odd.insert(rows.id_text(at), at) {
                superseded.insert(earlier);
            }
        }
        let oldest = (0..rows.len()).step_by(BLOCK);
        let oldest = oldest.map(|first| {
            let block = first..rows.len().min(first + BLOCK);
            let confirmed = block.filter_map(|at| rows.confirmed(at));
            confirmed.min().unwrap_or(u32::MAX)
        });
        Self {
            letters: Letters::of(&rows, &words, &ids, &superseded),
            oldest: oldest.collect(),
            rows,
            words,
            ids,
            exact,
            superseded,
        }
    }

    /// When the record that has gone unconfirmed for longest was confirmed, replaced ones left out,
    /// if that was before `known`.
    pub(crate) fn oldest(&self, tombstones: &Tombstones, known: u32) -> u32 {
        let mut oldest = known;
        for (block, least) in self.oldest.iter().enumerate() {
            if *least >= oldest {
                continue;
            }
            let all = block * BLOCK..self.rows.len().min((block + 1) * BLOCK);
            let alive = all.filter(|at| !tombstones.has(*at));
            let confirmed = alive.filter_map(|at| self.rows.confirmed(at));
            oldest = confirmed.fold(oldest, u32::min);
        }
        oldest
    }

    /// The record of an `_id`.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let rows = &self.rows;
        let is_odd = |at: &usize| rows.hex_id(*at).is_none() && rows.id_text(*at) == id;
        let odd = || self.exact.candidates(id).filter(is_odd).last();
        self.ids.find(rows, id).or_else(odd)
    }

    /// The records whose whole `_id`, `userId` or e-mail is a text.
    pub(crate) fn named_by(&self, text: &str) -> Vec<usize> {
        // No `_id` has capitals, but somebody may have typed them.
        let id = text.to_ascii_lowercase();
        let mut found: Vec<usize> = self.ids.find(&self.rows, &id).into_iter().collect();
        let candidates = self.exact.candidates(text);
        found.extend(candidates.filter(|at| is_named_by(&self.rows, *at, text)));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a text is a record's whole `_id`, `userId` or e-mail.
pub(crate) fn is_named_by(rows: &Rows, at: usize, text: &str) -> bool {
    let mut fields = rows.fields(at);
    let by_field = fields.any(|field| is_whole_value(field.kind, rows.shown(at, &field), text));
    by_field || (rows.hex_id(at).is_some() && rows.id_text(at).eq_ignore_ascii_case(text))
}
