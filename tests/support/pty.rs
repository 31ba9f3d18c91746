//! A program in a pseudo-terminal, watched without sleeping.
//!
//! Include it in a test file with `#[path = "support/pty.rs"] mod pty;`. The program starts with
//! a clean environment: a home of its own, `TERM=xterm-256color`, nothing of the caller's. A
//! thread reads what it writes into an emulator; [`Pty::wait_for`] blocks until the screen is as
//! expected, and only a watchdog looks at the time.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "support of tests; each file uses its own part"
)]

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{ChildKiller, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take before the test is given up.
pub const WATCHDOG: Duration = Duration::from_secs(30);

/// What the program did so far.
struct Seen {
    terminal: vt100::Parser,
    bytes: Vec<u8>,
    reads: usize,
    /// When the newest bytes came.
    last_read: Instant,
    /// The reading thread let go of the terminal.
    closed: bool,
    /// The reading thread is asked to let go after its next read.
    closing: bool,
    exit: Option<portable_pty::ExitStatus>,
}

#[derive(Clone)]
struct Shared(Arc<(Mutex<Seen>, Condvar)>);

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.0.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    /// Blocks until `check` gives a value, or panics with the screen after the watchdog.
    fn wait<T>(&self, what: &str, mut check: impl FnMut(&Seen) -> Option<T>) -> T {
        let start = Instant::now();
        let mut seen = self.lock();
        loop {
            if let Some(value) = check(&seen) {
                return value;
            }
            let left = WATCHDOG.saturating_sub(start.elapsed());
            if left.is_zero() {
                let (screen, exit) = (seen.terminal.screen().contents(), seen.exit.clone());
                drop(seen);
                panic!("waited for {what}; exit: {exit:?}; the screen is:\n{screen}");
            }
            seen = self.0.1.wait_timeout(seen, left).unwrap().0;
        }
    }
}

/// A program running in a pseudo-terminal; it is killed when this is dropped.
pub struct Pty {
    shared: Shared,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    pid: Pid,
    home: TempDir,
}

