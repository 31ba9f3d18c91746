//! Finds whole ids and e-mails: a sorted list of their hashes, each with its record.

use super::field::Kind;
use super::rows::Rows;
use super::sorted;

/// Hashes of ids and e-mails, each with its record.
#[derive(Debug, Clone, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Exact(Vec<(u32, u32)>);

impl Exact {
    pub(crate) fn of(rows: &Rows) -> Self {
        let mut entries = Vec::with_capacity(rows.len());
        for at in 0..rows.len() {
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let fields = rows.fields(at).filter(|field| is_exact(field.kind));
            entries.extend(fields.map(|field| (hash(rows.shown(at, &field)), number)));
        }
        entries.sort_unstable_by_key(|entry| as_number(*entry));
        entries.shrink_to_fit();
        Self(entries)
    }

    /// Adds the values of records that are appended to `before` others.
    pub(crate) fn join(&mut self, others: Self, before: usize) {
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let shifted = |(hash, record): (u32, u32)| (hash, record + before);
        sorted::join(&mut self.0, others.0, shifted, as_number);
    }

    /// The records with a value of the same hash, ascending; each has to be checked.
    pub(crate) fn candidates(&self, text: &str) -> impl Iterator<Item = usize> {
        let hash = hash(text);
        let start = sorted::first_from(self.0.len(), |at| self.0[at].0.into(), hash.into());
        let equal = self.0[start..]
            .iter()
            .take_while(move |entry| entry.0 == hash);
        equal.map(|entry| entry.1 as usize)
    }
}

/// A number that sorts as an entry does, and is compared in one step.
fn as_number((hash, record): (u32, u32)) -> u64 {
    u64::from(hash) << 32 | u64::from(record)
}

/// Whether fields of a kind are found whole.
const fn is_exact(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::UserId | Kind::RandomUserId | Kind::Email | Kind::OddId
    )
}

/// Whether a text is a whole value: ids byte by byte, e-mails in any case.
pub(crate) fn is_whole_value(kind: Kind, value: &str, text: &str) -> bool {
    match kind {
        Kind::Email => value.eq_ignore_ascii_case(text),
        _ => is_exact(kind) && value == text,
    }
}

/// A hash that ignores case.
fn hash(text: &str) -> u32 {
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
    }
    let spread = hash ^ (hash >> 29);
    u32::try_from(spread >> 32).unwrap_or(u32::MAX)
}
