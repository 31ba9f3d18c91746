//! What the console does not even send: ids and settings that cannot work.

use super::advice::{Advice, raw, with};
use super::kind::ProblemKind;
use crate::domain::{ApiVersion, Connection, LookupId, Untrusted};

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
    /// It is of a scope whose tokens this version of the API does not take.
    ScopeRefused,
}

/// Why a request was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UsageFault {
    /// The id cannot be sent.
    ImpossibleId {
        /// What was asked for.
        id: LookupId,
        /// Why it cannot be sent.
        fault: IdFault,
    },
    /// The console does not speak this version of the API yet.
    UnsupportedVersion {
        /// The version.
        version: ApiVersion,
    },
    /// The key cannot sign tokens.
    UnsuitedKey {
        /// Why not.
        fault: KeyFault,
    },
    /// The file of certificates to trust is of no use.
    BadCaFile {
        /// The file.
        file: Untrusted,
        /// Why.
        why: Untrusted,
    },
    /// The variable that names the proxy cannot be used.
    BadProxy {
        /// The variable; its value may hold a password.
        variable: &'static str,
        /// Why.
        why: &'static str,
    },
    /// Plain http to a host that is not this machine.
    InsecureHost {
        /// The host.
        host: Untrusted,
    },
    /// The base URL cannot be one.
    BadBaseUrl {
        /// What was configured.
        url: Untrusted,
        /// Why it cannot be used.
        why: &'static str,
    },
    /// The key's secret could not be read from where it is kept.
    NoSecret {
        /// What happened; never what was printed.
        why: Untrusted,
        /// What to do about it.
        next: Untrusted,
    },
}

impl UsageFault {
    /// The kind that decides the exit code.
    pub(super) const fn kind(&self) -> ProblemKind {
        match self {
            Self::ImpossibleId { .. }
            | Self::UnsupportedVersion { .. }
            | Self::BadCaFile { .. }
            | Self::BadProxy { .. }
            | Self::InsecureHost { .. }
            | Self::BadBaseUrl { .. } => ProblemKind::Usage,
            Self::UnsuitedKey { .. } | Self::NoSecret { .. } => ProblemKind::Credentials,
        }
    }

    /// The words for each case.
    pub(super) fn advice(&self, connection: &Connection) -> Advice {
        match self {
            Self::ImpossibleId { id, fault } => fault.advice(id),
            Self::UnsupportedVersion { version } => Advice::new(
                format!("{} of the API is not supported yet", version.as_str()),
                "set the API version to v1.1",
            ),
            Self::UnsuitedKey { fault } => fault.advice(raw(&connection.key_id), connection.api),
            Self::BadCaFile { file, why } => Advice::new(
                with(format!("the CA file {} cannot be used", raw(file)), why),
                "set SMOOCH_CA_FILE to a PEM file of certificates, or leave it unset",
            ),
            Self::BadProxy { variable, why } => Advice::new(
                format!("the proxy in {variable} cannot be used: {why}"),
                format!("set {variable} to something like http://proxy.example:3128, or unset it"),
            ),
            Self::InsecureHost { host } => Advice::new(
                format!(
                    "plain http to {} is refused: anybody on the way could read the key",
                    raw(host)
                ),
                "write https:// in the base URL",
            ),
            Self::BadBaseUrl { url, why } => Advice::new(
                format!("the base URL “{}” cannot be used: {why}", raw(url)),
                "correct it; it looks like https://api.smooch.io or https://NAME.zendesk.com/sc",
            ),
            Self::NoSecret { why, next } => Advice::new(raw(why), raw(next)),
        }
    }
}

impl IdFault {
    fn advice(self, id: &LookupId) -> Advice {
        let id = id.expose();
        match self {
            Self::Empty => Advice::new("an empty id leads to nobody", "give an _id or a userId"),
            Self::DotSegment => Advice::new(
                format!("the id “{id}” cannot be sent: URLs resolve it away"),
                "look the user up by the _id instead",
            ),
            Self::TooLong => Advice::new(
                format!(
                    "an id of {} characters cannot be sent: the longest has 1024",
                    id.chars().count()
                ),
                "check what was pasted; an id is much shorter",
            ),
        }
    }
}

impl KeyFault {
    fn advice(self, key: &str, version: ApiVersion) -> Advice {
        match self {
            Self::UnknownPrefix => Advice::new(
                format!("key {key} cannot sign tokens: its prefix does not give its scope"),
                "check the key id, which begins with app_, act_ or svc_; or send it as basic",
            ),
            Self::ScopeRefused => Advice::new(
                format!(
                    "key {key} belongs to a custom integration, and {} takes no tokens of it",
                    version.as_str()
                ),
                "use a key of the app (app_…) or of the account (act_…, svc_…)",
            ),
        }
    }
}
