//! The command line as types: every command, option and help text.
//!
//! In: the program's arguments. Out: a [`Cli`], or clap's message about what is wrong. Other rooms
//! decide what an argument means for the API or the settings. No flag takes a secret.

mod connection;
mod directory;
pub(crate) mod help;
mod meant;
mod moment;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;
use jiff::Timestamp;

use crate::domain::nearest;

pub use connection::ConnectionArgs;
pub use directory::{
    DirectoryArgs, DirectoryCommand, ForgetArgs, ImportArgs, PurgeArgs, SearchArgs,
};

/// Most people that the sandbox can tell apart.
const MOST_SANDBOX_USERS: u64 = 1 << 24;

/// Look up messaging users by `_id` or `userId`, and read what was said.
#[derive(Debug, Parser)]
#[command(name = "smooch-console", version, about, after_help = help::MAIN)]
pub struct Cli {
    /// Open the console on the built-in sandbox, even if an app is configured
    #[arg(long)]
    pub sandbox: bool,

    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,

    /// The app and its key.
    #[command(flatten)]
    pub connection: ConnectionArgs,

    /// The command; without one, the console opens.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands, besides the console itself.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look up users by _id or userId
    #[command(after_help = help::GET)]
    Get(GetArgs),
    /// Print a user's messages, oldest first
    #[command(after_help = help::MESSAGES)]
    Messages(MessagesArgs),
    /// Search the users known on this machine
    #[command(after_help = help::SEARCH)]
    Search(SearchArgs),
    /// Import users from CSV files, API users or webhook bodies
    #[command(after_help = help::IMPORT)]
    Import(ImportArgs),
    /// Show or purge what this machine knows about users
    #[command(after_help = help::DIRECTORY)]
    Directory(DirectoryArgs),
    /// Remove a user's records from this machine
    #[command(after_help = help::FORGET)]
    Forget(ForgetArgs),
    /// Serve the API on this machine, with invented people, until Ctrl-C
    #[command(after_help = help::SANDBOX)]
    Sandbox(SandboxArgs),
    /// Check the settings
    Config(ConfigArgs),
    /// Show the keys of the console
    Keys(KeysArgs),
    /// Print a completion script for a shell
    #[command(after_help = help::COMPLETIONS)]
    Completions(CompletionsArgs),
    /// Print a manual page, or install all of them
    #[command(after_help = help::MAN)]
    Man(ManArgs),
}

/// Arguments of `get`.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// An _id or a userId; `-` reads ids from standard input, one per line
    #[arg(required = true, value_name = "ID")]
    pub ids: Vec<String>,
}

/// Arguments of `messages`.
#[derive(Debug, Args)]
pub struct MessagesArgs {
    /// The user's _id or userId
    #[arg(value_name = "ID")]
    pub id: String,

    /// Print at most this many messages, the newest ones
    #[arg(long, value_name = "N", default_value = "100", allow_negative_numbers = true, value_parser = moment::parse_limit)]
    pub limit: NonZeroUsize,

    /// Print only messages received before this time: 2024-03-04, 2024-03-04T09:18:30Z, 2d
    #[arg(long, value_name = "TIME", value_parser = moment::parse_moment)]
    pub before: Option<Timestamp>,
}

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Address and port of this machine to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,

    /// Number that the invented ids and conversations derive from
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,

    /// Time that the sandbox takes for now, such as 2026-01-01T00:00:00Z [default: the real time]
    #[arg(long, value_name = "TIME", value_parser = moment::parse_moment)]
    pub now: Option<Timestamp>,

    /// Add this many people, who can be found only by their ids
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=MOST_SANDBOX_USERS))]
    pub users: u64,

    /// Make something go wrong on purpose; may be repeated
    #[arg(long = "fault", value_name = "SPEC")]
    pub faults: Vec<String>,

    /// Let unnamed users write under animal names, not "Web User 2c7be1f0…"
    #[arg(long)]
    pub animal_names: bool,

    /// Print each request on standard error: method, path and status, but no content
    #[arg(long)]
    pub verbose: bool,
}

/// Arguments of `config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// The command.
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// Commands of `config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print each setting and where it comes from, with the secret hidden
    #[command(after_help = help::CHECK)]
    Check(CheckArgs),
}

/// Arguments of `config check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct CheckArgs {
    /// Also ask the API once, with a request that changes nothing
    #[arg(long)]
    pub online: bool,
}

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// The command.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// Commands of `keys`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum KeysCommand {
    /// Print all current keys, including your own, as a keymap.toml file
    #[command(after_help = help::DUMP)]
    Dump,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Command to print the page of [default: smooch-console itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,

    /// Write a page for every command into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub all: Option<PathBuf>,
}

