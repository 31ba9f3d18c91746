//! What a cell of a column is read as.
//!
//! In: what was decided about a column. Out: the member that its cells are facts about, and a hash
//! that changes with any of it.

use crate::directory::store::hash_of;
use crate::domain::facts::Member;

/// What a cell of a column is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::directory::import) enum Meaning {
    /// The `_id`.
    Id(IdColumn),
    /// A member of the user; what the API has no name for is custom data.
    Fact(Member),
    /// Custom data that is a phone number.
    Phone(Member),
    /// Nothing.
    Left,
}

/// How a column is known to hold the `_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory::import) enum IdColumn {
    /// By its name.
    Named,
    /// By its values alone: what does not look like them is no id.
    Judged,
}

/// What a meaning is about; a phone and other custom data of one name are the same.
pub(super) fn member(meaning: &Meaning) -> Option<&Member> {
    match meaning {
        Meaning::Fact(member) | Meaning::Phone(member) => Some(member),
        Meaning::Id(_) | Meaning::Left => None,
    }
}

/// A hash of what every column is read as: a row is read again if that changed.
pub(super) fn hash_of_all(meanings: &[Meaning]) -> u64 {
    let mut text = String::new();
    for meaning in meanings {
        match meaning {
            Meaning::Id(IdColumn::Named) => text.push('i'),
            Meaning::Id(IdColumn::Judged) => text.push('j'),
            Meaning::Left => text.push('-'),
            Meaning::Phone(member) | Meaning::Fact(member) => {
                text.push(if matches!(meaning, Meaning::Phone(_)) {
                    'n'
                } else {
                    'f'
                });
                text.push_str(member.path().as_str());
            }
        }
        text.push('\0');
    }
    hash_of(text.as_bytes())
}
