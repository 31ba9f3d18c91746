//! The commands: each combines the rooms below to do one thing, and nothing more.
//!
//! In: parsed arguments and the environment's settings. Out: safe text or JSON on standard output,
//! errors on standard error, and an [`Exit`]. Rules about users, names or the wire belong elsewhere.

mod connect;
pub mod console;
mod directory;
mod exit;
mod failure;
mod forget;
mod get;
mod import;
mod json_line;
mod keys;
mod local;
mod manual;
mod messages;
mod output;
mod pauses;
mod sandbox;
#[cfg(test)]
mod scripted;
mod search;
mod settings;

use std::io::{self, Write};
use std::path::PathBuf;

pub use exit::Exit;
pub use failure::Failure;
pub use output::{Format, Output};

use crate::cli::{Cli, Command, ConfigArgs, ConfigCommand, KeysArgs, KeysCommand};
use crate::config::{Configured, Environment, Flags, LOG_VARIABLE, Settings, resolve_settings};
use crate::log::{self, Level};

/// Does what the arguments ask for, and prints any error before it returns.
pub async fn run(cli: Cli, environment: Environment) -> Exit {
    let format = if cli.json {
        Format::Json
    } else {
        Format::Words
    };
    let mut out = Output::new(io::stdout(), format);
    let done = carry_out(cli, environment, &mut out).await;
    let exit = done.unwrap_or_else(|failure| failure.tell());
    log::stopped(exit.code());
    log::finish();
    exit
}

async fn carry_out<W: Write>(
    cli: Cli,
    environment: Environment,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let flags = Flags::from(cli.connection);
    match cli.command {
        None => console::run(cli.sandbox, environment, flags).await,
        Some(Command::Get(args)) => {
            LogPlan::of(&environment)?.start("get");
            let to = connect_settings(environment, flags).await?;
            let done = get::run(args, &to, io::stdin().lock(), out).await;
            to.asker.close();
            done
        }
        Some(Command::Messages(args)) => {
            LogPlan::of(&environment)?.start("messages");
            let to = connect_settings(environment, flags).await?;
            let done = messages::run(args, &to, out).await;
            to.asker.close();
            done
        }
        Some(Command::Search(args)) => {
            LogPlan::of(&environment)?.start("search");
            search::run(&args, environment, flags, out)
        }
        Some(Command::Import(args)) => {
            LogPlan::of(&environment)?.start("import");
            import::run(args, environment, flags, out).await
        }
        Some(Command::Directory(args)) => {
            LogPlan::of(&environment)?.start("directory");
            directory::run(&args, environment, flags, out)
        }
        Some(Command::Forget(args)) => {
            LogPlan::of(&environment)?.start("forget");
            forget::run(args, environment, flags, out)
        }
        Some(Command::Sandbox(args)) => sandbox::run(args, out).await,
        Some(Command::Config(ConfigArgs {
            command: ConfigCommand::Check,
        })) => settings::check(environment, flags, out),
        Some(Command::Keys(KeysArgs {
            command: KeysCommand::Dump,
        })) => keys::dump(&environment, &flags, out),
        Some(Command::Completions(args)) => manual::completions(&args, out),
        Some(Command::Man(args)) => manual::man(&args, out),
    }
}

/// Where and how much to log, once a command works on an app.
struct LogPlan {
    folder: Option<PathBuf>,
    level: Level,
}

impl LogPlan {
    fn of(environment: &Environment) -> Result<Self, Failure> {
        let level = match environment.log_level() {
            None => Level::default(),
            Some(word) => Level::parse(word).ok_or_else(|| {
                let what = format_args!("{LOG_VARIABLE} is no level that is known here");
                let next = format_args!("set it to {}", Level::WORDS);
                Failure::new(Exit::Usage, what, next)
            })?,
        };
        let folder = environment.folders().state;
        Ok(Self { folder, level })
    }

    /// Starts the log. Commands without an app, and those on the sandbox, never call this.
    fn start(self, what: &'static str) {
        if let Some(folder) = self.folder {
            log::start(folder, self.level);
            log::started(what);
        }
    }
}

async fn connect_settings(
    environment: Environment,
    flags: Flags,
) -> Result<connect::Connected, Failure> {
    let data = environment.folders().data;
    let to = connect::connect(*configured_app(environment, flags)?, data).await?;
    pauses::report_pauses(to.asker.pauses());
    Ok(to)
}

/// The settings of the one app that a command needs.
fn configured_app(environment: Environment, flags: Flags) -> Result<Box<Settings>, Failure> {
    match resolve_settings(environment, flags)? {
        Configured::App(settings) => Ok(settings),
        Configured::Nothing => Err(Failure::nothing_configured()),
    }
}
