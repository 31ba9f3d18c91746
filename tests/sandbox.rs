//! The sandbox over a real connection: its answers, refusals, stored data and people.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should say where"
)]

#[path = "sandbox/access.rs"]
mod access;
#[path = "sandbox/apps.rs"]
mod apps;
#[path = "sandbox/attachments.rs"]
mod attachments;
#[path = "sandbox/conversation.rs"]
mod conversation;
#[path = "sandbox/crowd.rs"]
mod crowd;
#[path = "sandbox/desk.rs"]
mod desk;
#[path = "sandbox/faults.rs"]
mod faults;
#[path = "sandbox/integrations.rs"]
mod integrations;
#[path = "sandbox/keys.rs"]
mod keys;
#[path = "sandbox/links.rs"]
mod links;
#[path = "sandbox/load.rs"]
mod load;
#[path = "sandbox/merging.rs"]
mod merging;
#[path = "sandbox/naming.rs"]
mod naming;
#[path = "sandbox/people.rs"]
mod people;
#[path = "sandbox/posting.rs"]
mod posting;
#[path = "sandbox/profiles.rs"]
mod profiles;
#[path = "sandbox/reading.rs"]
mod reading;
#[path = "sandbox/reserved.rs"]
mod reserved;
#[path = "sandbox/table.rs"]
mod table;
#[path = "sandbox/tokens.rs"]
mod tokens;
#[path = "sandbox/users.rs"]
mod users;
#[path = "sandbox/webhooks.rs"]
mod webhooks;
