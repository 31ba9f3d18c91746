//! How quickly the sandbox starts and answers over loopback.
//!
//! Run it with `cargo bench --bench sandbox`. Each line names a request, how many of them all
//! connections together got answered per second, and how long one answer took. The status of every
//! answer is checked; a wrong one ends the program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on should say where"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};

const CONNECTIONS: usize = 16;
const REQUESTS: usize = 2_000;

/// A connection that is kept open and writes its requests by hand.
struct Desk {
    stream: TcpStream,
    head: String,
    answer: Vec<u8>,
}

impl Desk {
    fn at(sandbox: &Sandbox) -> Self {
        let address = sandbox.base_url().strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let key = STANDARD.encode(format!("{}:{}", sandbox.key_id(), sandbox.secret()));
        Self {
            stream,
            head: format!("HTTP/1.1\r\nhost: localhost\r\nauthorization: Basic {key}\r\n"),
            answer: Vec::new(),
        }
    }

    /// Sends a request, reads the whole answer and returns its status.
    fn ask(&mut self, method: &str, path: &str, body: &str) -> u16 {
        let length = body.len();
        let request = format!(
            "{method} /v1.1{path} {}content-length: {length}\r\n\r\n{body}",
            self.head
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        self.answer.clear();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let count = self.stream.read(&mut buffer).unwrap();
            assert_ne!(count, 0, "the connection was closed");
            self.answer.extend_from_slice(&buffer[..count]);
            let Some(end) = self.answer.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&self.answer[..end]).unwrap();
            let length = head
                .split("\r\n")
                .find_map(|line| line.strip_prefix("content-length: "));
            if self.answer.len() >= end + 4 + length.unwrap().parse::<usize>().unwrap() {
                return head.split(' ').nth(1).unwrap().parse().unwrap();
            }
        }
    }
}

/// Sends requests over all connections at once and prints the figures.
fn measure(
    name: &str,
    sandbox: &Arc<Sandbox>,
    status: u16,
    ask: impl Fn(&mut Desk, usize, usize) -> u16 + Copy + Send + 'static,
) {
    let begun = Instant::now();
    let threads: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let sandbox = Arc::clone(sandbox);
            std::thread::spawn(move || {
                let mut desk = Desk::at(&sandbox);
                let mut times = Vec::with_capacity(REQUESTS);
                for request in 0..REQUESTS {
                    let asked = Instant::now();
                    assert_eq!(ask(&mut desk, connection, request), status);
                    times.push(asked.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times: Vec<Duration> = threads
        .into_iter()
        .flat_map(|thread| thread.join().unwrap())
        .collect();
    let all = begun.elapsed();
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    let total = u32::try_from(times.len()).unwrap();
    println!(
        "{name:<28} {:>8.0}/s   p50 {:>9.1?}   p99 {:>9.1?}",
        f64::from(total) / all.as_secs_f64(),
        at(50),
        at(99)
    );
}

fn start(users: u64) -> Arc<Sandbox> {
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let options = SandboxOptions {
        users,
        ..SandboxOptions::at(now)
    };
    let runtime = tokio::runtime::Handle::current();
    let begun = Instant::now();
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    println!("started with {users:>9} people in {:.1?}", begun.elapsed());
    Arc::new(sandbox)
}

fn main() {
    // Cargo passes flags of its own, which mean nothing here.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _entered = runtime.enter();
    start(0);
    let sandbox = start(1_000_000);
    let crowd = Arc::new(sandbox.crowd_ids(1_000_000));
    let mara = cast::IDENTIFIED_NAMED.id;
    let long = cast::THOUSAND_MESSAGES.id;
    println!("{CONNECTIONS} connections, {REQUESTS} requests each");
    measure("a user", &sandbox, 200, move |desk, _, _| {
        desk.ask("GET", &format!("/appusers/{mara}"), "")
    });
    measure(
        "a page of 100 messages",
        &sandbox,
        200,
        move |desk, _, _| desk.ask("GET", &format!("/appusers/{long}/messages"), ""),
    );
    let ids: &'static [String] = Box::leak(crowd.to_vec().into_boxed_slice());
    measure(
        "another of a million users",
        &sandbox,
        200,
        move |desk, connection, request| {
            let id = &ids[(connection * REQUESTS + request) * 31 % ids.len()];
            desk.ask("GET", &format!("/appusers/{id}"), "")
        },
    );
    measure(
        "a message posted",
        &sandbox,
        201,
        move |desk, connection, request| {
            let id = &ids[connection];
            let body = format!(r#"{{"role":"appMaker","type":"text","text":"{request}"}}"#);
            desk.ask("POST", &format!("/appusers/{id}/messages"), &body)
        },
    );
    measure(
        "a profile changed",
        &sandbox,
        200,
        move |desk, connection, request| {
            let body = format!(r#"{{"properties":{{"n":{request}}}}}"#);
            desk.ask("PUT", &format!("/appusers/{}", ids[connection]), &body)
        },
    );
}
