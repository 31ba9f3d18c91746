//! What happens on the way to the API, before there is an answer.

use std::time::Duration;

use super::advice::{Advice, raw, span, with};
use crate::domain::{Connection, Untrusted};

/// Which deadline passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// No connection in time.
    Connect,
    /// The server stopped talking.
    Read,
    /// The whole request took too long.
    Total,
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineFault {
    /// The host's name has no address.
    HostNotFound {
        /// The host.
        host: Untrusted,
    },
    /// Nothing accepts connections there.
    ConnectionFailed {
        /// The host.
        host: Untrusted,
        /// Why, in the system's words.
        detail: Untrusted,
    },
    /// The certificate or the handshake was not acceptable.
    Tls {
        /// The host.
        host: Untrusted,
        /// Why.
        detail: Untrusted,
    },
    /// A proxy in between does not let requests through.
    Proxy {
        /// The host behind it.
        host: Untrusted,
        /// Why, in the words of the network.
        detail: Untrusted,
    },
    /// A deadline passed.
    Timeout {
        /// Which one.
        deadline: Deadline,
        /// How long it was.
        after: Duration,
    },
    /// The connection broke while the answer came.
    Interrupted {
        /// Why, in the system's words.
        detail: Untrusted,
    },
}

impl LineFault {
    /// The words for each case.
    pub(super) fn advice(&self, connection: &Connection) -> Advice {
        let base_url = raw(&connection.base_url);
        match self {
            Self::HostNotFound { host } => Advice::new(
                format!("no address is known for host {}", raw(host)),
                format!("check the spelling of {base_url}, the network and the VPN"),
            ),
            Self::ConnectionFailed { host, detail } => Advice::new(
                with(format!("cannot connect to {}", raw(host)), detail),
                "check the port in the base URL, the proxy and the firewall",
            ),
            Self::Tls { host, detail } => Advice::new(
                with(format!("no secure connection to {}", raw(host)), detail),
                "check this machine's clock; if a proxy has a CA of its own, set SMOOCH_CA_FILE",
            ),
            Self::Proxy { host, detail } => Advice::new(
                with(
                    format!("the proxy does not let us through to {}", raw(host)),
                    detail,
                ),
                "check HTTPS_PROXY and NO_PROXY, and whether the proxy asks to sign in",
            ),
            Self::Timeout { deadline, after } => timeout(*deadline, &span(*after), base_url),
            Self::Interrupted { detail } => Advice::new(
                with("the connection broke off", detail),
                "try again; the network may be unstable",
            ),
        }
    }
}

fn timeout(deadline: Deadline, after: &str, base_url: &str) -> Advice {
    match deadline {
        Deadline::Connect => Advice::new(
            format!("no connection within {after}"),
            format!("check the network and that {base_url} can be reached from here"),
        ),
        Deadline::Read => Advice::new(
            format!("the API went silent for {after}"),
            "try again; the API may be busy",
        ),
        Deadline::Total => Advice::new(
            format!("the request took longer than {after}"),
            "try again on a better connection",
        ),
    }
}