impl Cli {
    /// Reads the program's arguments; the first one is the program's own name.
    pub fn parse_arguments(
        arguments: impl IntoIterator<Item = std::ffi::OsString>,
    ) -> Result<Self, clap::Error> {
        let arguments: Vec<std::ffi::OsString> = arguments.into_iter().collect();
        let cli = Self::try_parse_from(&arguments).map_err(|error| {
            let words = arguments.iter().skip(1);
            let words: Vec<String> = words.map(|word| word.to_string_lossy().into()).collect();
            meant::explain(error, &words, Self::command())
        })?;
        if cli.json && cli.command.is_none() {
            return Err(Self::command().error(
                ErrorKind::MissingSubcommand,
                "--json needs a command whose answer it prints, as in `smooch-console get ID --json`",
            ));
        }
        if cli.sandbox && cli.command.is_some() {
            return Err(Self::command().error(
                ErrorKind::ArgumentConflict,
                "--sandbox opens the console and cannot be used with a command",
            ));
        }
        Ok(cli)
    }

    /// The definition of the whole program.
    pub(crate) fn definition() -> clap::Command {
        let mut command = Self::command();
        // Gives every definition the full name of its command.
        command.build();
        command
    }

    /// The definition of the whole program, without the `help` commands: they have no pages.
    pub(crate) fn definition_for_pages() -> clap::Command {
        let mut command = without_help_commands(Self::command());
        command.build();
        command
    }

    /// The name of the command that `word` was probably meant to be.
    pub(crate) fn nearest_command(word: &str) -> Option<String> {
        let command = Self::command();
        let names = command.get_subcommands().map(clap::Command::get_name);
        nearest(word, names).map(str::to_owned)
    }
}

fn without_help_commands(command: clap::Command) -> clap::Command {
    command
        .disable_help_subcommand(true)
        .mut_subcommands(without_help_commands)
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
    fn the_definitions_are_valid() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_console_opens() {
        let cli = parse(&[]).unwrap();
        assert!(cli.command.is_none());
        assert!(!cli.sandbox);
    }

    #[test]
    fn global_options_may_come_before_or_after_the_command() {
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
    fn get_needs_an_id_and_leaves_an_empty_one_for_the_api_to_refuse() {
        assert_eq!(parse(&["get"]).unwrap_err().exit_code(), 2);
        assert!(parse(&["get", ""]).is_ok());
    }

    #[test]
    fn a_limit_of_zero_is_refused() {
        for limit in ["0", "-1", "x"] {
            assert!(
                parse(&["messages", "u", "--limit", limit]).is_err(),
                "{limit}"
            );
        }
    }

    #[test]
    fn the_limit_is_100_by_default() {
        let Some(Command::Messages(args)) = parse(&["messages", "u"]).unwrap().command else {
            unreachable!("messages was asked for");
        };
        assert_eq!(args.limit.get(), 100);
    }

    #[test]
    fn a_time_needs_a_zone_and_a_day_does_not() {
        assert!(parse(&["messages", "u", "--before", "2026-11-30"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2d"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2024-03-04T09:18:30Z"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2024-03-04T10:18:30.007+01:00"]).is_ok());
        assert!(parse(&["messages", "u", "--before", "2024-03-04T09:18:30"]).is_err());
        assert!(parse(&["messages", "u", "--before", "yesterday"]).is_err());
    }

    #[test]
    fn a_word_that_is_no_command_is_answered_with_what_was_meant() {
        for (line, meant) in [
            (&["serach", "mara"][..], "did you mean `search`?"),
            (
                &["cust-20418"],
                "did you mean `smooch-console get cust-20418`?",
            ),
            (
                &["--app", "acme", "64be90d2a7f31c0058e6d914"],
                "did you mean `smooch-console get 64be90d2a7f31c0058e6d914`?",
            ),
            (
                &["mara quinn"],
                "`smooch-console get 'mara quinn'` or `smooch-console search 'mara quinn'`?",
            ),
            (&["lookup", "u1"], "did you mean `smooch-console get u1`?"),
            (&["show", "u1"], "did you mean `smooch-console get u1`?"),
            (&["find", "x"], "did you mean `smooch-console search x`?"),
            (
                &["messages", "--limit", "-1", "u1"],
                "give a whole number from 1",
            ),
            (&["directory", "stat"], "stats"),
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let words = error.render().to_string();
            assert!(words.contains(meant), "{words}");
        }
    }

    #[test]
    fn json_alone_is_refused() {
        let words = parse(&["--json"]).unwrap_err().render().to_string();
        assert!(words.contains("--json needs a command"), "{words}");
    }

    #[test]
    fn the_sandbox_flag_conflicts_with_every_command() {
        assert!(parse(&["--sandbox"]).unwrap().sandbox);
        let refused = parse(&["--sandbox", "get", "x"]).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
    }

    #[test]
    fn help_names_the_flag_and_the_variable_of_every_setting() {
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
