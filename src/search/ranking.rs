//! Ranking: exact, prefix, word, substring, and fuzzy only while better hits do not fill a page.
//!
//! In: a snapshot, a text, a moment. Out: an answer; in large directories the best tier first, then
//! the whole. A search that nobody waits for any more ends early.

mod answer;
mod boosts;
mod cache;
mod candidates;
mod filters;
mod listing;
mod marks;
mod named;
mod near;
mod pasted_ids;
mod respelled;
mod search;
mod tiers;
mod top;
mod worker;

pub(super) use cache::Caches;
pub(super) use search::search;
pub(super) use worker::HelperThread;

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
