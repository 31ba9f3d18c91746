//! What a problem means for a script.

/// What a problem means for a script: each kind has an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A refused id, or a base URL that cannot be used.
    Usage,
    /// Not found.
    NotFound,
    /// 401, 403 or no credentials.
    Credentials,
    /// Network, 429 or 5xx.
    Network,
    /// Anything else.
    Other,
}
