//! What is known of a user: facts, each with its source and its time.

/// Where a fact about a user came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The API, asked for this very user.
    Api,
    /// A file.
    File,
    /// An event of a webhook.
    Webhook,
}
