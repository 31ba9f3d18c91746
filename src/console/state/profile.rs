//! The profile pane and the user it shows.

use jiff::Timestamp;

use super::remote::Remote;
use crate::console::msg::Ticket;
use crate::domain::Fate;
use crate::domain::KnownUser;
use crate::domain::facts::Source;
use crate::domain::{
    DisplayName, FactNote, LookupId, MatchedBy, ReportedPart, SmoochId, User, WholeReport,
};

/// A user and the name to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// The user as they were reported.
    pub user: User,
    /// The name, resolved with all that is known now.
    pub name: DisplayName,
    /// Which id matched, when the user was looked up.
    pub matched_by: Option<MatchedBy>,
    /// The id that was looked up, where a merge leads from it to this user.
    pub old_id: Option<LookupId>,
    /// Where it comes from.
    pub how: Source,
    /// Of which moment that is: of an answer, when the API was asked by its own clock.
    pub confirmed_at: Timestamp,
    /// Facts that rest on something else.
    pub notes: Vec<FactNote>,
    /// The newest report of the whole user, as it came.
    pub whole: WholeReport,
    /// What else was reported, the latest first.
    pub beside: Vec<ReportedPart>,
}

impl Profile {
    /// Where it comes from, in words that go before an age.
    pub(crate) const fn how_words(&self) -> &'static str {
        match self.how {
            Source::Api => "looked up",
            Source::File => "file as of",
            Source::Webhook => "from a webhook",
        }
    }
}

impl From<&KnownUser> for Profile {
    fn from(known: &KnownUser) -> Self {
        Self {
            user: known.user.clone(),
            name: known.name.clone(),
            matched_by: None,
            old_id: None,
            how: known.source,
            confirmed_at: known.confirmed_at,
            notes: known.notes.clone(),
            whole: known.whole.clone(),
            beside: known.beside.clone(),
        }
    }
}

/// The user in the profile pane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The id that the API is asked for.
    pub lookup: LookupId,
    /// The user, once known.
    pub id: Option<SmoochId>,
    /// Whether the agent opened the user or only rests on the row.
    pub visit: Visit,
    /// The user of the row that led here, where the API answered with another user.
    pub row: Option<SmoochId>,
}

/// How far the agent went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visit {
    /// The cursor rests on the row.
    Glance,
    /// The agent opened the user: messages load too.
    Opened,
}

/// The profile pane.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfilePane {
    /// The user it shows or asks for.
    pub subject: Option<Subject>,
    /// What is known of them.
    pub remote: Remote<Profile>,
    /// The request that the API answered with this user last.
    pub answered: Option<Ticket>,
    /// What became of the id, if it leads to no known user.
    pub fate: Option<Fate>,
    /// The first row that is shown.
    pub scroll: usize,
}

impl Default for ProfilePane {
    fn default() -> Self {
        Self {
            subject: None,
            remote: Remote::Idle,
            answered: None,
            fate: None,
            scroll: 0,
        }
    }
}

impl ProfilePane {
    /// The id of the user in the pane, once known.
    pub fn shown_id(&self) -> Option<&SmoochId> {
        self.subject.as_ref()?.id.as_ref()
    }

    /// Whether the agent opened the user, and does not only rest on the row.
    pub(crate) fn is_opened(&self) -> bool {
        let subject = self.subject.as_ref();
        subject.is_some_and(|subject| subject.visit == Visit::Opened)
    }

    /// The profile that is shown.
    pub fn shown(&self) -> Option<&Profile> {
        Some(&self.remote.good()?.value)
    }
}
