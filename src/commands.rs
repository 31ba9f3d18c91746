//! The commands: each joins the rooms below to do one thing, and nothing more.
//!
//! In: parsed arguments and the environment's settings. Out: safe text or JSON on standard output,
//! what went wrong on standard error, and an [`Exit`]. Rules about users, names or the wire do not
//! live here.

mod connect;
pub mod console;
mod exit;
mod failure;
mod get;
mod json_line;
mod messages;
mod output;
mod pauses;
mod sandbox;
#[cfg(test)]
mod scripted;

use std::io;

pub use exit::Exit;
pub use failure::Failure;
pub use output::{Format, Output};

use crate::cli::{Cli, Command};
use crate::config::{Configured, Environment, Flags, Settings, resolve_settings};

/// Does what the arguments ask for; what goes wrong has been told when this returns.
pub async fn run(cli: Cli, environment: Environment) -> Exit {
    let format = if cli.json {
        Format::Json
    } else {
        Format::Words
    };
    let mut out = Output::new(io::stdout(), format);
    let flags = Flags::from(cli.connection);
    let done = match cli.command {
        None => console::run(cli.sandbox, environment, flags).await,
        Some(Command::Sandbox(args)) => sandbox::run(args, &mut out).await,
        Some(Command::Get(args)) => match connect_settings(environment, flags) {
            Ok(to) => get::run(args, &to, io::stdin().lock(), &mut out).await,
            Err(failure) => Err(failure),
        },
        Some(Command::Messages(args)) => match connect_settings(environment, flags) {
            Ok(to) => messages::run(args, &to, &mut out).await,
            Err(failure) => Err(failure),
        },
    };
    done.unwrap_or_else(|failure| failure.tell())
}

fn connect_settings(environment: Environment, flags: Flags) -> Result<connect::Connected, Failure> {
    let to = connect::connect(configured_app(environment, flags)?)?;
    pauses::tell_of_pauses(to.api.pauses());
    Ok(to)
}

/// The settings of the one app that a command needs.
fn configured_app(environment: Environment, flags: Flags) -> Result<Box<Settings>, Failure> {
    match resolve_settings(environment, flags)? {
        Configured::App(settings) => Ok(settings),
        Configured::Nothing => Err(Failure::nothing_configured()),
    }
}
