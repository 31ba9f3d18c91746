//! What an agent in a hurry reads about a problem: the thing, the cause, and what to do next.
//!
//! In: a problem and the connection it happened on. Out: one short sentence without a full stop,
//! and one next step. They are untrusted, because ids and servers' words stand in them. No secret
//! is ever part of a problem, and no key of the keyboard is named here.

use std::time::Duration;

use super::{Deadline, IdFault, KeyFault, Problem, ProblemKind};
use crate::domain::{Connection, Untrusted};

impl Problem {
    /// The family it belongs to, which decides the exit code.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::ImpossibleId { .. }
            | Self::InsecureHost { .. }
            | Self::BadBaseUrl { .. }
            | Self::BadCaFile { .. } => ProblemKind::Usage,
            Self::UserNotFound { .. } | Self::AppNotFound | Self::NotFound { .. } => {
                ProblemKind::NotFound
            }
            Self::Unauthorized { .. }
            | Self::RefusedByClock { .. }
            | Self::UnsuitedKey { .. }
            | Self::Forbidden { .. }
            | Self::NoSecret { .. } => ProblemKind::Credentials,
            Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::HostNotFound { .. }
            | Self::ConnectionFailed { .. }
            | Self::Tls { .. }
            | Self::Proxy { .. }
            | Self::Timeout { .. }
            | Self::Interrupted { .. } => ProblemKind::Network,
            Self::PaymentRequired { .. }
            | Self::BadRequest { .. }
            | Self::Conflict { .. }
            | Self::RequestTooLarge { .. }
            | Self::Locked { .. }
            | Self::Redirected { .. }
            | Self::UnexpectedStatus { .. }
            | Self::AnswerTooLarge { .. }
            | Self::NotJson { .. }
            | Self::Unreadable { .. }
            | Self::Internal { .. } => ProblemKind::Other,
        }
    }

    /// Whether the API could not be reached, or broke off in the middle.
    pub const fn is_offline(&self) -> bool {
        matches!(
            self,
            Self::HostNotFound { .. }
                | Self::ConnectionFailed { .. }
                | Self::Tls { .. }
                | Self::Proxy { .. }
                | Self::Timeout { .. }
                | Self::Interrupted { .. }
        )
    }

    /// What went wrong, in one sentence.
    pub fn words(&self, connection: &Connection) -> Untrusted {
        let words = self
            .refusal_words(connection)
            .or_else(|| self.answer_words(connection))
            .unwrap_or_else(|| self.line_words());
        Untrusted::from(words)
    }

    /// What to do about it.
    pub fn next_step(&self, connection: &Connection) -> Untrusted {
        let step = self
            .refusal_step(connection)
            .or_else(|| self.answer_step(connection))
            .unwrap_or_else(|| self.line_step(connection));
        Untrusted::from(step)
    }

    /// Words for what the API, or the console in its place, refuses.
    fn refusal_words(&self, connection: &Connection) -> Option<String> {
        let app = raw(&connection.app_label);
        let region = connection.region.words();
        let region = raw(&region);
        let key = raw(&connection.key_id);
        Some(match self {
            Self::ImpossibleId { id, fault } => match fault {
                IdFault::Empty => "an empty id leads to nobody".into(),
                IdFault::DotSegment => {
                    format!(
                        "the id “{}” cannot be sent: URLs resolve it away",
                        id.expose()
                    )
                }
                IdFault::TooLong => format!(
                    "an id of {} characters cannot be sent: 1024 are the most",
                    id.expose().chars().count()
                ),
            },
            Self::UserNotFound { id } => {
                format!("no user “{}” in app {app} ({region})", id.expose())
            }
            Self::AppNotFound => format!(
                "no app with the id {} ({region}), or key {key} may not know of it",
                connection.app_id.expose()
            ),
            Self::NotFound { detail } => with("the API found nothing under this address", detail),
            Self::Unauthorized { detail } => with(
                &format!("key {key} from {} was refused", raw(&connection.key_source)),
                detail,
            ),
            Self::RefusedByClock { skew, detail } => with(
                &format!(
                    "key {key} was refused, and this machine's clock is {} the API's",
                    skew.words()
                ),
                detail,
            ),
            Self::UnsuitedKey { fault } => match fault {
                KeyFault::UnknownPrefix => {
                    format!("key {key} cannot sign tokens: its prefix tells no scope")
                }
                KeyFault::Integration => {
                    format!(
                        "key {key} is a custom integration's, and v1.1 takes no tokens of those"
                    )
                }
            },
            Self::Forbidden { detail } => {
                let scope = scope_of(key);
                with(
                    &format!("key {key} ({scope}) may not look into app {app}"),
                    detail,
                )
            }
            Self::PaymentRequired { detail } => with(
                &format!("the plan of app {app} does not cover this"),
                detail,
            ),
            Self::BadRequest { detail } => with("the API did not understand the request", detail),
            Self::Conflict { detail } => with("this conflicts with what the API holds", detail),
            Self::RequestTooLarge { detail } => {
                with("the request is larger than the API takes", detail)
            }
            Self::Locked { detail } => with("the conversation is full and locked", detail),
            Self::RateLimited { retry_after } => match retry_after {
                Some(wait) => format!("too many requests: the API asks to wait {}", span(*wait)),
                None => "too many requests: the API does not say how long to wait".into(),
            },
            _ => return None,
        })
    }

    fn refusal_step(&self, connection: &Connection) -> Option<String> {
        let region = connection.region.words();
        let region = raw(&region);
        Some(match self {
            Self::ImpossibleId { fault, .. } => match fault {
                IdFault::Empty => "give an _id or a userId".into(),
                IdFault::DotSegment => "look the user up by the _id instead".into(),
                IdFault::TooLong => "check what was pasted; an id is much shorter".into(),
            },
            Self::UserNotFound { .. } => {
                "check the id, or whether it belongs to another app or region".into()
            }
            Self::AppNotFound => {
                format!("check the app id, that the app lives in {region}, and whose key this is")
            }
            Self::NotFound { .. } => format!(
                "check the base URL {}; a user just shown may have been merged or deleted",
                raw(&connection.base_url)
            ),
            Self::Unauthorized { .. } => {
                format!("check the key's secret, and that the key belongs to {region}")
            }
            Self::RefusedByClock { .. } => {
                "set this machine's clock: a token is good for five minutes only".into()
            }
            Self::UnsuitedKey { fault } => match fault {
                KeyFault::UnknownPrefix => {
                    "check the key id, which begins with app_, act_ or svc_; or send it as basic"
                        .into()
                }
                KeyFault::Integration => {
                    "use a key of the app (app_…) or of the account (act_…, svc_…)".into()
                }
            },
            Self::Forbidden { .. } if raw(&connection.key_id).starts_with("svc_") => {
                "have the app granted to its service account, or use a key of scope app or scope account"
                    .into()
            }
            Self::Forbidden { .. } => {
                "use a key of scope app made for this app, or one of scope account".into()
            }
            Self::PaymentRequired { .. } => {
                "ask the account's owner about the plan or an ended trial".into()
            }
            Self::BadRequest { .. } => {
                "check the id; if it is right, report this as a fault of the console".into()
            }
            Self::Conflict { .. } => "load again and compare before changing anything".into(),
            Self::RequestTooLarge { .. } => "shorten what is sent".into(),
            Self::Locked { .. } => "an administrator has to delete old messages first".into(),
            Self::RateLimited { retry_after } => match retry_after {
                Some(wait) => format!("wait {}, then try again", span(*wait)),
                None => "wait half a minute, then try again".into(),
            },
            _ => return None,
        })
    }

    /// Words for answers that are of no use.
    fn answer_words(&self, connection: &Connection) -> Option<String> {
        let base_url = raw(&connection.base_url);
        Some(match self {
            Self::Server { status, detail } => {
                with(&format!("the API itself failed (status {status})"), detail)
            }
            Self::Redirected { status, to } => {
                let to = to.as_ref().map_or("another address", raw);
                format!("{base_url} redirects to {to} (status {status}); that is not followed")
            }
            Self::UnexpectedStatus { status, detail } => with(
                &format!("the API answered with the odd status {status}"),
                detail,
            ),
            Self::AnswerTooLarge { limit } => {
                format!("the answer is larger than {limit} bytes and was not read")
            }
            Self::NotJson { status, excerpt } => with(
                &format!("the answer (status {status}) is no JSON, perhaps a page of a proxy"),
                excerpt,
            ),
            Self::Unreadable { why } => with("the answer cannot be read", why),
            _ => return None,
        })
    }

    fn answer_step(&self, connection: &Connection) -> Option<String> {
        let base_url = raw(&connection.base_url);
        Some(match self {
            Self::Server { .. } => {
                "try again soon; if it lasts, look at the API's status page".into()
            }
            Self::Redirected { .. } => {
                "correct the base URL: the key would go along to the other address".into()
            }
            Self::UnexpectedStatus { .. } => "try again; if it lasts, report the status".into(),
            Self::AnswerTooLarge { .. } => {
                format!("check that {base_url} is the API; no answer of it is so large")
            }
            Self::NotJson { .. } => {
                format!("check the base URL {base_url}, and whether a proxy asks to sign in")
            }
            Self::Unreadable { .. } => {
                "check the API version; if it is right, report this answer".into()
            }
            _ => return None,
        })
    }

    /// Words for what happens before there is an answer.
    fn line_words(&self) -> String {
        match self {
            Self::HostNotFound { host } => format!("no address is known for host {}", raw(host)),
            Self::ConnectionFailed { host, detail } => {
                with(&format!("cannot connect to {}", raw(host)), detail)
            }
            Self::Tls { host, detail } => {
                with(&format!("no secure connection to {}", raw(host)), detail)
            }
            Self::Proxy { host, detail } => with(
                &format!("the proxy does not let us through to {}", raw(host)),
                detail,
            ),
            Self::BadCaFile { file, why } => {
                with(&format!("the CA file {} cannot be used", raw(file)), why)
            }
            Self::Timeout { deadline, after } => {
                let after = span(*after);
                match deadline {
                    Deadline::Connect => format!("no connection within {after}"),
                    Deadline::Read => format!("the API went silent for {after}"),
                    Deadline::Total => format!("the request took longer than {after}"),
                }
            }
            Self::Interrupted { detail } => with("the connection broke off", detail),
            Self::InsecureHost { host } => format!(
                "plain http to {} is refused: anybody on the way could read the key",
                raw(host)
            ),
            Self::BadBaseUrl { url, why } => {
                format!("the base URL “{}” cannot be used: {why}", raw(url))
            }
            Self::NoSecret { why, .. } => raw(why).to_owned(),
            Self::Internal { detail } => with("a part of the console failed", detail),
            // The other two have words for these.
            other => format!("{:?}", other.kind()),
        }
    }

    fn line_step(&self, connection: &Connection) -> String {
        let base_url = raw(&connection.base_url);
        match self {
            Self::HostNotFound { .. } => {
                format!("check the spelling of {base_url}, the network and the VPN")
            }
            Self::ConnectionFailed { .. } => {
                "check the port in the base URL, the proxy and the firewall".into()
            }
            Self::Tls { .. } => {
                "check this machine's clock; if a proxy has a CA of its own, set SMOOCH_CA_FILE"
                    .into()
            }
            Self::Proxy { .. } => {
                "check HTTPS_PROXY and NO_PROXY, and whether the proxy asks to sign in".into()
            }
            Self::BadCaFile { .. } => {
                "set SMOOCH_CA_FILE to a PEM file of certificates, or leave it unset".into()
            }
            Self::Timeout { deadline, .. } => match deadline {
                Deadline::Connect => {
                    format!("check the network and that {base_url} can be reached from here")
                }
                Deadline::Read => "try again; the API may be busy".into(),
                Deadline::Total => "try again on a better line".into(),
            },
            Self::Interrupted { .. } => "try again; the network may be shaky".into(),
            Self::InsecureHost { .. } => "write https:// in the base URL".into(),
            Self::BadBaseUrl { .. } => {
                "correct it; it looks like https://api.smooch.io or https://NAME.zendesk.com/sc"
                    .into()
            }
            Self::NoSecret { next, .. } => raw(next).to_owned(),
            Self::Internal { .. } => "the rest goes on; report this with what was done".into(),
            _ => "try again".into(),
        }
    }
}

