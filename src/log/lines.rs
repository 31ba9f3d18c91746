//! Hands lines to the thread that writes them.
//!
//! In: whole lines. Out: the same lines in the daily file. The caller never waits for the disk: if
//! too many lines are waiting already, the new one is dropped.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use tracing_subscriber::fmt::MakeWriter;

use super::files::LogFiles;

/// How many lines may wait.
const WAITING: usize = 1024;

/// How long the program waits for the disk before it ends.
const FLUSH_LIMIT: Duration = Duration::from_millis(200);

enum Order {
    Write(Vec<u8>),
    /// Answered when all earlier lines have been written.
    Flush(Sender<()>),
}

/// Accepts lines.
#[derive(Clone)]
pub(super) struct Lines(SyncSender<Order>);

impl Lines {
    /// Starts the writing thread; `None` if the system allows none.
    pub(super) fn start(folder: PathBuf) -> Option<Self> {
        let (orders, taken) = mpsc::sync_channel(WAITING);
        let thread = thread::Builder::new().name("log".into());
        thread.spawn(move || write_all(&taken, folder)).ok()?;
        Some(Self(orders))
    }

    pub(super) fn flush(&self) {
        let (done, written) = mpsc::channel();
        if self.0.try_send(Order::Flush(done)).is_ok() {
            // If the disk is slower, the last lines are lost rather than the agent's time.
            let _ = written.recv_timeout(FLUSH_LIMIT);
        }
    }
}

fn write_all(orders: &Receiver<Order>, folder: PathBuf) {
    let mut files = LogFiles::in_folder(folder);
    for order in orders {
        match order {
            // There is nowhere to report that the log cannot be written.
            Order::Write(line) => drop(files.write(&line, Timestamp::now())),
            Order::Flush(done) => drop(done.send(())),
        }
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        // Full or gone: dropped.
        let _ = self.0.try_send(Order::Write(line.to_vec()));
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
