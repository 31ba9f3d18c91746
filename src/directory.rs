//! The users this console knows, and finding them at a keystroke.
//!
//! In: users that a lookup brought, ids that somebody imported. Out: ranked hits. The API has
//! neither a list nor a search by name, so what is not known here can only be looked up by id.
//! Never talks to the API and never draws.

pub mod folded;
pub mod fuzzy;
pub mod known;
pub mod query;
pub mod search;

pub use known::KnownUsers;
pub use query::{Entry, FuzzyTier, Hit, HitField, Known, MatchedField, Rank, Results};
