//! The command line as scripts see it: the built program against a sandbox over real HTTP.
//!
//! Every run has an empty environment and its own home, so that nothing from the machine leaks in.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "cli/config.rs"]
mod config;
#[path = "cli/console.rs"]
mod console;
#[path = "cli/desk.rs"]
mod desk;
#[path = "cli/get.rs"]
mod get;
#[path = "cli/importing.rs"]
mod importing;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/manual.rs"]
mod manual;
#[path = "cli/messages.rs"]
mod messages;
#[path = "support/pty.rs"]
mod pty;
#[path = "cli/safety.rs"]
mod safety;
#[path = "cli/sandbox.rs"]
mod sandbox;
#[path = "cli/usage.rs"]
mod usage;
