//! How fast the built program is in a real pseudo-terminal, as an agent would feel it.
//!
//! It has three parts, which can also run alone: `start`, `keys`, `idle [SECONDS]`.
//! `benches/README.md` says what is measured and how.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a measurement that cannot be taken is no measurement"
)]

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use smooch_console::sandbox::cast;

#[path = "support/terminal.rs"]
mod terminal;

use terminal::pty::Pty;
use terminal::{Samples, WINDOW, at, field, frame_complete, of_process, program, status};

const STARTS: usize = 30;

/// A key is answered when nothing came for this long. It is less than the 120 ms after which the
/// profile under a resting cursor is fetched.
const QUIET: Duration = Duration::from_millis(60);

/// By then anything that follows a key later, such as that profile, is over.
const LATER: Duration = Duration::from_millis(250);

fn main() {
    // Cargo adds `--bench` of its own.
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| arg != "--bench")
        .collect();
    let all = asked.is_empty();
    let wants = |part: &str| all || asked.iter().any(|arg| arg == part);
    let (rows, cols) = WINDOW;
    println!("{}\nin a terminal of {cols}x{rows}\n", program());
    if wants("start") {
        measure_starts();
    }
    if wants("keys") {
        measure_keys();
    }
    if wants("idle") {
        let seconds = asked.iter().find_map(|arg| arg.parse().ok());
        measure_idling(Duration::from_secs(seconds.unwrap_or(60)));
    }
}

fn measure_starts() {
    println!("start, {STARTS} runs, ms                    median     p95     max");
    let mut shell = Samples::default();
    let (mut first, mut frame, mut people, mut quit) =
        <(Samples, Samples, Samples, Samples)>::default();
    for _ in 0..STARTS {
        let start = Instant::now();
        let pty = Pty::spawn("/bin/sh", &["-c", "printf x; read key"], &[], WINDOW);
        pty.wait_for_text("x");
        shell.add(start.elapsed());

        let start = Instant::now();
        let mut pty = Pty::spawn(program(), &[], &[], WINDOW);
        pty.wait_for_bytes(0, b"\x1b[2J");
        first.add(start.elapsed());
        pty.wait_for("the first frame", frame_complete);
        frame.add(start.elapsed());
        pty.wait_for_text("72 known users");
        people.add(start.elapsed());
        let start = Instant::now();
        pty.send("q");
        assert!(pty.exit_status().success());
        quit.add(start.elapsed());
    }
    shell.print("a shell that prints one character");
    first.print("first byte of the frame");
    frame.print("frame complete");
    people.print("the sandbox's people listed");
    quit.print("q to the end of the process");
    println!();
}

fn measure_keys() {
    let mut pty = open();
    println!(
        "keys                    answer, ms  median     p95     max   bytes, median/max   writes, median/max"
    );
    let mut typing = Keys::default();
    press(&mut pty, "/");
    for _ in 0..10 {
        for key in ["m", "a", "r", "a"] {
            typing.add(&press(&mut pty, key));
        }
        press(&mut pty, "\u{15}");
    }
    typing.print("typing “mara”");
    press(&mut pty, "\u{1b}");

    let mut list = Keys::default();
    for key in "j".repeat(40).chars().chain("k".repeat(40).chars()) {
        list.add(&press(&mut pty, &key.to_string()));
    }
    list.print("j and k in the list");

    pty.send(&format!("/{}\r", cast::THOUSAND_MESSAGES.id));
    pty.wait_for_text(" of 100+ ");
    thread::sleep(LATER);
    let mut conversation = Keys::default();
    for key in "k".repeat(60).chars().chain("j".repeat(60).chars()) {
        conversation.add(&press(&mut pty, &key.to_string()));
    }
    conversation.print("k and j in a conversation");

    let mut pages = Keys::default();
    for _ in 0..10 {
        for key in ["\u{1b}[5~", "\u{1b}[6~"] {
            pages.add(&press(&mut pty, key));
        }
    }
    pages.print("a page up and down in it");
    if let Some(peak) = status(&pty, "VmHWM:") {
        println!("peak memory: {peak}");
    }
    println!();
}

