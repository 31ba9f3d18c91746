//! What the API refuses (API document, section 2.2).

use std::time::Duration;

use super::advice::{Advice, raw, span, with};
use super::kind::ProblemKind;
use crate::domain::{ClockSkew, Connection, LookupId, Untrusted};

/// A status that says no, by what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// 404: the app has no such user.
    UserNotFound {
        /// What was asked for.
        id: LookupId,
    },
    /// 404: there is no such app, or the key has no access to it.
    AppNotFound,
    /// 404 with a code that names neither a user nor an app.
    NotFound {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 401.
    Unauthorized {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 401 for a token, while this machine's clock is off: the token may have expired, or not begun.
    RefusedByClock {
        /// How far it is off.
        skew: ClockSkew,
        /// The server's own words.
        detail: Untrusted,
    },
    /// 403.
    Forbidden {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 402.
    PaymentRequired {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 400.
    BadRequest {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 409.
    Conflict {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 413.
    RequestTooLarge {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 423.
    Locked {
        /// The server's own words.
        detail: Untrusted,
    },
    /// 429.
    RateLimited {
        /// How long the server asked to wait, clamped; `None` when it did not say.
        retry_after: Option<Duration>,
    },
}

impl Refused {
    /// The kind that decides the exit code.
    pub(super) const fn kind(&self) -> ProblemKind {
        match self {
            Self::UserNotFound { .. } | Self::AppNotFound | Self::NotFound { .. } => {
                ProblemKind::NotFound
            }
            Self::Unauthorized { .. } | Self::RefusedByClock { .. } | Self::Forbidden { .. } => {
                ProblemKind::Credentials
            }
            Self::RateLimited { .. } => ProblemKind::Network,
            Self::PaymentRequired { .. }
            | Self::BadRequest { .. }
            | Self::Conflict { .. }
            | Self::RequestTooLarge { .. }
            | Self::Locked { .. } => ProblemKind::Other,
        }
    }

    /// The words for each case.
    pub(super) fn advice(&self, connection: &Connection) -> Advice {
        let region = connection.region.words();
        let region = raw(&region);
        let app = raw(&connection.app_label);
        let key = raw(&connection.key_id);
        match self {
            Self::UserNotFound { id } => Advice::new(
                format!("no user “{}” in app {app} ({region})", id.expose()),
                "check the id, or whether it belongs to another app or region",
            ),
            Self::AppNotFound => Advice::new(
                format!(
                    "no app with the id {} ({region}), or key {key} has no access to it",
                    connection.app_id.expose()
                ),
                format!("check the app id, that the app lives in {region}, and whose key this is"),
            ),
            Self::NotFound { detail } => Advice::new(
                with("the API found nothing under this address", detail),
                format!(
                    "check the base URL {}; a user just shown may have been merged or deleted",
                    raw(&connection.base_url)
                ),
            ),
            Self::Unauthorized { detail } => Advice::new(
                with(
                    format!(
                        "the API refused key {key} from {}",
                        raw(&connection.key_source)
                    ),
                    detail,
                ),
                format!("check the key's secret, and that the key belongs to {region}"),
            ),
            Self::RefusedByClock { skew, detail } => Advice::new(
                with(
                    format!(
                        "the API refused key {key}, and this machine's clock is {} the API's",
                        skew.words()
                    ),
                    detail,
                ),
                "set this machine's clock: a token is valid for five minutes only",
            ),
            Self::Forbidden { detail } => forbidden(detail, app, key),
            Self::PaymentRequired { detail } => Advice::new(
                with(format!("the plan of app {app} does not cover this"), detail),
                "ask the account's owner about the plan or an ended trial",
            ),
            Self::BadRequest { detail } => Advice::new(
                with("the API did not understand the request", detail),
                "check the id; if it is right, report this as a bug in the console",
            ),
            Self::Conflict { detail } => Advice::new(
                with("this conflicts with what the API has stored", detail),
                "reload and compare before changing anything",
            ),
            Self::RequestTooLarge { detail } => Advice::new(
                with("the request is larger than the API accepts", detail),
                "shorten what is sent",
            ),
            Self::Locked { detail } => Advice::new(
                with("the conversation is full and locked", detail),
                "an administrator has to delete old messages first",
            ),
            Self::RateLimited {
                retry_after: Some(wait),
            } => Advice::new(
                format!("too many requests: the API asks to wait {}", span(*wait)),
                format!("wait {}, then try again", span(*wait)),
            ),
            Self::RateLimited { retry_after: None } => Advice::new(
                "too many requests: the API does not say how long to wait",
                "wait half a minute, then try again",
            ),
        }
    }
}

fn forbidden(detail: &Untrusted, app: &str, key: &str) -> Advice {
    let cause = format!("key {key} ({}) has no access to app {app}", scope_of(key));
    let next = if key.starts_with("svc_") {
        "give its service account access to the app, or use a key of scope app or scope account"
    } else {
        "use a key of scope app made for this app, or one of scope account"
    };
    Advice::new(with(cause, detail), next)
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
