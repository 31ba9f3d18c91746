//! The built program in a real pseudo-terminal: what agents see, what leaves, how it ends.
//!
//! Every run has an empty environment and a home of its own. The screen is awaited, never slept
//! for; only the harness's watchdog looks at the time.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests state what must hold"
)]

#[path = "pty/copying.rs"]
mod copying;
#[path = "pty/desk.rs"]
mod desk;
#[path = "pty/ending.rs"]
mod ending;
#[path = "pty/faults.rs"]
mod faults;
#[path = "pty/leaving.rs"]
mod leaving;
#[path = "pty/log.rs"]
mod log;
#[path = "pty/looking.rs"]
mod looking;
#[path = "pty/panics.rs"]
mod panics;
#[path = "support/pty.rs"]
mod pty;
#[path = "pty/remembering.rs"]
mod remembering;
#[path = "pty/sizes.rs"]
mod sizes;
#[path = "pty/start.rs"]
mod start;
