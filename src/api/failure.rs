//! Failures below HTTP, each turned into a problem whose words hold no URL and no secret.
//!
//! In: an error of the HTTP library. Out: a [`Problem`] that says whether the name, the connection,
//! the certificate, the proxy or a deadline failed.

use std::error::Error;
use std::io;

use super::settings::Limits;
use crate::domain::{Deadline, LineFault, Problem, Untrusted};

/// The problem behind an error of the HTTP library.
///
/// The library's own words print the URL, which holds ids, so only those of the causes are used.
pub(super) fn problem_of(error: &reqwest::Error, host: &str, limits: &Limits) -> Problem {
    let host = Untrusted::from(host);
    if error.is_timeout() {
        let (deadline, after) = if error.is_connect() {
            (Deadline::Connect, limits.connect)
        } else {
            (Deadline::Read, limits.read)
        };
        return Problem::Line(LineFault::Timeout { deadline, after });
    }
    if error.is_builder() {
        let detail = cause_words(error);
        return Problem::Internal { detail };
    }
    if is_closed_tunnel(error) {
        let detail = cause_words(error);
        return Problem::Line(LineFault::Proxy { host, detail });
    }
    if is_unknown_host(error) {
        return Problem::Line(LineFault::HostNotFound { host });
    }
    if let Some(tls) = tls_cause(error) {
        let detail = Untrusted::from(tls.to_string());
        return Problem::Line(LineFault::Tls { host, detail });
    }
    let detail = cause_words(error);
    if error.is_connect() {
        Problem::Line(LineFault::ConnectionFailed { host, detail })
    } else {
        Problem::Line(LineFault::Interrupted { detail })
    }
}

/// The causes of an error, outermost first, without the error itself.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

fn is_unknown_host(error: &reqwest::Error) -> bool {
    // The connector's error types are private, so only the beginning of the message is left to go by.
    let is_unknown = |words: &str| words.starts_with("dns error") || words == "invalid dns name";
    error.is_dns() || causes(error).any(|cause| is_unknown(&cause.to_string()))
}

fn is_closed_tunnel(error: &reqwest::Error) -> bool {
    // The library hides the type of this one too.
    causes(error).any(|cause| cause.to_string().starts_with("tunnel error"))
}

fn tls_cause(error: &reqwest::Error) -> Option<&rustls::Error> {
    causes(error).find_map(tls_within)
}

/// I/o errors hide what they wrap from `source`, and they wrap one another.
fn tls_within<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut at = cause;
    loop {
        if let Some(tls) = at.downcast_ref() {
            return Some(tls);
        }
        at = at.downcast_ref::<io::Error>()?.get_ref()?;
    }
}

/// The words of the innermost cause: the system's own, such as `Connection refused`.
fn cause_words(error: &reqwest::Error) -> Untrusted {
    causes(error).last().map_or_else(
        || "no further words".into(),
        |cause| cause.to_string().into(),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use reqwest::dns::{Name, Resolve, Resolving};

    use super::*;

    /// A resolver that knows no name.
    struct Nowhere;

    impl Resolve for Nowhere {
        fn resolve(&self, _: Name) -> Resolving {
            Box::pin(async { Err("it is not in the book".into()) })
        }
    }

    #[tokio::test]
    async fn a_name_that_no_resolver_knows_is_no_failed_connection() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .dns_resolver(Arc::new(Nowhere))
            .build()
            .unwrap();
        let error = client.get("http://nobody.example/mara").send().await;
        let problem = problem_of(&error.unwrap_err(), "nobody.example", &Limits::default());
        let host = "nobody.example".into();
        assert_eq!(problem, Problem::Line(LineFault::HostNotFound { host }));
    }
}
