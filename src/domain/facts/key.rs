//! When something was reported, and by which source: of two values of a member the one with the
//! greater key counts.

use serde::{Deserialize, Serialize};

/// Where a fact about a user came from, the weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Source {
    /// A file.
    #[default]
    #[serde(rename = "f")]
    File,
    /// An event of a webhook.
    #[serde(rename = "w")]
    Webhook,
    /// The API, asked for this very user.
    #[serde(rename = "a")]
    Api,
}

/// When a source reported something; the greater of two is the later one. Of equally old reports
/// the stronger source counts, then the later line of a file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Key {
    /// In milliseconds since 1970.
    pub at: i64,
    /// By which source.
    pub source: Source,
    /// The line of the file, or 0 where there is no file.
    pub line: u64,
}

impl Key {
    /// What the API answered when it was asked at this moment, in milliseconds.
    pub const fn answered(at: i64) -> Self {
        Self {
            at,
            source: Source::Api,
            line: 0,
        }
    }
}

/// Which of two kinds of knowledge a report adds to. A null or a missing member takes away only
/// what reports of the same kind said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Register {
    /// What the API says: its answers, webhooks, and lines of files that hold a whole user.
    #[serde(rename = "a")]
    Api,
    /// What a list of the business says, and the `userId`, as canonical JSON, that the list gives the
    /// user: it counts only while the API does not give them another one.
    #[serde(rename = "l")]
    List(Option<Box<str>>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use Source::{Api, File, Webhook};

    #[test]
    fn later_keys_are_greater_and_the_api_wins_among_equals() {
        let key = |at, source, line| Key { at, source, line };
        assert!(key(2, File, 0) > key(1, Api, 9));
        assert!(key(1, Api, 0) > key(1, Webhook, 9) && key(1, Webhook, 0) > key(1, File, 9));
        assert!(key(1, File, 3) > key(1, File, 2));
    }
}
