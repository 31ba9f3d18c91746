//! The command line as types: every command, option and help text.
//!
//! In: the program's arguments. Out: a [`Cli`], or clap's own words about what was wrong. What an
//! argument means for the API or the settings is decided elsewhere; a secret is never a flag.

mod directory;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use jiff::Timestamp;

use crate::config::Flags;
use crate::domain::nearest;
use directory::{DIRECTORY_EXAMPLES, FORGET_EXAMPLES, IMPORT_EXAMPLES, SEARCH_EXAMPLES};

pub use directory::{
    DirectoryArgs, DirectoryCommand, ForgetArgs, ImportArgs, PurgeArgs, SearchArgs,
};

const EXAMPLES: &str = "\
Examples:
  smooch-console                         open the console (on the sandbox when nothing is set)
  smooch-console --sandbox               open it on invented people, whatever is set
  smooch-console get cust-20418          look a user up by _id or userId
  smooch-console messages cust-20418     what was said, oldest first
  smooch-console search mara quinn       who is known here by this name

Settings come from flags, else from the environment, else from the file of settings,
$XDG_CONFIG_HOME/smooch-console/config.toml or ~/.config/smooch-console/config.toml:
  SMOOCH_APP  SMOOCH_BASE_URL  SMOOCH_APP_ID  SMOOCH_API  SMOOCH_KEY_ID  SMOOCH_AUTH
  SMOOCH_KEY_SECRET  the key's secret; it has no flag, because others can see arguments
  SMOOCH_CA_FILE     a PEM file of certificates to trust beside the system's
  HTTPS_PROXY and NO_PROXY are respected; requests to this machine never use a proxy
`smooch-console config check` shows each of them and where it comes from.
  SMOOCH_LOG         off, error, warn, info (unless set), debug or trace; the log is in
                     $XDG_STATE_HOME/smooch-console or ~/.local/state/smooch-console

Exit codes:
  0 done   1 other failure   2 wrong usage or no terminal   3 not found
  4 credentials refused or missing   5 network, rate limit or server";

const GET_EXAMPLES: &str = "\
Examples:
  smooch-console get 64be90d2a7f31c0058e6d914
  smooch-console get cust-20418 mara@example.org --json
  cut -d, -f1 customers.csv | smooch-console get - --json
  smooch-console get -- -7               an id that begins with a dash

Ids are compared character by character: nothing is trimmed and case matters. Blank lines of
standard input are skipped.
With --json each user is one object on one line.
Users are remembered on this machine, with the name that their messages gave. When the API cannot be
reached, nothing that is only remembered is printed: `smooch-console search` and the console show it.";

const MESSAGES_EXAMPLES: &str = "\
Examples:
  smooch-console messages cust-20418
  smooch-console messages cust-20418 --limit 20 --before 2024-03-04T09:18:30Z
  smooch-console messages cust-20418 --json

Nothing is marked as read. The newest messages are kept on this machine: the console shows them when
the API cannot be reached.";

const SANDBOX_EXAMPLES: &str = "\
Examples:
  smooch-console sandbox                 prints what to set, then serves until Ctrl-C
  smooch-console sandbox --json          the same for scripts, as the first line
  smooch-console sandbox --listen 127.0.0.1:8080 --seed 7 --now 2026-01-01T00:00:00Z
  smooch-console sandbox --users 100000 --fault latency=200ms --fault 429=3 --verbose

Faults, each for every request or, with =N, for every N-th one:
  latency=200ms  every answer waits that long (ms or s, at most 60s)
  429=3          every third request is refused: too many requests, again in a second
  5xx            500, 502, 503 and 504 in turn; the request is not done
  truncate       the request is done, but its answer breaks off half-way";

/// As many people as the sandbox can tell apart.
const MOST_SANDBOX_USERS: u64 = 1 << 24;

const CHECK_EXAMPLES: &str = "\
Examples:
  smooch-console config check
  smooch-console config check --app acme --json

It ends as a lookup with these settings would: 0 when they are complete, 4 when only credentials
are missing or refused, else 2. Nothing is asked of the API, and secret_command is not run.";

