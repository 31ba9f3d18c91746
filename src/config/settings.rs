//! The settings of one app, complete.

use std::path::PathBuf;

use super::{AuthMethod, KeySecret, Sourced, Store};
use crate::domain::{ApiVersion, Stage};

/// Everything that is needed to reach one app.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The name that the agent gave to the app, if any.
    pub app: Option<Sourced<String>>,
    /// The base URL as it was written; it may carry a path.
    pub base_url: Sourced<String>,
    /// The app's id.
    pub app_id: Sourced<String>,
    /// Version of the API.
    pub api: Sourced<ApiVersion>,
    /// The key's id.
    pub key_id: Sourced<String>,
    /// How the key is sent.
    pub auth: Sourced<AuthMethod>,
    /// The key's secret, or the way to it.
    pub secret: KeySecret,
    /// Certificate authorities to trust beside the system's, from [`CA_FILE_VARIABLE`](super::CA_FILE_VARIABLE).
    pub ca_file: Option<PathBuf>,
    /// Whether the app is marked as production.
    pub stage: Sourced<Stage>,
    /// What the directory keeps on the disk.
    pub store: Sourced<Store>,
}

/// Whether an app is configured.
#[derive(Debug)]
pub(crate) enum Configured {
    /// No setting names an app or a key.
    Nothing,
    /// One app, completely.
    App(Box<Settings>),
}
