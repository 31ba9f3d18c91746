//! JSON of v1.1 into the domain: every fixture, every field of it, and thousands of broken ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests compare raw text and may fail loudly"
)]

#[path = "wire/fields.rs"]
mod fields;
#[path = "wire/fixtures.rs"]
mod fixtures;
#[path = "wire/leaves.rs"]
mod leaves;
#[path = "wire/mutants.rs"]
mod mutants;
#[path = "wire/odd.rs"]
mod odd;
