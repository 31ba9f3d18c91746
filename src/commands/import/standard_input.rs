//! Standard input as a stream that ends when somebody stops the import.
//!
//! In: what comes through the pipe. Out: the same, or its end. A read that waits for more would keep
//! the program from ending.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How long it waits for more before it looks whether somebody stopped the import.
const PATIENCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// Standard input.
pub(super) struct StandardInput {
    cancelled: Arc<AtomicBool>,
}

impl StandardInput {
    pub(super) const fn new(cancelled: Arc<AtomicBool>) -> Self {
        Self { cancelled }
    }
}

impl Read for StandardInput {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        // Not through its buffer, into which poll cannot look.
        let stdin = io::stdin();
        while !self.cancelled.load(Ordering::Relaxed) {
            let mut waiting = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut waiting, Some(&PATIENCE)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                // Something has come, or nothing more ever will.
                Ok(_) => return Ok(rustix::io::read(&stdin, bytes)?),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}
