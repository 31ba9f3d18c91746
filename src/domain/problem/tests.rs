//! Every problem with its kind, its words and its next step.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests compare raw text"
)]

use std::collections::HashSet;
use std::time::Duration;

use super::*;
use crate::domain::{ApiVersion, AppId, ClockSkew, LookupId, Region, Stage};

fn connection() -> Connection {
    Connection {
        app_label: "acme-prod".into(),
        app_id: AppId::new("64f1c0de00000000000000a1"),
        region: Region::Us,
        base_url: "https://api.smooch.io".into(),
        api: ApiVersion::V11,
        key_id: "app_64f1".into(),
        key_source: "SMOOCH_KEY_SECRET".into(),
        stage: Stage::Production,
    }
}

/// One of each variant, and of each case within a variant.
fn all() -> Vec<(Problem, ProblemKind)> {
    [refusals(), failures(), settings()].concat()
}

fn d() -> Untrusted {
    Untrusted::from("the server's words")
}

fn host() -> Untrusted {
    Untrusted::from("api.smooch.io")
}

/// What the API, or the console in its place, refuses.
fn refusals() -> Vec<(Problem, ProblemKind)> {
    use ProblemKind::{Credentials, Network, NotFound, Other, Usage};
    let id = || LookupId::new("cust-9");
    let impossible = |text: &str, fault| {
        Problem::Usage(UsageFault::ImpossibleId {
            id: LookupId::new(text),
            fault,
        })
    };
    let unsuited = |fault| Problem::Usage(UsageFault::UnsuitedKey { fault });
    let wait = Some(Duration::from_secs(7));
    vec![
        (impossible("", IdFault::Empty), Usage),
        (impossible("..", IdFault::DotSegment), Usage),
        (impossible(&"x".repeat(2000), IdFault::TooLong), Usage),
        (
            Problem::Refused(Refused::UserNotFound { id: id() }),
            NotFound,
        ),
        (Problem::Refused(Refused::AppNotFound), NotFound),
        (
            Problem::Refused(Refused::NotFound { detail: d() }),
            NotFound,
        ),
        (
            Problem::Refused(Refused::Unauthorized { detail: d() }),
            Credentials,
        ),
        (
            Problem::Refused(Refused::RefusedByClock {
                skew: ClockSkew::Behind(Duration::from_mins(7)),
                detail: d(),
            }),
            ProblemKind::Credentials,
        ),
        (
            UsageFault::UnsupportedVersion {
                version: ApiVersion::V2,
            }
            .into(),
            Usage,
        ),
        (unsuited(KeyFault::UnknownPrefix), Credentials),
        (unsuited(KeyFault::ScopeRefused), Credentials),
        (
            Problem::Refused(Refused::Forbidden { detail: d() }),
            Credentials,
        ),
        (
            Problem::Refused(Refused::PaymentRequired { detail: d() }),
            Other,
        ),
        (Problem::Refused(Refused::BadRequest { detail: d() }), Other),
        (Problem::Refused(Refused::Conflict { detail: d() }), Other),
        (
            Problem::Refused(Refused::RequestTooLarge { detail: d() }),
            Other,
        ),
        (Problem::Refused(Refused::Locked { detail: d() }), Other),
        (
            Problem::Refused(Refused::RateLimited { retry_after: wait }),
            Network,
        ),
        (
            Problem::Refused(Refused::RateLimited { retry_after: None }),
            Network,
        ),
    ]
}

/// Answers of no use, and none at all.
fn failures() -> Vec<(Problem, ProblemKind)> {
    use ProblemKind::{Network, Other};
    let timeout = |deadline| {
        Problem::Line(LineFault::Timeout {
            deadline,
            after: Duration::from_secs(5),
        })
    };
    vec![
        (
            Problem::Answer(AnswerFault::Server {
                status: 503,
                detail: d(),
            }),
            Network,
        ),
        (
            Problem::Answer(AnswerFault::Redirected {
                status: 302,
                to: Some(host()),
            }),
            Other,
        ),
        (
            Problem::Answer(AnswerFault::UnexpectedStatus {
                status: 418,
                detail: d(),
            }),
            Other,
        ),
        (
            Problem::Line(LineFault::HostNotFound { host: host() }),
            Network,
        ),
        (
            Problem::Line(LineFault::ConnectionFailed {
                host: host(),
                detail: d(),
            }),
            Network,
        ),
        (
            Problem::Line(LineFault::Tls {
                host: host(),
                detail: d(),
            }),
            Network,
        ),
        (
            Problem::Line(LineFault::Proxy {
                host: host(),
                detail: d(),
            }),
            Network,
        ),
        (timeout(Deadline::Connect), Network),
        (timeout(Deadline::Read), Network),
        (timeout(Deadline::Total), Network),
        (
            Problem::Line(LineFault::Interrupted { detail: d() }),
            Network,
        ),
        (Problem::Answer(AnswerFault::TooLarge { limit: 8 }), Other),
        (
            Problem::Answer(AnswerFault::NotJson {
                status: 200,
                excerpt: d(),
            }),
            Other,
        ),
        (Problem::Answer(AnswerFault::Unreadable { why: d() }), Other),
        (Problem::Internal { detail: d() }, Other),
    ]
}

