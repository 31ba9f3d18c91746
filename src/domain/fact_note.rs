//! What a fact about a user rests on, where that is not what the rest of the user rests on.

use jiff::Timestamp;

use super::facts::Source;
use super::{RawJson, SmoochId, Untrusted};

/// What a fact is about, as the profile calls it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FactName {
    /// The `userId`.
    UserId,
    /// The givenName.
    GivenName,
    /// The surname.
    Surname,
    /// The e-mail.
    Email,
    /// When the user signed up.
    SignedUpAt,
    /// A property, by its name.
    Property(Untrusted),
    /// A client, by its id or its platform.
    Client(Untrusted),
    /// Anything else, by its name.
    Other(Untrusted),
}

/// What a fact about a user rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactNote {
    /// What the fact is about.
    pub about: FactName,
    /// Which source reported it.
    pub source: Source,
    /// When.
    pub at: Timestamp,
    /// What another source says instead.
    pub other: Option<OtherReport>,
}

/// An older report of the same fact, with another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherReport {
    /// The value.
    pub value: Untrusted,
    /// Which source reported it.
    pub source: Source,
    /// When.
    pub at: Timestamp,
}

/// What one report adds to the user as the newest answer, or the newest file, has them.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedPart {
    /// Which source reported it.
    pub source: Source,
    /// When.
    pub at: Timestamp,
    /// The id under which it was reported, if that was merged away since.
    pub old_id: Option<SmoochId>,
    /// What it says, in the words of v1.1.
    pub json: RawJson,
}
