//! What fits where: pure, and asked by both `update` (how far can this scroll?) and `view`
//! (what is painted?), so that the two never disagree.

pub(crate) mod ages;
pub(crate) mod card;
pub(crate) mod conversation;
pub mod facts;
pub mod footer;
pub mod help;
pub(crate) mod hits;
pub(crate) mod identity;
pub(crate) mod known;
pub(crate) mod list;
mod order;
pub mod palette;
pub(crate) mod problem;
pub mod profile;
pub(crate) mod raw;
pub(crate) mod row;
pub mod strip;

pub(crate) use order::order_words;
