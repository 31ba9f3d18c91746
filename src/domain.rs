//! The field's words and rules: users, identity, names, messages and what can go wrong.
//!
//! In: plain values. Out: typed values and decisions. Nothing here does I/O, reads a clock,
//! or knows about JSON, HTTP, SQL or the screen.

pub mod app;
pub mod client;
pub mod clock_skew;
pub mod connection;
pub mod conversation;
pub mod coverage;
pub mod facts;
pub mod fate;
pub mod id;
pub mod identity;
pub mod line;
pub mod lookup;
pub mod message;
pub mod name;
pub mod nearest;
pub mod pause;
pub mod problem;
mod route;
pub mod scalar;
pub mod untrusted;
pub mod user;
pub mod webhook;

pub use app::{App, AppSettings};
pub use client::{Client, ClientStatus, Platform};
pub use clock_skew::ClockSkew;
pub use connection::{ApiVersion, AuthMethod, Connection, Region, Stage};
pub use conversation::{
    Conversation, ConversationKey, ConversationRef, Cursor, MessagePage, PageRequest,
};
pub use coverage::{Ages, Coverage};
pub use facts::{MissingUserId, Portion};
pub use fate::Fate;
pub use id::{
    AppId, ClientId, ConversationId, IntegrationId, LookupId, MessageId, SmoochId, UserId,
};
pub use identity::{Authentication, Identity, Naming};
pub use line::line_of;
pub use lookup::{Found, MatchedBy};
pub use message::{
    Action, ActionKind, Answer, Author, Content, Coordinates, Field, FieldOption, Item, Media,
    Message, Place, Quoted, Side, Source,
};
pub use name::{DisplayName, ProfileFields, Provenance};
pub use nearest::nearest;
pub use pause::Pause;
pub use problem::{
    AnswerFault, Deadline, IdFault, KeyFault, LineFault, Problem, ProblemKind, Refused, UsageFault,
};
pub use scalar::{Properties, RawJson, Scalar};
pub use untrusted::Untrusted;
pub use user::{KnownUser, User};
pub use webhook::{EventKind, EventUser, WebhookEvent};
