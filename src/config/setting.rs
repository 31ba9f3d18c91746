//! The settings by name: which key of the file, which variable and which flag sets each.
//!
//! In: nothing. Out: fixed words. The command line and the words of errors are both checked
//! against this one table; no values live here.

/// The variable that holds the key's secret. There is no flag: arguments can be seen by others.
pub(crate) const SECRET_VARIABLE: &str = "SMOOCH_KEY_SECRET";

/// The variable that names a PEM file of certificate authorities to trust beside the system's.
pub(crate) const CA_FILE_VARIABLE: &str = "SMOOCH_CA_FILE";

/// The variable that says how much is logged.
pub(crate) const LOG_VARIABLE: &str = "SMOOCH_LOG";

/// A setting that can come from the file, from the environment or from a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Setting {
    /// Which app, by the agent's own name for it.
    App,
    /// Where the API lives.
    BaseUrl,
    /// The app's id.
    AppId,
    /// Version of the API.
    Api,
    /// The key's id.
    KeyId,
    /// How the key is sent.
    Auth,
}

impl Setting {
    /// Every setting.
    pub(crate) const ALL: [Self; 6] = [
        Self::App,
        Self::BaseUrl,
        Self::AppId,
        Self::Api,
        Self::KeyId,
        Self::Auth,
    ];

    /// The key of the file that sets it: at the top for the app, else in `[apps.NAME]`.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::App => "default_app",
            Self::BaseUrl => "base_url",
            Self::AppId => "app_id",
            Self::Api => "api",
            Self::KeyId => "key_id",
            Self::Auth => "auth",
        }
    }

    /// The environment variable that sets it.
    pub(crate) const fn variable(self) -> &'static str {
        match self {
            Self::App => "SMOOCH_APP",
            Self::BaseUrl => "SMOOCH_BASE_URL",
            Self::AppId => "SMOOCH_APP_ID",
            Self::Api => "SMOOCH_API",
            Self::KeyId => "SMOOCH_KEY_ID",
            Self::Auth => "SMOOCH_AUTH",
        }
    }

    /// The flag that sets it.
    pub(crate) const fn flag(self) -> &'static str {
        match self {
            Self::App => "--app",
            Self::BaseUrl => "--base-url",
            Self::AppId => "--app-id",
            Self::Api => "--api",
            Self::KeyId => "--key-id",
            Self::Auth => "--auth",
        }
    }
}
