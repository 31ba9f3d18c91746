//! What a search is asked and what it answers.

use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{DisplayName, Platform, SmoochId, Untrusted, User};

/// A copy of a user, and when the API last confirmed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The user as the API told.
    pub user: User,
    /// The name to show in lists.
    pub name: DisplayName,
    /// When the copy was made.
    pub confirmed_at: Timestamp,
}

impl Known {
    /// The latest sign of the user on any channel, with the channel.
    pub fn last_seen(&self) -> Option<(Timestamp, &Platform)> {
        self.user
            .clients
            .iter()
            .filter_map(|client| Some((client.last_seen?, &client.platform)))
            .max_by_key(|(seen, _)| *seen)
    }
}

/// One user that the console knows, perhaps by id only.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The user's `_id`.
    pub id: SmoochId,
    /// What the API told, once it has been asked.
    pub copy: Option<Arc<Known>>,
}

/// How well a user matches, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The whole text is the user's `_id`, `userId` or e-mail.
    Exact,
    /// A field starts with the term.
    Prefix,
    /// A later word of a field starts with the term.
    Word,
    /// The term stands somewhere in a field.
    Substring,
    /// The term's characters stand in a field in their order.
    Fuzzy,
}

/// A searched field of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitField {
    /// The resolved display name.
    Name,
    /// The profile's e-mail.
    Email,
    /// The `userId`.
    UserId,
    /// The `_id`.
    SmoochId,
    /// A channel's name for the user.
    ChannelName,
    /// A channel's own id for the user, such as a phone number.
    ExternalId,
}

/// Where in a user the text was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MatchedField {
    /// Which field.
    pub field: HitField,
    /// The whole field.
    pub text: Untrusted,
    /// Which characters (Unicode scalars) of the field matched, in ascending order.
    pub spans: Vec<Range<usize>>,
}

/// A user that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The user.
    pub entry: Entry,
    /// How well; `None` when there was nothing to search for.
    pub rank: Option<Rank>,
    /// Where; `None` when there was nothing to search for.
    pub matched: Option<MatchedField>,
}

/// Whether the last tier was needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FuzzyTier {
    /// Better hits did not fill a page.
    Run,
    /// Better hits filled the page, or there was nothing to search for.
    Skipped,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// What was searched for.
    pub text: String,
    /// How many users were searched.
    pub known: usize,
    /// How many were found.
    pub matched: usize,
    /// When the copy that was longest not confirmed was made.
    pub oldest: Option<Timestamp>,
    /// Whether the fuzzy tier ran.
    pub fuzzy: FuzzyTier,
    /// The best of what was found, best first.
    pub hits: Vec<Hit>,
}
