//! What a source reports of a user, in one form for all sources, ready to be written.
//!
//! In: users and events as the `wire` room reads them. Out: [`Change`]s, which carry the user's JSON
//! and the columns that lists are made of.

use jiff::Timestamp;

use super::columns::Columns;
use crate::domain::facts::{Form, MessageName, Portion};
use crate::domain::{ApiVersion, Client, SmoochId, User};
use crate::wire::kept;

/// What one source reports of one user at one time.
#[derive(Debug, Clone)]
pub struct Report {
    pub(in crate::directory) columns: Columns,
    pub(in crate::directory) api: ApiVersion,
    pub(in crate::directory) json: String,
    pub(in crate::directory) portion: Portion,
    pub(in crate::directory) form: Form,
    /// When it was true, in milliseconds, if the report says so.
    pub(in crate::directory) at: Option<i64>,
    pub(in crate::directory) message_name: Option<MessageName>,
    /// The hash of its line, if the same line would report the same again.
    pub(in crate::directory) hash: Option<u64>,
}

impl Report {
    /// Takes a user as the `wire` room read them from JSON of this version.
    pub fn of(user: &User, api: ApiVersion, portion: Portion) -> Self {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let json = user.json.expose().to_owned();
        Self {
            columns: Columns::of(user, None),
            api,
            json,
            portion,
            form: Form::Record,
            at: None,
            message_name: None,
            hash: None,
        }
    }

    /// Reports that a user exists, by their ids, and no more.
    pub(super) fn of_ids(id: &str, user_id: Option<&str>) -> Option<Self> {
        let json = kept::ids_alone(id, user_id);
        let user = kept::parse_user(&json, ApiVersion::V11)?;
        Some(Self::of(&user, ApiVersion::V11, Portion::Ids))
    }

    /// Notes that it comes from an event, and when that happened if the event says so.
    #[must_use]
    pub(in crate::directory) fn by_event(mut self, at: Option<Timestamp>) -> Self {
        self.form = Form::Event;
        self.at = at.map(Timestamp::as_millisecond);
        self
    }

    /// Notes that it comes from a row of a table.
    #[must_use]
    pub(in crate::directory) const fn by_row(mut self) -> Self {
        self.form = Form::Row;
        self
    }

    /// Adds the name that came with a message of the user.
    #[must_use]
    pub(in crate::directory) fn with_message_name(mut self, name: Option<MessageName>) -> Self {
        self.message_name = name;
        self
    }

    /// Adds the hash of its line.
    #[must_use]
    pub(in crate::directory) const fn with_hash(mut self, hash: u64) -> Self {
        self.hash = Some(hash);
        self
    }

    /// The `_id` of the user.
    pub(crate) fn id(&self) -> &str {
        &self.columns.id
    }

    /// The same about the survivor of a merge. It does not cover everything about them.
    pub(super) fn about(&self, survivor: &str) -> Option<Self> {
        let mut report = self.with_id(survivor)?;
        report.portion = report.portion.min(Portion::Part);
        report.hash = None;
        Some(report)
    }

    /// The same under another `_id`.
    pub(super) fn with_id(&self, id: &str) -> Option<Self> {
        let mut report = self.clone();
        report.json = kept::with_id(&self.json, self.api, id)?;
        id.clone_into(&mut report.columns.id);
        Some(report)
    }

    /// The same without the `userId`.
    pub(super) fn without_user_id(&self) -> Self {
        let mut report = self.clone();
        if let Some(json) = kept::without_user_id(&self.json, self.api) {
            report.json = json;
        }
        report.columns.user_id = None;
        report
    }
}

/// A change that a source reports.
#[derive(Debug, Clone)]
pub enum Change {
    /// What is known of a user.
    Report(Box<Report>),
    /// The same, where only the `userId` says which user.
    ByUserId(Box<Report>),
    /// Users turned out to be one person.
    Merged {
        /// The user who stays.
        surviving: Box<Report>,
        /// The ids that lead nowhere any more.
        discarded: Vec<SmoochId>,
    },
    /// A user is no longer reached at a place.
    ClientRemoved {
        /// What else is known of the user.
        user: Box<Report>,
        /// The place.
        client: Box<Client>,
    },
    /// A user was deleted.
    Deleted(SmoochId),
    /// Nothing about any user.
    Nobody,
}
