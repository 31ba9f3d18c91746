//! Finding users at a keystroke: an in-memory index, the query language, and ranking.
//!
//! In: [`Person`]s, wherever they are kept, and what the agent typed. Out: ranked hits. Knows no
//! disk, no network and no screen: the API has neither a list nor a search by name, so who is not
//! in this index can only be looked up by id.

pub mod folded;
pub mod fuzzy;
mod index;
pub mod known;
mod language;
pub mod mine;
pub mod person;
pub mod query;
pub mod ranking;

pub use index::{BuiltIndex, BuiltPart, IndexBuilder, Merge, Merged};
pub use known::KnownUsers;
pub use person::{Person, PersonChannel};
pub use query::{
    Asked, Entry, Extent, FuzzyTier, Hit, HitField, MatchedField, Pasted, Rank, Results, Summary,
};
