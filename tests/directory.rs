//! The directory on disk: what it keeps, what it survives, and what it forgets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

#[path = "directory/ageing.rs"]
mod ageing;
#[path = "directory/agent_damage.rs"]
mod agent_damage;
#[path = "directory/damage.rs"]
mod damage;
#[path = "directory/forgetting.rs"]
mod forgetting;
#[path = "directory/importing.rs"]
mod importing;
#[path = "directory/joined.rs"]
mod joined;
#[path = "directory/keeping.rs"]
mod keeping;
#[path = "directory/killed.rs"]
mod killed;
#[path = "directory/killed_files.rs"]
mod killed_files;
#[path = "directory/limits.rs"]
mod limits;
#[path = "directory/pages.rs"]
mod pages;
#[path = "directory/parts.rs"]
mod parts;
#[path = "directory/pins.rs"]
mod pins;
#[path = "directory/reporting.rs"]
mod reporting;
#[path = "directory/runs.rs"]
mod runs;
#[path = "directory/schema_number.rs"]
mod schema_number;
#[path = "directory/searching.rs"]
mod searching;
#[path = "directory/shelf.rs"]
mod shelf;
#[path = "directory/tables.rs"]
mod tables;
#[path = "directory/upgrade.rs"]
mod upgrade;
