//! What a source reports of a user, in one form for all sources, ready to be written.
//!
//! In: users and facts as the `wire` room reads them. Out: [`Change`]s, each with its key. What lists
//! are made of is worked out here, on the thread that reads, for the case that the user is new.

use jiff::Timestamp;

use super::codes::{Base, base_code};
use super::columns::Columns;
use crate::domain::facts::{
    FactSet, Key, Member, MessageName, PersonView, Portion, Register, Registers,
};
use crate::domain::{ApiVersion, SmoochId, User};
use crate::wire::facts::{self as wire, Extent};
use crate::wire::kept;

/// What one source reports of one user at one time.
#[derive(Debug, Clone)]
pub struct Report {
    /// The `_id`; `None` if only the `userId` says which user it is.
    pub(in crate::directory) id: Option<String>,
    /// When, and by which source.
    pub(in crate::directory) key: Key,
    pub(in crate::directory) what: Reported,
    pub(in crate::directory) message_name: Option<MessageName>,
    /// The hash of its line, if the same line would report the same again.
    pub(in crate::directory) hash: Option<u64>,
    pub(in crate::directory) dating: Dating,
    /// What lists show if nothing else is known of the user.
    pub(super) columns: Columns,
}

/// Everything that is reported of a user, or a part of it.
#[derive(Debug, Clone)]
pub(in crate::directory) enum Reported {
    /// The whole user, as it came: what is not in it does not exist.
    Whole {
        /// Whose words the JSON is in.
        api: ApiVersion,
        /// The user's JSON.
        json: String,
    },
    /// Some facts; their key is that of the report.
    Part(FactSet),
}

/// How the moment of a report is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum Dating {
    /// The report itself says when it happened, or the API was asked.
    Own,
    /// It is that of the file in which the report stands.
    OfFile,
}

impl Report {
    /// Takes everything about a user, as the `wire` room read them from JSON of this version.
    pub fn whole(user: &User, api: ApiVersion, key: Key) -> Self {
        #[expect(clippy::disallowed_methods, reason = "kept as it came")]
        let json = user.json.expose().to_owned();
        Self {
            id: Some(user.id.expose().to_owned()),
            key,
            what: Reported::Whole { api, json },
            message_name: None,
            hash: None,
            dating: Dating::OfFile,
            columns: Columns::of(user, None),
        }
    }

    /// What the API answered when it was asked at this moment.
    pub fn answered(user: &User, api: ApiVersion, asked_at: Timestamp) -> Self {
        let key = Key::answered(asked_at.as_millisecond());
        Self::whole(user, api, key).at_known_time()
    }

    /// Takes some facts about the user with this `_id`, or with the `userId` that is among the facts.
    pub(in crate::directory) fn part(id: Option<&str>, facts: FactSet) -> Self {
        let user = shown(id, &facts);
        Self {
            id: id.map(str::to_owned),
            key: facts.key,
            columns: Columns::of(&user, None).beside_copy(),
            what: Reported::Part(facts),
            message_name: None,
            hash: None,
            dating: Dating::OfFile,
        }
    }

    /// Reports that a user exists, by their ids, and no more.
    pub fn mention(id: &str, key: Key) -> Self {
        let facts = FactSet {
            key,
            register: Register::Api,
            facts: Vec::new(),
            closed: Vec::new(),
        };
        Self::part(Some(id), facts)
    }

    /// Notes that the report itself says when it happened.
    #[must_use]
    pub(in crate::directory) const fn at_known_time(mut self) -> Self {
        self.dating = Dating::Own;
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

    /// The `userId` that is reported.
    pub(in crate::directory) fn user_id(&self) -> Option<&str> {
        self.columns.user_id.as_deref()
    }

    /// Its facts; `None` if they can no longer be read.
    pub(super) fn facts(&self) -> Option<FactSet> {
        match &self.what {
            Reported::Part(facts) => Some(facts.clone()),
            Reported::Whole { api, json } => {
                let facts = wire::facts_of_user(json, *api, Extent::Whole)?;
                Some(FactSet {
                    key: self.key,
                    ..facts
                })
            }
        }
    }

    /// Whether it is about the whole user.
    pub(super) const fn is_whole(&self) -> bool {
        matches!(self.what, Reported::Whole { .. })
    }

    /// What lists show if nothing else is known, with the name on a message.
    pub(super) fn columns_with(&self, name: &MessageName) -> Option<Columns> {
        match &self.what {
            Reported::Whole { api, json } => {
                let user = kept::parse_user(json, *api)?;
                Some(Columns::of(&user, Some(name)))
            }
            Reported::Part(facts) => {
                let user = shown(self.id.as_deref(), facts);
                Some(Columns::of(&user, Some(name)).beside_copy())
            }
        }
    }

    /// The copy to keep if nothing else is known: its kind, the JSON and the facts beside it.
    pub(super) fn copy(&self) -> (i64, &str, Option<String>) {
        match &self.what {
            Reported::Whole { api, json } => (base_code(Some(Base::Whole(*api))), json, None),
            Reported::Part(facts) => {
                let says_something = !facts.facts.is_empty() || !facts.closed.is_empty();
                let text = || wire::encode(std::slice::from_ref(facts), self.key);
                (base_code(None), "", says_something.then(text))
            }
        }
    }

    /// How much of the user lists show if nothing else is known.
    pub(super) fn portion(&self) -> Portion {
        match &self.what {
            Reported::Whole { .. } => Portion::Whole,
            Reported::Part(facts) => portion_of(facts.facts.iter().map(|(member, _)| member)),
        }
    }
}

/// The user as lists show them if nothing else is known.
fn shown(id: Option<&str>, facts: &FactSet) -> User {
    let id = SmoochId::new(id.unwrap_or_default());
    wire::user_of_part(&id, facts).unwrap_or_else(|| {
        let registers = Registers::of([facts]);
        wire::user_of(&id, &PersonView::of(&registers, None, &[]))
    })
}

/// How much of a user some members are.
pub(super) fn portion_of<'m>(mut members: impl Iterator<Item = &'m Member>) -> Portion {
    /// What the API sends even in its short form of a user.
    const SHORT: [&str; 3] = ["authenticated", "zendeskId", "brandId"];
    let is_id = |member: &Member| match member {
        Member::UserId | Member::NoUserId | Member::ConversationStarted => true,
        Member::Other(name) => SHORT.contains(&&**name),
        _ => false,
    };
    if members.all(is_id) {
        Portion::Ids
    } else {
        Portion::Part
    }
}

/// A change that a source reports.
#[derive(Debug, Clone)]
pub enum Change {
    /// What is known of a user.
    Report(Box<Report>),
    /// Users turned out to be one person.
    Merged {
        /// The user who stays.
        surviving: Box<Report>,
        /// The ids that lead to that user from now on.
        discarded: Vec<SmoochId>,
        /// When, and by which source.
        key: Key,
    },
    /// A user was deleted.
    Deleted {
        /// Who.
        id: SmoochId,
        /// When, and by which source.
        key: Key,
    },
    /// Nothing about any user.
    Nobody,
}
