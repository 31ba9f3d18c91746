//! Flags that say which app to reach, and how. Each overrides an environment variable.

use std::path::PathBuf;

use clap::Args;

use crate::config::Flags;

/// Settings that flags override.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// The settings file.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "Read settings from this file instead of smooch-console/config.toml"
    )]
    pub config: Option<PathBuf>,

    /// Name of the app.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        help = "App of the settings file to use; without a file, the name to show [env: SMOOCH_APP]"
    )]
    pub app: Option<String>,

    /// Address of the API.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "Address of the API; may include a path such as /sc [env: SMOOCH_BASE_URL]"
    )]
    pub base_url: Option<String>,

    /// The app's id.
    #[arg(
        long,
        global = true,
        value_name = "ID",
        help = "The app's id [env: SMOOCH_APP_ID]"
    )]
    pub app_id: Option<String>,

    /// Version of the API: v1.1.
    #[arg(
        long,
        global = true,
        value_name = "VERSION",
        help = "Version of the API: v1.1 [env: SMOOCH_API]"
    )]
    pub api: Option<String>,

    /// The key's id, such as app_… or act_….
    #[arg(
        long,
        global = true,
        value_name = "ID",
        help = "The key's id, such as app_… or act_… [env: SMOOCH_KEY_ID]"
    )]
    pub key_id: Option<String>,

    /// How the key is sent: basic or jwt.
    #[arg(
        long,
        global = true,
        value_name = "METHOD",
        help = "How the key is sent: basic or jwt [env: SMOOCH_AUTH]"
    )]
    pub auth: Option<String>,
}

impl From<ConnectionArgs> for Flags {
    fn from(args: ConnectionArgs) -> Self {
        Self {
            config: args.config,
            app: args.app,
            base_url: args.base_url,
            app_id: args.app_id,
            api: args.api,
            key_id: args.key_id,
            auth: args.auth,
        }
    }
}
