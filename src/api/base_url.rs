//! Where requests may go: the base URL, checked before a credential comes near it.
//!
//! In: the configured text. Out: an https URL, or plain http to this machine, which may carry a
//! path such as `/sc`; or what is wrong with it (API document, section 1.1).

use url::{Host, Url};

use crate::domain::{Problem, Untrusted, UsageFault};

/// Reads a base URL.
pub fn parse_base_url(text: &str) -> Result<Url, Problem> {
    let bad = |why| {
        Problem::Usage(UsageFault::BadBaseUrl {
            url: without_credentials(text),
            why,
        })
    };
    // The URL parser would silently drop these, which could change the host.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(bad("it contains white space or control characters"));
    }
    let url = Url::parse(text).map_err(|_| bad("it is not a URL"))?;
    if leads_into_the_api(&url) {
        return Err(bad(
            "it leads into the API: leave out /v1.1, /v2 or /apps and what follows",
        ));
    }
    check_base_url(&url).map_err(|fault| match fault {
        Fault::Unusable(why) => bad(why),
        Fault::Insecure(host) => Problem::Usage(UsageFault::InsecureHost {
            host: Untrusted::from(host),
        }),
    })?;
    Ok(url)
}

/// Whether a URL goes on where the program's own paths begin.
fn leads_into_the_api(url: &Url) -> bool {
    let mut parts = url.path_segments().into_iter().flatten();
    parts.any(|part| matches!(part, "v1" | "v1.1" | "v2" | "apps" | "appusers"))
}

/// Why a URL cannot be a base URL.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has the wrong parts.
    Unusable(&'static str),
    /// It is plain http to this other host.
    Insecure(String),
}

/// Checks a URL that is parsed already.
pub(super) fn check_base_url(url: &Url) -> Result<(), Fault> {
    let host = match url.host_str() {
        Some(host) if !host.is_empty() => host,
        _ => return Err(Fault::Unusable("it has no host")),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::Unusable("it contains a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Fault::Unusable("it contains a query or a fragment"));
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        "http" => Err(Fault::Insecure(host.to_owned())),
        _ => Err(Fault::Unusable("it is neither https nor http")),
    }
}

/// Whether the URL leads to this machine: 127.0.0.0/8, `::1` or `localhost`, and nothing that merely
/// looks like one of them.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// What was configured, without anything that may be a password or a token.
fn without_credentials(text: &str) -> Untrusted {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let shown = text.get(..end).unwrap_or_default();
    let start = shown.find("//").map_or(0, |at| at + 2);
    let (scheme, rest) = shown.split_at(start);
    match rest.rsplit_once('@') {
        Some((_, host)) => Untrusted::from(format!("{scheme}{host}")),
        None => Untrusted::from(shown),
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests compare raw text"
    )]

    use super::*;

    #[test]
    fn https_anywhere_and_http_to_this_machine_are_accepted() {
        for text in [
            "https://api.smooch.io",
            "https://example.zendesk.com/sc",
            "https://example.zendesk.com/sc/",
            "http://127.0.0.1:8080",
            "http://127.8.9.10",
            "http://[::1]:80",
            "http://localhost:3000/sc",
            "HTTP://LOCALHOST",
        ] {
            assert!(parse_base_url(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn plain_http_to_another_host_is_refused_by_name() {
        for (text, host) in [
            ("http://api.smooch.io", "api.smooch.io"),
            ("http://localhost.evil", "localhost.evil"),
            ("http://127.0.0.1.evil.example", "127.0.0.1.evil.example"),
            ("http://128.0.0.1", "128.0.0.1"),
            ("http://[::2]", "[::2]"),
            ("http://localhost.", "localhost."),
            ("http://0.0.0.0", "0.0.0.0"),
        ] {
            let host = Untrusted::from(host);
            assert_eq!(
                parse_base_url(text),
                Err(Problem::Usage(UsageFault::InsecureHost { host })),
                "{text}"
            );
        }
    }

    #[test]
    fn other_parts_and_schemes_are_refused() {
        for text in [
            "",
            "api.smooch.io",
            "ftp://api.smooch.io",
            "file:///etc/passwd",
            "https://key:secret@api.smooch.io",
            "https://key@api.smooch.io",
            "https://api.smooch.io?x=1",
            "https://api.smooch.io#x",
            "https://api.smo\noch.io",
            " https://api.smooch.io",
            "https://",
        ] {
            let refused = parse_base_url(text);
            assert!(
                matches!(refused, Err(Problem::Usage(UsageFault::BadBaseUrl { .. }))),
                "{text}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_refusal_never_repeats_a_password_or_a_token() {
        for text in [
            "https://key:canary@api.smooch.io",
            "https://key:canary@ho st",
            "https://a@canary@host:99999",
            "https://api.smooch.io?token=canary",
            "https://api.smooch.io/#canary",
        ] {
            let refused = parse_base_url(text).unwrap_err();
            assert!(!format!("{refused:?}").contains("canary"), "{refused:?}");
        }
    }
}
