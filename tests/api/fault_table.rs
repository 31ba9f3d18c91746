//! Every way in which a server may fail, against every call that the console makes: each ends in
//! its problem by its deadline, with words, and without the key or the person asked for.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use smooch_console::api::{Limits, UserApi};
use smooch_console::domain::{
    AnswerFault, ApiVersion, AppId, Connection, Deadline, LineFault, PageRequest, Problem, Refused,
    Region, Stage,
};

use super::clockwork::Clockwork;
use super::toy::{Act, KEY, PATIENT, Toy, answer, mara, mara_talk, ok, open_v11, settings};

/// Which deadline is short in a case; all others are longer than any test.
#[derive(Clone, Copy)]
enum Short {
    None,
    Read,
    Total,
}

/// One way to fail: its name, what the server does, which deadline is short, what comes of it.
type Case = (&'static str, fn() -> Act, Short, fn(&Problem) -> bool);

fn send(bytes: impl AsRef<[u8]>) -> Act {
    Act::Send(bytes.as_ref().to_vec())
}

fn stall(bytes: impl AsRef<[u8]>) -> Act {
    Act::Stall(bytes.as_ref().to_vec())
}

fn reset(bytes: impl AsRef<[u8]>) -> Act {
    Act::Reset(bytes.as_ref().to_vec())
}

fn flood(head: &str, piece: &str) -> Act {
    Act::Flood(head.into(), piece.into())
}

/// A head with these headers.
fn head(headers: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}\r\n")
}

/// A whole answer that says 200.
fn body(text: &str) -> Act {
    ok(text)
}

fn interrupted(problem: &Problem) -> bool {
    matches!(problem, Problem::Line(LineFault::Interrupted { .. }))
}

fn silent(problem: &Problem) -> bool {
    let read = Deadline::Read;
    matches!(problem, Problem::Line(LineFault::Timeout { deadline, .. }) if *deadline == read)
}

fn endless(problem: &Problem) -> bool {
    let total = Deadline::Total;
    matches!(problem, Problem::Line(LineFault::Timeout { deadline, .. }) if *deadline == total)
}

fn too_large(problem: &Problem) -> bool {
    matches!(problem, Problem::Answer(AnswerFault::TooLarge { .. }))
}

fn no_json(problem: &Problem) -> bool {
    matches!(problem, Problem::Answer(AnswerFault::NotJson { .. }))
}

fn unreadable(problem: &Problem) -> bool {
    matches!(problem, Problem::Answer(AnswerFault::Unreadable { .. }))
}

fn redirected(problem: &Problem) -> bool {
    matches!(problem, Problem::Answer(AnswerFault::Redirected { .. }))
}

fn odd(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Answer(AnswerFault::UnexpectedStatus { .. })
    )
}

fn server(problem: &Problem) -> bool {
    matches!(problem, Problem::Answer(AnswerFault::Server { .. }))
}

