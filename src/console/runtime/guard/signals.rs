//! Signals of the operating system as things to await.
//!
//! In: SIGCONT, and every signal that would end a process unless it is listened to. Out: which one
//! came. It must not decide what to do.

use std::io;

use futures_util::future::{FutureExt as _, select_all};
use rustix::process::Signal as Kill;
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// Every signal that would end the process, and leave the terminal as it is, unless it is listened
/// to. The rest cannot be listened to, or is about errors of the program itself.
const ENDING: [Kill; 10] = [
    Kill::TERM,
    // From outside; the keys Ctrl-C and Ctrl-\ are none in raw mode.
    Kill::INT,
    Kill::QUIT,
    // The terminal is gone.
    Kill::HUP,
    // These mean nothing here.
    Kill::USR1,
    Kill::USR2,
    // Timers and limits that were set before the program began.
    Kill::ALARM,
    Kill::VTALARM,
    Kill::PROF,
    Kill::XCPU,
];

/// A signal that ends the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal(Kill);

impl Signal {
    /// The exit status that shells expect of a process that a signal ended.
    pub fn exit_status(self) -> u8 {
        u8::try_from(self.0.as_raw()).map_or(u8::MAX, |number| 128 + number)
    }
}

/// Listens from now on; the future ends with the first signal that asks the console to end.
pub fn termination() -> io::Result<impl Future<Output = Signal> + Send> {
    let mut waits = Vec::new();
    for kill in ENDING {
        let mut listener = signal(SignalKind::from_raw(kill.as_raw()))?;
        let wait = async move {
            listener.recv().await;
            Signal(kill)
        };
        waits.push(wait.boxed());
    }
    Ok(async move { select_all(waits).await.0 })
}

/// Listens from now on for SIGCONT: after each, the screen may hold anything and is to be taken
/// over and painted again.
pub fn continuations() -> io::Result<Listener> {
    signal(SignalKind::from_raw(Kill::CONT.as_raw()))
}
