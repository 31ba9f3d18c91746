//! What a client of the API is made of.
//!
//! In: plain values. Out: the same, with defaults for the rest.
//! Nothing is checked here.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::retry::Retries;
use super::timing::{SystemTiming, Timing};
use crate::domain::{AppId, AuthMethod};

/// Which app is asked, with which key.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Where the API lives; may carry a path such as `/sc`.
    pub base_url: Url,
    /// The app.
    pub app_id: AppId,
    /// The id of the key.
    pub key_id: String,
    /// The key's secret.
    pub secret: SecretString,
    /// How the key is sent.
    pub auth: AuthMethod,
    /// A PEM file of certificate authorities to trust beside the system's.
    pub extra_ca: Option<PathBuf>,
    /// How long and how much.
    pub limits: Limits,
    /// How often.
    pub retries: Retries,
    /// The clock and the source of random numbers.
    pub timing: Arc<dyn Timing>,
}

impl ApiSettings {
    /// An app and a key, and for everything else the default.
    pub fn new(base_url: Url, app_id: AppId, key_id: String, secret: SecretString) -> Self {
        Self {
            base_url,
            app_id,
            key_id,
            secret,
            auth: AuthMethod::default(),
            extra_ca: None,
            limits: Limits::default(),
            retries: Retries::default(),
            timing: Arc::new(SystemTiming),
        }
    }
}

/// How long one try of a request may take and how much an answer may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until the connection is made.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// The whole try.
    pub total: Duration,
    /// The most bytes of an answer.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            total: Duration::from_secs(20),
            body: 8 * 1024 * 1024,
        }
    }
}
