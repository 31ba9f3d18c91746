//! Compares the built console with fzf: the same users, keys and pseudo-terminal, in one run.
//!
//! `cargo bench --bench beside` uses 100,000 and 1,000,000 invented users, `-- 1000000` only this
//! many. `-- keys` prints every key, `-- screen` a screen of each program; `-- alone` leaves fzf out.
//! `benches/README.md` says what is measured and how.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement that cannot be taken is no measurement"
)]

#[path = "support/people.rs"]
mod people;
#[path = "support/queries.rs"]
mod queries;
#[path = "support/shelf.rs"]
mod shelf;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use people::People;
use terminal::pty::Pty;
use terminal::{Samples, WINDOW, frame_complete, program};

/// The variable that names another fzf than the first on the path.
const FZF: &str = "BENCH_FZF";

/// A key is answered when the list has not changed for this long. No search of either program, which
/// paint nothing while they search, takes longer.
const QUIET: Duration = Duration::from_millis(450);

/// How often to look for output.
const LOOK: Duration = Duration::from_micros(200);

/// What fzf first asks the terminal: where the cursor is, and how it handles pasted text.
const ASKED: &[u8] = b"\x1b[6n\x1b[?2004$p\x1b[6n";

/// How often each program is started.
const STARTS: usize = 7;

/// The time between two keys that are typed while users are still being loaded.
const BETWEEN: Duration = Duration::from_millis(30);

/// What is typed as soon as the first frame is there.
const FIRST_QUERY: &str = "smith john";

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let is_asked = |word: &str| asked.iter().any(|arg| arg == word);
    let counts: Vec<usize> = asked.iter().filter_map(|arg| arg.parse().ok()).collect();
    let counts = if counts.is_empty() {
        vec![100_000, 1_000_000]
    } else {
        counts
    };
    let fzf = if is_asked("alone") { None } else { find_fzf() };
    println!("{}", program());
    match &fzf {
        Some(path) => println!("beside {}", path.display()),
        None => println!("alone: no fzf was found on the path, or it was not wanted"),
    }
    for count in counts {
        measure(count, fzf.as_deref(), is_asked("keys"));
    }
}

fn find_fzf() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(FZF) {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&path).map(|folder| folder.join("fzf"));
    // A script that starts fzf would be measured with it.
    let is_program =
        |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"\x7fELF"));
    all.into_iter().find(is_program)
}

/// What was measured for one program.
struct Measured {
    first_frame: Samples,
    searchable: Samples,
    /// From a key to the next bytes, while users are still being loaded.
    echoes: Samples,
    keys: Vec<(String, Duration)>,
    /// Peak memory in KiB.
    peak: u64,
}

fn measure(count: usize, fzf: Option<&Path>, shows_keys: bool) {
    let home = tempfile::tempdir().unwrap();
    let lines = home.path().join("people.txt");
    let mut to = BufWriter::new(File::create(&lines).unwrap());
    for person in People::new(count) {
        writeln!(to, "{}", person.line()).unwrap();
    }
    to.into_inner().unwrap();
    // Nothing listens on this port any more: all requests of the console fail at once.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let base_url = format!("http://127.0.0.1:{port}/");
    shelf::fill(&home.path().join("smooch-console"), &base_url, count);

    println!("\n{count} users{:>27}   median     p95     max", "ms:");
    let ours = measure_program(
        &Console {
            home: home.path(),
            base_url,
        },
        count,
        shows_keys,
    );
    let theirs = fzf.map(|program| {
        measure_program(
            &Fzf {
                program,
                lines: &lines,
            },
            count,
            shows_keys,
        )
    });
    if let Some(theirs) = &theirs {
        compare(&ours, theirs);
    }
}

/// A program that searches as you type.
trait Finder {
    fn name(&self) -> &'static str;
    fn spawn(&self) -> Pty;
    /// Whether the first frame is all there.
    fn is_painted(screen: &vt100::Screen) -> bool;
    /// The key that opens the line to type in.
    fn begin(&self) -> &'static str;
    /// Whether the answer to the query, over all users, is there.
    fn has_answered(screen: &vt100::Screen, count: usize) -> bool;
    /// The columns in which the hits and their number are listed.
    fn columns(screen: &vt100::Screen) -> u16;
}

