//! What is known of people does not depend on the order in which it was reported: every way of
//! dealing the same reports into files ends the same, and as plain rules say it must.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

#[path = "oracle/dealing.rs"]
mod dealing;
#[path = "oracle/examples.rs"]
mod examples;
#[path = "oracle/lines.rs"]
mod lines;
#[path = "oracle/orders.rs"]
mod orders;
#[path = "oracle/plans.rs"]
mod plans;
#[path = "oracle/rules.rs"]
mod rules;
#[path = "oracle/seen.rs"]
mod seen;
#[path = "directory/shelf.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod shelf;
