//! The client against toy servers on loopback: requests as bytes, statuses, faults, retries
//! and paging.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests compare raw text and may fail loudly"
)]

#[path = "api/clockwork.rs"]
mod clockwork;
#[path = "api/dates.rs"]
mod dates;
#[path = "api/fault_table.rs"]
mod fault_table;
#[path = "api/faults.rs"]
mod faults;
#[path = "api/paging.rs"]
mod paging;
#[path = "api/proxies.rs"]
mod proxies;
#[path = "api/requests.rs"]
mod requests;
#[path = "api/retries.rs"]
mod retries;
#[path = "api/sandbox.rs"]
mod sandbox;
#[path = "api/statuses.rs"]
mod statuses;
#[path = "api/tokens.rs"]
mod tokens;
#[path = "api/toy.rs"]
mod toy;
#[path = "api/trust.rs"]
mod trust;
