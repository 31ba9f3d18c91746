//! The users this console knows, and finding them at a keystroke.
//!
//! In: users that a lookup brought, rows of a store, ids that somebody imported. Out: ranked hits.
//! The API has neither a list nor a search by name, so what is not known here can only be looked
//! up by id. Never talks to the API and never draws.

pub mod folded;
pub mod fuzzy;
pub mod import;
mod index;
pub mod known;
mod language;
mod loading;
pub mod mine;
pub mod person;
pub mod query;
pub mod search;
pub mod store;

pub use index::{BuiltIndex, IndexBuilder, Merge, Merged};
pub use known::KnownUsers;
pub use loading::{load_everybody, load_known};
pub use person::{Person, PersonChannel};
pub use query::{
    Asked, Entry, Extent, FuzzyTier, Hit, HitField, Known, MatchedField, Pasted, Rank, Results,
    Summary,
};
