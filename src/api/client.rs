//! The HTTP client itself: whom it trusts, through whom it goes and what it never does.
//!
//! In: the base URL and the limits. Out: a client that follows no redirect, repeats nothing and
//! speaks plain http to this machine alone. It sends nothing itself.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::Client;
use url::Url;

use super::base_url::is_loopback;
use super::settings::Limits;

/// Builds the client. It reads the system's certificates, which takes longer than a frame.
pub(super) fn build_client(base_url: &Url, limits: &Limits) -> reqwest::Result<Client> {
    // Fails only when a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("smooch-console/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false);
    if !is_loopback(base_url) {
        return builder.https_only(true).build();
    }
    // Neither a proxy nor a hosts file may lead requests for this machine to another one.
    let here: [SocketAddr; 2] = [
        (Ipv4Addr::LOCALHOST, 0).into(),
        (Ipv6Addr::LOCALHOST, 0).into(),
    ];
    let builder = builder.no_proxy().resolve_to_addrs("localhost", &here);
    if base_url.scheme() == "http" {
        // Without TLS there is no need for the system's certificates.
        builder.tls_certs_only([]).build()
    } else {
        builder.build()
    }
}