struct Console<'a> {
    home: &'a Path,
    base_url: String,
}

impl Finder for Console<'_> {
    fn name(&self) -> &'static str {
        "console"
    }

    fn spawn(&self) -> Pty {
        let env = [
            ("XDG_DATA_HOME", self.home.to_str().unwrap()),
            ("SMOOCH_BASE_URL", &self.base_url),
            ("SMOOCH_APP_ID", shelf::APP_ID),
            ("SMOOCH_KEY_ID", "app_1"),
            ("SMOOCH_KEY_SECRET", "invented"),
        ];
        Pty::spawn(program(), &[], &env, WINDOW)
    }

    fn is_painted(screen: &vt100::Screen) -> bool {
        frame_complete(screen)
    }

    fn begin(&self) -> &'static str {
        "/"
    }

    fn has_answered(screen: &vt100::Screen, count: usize) -> bool {
        // The screen separates thousands.
        let text = screen.contents().replace(',', "");
        // Until the new answer is there, the screen shows the one to the empty text: all of all.
        let of = format!(" of {count} ");
        let mut lines = text.lines().filter_map(|line| line.split_once(&of));
        let matched = lines.find_map(|(before, _)| before.split_whitespace().last()?.parse().ok());
        text.contains(FIRST_QUERY) && matched.is_some_and(|matched: usize| matched < count)
    }

    /// The profile beside the list is fetched when no key is pressed, which does not count.
    fn columns(screen: &vt100::Screen) -> u16 {
        let mut rows = screen.rows(0, WINDOW.1);
        let next = rows.find_map(|row| {
            let at = ["2 Profile", "3 Messages"].map(|title| row.find(title));
            let at = at.into_iter().flatten().min()?;
            u16::try_from(row[..at].chars().count()).ok()
        });
        next.unwrap_or(WINDOW.1).saturating_sub(3)
    }
}

struct Fzf<'a> {
    program: &'a Path,
    lines: &'a Path,
}

impl Finder for Fzf<'_> {
    fn name(&self) -> &'static str {
        "fzf"
    }

    fn spawn(&self) -> Pty {
        let (program, lines) = (self.program.display(), self.lines.display());
        let command = format!("exec '{program}' < '{lines}'");
        let mut pty = Pty::spawn("/bin/sh", &["-c", &command], &[], WINDOW);
        // It asks the terminal and would wait half a second for the answers.
        pty.wait_for_bytes(0, ASKED);
        pty.send("\x1b[1;1R\x1b[?2004;2$y\x1b[1;1R");
        pty
    }

    fn is_painted(screen: &vt100::Screen) -> bool {
        let text = screen.contents();
        text.contains("> ") && text.contains('/')
    }

    fn begin(&self) -> &'static str {
        ""
    }

    fn has_answered(screen: &vt100::Screen, count: usize) -> bool {
        let text = screen.contents();
        // Until all is loaded and searched, more text follows the number.
        let is_whole = |line: &str| {
            let number = format!("/{count}");
            line.split_whitespace().any(|word| word.ends_with(&number))
                && !line.contains('%')
                && !line.trim_start().starts_with(&number)
                && !line.contains(&format!("{count}/{count}"))
        };
        text.contains(FIRST_QUERY) && text.lines().any(is_whole)
    }

    fn columns(_: &vt100::Screen) -> u16 {
        WINDOW.1
    }
}

