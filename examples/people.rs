//! Writes invented users, always the same ones, to measure this and other tools with.
//!
//! `cargo run --release --example people -- 1000000 lines > people.txt` writes a line of text for
//! each user, as `fzf` and similar tools search it. With `json` instead of `lines`, it writes users
//! as the v1.1 API does, one per line, for `import`.

#![allow(clippy::print_stderr)]

#[path = "../benches/support/people.rs"]
mod people;

use std::io::{BufWriter, Write as _, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let count = args.next().and_then(|count| count.parse().ok());
    let form = args.next();
    let (Some(count), Some("lines" | "json")) = (count, form.as_deref()) else {
        eprintln!("usage: people COUNT lines|json");
        return ExitCode::from(2);
    };
    let mut out = BufWriter::new(stdout().lock());
    for user in people::People::new(count) {
        let line = match form.as_deref() {
            Some("json") => user.json(),
            _ => user.line(),
        };
        if writeln!(out, "{line}").is_err() {
            return ExitCode::FAILURE;
        }
    }
    match out.flush() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