fn measure_idling(time: Duration) {
    let pty = open();
    let before = (cpu(&pty), pty.bytes().len(), pty.reads(), writes(&pty));
    thread::sleep(time);
    let after = (cpu(&pty), pty.bytes().len(), pty.reads(), writes(&pty));
    println!("idle for {} s", time.as_secs());
    if let (Some(before), Some(after)) = (before.0, after.0) {
        println!("CPU time: {} ms", after.saturating_sub(before).as_millis());
    }
    println!(
        "bytes: {}, in {} reads",
        after.1 - before.1,
        after.2 - before.2
    );
    if let (Some(before), Some(after)) = (before.3, after.3) {
        println!("write calls of any kind: {}", after.calls - before.calls);
    }
}

/// A console on its sandbox that has learned all users and has nothing left to do.
fn open() -> Pty {
    let pty = Pty::spawn(program(), &[], &[], WINDOW);
    pty.wait_for_text("72 known users");
    pty.wait_for_text("Mara Quinn  from givenName + surname");
    thread::sleep(Duration::from_secs(1));
    pty
}

/// What a key caused before anything was fetched.
struct Answer {
    settled: Duration,
    bytes: usize,
    writes: Option<usize>,
}

fn press(pty: &mut Pty, key: &str) -> Answer {
    let (bytes, calls) = (pty.bytes().len(), writes(pty));
    let start = Instant::now();
    pty.send(key);
    let mut quiet_since = start;
    while let Some(left) = QUIET.checked_sub(quiet_since.elapsed()) {
        thread::sleep(left.max(Duration::from_micros(100)));
        quiet_since = start.max(pty.last_read());
    }
    let bytes = pty.bytes().len() - bytes;
    let writes = calls
        .zip(writes(pty))
        .and_then(|(before, after)| after.of_terminal(before, bytes));
    let answer = Answer {
        settled: quiet_since - start,
        bytes,
        writes,
    };
    thread::sleep(LATER);
    answer
}

/// What the kernel counted for the process, on Linux.
#[derive(Clone, Copy)]
struct Writes {
    calls: usize,
    bytes: usize,
}

impl Writes {
    /// How many calls wrote to the terminal; all others wake threads, with 8 bytes each. `None` when
    /// something was fetched meanwhile, which writes too.
    fn of_terminal(self, before: Self, to_terminal: usize) -> Option<usize> {
        let others = (self.bytes - before.bytes).checked_sub(to_terminal)?;
        let calls = (self.calls - before.calls).checked_sub(others / 8)?;
        (others % 8 == 0).then_some(calls)
    }
}

fn writes(pty: &Pty) -> Option<Writes> {
    let io = fs::read_to_string(of_process(pty, "io")).ok()?;
    let number = |name: &str| field(&io, name)?.parse().ok();
    Some(Writes {
        calls: number("syscw:")?,
        bytes: number("wchar:")?,
    })
}

/// User and system time; the kernel counts in hundredths of a second.
fn cpu(pty: &Pty) -> Option<Duration> {
    let stat = fs::read_to_string(of_process(pty, "stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks()? + ticks()?) * 10))
}

/// Answers to keys of one kind.
#[derive(Default)]
struct Keys {
    settled: Samples,
    bytes: Vec<usize>,
    writes: Vec<usize>,
}

impl Keys {
    fn add(&mut self, answer: &Answer) {
        self.settled.add(answer.settled);
        self.bytes.push(answer.bytes);
        self.writes.extend(answer.writes);
    }

    fn print(mut self, what: &str) {
        self.bytes.sort_unstable();
        self.writes.sort_unstable();
        let (bytes, most) = (at(&self.bytes, 0.5), at(&self.bytes, 1.0));
        let writes = match &self.writes[..] {
            [] => "unknown".to_owned(),
            writes => format!("{} / {}", at(writes, 0.5), at(writes, 1.0)),
        };
        let settled = self.settled.columns();
        println!("  {what:<34} {settled}   {bytes:>6} / {most:<6}     {writes}");
    }
}
