//! A mark that the agent puts on a user to find them first.

/// What became of a user's pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// The user is pinned.
    Set,
    /// The user is not pinned any more.
    Removed,
}