fn measure_program<F: Finder>(finder: &F, count: usize, shows_keys: bool) -> Measured {
    let (mut first_frame, mut searchable) = <(Samples, Samples)>::default();
    let (mut echoes, mut peak) = (Samples::default(), 0);
    for _ in 0..STARTS {
        let start = Instant::now();
        let mut pty = finder.spawn();
        pty.wait_for("the first frame", F::is_painted);
        first_frame.add(start.elapsed());
        pty.send(&format!("{}{FIRST_QUERY}", finder.begin()));
        pty.wait_for("an answer over all users", |screen| {
            F::has_answered(screen, count)
        });
        searchable.add(start.elapsed());
        peak = peak.max(peak_memory(&pty));
    }
    let mut pty = finder.spawn();
    pty.wait_for("the first frame", F::is_painted);
    pty.send(finder.begin());
    for key in FIRST_QUERY.chars() {
        thread::sleep(BETWEEN);
        echoes.add(echo(&mut pty, &key.to_string()));
    }
    pty.wait_for("an answer over all users", |screen| {
        F::has_answered(screen, count)
    });
    if std::env::args().any(|arg| arg == "screen") {
        println!("{}", pty.text());
    }
    let mut keys = Vec::new();
    // Only one round: both programs answer repeated queries from memory.
    for texts in queries::queries(count) {
        press::<F>(&mut pty, "\u{15}");
        let mut typed = String::new();
        for text in texts {
            let settled = press::<F>(&mut pty, &text[typed.len()..]);
            typed.clone_from(&text);
            keys.push((text, settled));
        }
    }
    peak = peak.max(peak_memory(&pty));
    let mut measured = Measured {
        first_frame,
        searchable,
        echoes,
        keys,
        peak,
    };
    measured.print(finder.name(), shows_keys);
    measured
}

/// Types a key; returns the time until anything came.
fn echo(pty: &mut Pty, key: &str) -> Duration {
    let bytes = pty.bytes().len();
    let start = Instant::now();
    pty.send(key);
    pty.wait_for_bytes(bytes, b"\x1b");
    pty.last_read().max(start) - start
}

/// Types a key; returns the time until the list changed for the last time.
fn press<F: Finder>(pty: &mut Pty, key: &str) -> Duration {
    let columns = pty.look(F::columns);
    let listed = |screen: &vt100::Screen| screen.rows_formatted(0, columns).collect::<Vec<_>>();
    let (mut shown, mut read) = (pty.look(listed), pty.last_read());
    let start = Instant::now();
    pty.send(key);
    let mut changed = start;
    while changed.elapsed() < QUIET {
        thread::sleep(LOOK);
        let newest = pty.last_read();
        if newest != read {
            read = newest;
            let now = pty.look(listed);
            if now != shown {
                (shown, changed) = (now, newest.max(start));
            }
        }
    }
    changed - start
}

fn peak_memory(pty: &Pty) -> u64 {
    shelf::peak_memory(&pty.pid().to_string())
}

impl Measured {
    fn times(&self) -> Samples {
        let mut times = Samples::default();
        self.keys.iter().for_each(|(_, time)| times.add(*time));
        times
    }

    fn print(&mut self, name: &str, shows_keys: bool) {
        let line = |what: &str, samples: &mut Samples| {
            println!("  {:<34} {}", format!("{name}: {what}"), samples.columns());
        };
        line("first frame", &mut self.first_frame);
        line("searches everybody", &mut self.searchable);
        line("echo of a key while loading", &mut self.echoes);
        line("a key", &mut self.times());
        println!("  {name}: peak memory {:>26} MB", self.peak >> 10);
        let mut slowest: Vec<&(String, Duration)> = self.keys.iter().collect();
        slowest.sort_by_key(|key| std::cmp::Reverse(key.1));
        let shown = if shows_keys { slowest.len() } else { 3 };
        for (text, time) in slowest.into_iter().take(shown) {
            println!("      {text:<38} {:>7.1}", time.as_secs_f64() * 1000.0);
        }
    }
}

fn compare(ours: &Measured, theirs: &Measured) {
    let ratio = |part: f64| {
        let [ours, theirs] = [ours, theirs].map(|it| it.times().at(part).as_secs_f64());
        theirs / ours.max(f64::EPSILON)
    };
    println!(
        "  the console answers a key {:.1} times as fast at the median, {:.1} times at the 95th of \
         100, {:.1} times at the worst key",
        ratio(0.5),
        ratio(0.95),
        ratio(1.0)
    );
}