const DUMP_EXAMPLES: &str = "\
Examples:
  smooch-console keys dump
  smooch-console keys dump --json

keymap.toml beside config.toml changes part of them: an action that it names in a mode has the
keys that it lists there, and no others; an empty list unbinds the action.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  smooch-console completions bash > ~/.local/share/bash-completion/completions/smooch-console
  smooch-console completions zsh > ~/.zfunc/_smooch-console
  smooch-console completions fish > ~/.config/fish/completions/smooch-console.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  smooch-console man | man -l -
  smooch-console man messages | man -l -";

/// Look up messaging users by `_id` or `userId`, and read what was said.
#[derive(Debug, Parser)]
#[command(name = "smooch-console", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// Open the console on the built-in sandbox, whatever is configured
    #[arg(long)]
    pub sandbox: bool,

    /// Print JSON instead of words
    #[arg(long, global = true)]
    pub json: bool,

    /// Which app, and with which key.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// What to do; nothing opens the console.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The settings that flags may override.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Connection")]
pub struct ConnectionArgs {
    /// Another file of settings.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "Settings from this file, not from smooch-console/config.toml"
    )]
    pub config: Option<PathBuf>,

    /// Which app of the file; without a file, the name to show.
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        help = "Which app of the file; without a file, the name to show [env: SMOOCH_APP]"
    )]
    pub app: Option<String>,

    /// Where the API lives; may carry a path such as /sc.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        help = "Where the API lives; may carry a path such as /sc [env: SMOOCH_BASE_URL]"
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

/// The commands beside the console itself.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look users up by _id or userId
    #[command(after_help = GET_EXAMPLES)]
    Get(GetArgs),
    /// Print a user's messages, oldest first
    #[command(after_help = MESSAGES_EXAMPLES)]
    Messages(MessagesArgs),
    /// Search the users that are known on this machine
    #[command(after_help = SEARCH_EXAMPLES)]
    Search(SearchArgs),
    /// Learn users from files: CSV, API users, webhook bodies
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// What is known of users on this machine
    #[command(after_help = DIRECTORY_EXAMPLES)]
    Directory(DirectoryArgs),
    /// Remove every trace of a user from this machine
    #[command(after_help = FORGET_EXAMPLES)]
    Forget(ForgetArgs),
    /// Serve the API with invented people on this machine, until Ctrl-C
    #[command(after_help = SANDBOX_EXAMPLES)]
    Sandbox(SandboxArgs),
    /// Look at the settings
    Config(ConfigArgs),
    /// Look at the keys of the console
    Keys(KeysArgs),
    /// Print completions for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Print a page of the manual
    #[command(after_help = MAN_EXAMPLES)]
    Man(ManArgs),
}

/// Whom to look up.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// An _id or a userId; `-` reads one id a line from standard input
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// Whose messages, and which.
#[derive(Debug, Args)]
pub struct MessagesArgs {
    /// The user's _id or userId
    #[arg(value_name = "ID")]
    pub id: String,

    /// At most this many messages, the newest ones
    #[arg(long, value_name = "N", default_value = "100")]
    pub limit: NonZeroUsize,

    /// Only messages received before this time, such as 2024-03-04T09:18:30Z
    #[arg(long, value_name = "TIME")]
    pub before: Option<Timestamp>,
}

/// How the sandbox is served.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Address and port of this machine; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Another seed gives other ids and other conversations
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// The sandbox's present, such as 2026-01-01T00:00:00Z; the current time unless given
    #[arg(long, value_name = "TIME")]
    pub now: Option<Timestamp>,

    /// So many more people, known by their ids alone until somebody asks for them
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=MOST_SANDBOX_USERS))]
    pub users: u64,

    /// Something that goes wrong on purpose; may be given several times
    #[arg(long = "fault", value_name = "SPEC")]
    pub faults: Vec<String>,

    /// Users without a name write as animals, not as "Web User 2c7be1f0…"
    #[arg(long)]
    pub animal_names: bool,

    /// Print each request on standard error: method, path and status, never what was in it
    #[arg(long)]
    pub verbose: bool,
}

