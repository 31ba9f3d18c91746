//! The limit on file sizes (`ulimit -f`), met with words.
//!
//! In: nothing. Out: from then on, writing beyond the limit fails as it does on a full disk. Without
//! this the system ends the program in the middle of a write, in the console with the terminal
//! still in raw mode.

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

/// Has writes beyond the limit fail.
///
/// Programs started from here, such as a `secret_command`, still end at the limit: a child process
/// inherits signals that are ignored, but not listeners.
pub(super) fn fail_writes_beyond_it() {
    // The listener stays installed when it is dropped. If there is none, all but this works.
    let _ = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()));
}
