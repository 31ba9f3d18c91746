//! Measures how long a key in the search box takes in memory.
//!
//! `cargo bench --bench search` builds 100,000 and 1,000,000 invented users and types a set of
//! queries one character at a time, as an agent does. `-- 1000000` builds only this many, `-- keys`
//! prints every key, `-- alone` leaves the comparison out. It prints how long keys take until the
//! best hundred hits are there and until the whole answer is, the time to build, memory, and how long
//! the same keys take when `fuzzy-matcher` goes through all lines.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

#[path = "support/people.rs"]
mod people;
#[path = "support/queries.rs"]
mod queries;

use std::time::{Duration, Instant};

use fuzzy_matcher::FuzzyMatcher as _;
use fuzzy_matcher::skim::SkimMatcherV2;
use people::{Invented, NOW, People};
use smooch_console::search::{Extent, IndexBuilder, KnownUsers, PAGE, Request, SearchSession};

/// One key: how long the best hundred and the whole answer took.
struct Key {
    text: String,
    best: Duration,
    whole: Duration,
    matched: usize,
}

fn main() {
    let counts: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.parse().ok())
        .collect();
    let counts = if counts.is_empty() {
        vec![100_000, 1_000_000]
    } else {
        counts
    };
    let naive = !is_asked("alone");
    for count in counts {
        measure(count, naive);
    }
}

fn is_asked(word: &str) -> bool {
    std::env::args().any(|arg| arg == word)
}

fn measure(count: usize, naive: bool) {
    println!("\n{count} users");
    let before = memory("VmRSS");
    let begun = Instant::now();
    let mut builder = IndexBuilder::default();
    let mut inventing = Duration::ZERO;
    let mut people = People::new(count);
    let mut text = 0;
    loop {
        let step = Instant::now();
        let Some(user) = people.next() else { break };
        text += user.line().len();
        inventing += step.elapsed();
        user.as_person(|person| builder.push(person));
    }
    let taken_in = begun.elapsed().saturating_sub(inventing);
    let built = builder.build();
    let mut known = KnownUsers::default();
    known.install(built);
    let ready = begun.elapsed().saturating_sub(inventing);
    let rss = memory("VmRSS").saturating_sub(before);
    println!(
        "  build: {ready:.0?} (rows {taken_in:.0?}); {} MB, {} B a user, of these {} B text and _id; peak of the process {} MB",
        rss / 1024,
        rss * 1024 / count as u64,
        text / count,
        memory("VmHWM") / 1024
    );
    let queries = queries::queries(count);
    // The first round fills caches, as earlier typing of an agent would.
    let session = SearchSession::default();
    type_all(&known, &session, &queries);
    let keys = type_all(&known, &session, &queries);
    println!("  keys: {}", keys.len());
    report("best hundred", keys.iter().map(|key| key.best).collect());
    report("whole answer", keys.iter().map(|key| key.whole).collect());
    let mut slowest: Vec<&Key> = keys.iter().collect();
    slowest.sort_by_key(|key| std::cmp::Reverse(key.whole));
    let shown = if is_asked("keys") { slowest.len() } else { 8 };
    for key in slowest.iter().take(shown) {
        println!(
            "    {:<26} best {:>9.2?}  whole {:>9.2?}  {} matched",
            key.text, key.best, key.whole, key.matched
        );
    }
    exact(&known, &session, count);
    println!(
        "  after searching: {} MB, peak {} MB",
        memory("VmRSS").saturating_sub(before) / 1024,
        memory("VmHWM") / 1024
    );
    if naive {
        report("naive fuzzy-matcher", naive_keys(count, &queries));
    }
}

fn type_all(known: &KnownUsers, session: &SearchSession, queries: &[Vec<String>]) -> Vec<Key> {
    let mut keys = Vec::new();
    for text in queries.iter().flatten() {
        let request = Request::new(text, now(), PAGE);
        let begun = Instant::now();
        let mut best = None;
        let results = session.search(&known.snapshot(), &request, |first| {
            // A full page of the best tier is final: what follows ranks lower.
            if first.hits.len() == PAGE {
                best = Some(begun.elapsed());
            }
        });
        let results = results.unwrap();
        let whole = begun.elapsed();
        assert_eq!(results.extent, Extent::Whole);
        keys.push(Key {
            text: text.clone(),
            best: best.unwrap_or(whole),
            whole,
            matched: results.matched,
        });
    }
    keys
}

fn exact(known: &KnownUsers, session: &SearchSession, count: usize) {
    let people: Vec<Invented> = People::new(count).step_by(count / 100).collect();
    let ids = people.iter().map(|user| user.id.as_str());
    report("a whole _id, pasted", times_of(known, session, ids));
    let user_ids = people.iter().filter_map(|user| user.user_id.as_deref());
    report("a whole userId", times_of(known, session, user_ids));
}

/// How long it takes to find the user that each text names.
fn times_of<'a>(
    known: &KnownUsers,
    session: &SearchSession,
    texts: impl Iterator<Item = &'a str>,
) -> Vec<Duration> {
    let times = texts.map(|text| {
        let request = Request::new(text, now(), PAGE);
        let begun = Instant::now();
        let mut first = None;
        let results = session.search(&known.snapshot(), &request, |_| {
            first = Some(begun.elapsed());
        });
        results.unwrap();
        first.unwrap_or_else(|| begun.elapsed())
    });
    times.collect()
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW).unwrap()
}

/// The same keys with only fuzzy-matcher, over plain lines.
fn naive_keys(count: usize, queries: &[Vec<String>]) -> Vec<Duration> {
    let lines: Vec<String> = People::new(count).map(|user| user.line()).collect();
    let matcher = SkimMatcherV2::default();
    let times = queries.iter().flatten().map(|text| {
        let begun = Instant::now();
        let scored = lines.iter().enumerate();
        let scored = scored.filter_map(|(at, line)| Some((matcher.fuzzy_match(line, text)?, at)));
        let mut scored: Vec<(i64, usize)> = scored.collect();
        if scored.len() > PAGE {
            scored.select_nth_unstable_by_key(PAGE, |(points, _)| std::cmp::Reverse(*points));
            scored.truncate(PAGE);
        }
        std::hint::black_box(scored);
        begun.elapsed()
    });
    times.collect()
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| {
        let index = (times.len() * share).div_ceil(100);
        times[index.clamp(1, times.len()) - 1]
    };
    println!(
        "  {what:<20} p50 {:>9.2?}  p95 {:>9.2?}  p99 {:>9.2?}  max {:>9.2?}",
        at(50),
        at(95),
        at(99),
        at(100)
    );
}

/// A figure that the kernel keeps about this process, in KiB.
fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}
