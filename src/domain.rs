//! The field's words and rules: users, identity, names, messages and what can go wrong.
//!
//! In: plain values. Out: typed values and decisions. Nothing here does I/O, reads a clock,
//! or knows about JSON, HTTP, SQL or the screen.

pub(crate) mod app;
pub(crate) mod client;
pub(crate) mod clock_skew;
pub mod column_field;
pub(crate) mod connection;
pub(crate) mod conversation;
pub(crate) mod coverage;
mod fact_note;
pub mod facts;
pub(crate) mod fate;
pub(crate) mod id;
pub(crate) mod identity;
#[allow(
    dead_code,
    unused_imports,
    reason = "the store and the wire room move to it next"
)]
pub(crate) mod line;
pub(crate) mod lookup;
pub(crate) mod message;
pub mod name;
pub(crate) mod nearest;
pub(crate) mod pause;
pub(crate) mod pin;
pub(crate) mod problem;
mod route;
pub(crate) mod scalar;
pub(crate) mod untrusted;
pub(crate) mod user;

pub use app::{App, AppSettings};
pub use client::{Client, ClientStatus, Platform};
pub use clock_skew::ClockSkew;
pub use column_field::ColumnField;
pub use connection::{ApiVersion, AuthMethod, Connection, Region, Stage};
pub use conversation::{
    Conversation, ConversationKey, ConversationRef, Cursor, MessagePage, PageRequest,
};
pub use coverage::{Ages, Coverage};
pub(crate) use fact_note::Searched;
pub use fact_note::{FactName, FactNote, OtherReport, ReportedPart, Standing, WholeReport};
pub use facts::{Key, MissingUserId, Portion};
pub use fate::Fate;
pub use id::{
    AppId, ClientId, ConversationId, IntegrationId, LookupId, MessageId, SmoochId, UserId,
};
pub use identity::{Authentication, Identity, Naming};
pub(crate) use line::line_of;
pub use lookup::{Found, MatchedBy};
pub use message::{
    Action, ActionKind, Answer, Author, Content, Coordinates, Field, FieldOption, Item, Media,
    Message, Parts, Place, Quoted, Side, Source,
};
pub use name::{DisplayName, ProfileFields, Provenance};
pub(crate) use nearest::nearest;
pub use pause::{Held, Pause};
pub use pin::Pin;
pub use problem::{
    AnswerFault, Deadline, IdFault, KeyFault, LineFault, Problem, ProblemKind, Refused, UsageFault,
};
pub use scalar::{Properties, RawJson, Scalar};
pub use untrusted::Untrusted;
pub use user::{KnownUser, User};
