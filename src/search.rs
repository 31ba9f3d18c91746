//! Finding users at a keystroke: an in-memory index, the query language, and ranking.
//!
//! In: [`Person`]s, wherever they are kept, and what the agent typed. Out: ranked hits. This room
//! knows no disk, no network and no screen. The API can neither list users nor search them by name:
//! a user who is not in this index can only be looked up by id.
//!
//! [`KnownUsers`] is plain data that grows as users are learned. A search takes a [`Snapshot`] of it
//! and runs without any lock in a [`SearchSession`], which keeps caches and a helper thread.

mod cancel;
mod copies;
mod folded;
mod fuzzy;
mod habits;
mod hex;
mod index;
mod known;
mod language;
mod mask;
mod matching;
mod pasted;
mod person;
mod phones;
pub(crate) mod query;
mod ranking;
mod session;
mod snapshot;

pub(crate) use fuzzy::Scorer;
pub use index::{BuiltIndex, BuiltPart, IndexBuilder, Merge, Merged};
pub use known::KnownUsers;
pub(crate) use pasted::is_email;
pub use person::{Person, PersonChannel};
pub(crate) use phones::names_phones;
pub use query::{
    Asked, Entry, Extent, FuzzyTier, Hit, HitField, MatchedField, Order, PAGE, Pasted, Rank,
    Request, Results, Summary,
};
pub use session::{SearchSession, search_once};
pub use snapshot::Snapshot;
