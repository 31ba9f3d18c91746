//! What fits where: pure, and asked by both `update` (how far can this scroll?) and `view`
//! (what is painted?), so that the two never disagree.

pub mod card;
pub mod conversation;
pub mod facts;
pub mod footer;
pub mod help;
pub mod hits;
pub mod identity;
pub mod known;
pub mod message;
pub mod palette;
pub mod problem;
pub mod profile;
pub mod row;
pub mod strip;