/// What about the settings.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What can be done with the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print each setting and where it comes from, the secret hidden
    #[command(after_help = CHECK_EXAMPLES)]
    Check,
}

/// What about the keys.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What can be done with the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Print the keys that hold, your own included, in the form of keymap.toml
    #[command(after_help = DUMP_EXAMPLES)]
    Dump,
}

/// For which shell.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Which page.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The command that the page is about; the program itself unless given
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

impl Cli {
    /// Reads the program's arguments, the first of which is the program's own name.
    pub fn parse_arguments(
        arguments: impl IntoIterator<Item = std::ffi::OsString>,
    ) -> Result<Self, clap::Error> {
        let cli = Self::try_parse_from(arguments)?;
        if cli.sandbox && cli.command.is_some() {
            return Err(Self::command().error(
                ErrorKind::ArgumentConflict,
                "--sandbox opens the console and cannot be used with a command",
            ));
        }
        Ok(cli)
    }

    /// The definition of a command, by the words that lead to it; none leads to the program.
    pub fn definition(words: &[String]) -> Option<clap::Command> {
        let mut command = Self::command();
        // Writes the full name of every command into its definition.
        command.build();
        for word in words {
            command = command.find_subcommand(word)?.clone();
        }
        Some(command)
    }

    /// The nearest name of a command that was meant by `word`.
    pub fn nearest_command(word: &str) -> Option<String> {
        let command = Self::command();
        let names = command.get_subcommands().map(clap::Command::get_name);
        nearest(word, names).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::config::{SECRET_VARIABLE, Setting};

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        let all = std::iter::once("smooch-console").chain(arguments.iter().copied());
        Cli::parse_arguments(all.map(Into::into))
    }

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_command_opens_the_console() {
        let cli = parse(&[]).unwrap();
        assert!(cli.command.is_none());
        assert!(!cli.sandbox);
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for line in [
            ["--json", "--app-id", "a", "get", "x"],
            ["get", "x", "--app-id", "a", "--json"],
        ] {
            let cli = parse(&line).unwrap();
            assert!(cli.json);
            assert_eq!(cli.connection.app_id.as_deref(), Some("a"));
        }
    }

    #[test]
    fn get_needs_an_id_and_takes_an_empty_one_for_the_api_to_refuse() {
        assert_eq!(parse(&["get"]).unwrap_err().exit_code(), 2);
        assert!(parse(&["get", ""]).is_ok());
    }

    #[test]
    fn a_limit_of_nothing_is_refused() {
        for limit in ["0", "-1", "x"] {
            assert!(
                parse(&["messages", "u", "--limit", limit]).is_err(),
                "{limit}"
            );
        }
    }

    #[test]
    fn the_limit_is_100_unless_said() {
        let Some(Command::Messages(args)) = parse(&["messages", "u"]).unwrap().command else {
            unreachable!("messages was asked for");
        };
        assert_eq!(args.limit.get(), 100);
    }

    #[test]
    fn a_time_needs_its_zone() {
        assert!(parse(&["messages", "u", "--before", "2024-03-04T09:18:30Z"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2024-03-04T10:18:30.007+01:00"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2024-03-04T09:18:30"]).is_err());
        assert!(parse(&["messages", "u", "--before", "yesterday"]).is_err());
    }

    #[test]
    fn the_sandbox_flag_goes_with_no_command() {
        assert!(parse(&["--sandbox"]).unwrap().sandbox);
        let refused = parse(&["--sandbox", "get", "x"]).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
    }

    #[test]
    fn every_setting_has_its_flag_and_names_its_variable_in_help() {
        let help = Cli::command().render_long_help().to_string();
        for setting in Setting::ALL {
            assert!(help.contains(setting.flag()), "{}", setting.flag());
            assert!(help.contains(setting.variable()), "{}", setting.variable());
        }
        assert!(help.contains(SECRET_VARIABLE));
    }

    #[test]
    fn no_flag_takes_a_secret() {
        let command = Cli::command();
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        for argument in commands.flat_map(clap::Command::get_arguments) {
            let id = argument.get_id().as_str();
            assert!(!id.contains("secret") && !id.contains("token"), "{id}");
        }
    }
}
