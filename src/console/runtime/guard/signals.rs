//! Signals of the operating system as things to await.
//!
//! In: SIGTERM, SIGINT, SIGHUP, SIGCONT. Out: which one came. It must not decide what to do.

use std::io;

use tokio::signal::unix::{Signal as Listener, SignalKind, signal};

/// A signal that ends the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM: someone asks the process to end.
    Terminate,
    /// SIGINT from outside; the key Ctrl-C is none in raw mode.
    Interrupt,
    /// SIGHUP: the terminal is gone.
    HangUp,
}

impl Signal {
    /// The exit status that shells expect of a process that a signal ended.
    pub fn exit_status(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// Listens from now on; the future ends with the first signal that asks the console to end.
pub fn termination() -> io::Result<impl Future<Output = Signal> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => Signal::Terminate,
            _ = interrupt.recv() => Signal::Interrupt,
            _ = hang_up.recv() => Signal::HangUp,
        }
    })
}

/// Listens from now on for SIGCONT: after each, the screen may hold anything and is to be taken
/// over and painted again.
pub fn continuations() -> io::Result<Listener> {
    signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))
}
