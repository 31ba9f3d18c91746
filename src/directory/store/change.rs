//! What the directory is told of a user, in one form whatever the source.
//!
//! In: users and events as the `wire` room reads them. Out: [`Change`]s, which carry the user's JSON
//! and the columns that lists are made of, worked out once where there is time for it.

use super::packed;
use crate::domain::facts::{Portion, Source};
use crate::domain::{
    ApiVersion, Author, Client, Content, DisplayName, Message, Properties, Provenance, RawJson,
    Scalar, Side, SmoochId, Untrusted, User, name,
};
use crate::wire::{v2, v11};
use jiff::Timestamp;

/// The number under which a source is kept in the file.
pub(super) const fn source_code(source: Source) -> i64 {
    match source {
        Source::Api => 1,
        Source::File => 2,
        Source::Webhook => 3,
    }
}

/// The source that is kept under a number.
pub(super) const fn source_of_code(code: i64) -> Source {
    match code {
        1 => Source::Api,
        3 => Source::Webhook,
        _ => Source::File,
    }
}

/// The number under which it is kept in the file how much of a user is known.
pub(super) const fn portion_code(portion: Portion) -> i64 {
    match portion {
        Portion::Ids => 0,
        Portion::Part => 1,
        Portion::Whole => 2,
    }
}

/// The way back.
pub(super) const fn portion_of_code(code: i64) -> Portion {
    match code {
        0 => Portion::Ids,
        1 => Portion::Part,
        _ => Portion::Whole,
    }
}

/// The name under which a user wrote, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    pub(super) name: Untrusted,
    pub(super) at: Option<Timestamp>,
}

impl Spoken {
    /// A name that stood with a message.
    pub const fn new(name: Untrusted, at: Option<Timestamp>) -> Self {
        Self { name, at }
    }

    /// A message that says no more than who wrote it and when.
    pub(super) fn message(&self) -> Message {
        Message {
            id: None,
            received: self.at,
            author: Author {
                side: Side::User,
                id: None,
                name: Some(self.name.clone()),
                avatar_url: None,
                email: None,
                subtype: None,
            },
            text: None,
            content: Content::Text,
            actions: Vec::new(),
            payload: None,
            source: None,
            quoted: None,
            metadata: Properties::default(),
            degraded: Vec::new(),
            json: RawJson::new("{}"),
        }
    }
}

/// What is told of one user.
#[derive(Debug, Clone)]
pub struct Report {
    pub(in crate::directory) row: UserRow,
    pub(in crate::directory) api: ApiVersion,
    pub(in crate::directory) json: String,
    pub(in crate::directory) portion: Portion,
    pub(in crate::directory) spoken: Option<Spoken>,
    /// The hash of the line that told it, when the same line would tell the same again.
    pub(in crate::directory) hash: Option<u64>,
    pub(in crate::directory) form: Form,
    /// When it held, in milliseconds, where that is told with it.
    pub(in crate::directory) at: Option<i64>,
}

/// What a user was read from, wherever that stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum Form {
    /// JSON of the user.
    Record,
    /// A row of a table that somebody keeps.
    Row,
    /// An event of a webhook.
    Event,
}

impl Report {
    /// Takes a user as the `wire` room read them from JSON of this version.
    pub fn of(user: &User, api: ApiVersion, portion: Portion) -> Self {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let json = user.json.expose().to_owned();
        Self {
            row: UserRow::of(user, None),
            api,
            json,
            portion,
            spoken: None,
            hash: None,
            form: Form::Record,
            at: None,
        }
    }

    /// That a user exists, by their ids, and no more.
    pub(super) fn mention(id: &str, user_id: Option<&str>) -> Option<Self> {
        let json = serde_json::json!({ "_id": id, "userId": user_id }).to_string();
        let user = v11::parse_user(json.as_bytes()).ok()?;
        Some(Self::of(&user, ApiVersion::V11, Portion::Ids))
    }

    /// Notes that an event told it, and when that was if the event says so.
    #[must_use]
    pub fn by_event(mut self, at: Option<Timestamp>) -> Self {
        self.form = Form::Event;
        self.at = at.map(Timestamp::as_millisecond);
        self
    }

    /// Notes that a row of a table told it.
    #[must_use]
    pub const fn by_row(mut self) -> Self {
        self.form = Form::Row;
        self
    }

    /// Adds the name under which the user wrote.
    #[must_use]
    pub fn with_spoken(mut self, spoken: Option<Spoken>) -> Self {
        self.spoken = spoken;
        self
    }

    /// Adds the hash of the line that told it.
    #[must_use]
    pub const fn with_hash(mut self, hash: u64) -> Self {
        self.hash = Some(hash);
        self
    }

    /// Whom it is about.
    pub fn id(&self) -> &str {
        &self.row.id
    }
}

