//! Small inputs that once ended wrong, through the built program, and more of their kind.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

#[path = "cases/clients.rs"]
mod clients;
#[path = "cases/desk.rs"]
mod desk;
#[path = "cases/documents.rs"]
mod documents;
#[path = "cases/fates.rs"]
mod fates;
#[path = "cases/files.rs"]
mod files;
#[path = "cases/finding.rs"]
mod finding;
#[path = "cases/given.rs"]
mod given;
#[path = "cases/identity.rs"]
mod identity;
#[path = "support/pty.rs"]
mod pty;
#[path = "cases/tables.rs"]
mod tables;
#[path = "cases/talk.rs"]
mod talk;
