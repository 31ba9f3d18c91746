//! Keeping the users this console knows: the store on disk, and importing into it.
//!
//! In: users that the API, files and webhooks report. Out: rows, copies and counts, the same after
//! a restart. Knows no ranking, never asks the API and never draws.

pub mod import;
pub mod store;
