//! Which `Host` headers the sandbox answers to.
//!
//! In: the headers of a request. Out: whether it was meant for this machine. A page in a browser can
//! have its own name resolve to 127.0.0.1 and then read a server here as if it were its own; the name
//! in this header is what gives it away.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};

/// Whether every name that the request gives its server is one of this machine: `localhost` or a
/// loopback address, with any port. A request without a name is none of ours either.
pub(crate) fn is_for_this_machine(headers: &HeaderMap, asked: &Uri) -> bool {
    let mut named = headers.get_all(header::HOST).iter().peekable();
    named.peek().is_some()
        && named.all(|host| {
            let host = Authority::try_from(host.as_bytes());
            host.is_ok_and(|host| is_of_this_machine(&host))
        })
        && asked.authority().is_none_or(is_of_this_machine)
}

fn is_of_this_machine(named: &Authority) -> bool {
    let host = named.host();
    if named.as_str().contains('@') {
        return false;
    }
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let address = address.unwrap_or(host).parse::<IpAddr>();
    address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn answers(hosts: &[&str], asked: &str) -> bool {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, host.parse().unwrap());
        }
        is_for_this_machine(&headers, &asked.parse().unwrap())
    }

    #[test]
    fn names_and_addresses_of_this_machine_are_known_with_any_port() {
        for host in [
            "localhost",
            "LocalHost:8080",
            "127.0.0.1",
            "127.0.0.1:1",
            "127.9.9.9:65535",
            "[::1]",
            "[::1]:8080",
            "[::ffff:127.0.0.1]:80",
        ] {
            assert!(answers(&[host], "/v1.1"), "{host}");
        }
    }

    #[test]
    fn every_other_name_is_unknown() {
        for host in [
            "",
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "evil.example@localhost",
            "0.0.0.0",
            "192.168.0.7",
            "[::2]",
            "local host",
        ] {
            assert!(!answers(&[host], "/v1.1"), "{host}");
        }
        assert!(!answers(&[], "/v1.1"));
        assert!(!answers(&["localhost", "evil.example"], "/v1.1"));
        assert!(!answers(&["localhost"], "http://evil.example/v1.1"));
        assert!(answers(&["localhost"], "http://127.0.0.1/v1.1"));
    }
}
