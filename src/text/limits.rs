//! How long strangers' text may be where it is shown.

/// Most characters to show of one field.
pub(crate) const FIELD_LIMIT: usize = 4_096;
/// Most characters to show of one message.
pub(crate) const MESSAGE_LIMIT: usize = 65_536;
/// Most characters in one cluster.
pub(super) const CLUSTER_SCALARS: usize = 12;
/// Most bytes in one cluster.
pub(super) const CLUSTER_BYTES: usize = 48;
/// How many characters may be read for each one that may be shown. This bounds the work that a
/// flood of zero-width characters can cause.
pub(super) const READ_FACTOR: usize = 4;