/// Something that the directory is told.
#[derive(Debug, Clone)]
pub enum Change {
    /// Of a user.
    Report(Box<Report>),
    /// Of a user whom only the `userId` names.
    ByUserId(Box<Report>),
    /// That users are one person.
    Merged {
        /// Who stays.
        surviving: Box<Report>,
        /// Who is gone.
        discarded: Vec<SmoochId>,
    },
    /// That a user is not reached at a place any more.
    ClientRemoved {
        /// What is told of the user beside.
        user: Box<Report>,
        /// The place.
        client: Box<Client>,
    },
    /// That a user was deleted.
    Deleted(SmoochId),
    /// Of nobody.
    Nobody,
}

/// The columns that lists and searches are made of.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::directory) struct UserRow {
    pub(in crate::directory) id: String,
    pub(in crate::directory) user_id: Option<String>,
    pub(in crate::directory) name: String,
    pub(in crate::directory) origin: i64,
    pub(in crate::directory) email: Option<String>,
    /// Where they are reached, a [`packed`] row for each; `None` when nowhere.
    pub(in crate::directory) channels: Option<String>,
    /// Custom data, a [`packed`] row for each; `None` when there is none.
    pub(in crate::directory) properties: Option<String>,
}

impl UserRow {
    /// Works the columns out.
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    pub(in crate::directory) fn of(user: &User, spoken: Option<&Spoken>) -> Self {
        let messages = spoken.map(Spoken::message);
        let DisplayName {
            text, provenance, ..
        } = name::resolve_display_name(user, messages.as_slice());
        Self {
            id: user.id.expose().to_owned(),
            user_id: user.user_id.as_ref().map(|id| id.expose().to_owned()),
            name: text.expose().to_owned(),
            origin: code_of(provenance) | both_ids_code(user),
            email: user.email.as_ref().map(|email| email.expose().to_owned()),
            channels: channels(user),
            properties: properties(user),
        }
    }
}

/// Where the user is reached: platform, name, id and last sign of each channel.
#[expect(clippy::disallowed_methods, reason = "kept as it came")]
fn channels(user: &User) -> Option<String> {
    let mut rows = String::new();
    for client in user.clients.iter().chain(&user.pending_clients) {
        let seen = client.last_seen.map(Timestamp::as_millisecond);
        let seen = seen.map_or_else(String::new, |seen| seen.to_string());
        let cells = [
            client.platform.0.expose(),
            client.display_name.as_ref().map_or("", Untrusted::expose),
            client.external_id.as_ref().map_or("", Untrusted::expose),
            &seen,
        ];
        packed::push(&mut rows, &cells);
    }
    (!rows.is_empty()).then_some(rows)
}

/// Custom data by name and value; what is no scalar stands as its JSON.
#[expect(clippy::disallowed_methods, reason = "kept as it came")]
fn properties(user: &User) -> Option<String> {
    let mut rows = String::new();
    for (name, value) in &user.properties.0 {
        let value = match value {
            Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => text.expose(),
            Scalar::Bool(true) => "true",
            Scalar::Bool(false) => "false",
            Scalar::Null => continue,
        };
        packed::push(&mut rows, &[name.expose(), value]);
    }
    (!rows.is_empty()).then_some(rows)
}

/// Beside where the name comes from: that a missing `userId` was told to be missing.
pub(super) const BOTH_IDS: i64 = 16;

fn both_ids_code(user: &User) -> i64 {
    if user.reports_both_ids() { BOTH_IDS } else { 0 }
}

/// Whether whoever told the row told both ids.
pub(super) const fn reports_both_ids(origin: i64) -> bool {
    origin & BOTH_IDS != 0
}

/// Where a name comes from, as a number that stays the same.
pub(super) const fn code_of(provenance: Provenance) -> i64 {
    match provenance {
        Provenance::Profile => 1,
        Provenance::Message => 2,
        Provenance::Channel => 3,
        Provenance::ChannelRaw => 4,
        Provenance::MessageGenerated => 5,
        Provenance::Pending => 6,
        Provenance::Generated => 7,
        Provenance::Fallback => 8,
    }
}

/// The way back; what is no such number was no name at all.
pub(super) const fn provenance_of(code: i64) -> Provenance {
    match code & !BOTH_IDS {
        1 => Provenance::Profile,
        2 => Provenance::Message,
        3 => Provenance::Channel,
        4 => Provenance::ChannelRaw,
        5 => Provenance::MessageGenerated,
        6 => Provenance::Pending,
        7 => Provenance::Generated,
        _ => Provenance::Fallback,
    }
}

pub(super) const fn api_code(api: ApiVersion) -> i64 {
    match api {
        ApiVersion::V11 => 1,
        ApiVersion::V2 => 2,
    }
}

pub(super) const fn api_of_code(code: i64) -> ApiVersion {
    match code {
        2 => ApiVersion::V2,
        _ => ApiVersion::V11,
    }
}

/// Reads a user's JSON as kept on disk; `None` when it is none any more.
pub(super) fn parse_kept(json: &str, api: ApiVersion) -> Option<User> {
    match api {
        ApiVersion::V11 => v11::parse_user(json.as_bytes()).ok(),
        ApiVersion::V2 => v2::parse_user(json.as_bytes()).ok(),
    }
}
