//! The app that is looked at, where it lives, and its key without the secret.

use super::{AppId, Untrusted};

/// Version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// v1.1.
    V11,
    /// v2.
    V2,
}

impl ApiVersion {
    /// The version as written in paths and settings.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::V11 => "v1.1",
            Self::V2 => "v2",
        }
    }
}

/// How the key is sent with each request (API document, section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuthMethod {
    /// The key's id and secret, as HTTP Basic credentials.
    #[default]
    Basic,
    /// A token that the key has signed and that is good for a few minutes.
    Jwt,
}

/// Where the API lives, as far as the base URL tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Region {
    /// `api.smooch.io`.
    Us,
    /// `api.eu-1.smooch.io`.
    Eu,
    /// The built-in sandbox.
    Sandbox,
    /// Any other host.
    Host(Untrusted),
}

impl Region {
    /// Names the region of a base URL's host (and port, when it is not the scheme's own).
    pub(crate) fn of_host(host: &str) -> Self {
        match host {
            "api.smooch.io" => Self::Us,
            "api.eu-1.smooch.io" => Self::Eu,
            other => Self::Host(Untrusted::from(other)),
        }
    }

    /// The region in a word or the host itself.
    pub(crate) fn words(&self) -> Untrusted {
        match self {
            Self::Us => "us".into(),
            Self::Eu => "eu".into(),
            Self::Sandbox => "sandbox".into(),
            Self::Host(host) => host.clone(),
        }
    }
}

/// What can go wrong if the agent mistakes one app for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Real customers; the header looks different.
    Production,
    /// Not marked as production.
    Unmarked,
    /// Invented people.
    Sandbox,
}

/// The app that is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The name that the settings give to the app, else its id.
    pub app_label: Untrusted,
    /// The app's id.
    pub app_id: AppId,
    /// Where the API lives.
    pub region: Region,
    /// The base URL, for words about the network.
    pub base_url: Untrusted,
    /// Version of the API.
    pub api: ApiVersion,
    /// The id of the key, never its secret.
    pub key_id: Untrusted,
    /// Where the key was found, in words: `SMOOCH_KEY_SECRET`, `--key-id`, …
    pub key_source: Untrusted,
    /// Production, sandbox or neither.
    pub stage: Stage,
}
