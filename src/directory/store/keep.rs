//! How much of a user is kept on disk.

/// What is kept of a user on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// Every field and the JSON.
    #[default]
    All,
    /// Both ids and nothing else.
    Ids,
}
