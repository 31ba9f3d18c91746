//! The command line as scripts see it: the built program against a sandbox over real HTTP.
//!
//! Every run has an empty environment and a home of its own, so that nothing of the machine leaks
//! in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/get.rs"]
mod get;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/safety.rs"]
mod safety;
#[path = "cli/sandbox.rs"]
mod sandbox;
#[path = "cli/usage.rs"]
mod usage;