/// The scope that a key's prefix gives it (API document, section 1.4).
fn scope_of(key_id: &str) -> &'static str {
    match key_id.split('_').next() {
        Some("app") => "scope app",
        Some("act") => "scope account",
        Some("svc") => "scope account, of a service account",
        Some("int") => "scope integration",
        _ => "of unknown scope",
    }
}

/// A sentence and the server's own words, when it has any.
fn with(sentence: &str, detail: &Untrusted) -> String {
    match raw(detail).trim() {
        "" => sentence.to_owned(),
        detail => format!("{sentence}: {detail}"),
    }
}

fn raw(text: &Untrusted) -> &str {
    #[expect(
        clippy::disallowed_methods,
        reason = "built into a text that is untrusted again"
    )]
    text.expose()
}

/// A duration as people say it.
fn span(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.subsec_millis() {
        0 => format!("{seconds} s"),
        _ if seconds == 0 => format!("{} ms", duration.as_millis()),
        milliseconds => format!("{seconds}.{:01} s", milliseconds / 100),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use std::collections::HashSet;

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
        [refusals(), failures()].concat()
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
        let impossible = |text: &str, fault| Problem::ImpossibleId {
            id: LookupId::new(text),
            fault,
        };
        let unsuited = |fault| Problem::UnsuitedKey { fault };
        let wait = Some(Duration::from_secs(7));
        vec![
            (impossible("", IdFault::Empty), Usage),
            (impossible("..", IdFault::DotSegment), Usage),
            (impossible(&"x".repeat(2000), IdFault::TooLong), Usage),
            (Problem::UserNotFound { id: id() }, NotFound),
            (Problem::AppNotFound, NotFound),
            (Problem::NotFound { detail: d() }, NotFound),
            (Problem::Unauthorized { detail: d() }, Credentials),
            (
                Problem::RefusedByClock {
                    skew: ClockSkew::Behind(Duration::from_mins(7)),
                    detail: d(),
                },
                ProblemKind::Credentials,
            ),
            (unsuited(KeyFault::UnknownPrefix), Credentials),
            (unsuited(KeyFault::Integration), Credentials),
            (Problem::Forbidden { detail: d() }, Credentials),
            (Problem::PaymentRequired { detail: d() }, Other),
            (Problem::BadRequest { detail: d() }, Other),
            (Problem::Conflict { detail: d() }, Other),
            (Problem::RequestTooLarge { detail: d() }, Other),
            (Problem::Locked { detail: d() }, Other),
            (Problem::RateLimited { retry_after: wait }, Network),
            (Problem::RateLimited { retry_after: None }, Network),
        ]
    }

    /// Answers of no use, and none at all.
    fn failures() -> Vec<(Problem, ProblemKind)> {
        use ProblemKind::{Network, Other, Usage};
        let timeout = |deadline| Problem::Timeout {
            deadline,
            after: Duration::from_secs(5),
        };
        vec![
            (
                Problem::Server {
                    status: 503,
                    detail: d(),
                },
                Network,
            ),
            (
                Problem::Redirected {
                    status: 302,
                    to: Some(host()),
                },
                Other,
            ),
            (
                Problem::UnexpectedStatus {
                    status: 418,
                    detail: d(),
                },
                Other,
            ),
            (Problem::HostNotFound { host: host() }, Network),
            (
                Problem::ConnectionFailed {
                    host: host(),
                    detail: d(),
                },
                Network,
            ),
            (
                Problem::Tls {
                    host: host(),
                    detail: d(),
                },
                Network,
            ),
            (
                Problem::Proxy {
                    host: host(),
                    detail: d(),
                },
                Network,
            ),
            (
                Problem::BadCaFile {
                    file: d(),
                    why: d(),
                },
                Usage,
            ),
            (timeout(Deadline::Connect), Network),
            (timeout(Deadline::Read), Network),
            (timeout(Deadline::Total), Network),
            (Problem::Interrupted { detail: d() }, Network),
            (Problem::AnswerTooLarge { limit: 8 }, Other),
            (
                Problem::NotJson {
                    status: 200,
                    excerpt: d(),
                },
                Other,
            ),
            (Problem::Unreadable { why: d() }, Other),
            (Problem::InsecureHost { host: host() }, Usage),
            (
                Problem::BadBaseUrl {
                    url: d(),
                    why: "it is not a URL",
                },
                Usage,
            ),
            (
                Problem::NoSecret {
                    why: "no secret: `pass` printed nothing".into(),
                    next: "run the command by itself".into(),
                },
                ProblemKind::Credentials,
            ),
            (Problem::Internal { detail: d() }, Other),
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

    #[test]
    fn every_variant_is_in_the_table() {
        let variants: HashSet<_> = all()
            .iter()
            .map(|(p, _)| std::mem::discriminant(p))
            .collect();
        let source = include_str!("../problem.rs");
        let body = source.split("pub enum Problem {").nth(1).unwrap();
        let body = body.split("\n}").next().unwrap();
        let declared = body
            .lines()
            .filter(|line| line.starts_with("    ") && !line.starts_with("     "))
            .filter(|line| line.trim_start().starts_with(char::is_uppercase))
            .count();
        assert_eq!(variants.len(), declared);
    }

    #[test]
    fn every_problem_is_of_its_kind() {
        for (problem, kind) in all() {
            assert_eq!(problem.kind(), kind, "{problem:?}");
        }
    }

    #[test]
    fn a_missing_user_is_named_with_app_and_region() {
        let missing = Problem::UserNotFound {
            id: LookupId::new("cust-9"),
        };
        assert_eq!(words(&missing), "no user “cust-9” in app acme-prod (us)");
        assert_eq!(
            step(&missing),
            "check the id, or whether it belongs to another app or region"
        );
    }

    #[test]
    fn a_refused_key_is_named_with_where_it_came_from() {
        let refused = Problem::Unauthorized {
            detail: Untrusted::default(),
        };
        assert_eq!(
            words(&refused),
            "key app_64f1 from SMOOCH_KEY_SECRET was refused"
        );
    }

    #[test]
    fn a_key_without_the_right_is_named_with_its_scope_and_the_needed_one() {
        let forbidden = Problem::Forbidden {
            detail: Untrusted::default(),
        };
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
            assert_eq!(step.expose().contains("granted"), key == "svc_1");
        }
    }

    #[test]
    fn a_wait_is_said_in_words_and_in_the_next_step() {
        let limited = Problem::RateLimited {
            retry_after: Some(Duration::from_secs(7)),
        };
        assert!(words(&limited).contains("7 s") && step(&limited).contains("7 s"));
    }

    #[test]
    fn durations_are_short() {
        for (milliseconds, text) in [(5000, "5 s"), (50, "50 ms"), (1500, "1.5 s"), (0, "0 s")] {
            assert_eq!(span(Duration::from_millis(milliseconds)), text);
        }
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
}
