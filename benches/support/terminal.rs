//! What all measurements in a pseudo-terminal share: the window, the program, times.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "support of measurements; each file uses its own part"
)]

#[path = "../../tests/support/pty.rs"]
pub mod pty;

use std::fs;
use std::time::Duration;

use pty::Pty;

/// The variable that names another build to measure.
const PROGRAM: &str = "BENCH_PROGRAM";

/// Rows and columns.
pub const WINDOW: (u16, u16) = (50, 200);

/// The program that is measured.
pub fn program() -> String {
    std::env::var(PROGRAM).unwrap_or_else(|_| env!("CARGO_BIN_EXE_smooch-console").to_owned())
}

/// Whether the console's first frame is all there; its last line is painted last.
pub fn frame_complete(screen: &vt100::Screen) -> bool {
    let text = screen.contents();
    let parts = ["READ-ONLY", "1 Users", "2 Profile", "3 Messages", "q quit"];
    parts.iter().all(|part| text.contains(part))
}

/// A figure that the kernel keeps about the process.
pub fn status(pty: &Pty, name: &str) -> Option<String> {
    let status = fs::read_to_string(of_process(pty, "status")).ok()?;
    field(&status, name).map(str::to_owned)
}

/// A file that the kernel keeps about the process.
pub fn of_process(pty: &Pty, file: &str) -> String {
    format!("/proc/{}/{file}", pty.pid().as_raw_nonzero())
}

/// The value after a name in such a file.
pub fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    lines
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

/// Times of one kind.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Adds a time.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// The time below which a share of them is.
    pub fn at(&mut self, part: f64) -> Duration {
        self.0.sort_unstable();
        at(&self.0, part)
    }

    /// Prints the median, the 95th percentile and the longest.
    pub fn print(mut self, what: &str) {
        println!("  {what:<34} {}", self.columns());
    }

    /// The same as columns.
    pub fn columns(&mut self) -> String {
        self.0.sort_unstable();
        let at = |part| milliseconds(at(&self.0, part));
        format!("{} {} {}", at(0.5), at(0.95), at(1.0))
    }
}

/// The value below which a share of the sorted values is.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a handful of values"
)]
pub fn at<T: Copy>(sorted: &[T], part: f64) -> T {
    let last = sorted.len() - 1;
    sorted[(last as f64 * part).round() as usize]
}

/// A time as a column.
pub fn milliseconds(time: Duration) -> String {
    format!("{:>7.1}", time.as_secs_f64() * 1000.0)
}
