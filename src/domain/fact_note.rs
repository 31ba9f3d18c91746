//! What a fact about a user rests on, where that is not what the rest of the user rests on; and the
//! reports themselves.

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
    /// The id under which it was reported, if that was merged away since.
    pub old_id: Option<SmoochId>,
    /// What another source says instead.
    pub other: Option<OtherReport>,
}

impl FactNote {
    /// What another source says instead, where searches look for it too.
    pub(crate) fn searched(&self) -> Option<Searched<'_>> {
        let value = &self.other.as_ref()?.value;
        match &self.about {
            FactName::GivenName | FactName::Surname => Some(Searched::Name(value)),
            FactName::Email => Some(Searched::Email(value)),
            FactName::Property(name) => Some(Searched::Property(name, value)),
            FactName::UserId | FactName::SignedUpAt | FactName::Client(_) | FactName::Other(_) => {
                None
            }
        }
    }
}

/// A value that is not shown but found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Searched<'a> {
    /// A givenName or a surname.
    Name(&'a Untrusted),
    /// An e-mail.
    Email(&'a Untrusted),
    /// A property: its name and the value.
    Property(&'a Untrusted, &'a Untrusted),
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
    /// Whether it counts.
    pub standing: Standing,
}

/// Whether a report counts among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Counts,
    /// It does not: it gives the user another `userId` than the API.
    OtherUserId,
    /// It is several reports, which an earlier version of this program joined.
    Joined,
}

/// Where the newest report of the whole user is, as it came.
#[derive(Debug, Clone, PartialEq)]
pub enum WholeReport {
    /// It is the user's own JSON.
    InTheUser,
    /// Here: the user's own JSON is joined out of it and other reports.
    Apart(RawJson),
    /// None is kept as it came.
    Missing,
}
