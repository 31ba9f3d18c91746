//! The commands: each combines the rooms below to do one thing, and nothing more.
//!
//! In: parsed arguments and the environment's settings. Out: safe text or JSON on standard output,
//! errors on standard error, and an [`Exit`]. Rules about users, names or the wire belong elsewhere.

mod connect;
pub(crate) mod console;
mod core_dumps;
mod directory;
mod exit;
mod failure;
mod file_limit;
mod forget;
mod get;
mod import;
mod json_line;
mod keys;
mod local;
mod log_plan;
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

pub use core_dumps::prevent_core_dumps;
pub use exit::Exit;
pub use failure::Failure;
pub(crate) use output::{Format, Output};

use log_plan::LogPlan;

use crate::cli::{Cli, Command, ConfigArgs, ConfigCommand, KeysArgs, KeysCommand};
use crate::config::{Configured, Environment, Flags, Settings, resolve_settings};
use crate::log;

/// Does what the arguments ask for, and prints any error before it returns.
pub async fn run(cli: Cli, environment: Environment) -> Exit {
    file_limit::fail_writes_beyond_it();
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
            let target = if args.ask {
                let folders = environment.folders();
                import::Target::with_api(configured_app(environment, flags)?, folders)?
            } else {
                import::Target::directory(environment, flags)?
            };
            import::run(args, target, out).await
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
            command: ConfigCommand::Check(args),
        })) => settings::check(args, environment, flags, out).await,
        Some(Command::Keys(KeysArgs {
            command: KeysCommand::Dump,
        })) => keys::dump(&environment, &flags, out),
        Some(Command::Completions(args)) => manual::completions(&args, out),
        Some(Command::Man(args)) => manual::man(&args, out),
    }
}

async fn connect_settings(
    environment: Environment,
    flags: Flags,
) -> Result<connect::Connected, Failure> {
    let folders = environment.folders();
    let to = connect::connect(*configured_app(environment, flags)?, folders).await?;
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
