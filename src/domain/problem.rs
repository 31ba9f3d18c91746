//! What can go wrong with a request, each case with its words and the next step.

mod words;

use std::time::Duration;

use super::{ClockSkew, LookupId, Untrusted};

/// Why an id cannot be sent at all (API document, section 0.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFault {
    /// The id is empty.
    Empty,
    /// The id is `.` or `..`, which every URL library resolves away.
    DotSegment,
    /// The id is longer than the API takes (1,024 characters).
    TooLong,
}

/// Why a key cannot sign tokens (API document, section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// The prefix of its id is that of no kind of key, so its scope is unknown.
    UnknownPrefix,
    /// It is the key of a custom integration, which v1.1 does not take.
    Integration,
}

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

/// The families of problems, which decide the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// A refused id, or a base URL that cannot be used.
    Usage,
    /// Not found.
    NotFound,
    /// 401, 403 or no credentials.
    Credentials,
    /// Network, 429 or 5xx.
    Network,
    /// Anything else.
    Other,
}

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The id cannot be sent.
    ImpossibleId {
        /// What was asked for.
        id: LookupId,
        /// Why it cannot be sent.
        fault: IdFault,
    },
    /// 404: the app has no such user.
    UserNotFound {
        /// What was asked for.
        id: LookupId,
    },
    /// 404: there is no such app, or the key may not know of it.
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
    /// The key cannot sign tokens.
    UnsuitedKey {
        /// Why not.
        fault: KeyFault,
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
    /// 5xx.
    Server {
        /// The status.
        status: u16,
        /// The server's own words.
        detail: Untrusted,
    },
    /// 3xx: never followed, because the credentials would go along.
    Redirected {
        /// The status.
        status: u16,
        /// Where the server wanted to send us.
        to: Option<Untrusted>,
    },
    /// Any other status.
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// The server's own words.
        detail: Untrusted,
    },
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
    /// A proxy stands in between and does not let requests through.
    Proxy {
        /// The host behind it.
        host: Untrusted,
        /// Why, in the words of the network.
        detail: Untrusted,
    },
    /// The file of certificates to trust is of no use.
    BadCaFile {
        /// The file.
        file: Untrusted,
        /// Why.
        why: Untrusted,
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
    /// The answer was larger than is read.
    AnswerTooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The answer was not JSON, perhaps a page of a proxy.
    NotJson {
        /// The status.
        status: u16,
        /// The first characters.
        excerpt: Untrusted,
    },
    /// The answer was JSON of another shape.
    Unreadable {
        /// What was missing or wrong.
        why: Untrusted,
    },
    /// Plain http to a host that is not this machine.
    InsecureHost {
        /// The host.
        host: Untrusted,
    },
    /// The base URL is none.
    BadBaseUrl {
        /// What was configured.
        url: Untrusted,
        /// Why it cannot be used.
        why: &'static str,
    },
    /// The key's secret could not be had from where it is kept.
    NoSecret {
        /// What happened; never what was printed.
        why: Untrusted,
        /// What to do about it.
        next: Untrusted,
    },
    /// A part of the program failed; the rest goes on.
    Internal {
        /// What failed.
        detail: Untrusted,
    },
}
