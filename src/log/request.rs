//! A request in the log: its route without ids, its outcome, and how long it took.
//!
//! In: the path of a URL, then a status. Out: one line when the request is over, however it ended.
//! A route contains only known words. Everything else is left out, so that no id can pass for a
//! word.

use std::time::Instant;

use percent_encoding::percent_decode_str;
use tracing::{Level, enabled, info};

use super::{hash_of, pid};

/// Words in the API's paths that reveal nothing about anybody.
const WORDS: [&str; 9] = [
    "sc",
    "v1.1",
    "v2",
    "apps",
    "appusers",
    "users",
    "conversations",
    "messages",
    "integrations",
];

/// A running request; dropping it writes the line.
#[derive(Debug)]
pub(crate) struct Request {
    method: &'static str,
    route: String,
    user: Option<Vec<u8>>,
    status: Option<u16>,
    since: Instant,
}

impl Request {
    /// Starts a request; `path` is the path of its URL.
    pub(crate) fn begin(method: &'static str, path: &str) -> Self {
        let (route, user) = route_of(path);
        Self {
            method,
            route,
            user,
            status: None,
            since: Instant::now(),
        }
    }

    /// The server answered, though the body may still be on its way.
    pub(crate) fn answered(&mut self, status: u16) {
        self.status = Some(status);
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        let Self {
            method,
            route,
            user,
            status,
            since,
        } = self;
        if !enabled!(Level::INFO) {
            return;
        }
        let user = user.as_deref().map(hash_of);
        let user = user.as_deref();
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        // Without a status there was no answer, or nobody waited for it.
        let status = *status;
        info!(pid = pid(), method, route, status, ms, user, "request");
    }
}

/// The path with each id replaced by its kind, and the user's decoded id.
fn route_of(path: &str) -> (String, Option<Vec<u8>>) {
    let mut route = String::new();
    let mut user = None;
    let mut before = "";
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let shown = match before {
            "apps" => "{app}",
            "appusers" | "users" => {
                user = Some(percent_decode_str(segment).collect());
                "{user}"
            }
            "conversations" => "{conversation}",
            "integrations" => "{integration}",
            _ => WORDS
                .into_iter()
                .find(|word| *word == segment)
                .unwrap_or("{…}"),
        };
        route.push('/');
        route.push_str(shown);
        // In the place of an id, nothing is a word, whatever it looks like.
        before = if shown.starts_with('{') { "" } else { shown };
    }
    (route, user)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_route_contains_no_id() {
        for (path, route, user) in [
            (
                "/v1.1/apps/64f1/appusers/cust%2F1",
                "/v1.1/apps/{app}/appusers/{user}",
                Some("cust/1"),
            ),
            (
                "/sc/v1.1/apps/64f1/appusers/64be/messages",
                "/sc/v1.1/apps/{app}/appusers/{user}/messages",
                Some("64be"),
            ),
            ("/v1.1/apps/64f1", "/v1.1/apps/{app}", None),
            (
                "/v2/apps/a/conversations/c/messages",
                "/v2/apps/{app}/conversations/{conversation}/messages",
                None,
            ),
            (
                "/mara/v2/users/messages/x",
                "/{…}/v2/users/{user}/{…}",
                Some("messages"),
            ),
            (
                "/v1.1/apps/apps/appusers/appusers/messages",
                "/v1.1/apps/{app}/appusers/{user}/messages",
                Some("appusers"),
            ),
            ("", "", None),
        ] {
            let (found, id) = route_of(path);
            assert_eq!(found, route);
            assert_eq!(id.as_deref(), user.map(str::as_bytes), "{path}");
        }
    }
}