/// Before and in the head of an answer.
const HEADS: &[Case] = &[
    (
        "closes without a word",
        || send(""),
        Short::None,
        interrupted,
    ),
    (
        "resets without a word",
        || reset(""),
        Short::None,
        interrupted,
    ),
    ("says nothing", || stall(""), Short::Read, silent),
    (
        "half a status line, closed",
        || send("HTTP/1.1 2"),
        Short::None,
        interrupted,
    ),
    (
        "half a status line, reset",
        || reset("HTTP/1.1 2"),
        Short::None,
        interrupted,
    ),
    (
        "half a status line, silence",
        || stall("HTTP/1.1 2"),
        Short::Read,
        silent,
    ),
    (
        "another protocol",
        || send("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a mail server",
        || send("220 mail.example ESMTP\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "TLS where none is wanted",
        || send(b"\x15\x03\x01\x00\x02\x02\x28"),
        Short::None,
        interrupted,
    ),
    (
        "HTTP/2 where none is wanted",
        || send(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"),
        Short::None,
        interrupted,
    ),
    (
        "noise",
        || send([0xff, 0, 0x80, 0x1b].repeat(64)),
        Short::None,
        interrupted,
    ),
    (
        "a body without a head",
        || send(r#"{"appUser":{"_id":"x"}}"#),
        Short::None,
        interrupted,
    ),
    (
        "a status of two digits",
        || send("HTTP/1.1 99 Odd\r\n\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a status of four digits",
        || send("HTTP/1.1 2000 Odd\r\n\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a status of letters",
        || send("HTTP/1.1 OK OK\r\n\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a version of the future",
        || send("HTTP/9.9 200 OK\r\n\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a header without a colon",
        || send(head("nonsense\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "a header with a zero",
        || send(head("a: b\0c\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "headers that stop",
        || stall("HTTP/1.1 200 OK\r\na: b\r\n"),
        Short::Read,
        silent,
    ),
    (
        "headers without end",
        || flood("HTTP/1.1 200 OK\r\n", &"a: b\r\n".repeat(100)),
        Short::None,
        interrupted,
    ),
    (
        "one header without end",
        || flood("HTTP/1.1 200 OK\r\na: ", &"b".repeat(4096)),
        Short::None,
        interrupted,
    ),
    (
        "headers byte by byte",
        || Act::Drip(head("").into(), b"a: b\r\n".to_vec()),
        Short::Total,
        endless,
    ),
    (
        "a length of letters",
        || send(head("content-length: many\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "a negative length",
        || send(head("content-length: -1\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "two lengths",
        || send(head("content-length: 1\r\ncontent-length: 2\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "continue without end",
        || flood("", "HTTP/1.1 100 Continue\r\n\r\n"),
        Short::Total,
        endless,
    ),
];

/// In the body of an answer.
const BODIES: &[Case] = &[
    (
        "a body cut short",
        || send(head("content-length: 100\r\n") + "{"),
        Short::None,
        interrupted,
    ),
    (
        "a body torn off",
        || reset(head("content-length: 100\r\n") + "{"),
        Short::None,
        interrupted,
    ),
    (
        "a body that stops",
        || stall(head("content-length: 100\r\n") + "{"),
        Short::Read,
        silent,
    ),
    (
        "a body that never begins",
        || stall(head("content-length: 100\r\n")),
        Short::Read,
        silent,
    ),
    (
        "a body byte by byte",
        || Act::Drip(head("content-length: 60000\r\n").into(), b" ".to_vec()),
        Short::Total,
        endless,
    ),
    (
        "a chunk of no size",
        || send(head("transfer-encoding: chunked\r\n") + "zz\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "a chunk of any size",
        || send(head("transfer-encoding: chunked\r\n") + "fffffffffffffffff\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "chunks without the last",
        || send(head("transfer-encoding: chunked\r\n") + "1\r\n{\r\n"),
        Short::None,
        interrupted,
    ),
    (
        "chunks that stop",
        || stall(head("transfer-encoding: chunked\r\n") + "1\r\n{\r\n"),
        Short::Read,
        silent,
    ),
    (
        "chunks byte by byte",
        || {
            Act::Drip(
                head("transfer-encoding: chunked\r\n").into(),
                b"1\r\n \r\n".to_vec(),
            )
        },
        Short::Total,
        endless,
    ),
    (
        "ten gigabytes announced",
        || stall(head("content-length: 10000000000\r\n")),
        Short::None,
        too_large,
    ),
    (
        "more than a number holds announced",
        || send(head("content-length: 99999999999999999999\r\n")),
        Short::None,
        interrupted,
    ),
    (
        "a flood in chunks",
        || {
            flood(
                &head("transfer-encoding: chunked\r\n"),
                &format!("400\r\n{}\r\n", " ".repeat(0x400)),
            )
        },
        Short::None,
        too_large,
    ),
    (
        "a flood until the line closes",
        || flood(&head(""), &" ".repeat(4096)),
        Short::None,
        too_large,
    ),
    (
        "a flood of an error",
        || flood("HTTP/1.1 500 Oops\r\n\r\n", &" ".repeat(4096)),
        Short::None,
        too_large,
    ),
    ("nothing", || body(""), Short::None, no_json),
    (
        "no content",
        || send("HTTP/1.1 204 No Content\r\n\r\n"),
        Short::None,
        no_json,
    ),
    (
        "a page of a proxy",
        || body("<html><title>Sign in</title></html>"),
        Short::None,
        no_json,
    ),
    (
        "a compressed body",
        || answer("200 OK", "content-encoding: gzip\r\n", "\u{1f}\u{8b}"),
        Short::None,
        no_json,
    ),
    (
        "UTF-16",
        || send(head("content-length: 4\r\n") + "{\0}\0"),
        Short::None,
        no_json,
    ),
    ("two documents", || body("{} {}"), Short::None, no_json),
    (
        "half a document",
        || body(r#"{"appUser":{"_id":"#),
        Short::None,
        unreadable,
    ),
    ("null", || body("null"), Short::None, unreadable),
    ("a list", || body("[]"), Short::None, unreadable),
    ("a text", || body(r#""hello""#), Short::None, unreadable),
    ("an empty object", || body("{}"), Short::None, unreadable),
    (
        "parts of other shapes",
        || body(r#"{"appUser":7,"messages":{},"app":[]}"#),
        Short::None,
        unreadable,
    ),
    (
        "parts that are null",
        || body(r#"{"appUser":null,"messages":null,"app":null}"#),
        Short::None,
        unreadable,
    ),
    (
        "brackets without end",
        || body(&"[".repeat(60_000)),
        Short::None,
        |problem| no_json(problem) || unreadable(problem),
    ),
];

/// Statuses with words or without.
const STATUSES: &[Case] = &[
    (
        "301",
        || answer("301 Moved", "location: https://evil.example/x\r\n", ""),
        Short::None,
        redirected,
    ),
    (
        "302",
        || answer("302 Found", "location: http://127.0.0.1:9/x\r\n", ""),
        Short::None,
        redirected,
    ),
    (
        "303",
        || answer("303 See", "location: //evil.example\r\n", ""),
        Short::None,
        redirected,
    ),
    (
        "304",
        || send("HTTP/1.1 304 Not Modified\r\n\r\n"),
        Short::None,
        odd,
    ),
    (
        "307",
        || answer("307 There", "", ""),
        Short::None,
        redirected,
    ),
    (
        "308",
        || answer("308 There", "location: :::\r\n", ""),
        Short::None,
        redirected,
    ),
    (
        "400",
        || answer("400 Bad", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::BadRequest { .. })),
    ),
    (
        "401",
        || answer("401 No", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::Unauthorized { .. })),
    ),
    (
        "402",
        || answer("402 Pay", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::PaymentRequired { .. })),
    ),
    (
        "403",
        || answer("403 No", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::Forbidden { .. })),
    ),
    (
        "404",
        || answer("404 No", "", "<h1>nginx</h1>"),
        Short::None,
        |p| {
            // Of the two requests that missing messages take, the second is about the user.
            matches!(
                p,
                Problem::Refused(Refused::NotFound { .. } | Refused::UserNotFound { .. })
            )
        },
    ),
    ("405", || answer("405 No", "", ""), Short::None, odd),
    ("408", || answer("408 Late", "", ""), Short::None, odd),
    (
        "409",
        || answer("409 No", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::Conflict { .. })),
    ),
    (
        "413",
        || answer("413 Large", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::RequestTooLarge { .. })),
    ),
    (
        "423",
        || answer("423 Full", "", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::Locked { .. })),
    ),
    (
        "429",
        || answer("429 Slow", "retry-after: soon\r\n", "{}"),
        Short::None,
        |p| matches!(p, Problem::Refused(Refused::RateLimited { .. })),
    ),
    ("451", || answer("451 Hidden", "", ""), Short::None, odd),
    ("500", || answer("500 Oops", "", "{}"), Short::None, server),
    (
        "502 of a proxy",
        || answer("502 Bad", "", "<html>Bad gateway</html>"),
        Short::None,
        server,
    ),
    (
        "503",
        || answer("503 Busy", "retry-after: 99999\r\n", ""),
        Short::None,
        server,
    ),
    ("504", || answer("504 Late", "", ""), Short::None, server),
    ("599", || answer("599 Odd", "", ""), Short::None, server),
    ("600", || answer("600 Odd", "", ""), Short::None, odd),
    ("999", || answer("999 Odd", "", ""), Short::None, odd),
    (
        "an error cut short",
        || send("HTTP/1.1 503 Busy\r\ncontent-length: 9\r\n\r\n{"),
        Short::None,
        interrupted,
    ),
    (
        "an error that stops",
        || stall("HTTP/1.1 401 No\r\ncontent-length: 9\r\n\r\n{"),
        Short::Read,
        silent,
    ),
];

#[derive(Debug, Clone, Copy)]
enum Call {
    User,
    Messages,
    App,
}

async fn ask(api: &dyn UserApi, call: Call) -> Result<(), Problem> {
    match call {
        Call::User => api.fetch_user(mara()).await.map(drop),
        Call::Messages => {
            let newest = PageRequest::Newest;
            api.fetch_messages(mara_talk(), newest).await.map(drop)
        }
        Call::App => api.fetch_app().await.map(drop),
    }
}

fn connection() -> Connection {
    Connection {
        app_label: "acme".into(),
        app_id: AppId::new("a"),
        region: Region::Us,
        base_url: "https://api.example".into(),
        api: ApiVersion::V11,
        key_id: KEY.into(),
        key_source: "SMOOCH_KEY_SECRET".into(),
        stage: Stage::Unmarked,
    }
}

/// Nothing but the watchdog looks at real time.
const WATCHDOG: Duration = Duration::from_mins(1);

async fn problem_of((name, act, short, expected): &Case, call: Call) -> Problem {
    let act = *act;
    let toy = Toy::start(move |_| act()).await;
    let mut settings = settings(&toy.base_url, &Clockwork::quick());
    let briefly = Duration::from_millis(80);
    settings.limits = match short {
        Short::None => PATIENT,
        Short::Read => Limits {
            read: briefly,
            ..PATIENT
        },
        Short::Total => Limits {
            total: briefly,
            ..PATIENT
        },
    };
    let api = open_v11(settings).unwrap();
    let asked = tokio::time::timeout(WATCHDOG, ask(&*api, call));
    let Ok(Err(problem)) = asked.await else {
        panic!("{name}, {call:?}: no problem by the deadline")
    };
    assert!(expected(&problem), "{name}, {call:?}: {problem:?}");
    problem
}

fn assert_said_well(name: &str, problem: &Problem) {
    let (words, step) = (
        problem.words(&connection()),
        problem.next_step(&connection()),
    );
    for text in [&words, &step] {
        assert!(text.expose().chars().count() > 10, "{name}: {text:?}");
    }
    let all = format!("{words:?} {step:?} {problem:?}");
    assert!(!all.contains("canary"), "{name}: {all}");
    assert!(!all.contains("/v1.1/"), "{name}: {all}");
    let is_about_user = matches!(problem, Problem::Refused(Refused::UserNotFound { .. }));
    assert_eq!(all.contains("mara"), is_about_user, "{name}: {all}");
}

async fn hold_against_every_call(cases: &[Case]) {
    let names: BTreeSet<&str> = cases.iter().map(|case| case.0).collect();
    assert_eq!(names.len(), cases.len(), "each case is another");
    for call in [Call::User, Call::Messages, Call::App] {
        let problems = cases.iter().map(|case| problem_of(case, call));
        for (case, problem) in cases.iter().zip(join_all(problems).await) {
            assert_said_well(case.0, &problem);
        }
    }
}

#[tokio::test]
async fn every_fault_of_a_head_is_a_problem_by_its_deadline() {
    hold_against_every_call(HEADS).await;
}

#[tokio::test]
async fn every_fault_of_a_body_is_a_problem_by_its_deadline() {
    hold_against_every_call(BODIES).await;
}

#[tokio::test]
async fn every_status_is_a_problem_by_its_deadline() {
    hold_against_every_call(STATUSES).await;
}

#[tokio::test]
async fn a_host_without_an_address_is_named() {
    // A label longer than the rules of names allow, so that no resolver is even asked.
    let host = format!("{}.example", "a".repeat(64));
    let time = Clockwork::quick();
    let mut settings = settings(&format!("https://{host}"), &time);
    settings.limits = PATIENT;
    let api = open_v11(settings).unwrap();
    for call in [Call::User, Call::Messages, Call::App] {
        let problem = ask(&*api, call).await.unwrap_err();
        assert_eq!(
            problem,
            Problem::Line(LineFault::HostNotFound {
                host: host.as_str().into()
            })
        );
        assert_said_well("no address", &problem);
    }
    assert_eq!(
        time.waits().len(),
        6,
        "names may be known again in a moment"
    );
}
