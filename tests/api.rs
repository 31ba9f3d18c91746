//! The client against toy servers on loopback: requests as bytes, statuses, faults and paging.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests compare raw text and may fail loudly"
)]

#[path = "api/faults.rs"]
mod faults;
#[path = "api/paging.rs"]
mod paging;
#[path = "api/requests.rs"]
mod requests;
#[path = "api/sandbox.rs"]
mod sandbox;
#[path = "api/statuses.rs"]
mod statuses;
#[path = "api/toy.rs"]
mod toy;