impl Pty {
    /// Starts `program` with `args` and, on top of the clean environment, `env`, in a terminal
    /// of (`rows`, `cols`).
    pub fn spawn(
        program: impl AsRef<OsStr>,
        args: &[&str],
        env: &[(&str, &str)],
        (rows, cols): (u16, u16),
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        let pair = native_pty_system().openpty(size(rows, cols)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("HOME", home.path());
        command.env("PATH", "/usr/bin:/bin");
        command.env("LANG", "C.UTF-8");
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(home.path());
        let mut child = pair.slave.spawn_command(command).unwrap();
        // Ours has to go, or the terminal would never be seen to close.
        drop(pair.slave);

        let terminal =
            vt100::Parser::new(NonZero::new(rows).unwrap(), NonZero::new(cols).unwrap(), 0);
        let seen = Seen {
            terminal,
            bytes: Vec::new(),
            reads: 0,
            last_read: Instant::now(),
            closed: false,
            closing: false,
            exit: None,
        };
        let shared = Shared(Arc::new((Mutex::new(seen), Condvar::new())));
        let killer = child.clone_killer();
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
        let reader = pair.master.try_clone_reader().unwrap();
        let reading = shared.clone();
        thread::spawn(move || read_all(reader, &reading));
        let waiting = shared.clone();
        thread::spawn(move || {
            let exit = child.wait().unwrap();
            waiting.change(|seen| seen.exit = Some(exit));
        });
        let writer = pair.master.take_writer().unwrap();
        Self {
            shared,
            master: Some(pair.master),
            writer: Some(writer),
            killer,
            pid,
            home,
        }
    }

    /// The program's home, empty at the start.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Blocks until `check` holds of the screen; `what` is told when it never does.
    pub fn wait_for(&self, what: &str, mut check: impl FnMut(&vt100::Screen) -> bool) {
        self.shared
            .wait(what, |seen| check(seen.terminal.screen()).then_some(()));
    }

    /// Blocks until the screen shows `text` somewhere.
    pub fn wait_for_text(&self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    /// Blocks until the program has written `bytes` at or after the offset `from`.
    pub fn wait_for_bytes(&self, from: usize, bytes: &[u8]) {
        let what = String::from_utf8_lossy(bytes).escape_debug().to_string();
        self.shared.wait(&what, |seen| {
            let written = seen.bytes.get(from..)?;
            written
                .windows(bytes.len())
                .any(|window| window == bytes)
                .then_some(())
        });
    }

    /// Types `keys`, escape sequences included.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("the terminal was hung up");
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Gives the terminal another size, which the program is told by SIGWINCH.
    pub fn resize(&mut self, rows: u16, cols: u16) {
        self.shared.change(|seen| {
            let (rows, cols) = (NonZero::new(rows).unwrap(), NonZero::new(cols).unwrap());
            seen.terminal.set_size(rows, cols);
        });
        self.master
            .as_ref()
            .expect("the terminal was hung up")
            .resize(size(rows, cols))
            .unwrap();
    }

    /// Tells the program of another size, of which the emulator knows nothing.
    pub fn claim_size(&mut self, rows: u16, cols: u16) {
        let master = self.master.as_ref().expect("the terminal was hung up");
        master.resize(size(rows, cols)).unwrap();
    }

    /// The most memory that the program has had so far, in kilobytes; 0 where that is not known.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid));
        let status = status.unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak.map_or(0, |peak| {
            let kilobytes = peak.trim().trim_end_matches(" kB");
            kilobytes.parse().unwrap()
        })
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Closes the terminal's other end, as when a window is closed. The program has to write
    /// something on the change of size that comes before, so that the reading thread wakes up.
    pub fn hang_up(&mut self) {
        let size = self.master.as_ref().unwrap().get_size().unwrap();
        self.shared.change(|seen| seen.closing = true);
        self.writer = None;
        self.master
            .as_ref()
            .unwrap()
            .resize(PtySize {
                cols: size.cols + 1,
                ..size
            })
            .unwrap();
        self.shared
            .wait("the reading thread", |seen| seen.closed.then_some(()));
        self.master = None;
    }

    /// Blocks until the program has ended and all that it wrote is read.
    pub fn exit_status(&mut self) -> portable_pty::ExitStatus {
        self.shared
            .wait("the end", |seen| seen.exit.clone().filter(|_| seen.closed))
    }

    /// All bytes that the program wrote so far.
    pub fn bytes(&self) -> Vec<u8> {
        self.shared.lock().bytes.clone()
    }

    /// In how many pieces they came.
    pub fn reads(&self) -> usize {
        self.shared.lock().reads
    }

    /// When the newest bytes came; for measuring, never for a test's verdict.
    pub fn last_read(&self) -> Instant {
        self.shared.lock().last_read
    }

    /// The program's process id.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.shared.lock().terminal.screen().contents()
    }

    /// Looks at the screen as it is now.
    pub fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.shared.lock().terminal.screen())
    }

    /// The terminal's line mode (echo, raw and the like), to be compared.
    pub fn line_mode(&self) -> String {
        let master = self.master.as_ref().expect("the terminal was hung up");
        format!(
            "{:?}",
            master.get_termios().expect("a terminal has a line mode")
        )
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.shared.lock().exit.is_none() {
            let _ = self.killer.kill();
        }
    }
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn read_all(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = vec![0; 65_536];
    // An error is the end too: Linux says EIO when the last writer is gone.
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        // Before the emulator takes its time, and before the thread that looks at the screen lets go of it.
        let at = Instant::now();
        let mut closing = false;
        shared.change(|seen| {
            seen.terminal.process(&buffer[..length]);
            seen.bytes.extend_from_slice(&buffer[..length]);
            seen.reads += 1;
            seen.last_read = at;
            closing = seen.closing;
        });
        if closing {
            break;
        }
    }
    drop(reader);
    shared.change(|seen| seen.closed = true);
}