/// Settings with which nothing is sent.
fn settings() -> Vec<(Problem, ProblemKind)> {
    use ProblemKind::Usage;
    vec![
        (
            Problem::Usage(UsageFault::BadCaFile {
                file: d(),
                why: d(),
            }),
            Usage,
        ),
        (
            Problem::Usage(UsageFault::BadProxy {
                variable: "HTTPS_PROXY",
                why: "it names no host",
            }),
            Usage,
        ),
        (
            Problem::Usage(UsageFault::InsecureHost { host: host() }),
            Usage,
        ),
        (
            Problem::Usage(UsageFault::BadBaseUrl {
                url: d(),
                why: "it is not a URL",
            }),
            Usage,
        ),
        (
            Problem::Usage(UsageFault::NoSecret {
                why: "no secret: `pass` printed nothing".into(),
                next: "run the command by itself".into(),
            }),
            ProblemKind::Credentials,
        ),
    ]
}

fn words(problem: &Problem) -> String {
    problem.words(&connection()).expose().to_owned()
}

fn step(problem: &Problem) -> String {
    problem.next_step(&connection()).expose().to_owned()
}

#[test]
fn every_problem_has_words_and_a_next_step_of_its_own() {
    let all = all();
    let sentences: HashSet<String> = all.iter().map(|(problem, _)| words(problem)).collect();
    let steps: HashSet<String> = all.iter().map(|(problem, _)| step(problem)).collect();
    assert_eq!(sentences.len(), all.len());
    assert_eq!(steps.len(), all.len());
    for text in sentences.iter().chain(&steps) {
        assert!(text.len() > 10 && !text.ends_with('.'), "{text}");
        assert!(text.chars().count() <= 120, "too long for a hurry: {text}");
    }
}

/// The families by the name of their enum, with their sources.
const FAMILIES: [(&str, &str); 4] = [
    ("Refused", include_str!("refused.rs")),
    ("AnswerFault", include_str!("answer.rs")),
    ("LineFault", include_str!("line.rs")),
    ("UsageFault", include_str!("usage.rs")),
];

#[test]
fn every_variant_is_in_the_table() {
    let name = |text: String| text.split([' ', '{']).next().unwrap().to_owned();
    let tested: HashSet<(&str, String)> = all()
        .iter()
        .filter_map(|(problem, _)| match problem {
            Problem::Refused(case) => Some(("Refused", name(format!("{case:?}")))),
            Problem::Answer(case) => Some(("AnswerFault", name(format!("{case:?}")))),
            Problem::Line(case) => Some(("LineFault", name(format!("{case:?}")))),
            Problem::Usage(case) => Some(("UsageFault", name(format!("{case:?}")))),
            Problem::Internal { .. } => None,
        })
        .collect();
    let mut declared = HashSet::new();
    for (family, source) in FAMILIES {
        let body = source
            .split(&format!("pub enum {family} {{\n"))
            .nth(1)
            .unwrap();
        let body = body.split("\n}").next().unwrap();
        let variants = body
            .lines()
            .filter(|line| line.starts_with("    ") && !line.starts_with("     "))
            .map(str::trim)
            .filter(|line| line.starts_with(char::is_uppercase));
        declared.extend(variants.map(|line| (family, name(line.replace(',', "")))));
    }
    assert_eq!(tested, declared);
}

#[test]
fn every_problem_is_of_its_kind() {
    for (problem, kind) in all() {
        assert_eq!(problem.kind(), kind, "{problem:?}");
    }
}

#[test]
fn a_missing_user_is_named_with_app_and_region() {
    let missing = Problem::Refused(Refused::UserNotFound {
        id: LookupId::new("cust-9"),
    });
    assert_eq!(words(&missing), "no user “cust-9” in app acme-prod (us)");
    assert_eq!(
        step(&missing),
        "check the id, or whether it belongs to another app or region"
    );
}

#[test]
fn a_refused_key_is_named_with_where_it_came_from() {
    let refused = Problem::Refused(Refused::Unauthorized {
        detail: Untrusted::default(),
    });
    assert_eq!(
        words(&refused),
        "the API refused key app_64f1 from SMOOCH_KEY_SECRET"
    );
}

#[test]
fn a_key_without_the_right_is_named_with_its_scope_and_the_needed_one() {
    let forbidden = Problem::Refused(Refused::Forbidden {
        detail: Untrusted::default(),
    });
    for (key, scope) in [
        ("app_1", "(scope app)"),
        ("act_1", "(scope account)"),
        ("svc_1", "(scope account, of a service account)"),
        ("int_1", "(scope integration)"),
        ("1", "(of unknown scope)"),
    ] {
        let connection = Connection {
            key_id: key.into(),
            ..connection()
        };
        let words = forbidden.words(&connection);
        assert!(
            words.expose().contains(&format!("key {key} {scope}")),
            "{words:?}"
        );
        let step = forbidden.next_step(&connection);
        for needed in ["scope app", "scope account"] {
            assert!(step.expose().contains(needed), "{step:?}");
        }
        assert_eq!(step.expose().contains("service account"), key == "svc_1");
    }
}

#[test]
fn a_wait_is_said_in_words_and_in_the_next_step() {
    let limited = Problem::Refused(Refused::RateLimited {
        retry_after: Some(Duration::from_secs(7)),
    });
    assert!(words(&limited).contains("7 s") && step(&limited).contains("7 s"));
}

#[test]
fn no_keyboard_key_is_named() {
    for (problem, _) in all() {
        let text = format!("{} {}", words(&problem), step(&problem)).to_lowercase();
        for key in ["press", "enter", "ctrl", "esc "] {
            assert!(!text.contains(key), "{text}");
        }
    }
}
