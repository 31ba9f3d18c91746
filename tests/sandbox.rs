//! The sandbox over a real connection: what it answers, refuses and stores, and who lives in it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should say where"
)]

#[path = "sandbox/access.rs"]
mod access;
#[path = "sandbox/desk.rs"]
mod desk;
#[path = "sandbox/people.rs"]
mod people;
#[path = "sandbox/posting.rs"]
mod posting;
#[path = "sandbox/reading.rs"]
mod reading;
#[path = "sandbox/reserved.rs"]
mod reserved;
#[path = "sandbox/users.rs"]
mod users;
