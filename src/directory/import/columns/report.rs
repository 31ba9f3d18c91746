//! What an agent says about columns, and what an import says of them.

use crate::domain::ColumnField;

/// What the agent says about columns, by their names in the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMapping {
    /// What a column becomes.
    pub map: Vec<(String, ColumnField)>,
    /// Columns to leave out.
    pub ignore: Vec<String>,
}

impl ColumnMapping {
    /// Whether nothing was said.
    pub const fn is_empty(&self) -> bool {
        self.map.is_empty() && self.ignore.is_empty()
    }
}

/// What a column became, as the import says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReport {
    /// Its name in the header.
    pub column: String,
    /// What it became.
    pub becomes: Becomes,
}

/// What a column became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// This field, or custom data of this name.
    Field(ColumnField),
    /// Custom data of this name, in which a phone number is found however it is written.
    Number(String),
    /// The `userId`, though its values look like `_id`s.
    DoubtfulUserId,
    /// Custom data, because another column is this field.
    Second(ColumnField),
    /// Nothing.
    LeftOut(LeftOut),
}

/// Why a column was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftOut {
    /// Merely called `id`, its values do not look like an `_id`; with the start of one of them.
    NotAnId(String),
    /// Merely called `id`, and empty as far as was looked.
    Empty,
    /// The agent said so.
    Ignored,
    /// It has no name.
    Unnamed,
}
