//! What follows from what happened: rows of tables, (state, message) → (state, effects).
//!
//! No terminal, no network, no clock: [`given`] makes the states and plays the world that
//! answers; each other file is about one pane, overlay or rule.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should say where"
)]

#[path = "update/anything.rs"]
mod anything;
#[path = "update/ask.rs"]
mod ask;
#[path = "update/copy.rs"]
mod copy;
#[path = "update/cursor.rs"]
mod cursor;
#[path = "update/enter.rs"]
mod enter;
#[path = "update/footer.rs"]
mod footer;
#[path = "update/given.rs"]
mod given;
#[path = "update/gone.rs"]
mod gone;
#[path = "update/hostile.rs"]
mod hostile;
#[path = "update/invented.rs"]
mod invented;
#[path = "update/messages.rs"]
mod messages;
#[path = "update/opening.rs"]
mod opening;
#[path = "update/overlay.rs"]
mod overlay;
#[path = "update/paging.rs"]
mod paging;
#[path = "update/palette.rs"]
mod palette;
#[path = "update/reading.rs"]
mod reading;
#[path = "update/recalled.rs"]
mod recalled;
#[path = "update/refresh.rs"]
mod refresh;
#[path = "update/reports.rs"]
mod reports;
#[path = "update/rows.rs"]
mod rows;
#[path = "update/saying.rs"]
mod saying;
#[path = "update/steps.rs"]
mod steps;
#[path = "update/tiers.rs"]
mod tiers;
#[path = "update/typing.rs"]
mod typing;
#[path = "update/walking.rs"]
mod walking;
