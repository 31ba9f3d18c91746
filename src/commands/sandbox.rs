//! `sandbox`: serves the API with invented people, on this machine only.
//!
//! In: an address, a seed and a present. Out: how to reach it, then the server itself until the
//! program is asked to end. The only command that prints a secret: the sandbox's own, made for it.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use super::{Exit, Failure, Format, Output};
use crate::cli::SandboxArgs;
use crate::sandbox::{Sandbox, SandboxError, SandboxOptions};
use crate::text::SafeText;

/// What a program needs to use the sandbox.
#[derive(Serialize)]
struct Access<'a> {
    base_url: &'a str,
    app_id: &'a str,
    key_id: &'a str,
    secret: &'a str,
}

/// Serves until SIGINT or SIGTERM.
pub(super) async fn run<W: Write>(args: SandboxArgs, out: &mut Output<W>) -> Result<Exit, Failure> {
    // Watched before anything is printed: whoever reads the first line may end us at once.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| no_signals(&e))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| no_signals(&e))?;

    let mut options = SandboxOptions::at(args.now.unwrap_or_else(Timestamp::now));
    options.listen = args.listen;
    options.seed = args.seed.unwrap_or(options.seed);
    let sandbox = Sandbox::start(options).await.map_err(not_started)?;
    let access = Access {
        base_url: sandbox.base_url(),
        app_id: sandbox.app_id(),
        key_id: sandbox.key_id(),
        secret: sandbox.secret(),
    };
    match out.format() {
        Format::Json => out.json(&access)?,
        Format::Words => out.lines(&words(&access))?,
    }
    tokio::select! {
        _ = interrupt.recv() => Ok(Exit::Done),
        _ = terminate.recv() => Ok(Exit::Done),
        () = sandbox.serve_forever() => Err(Failure::new(
            Exit::Failure,
            "the sandbox stopped serving",
            "start it again",
        )),
    }
}

/// Lines that a shell can take as they are.
fn words(access: &Access<'_>) -> Vec<SafeText> {
    let set =
        |variable: &str, value: &str| SafeText::own(format_args!("export {variable}={value}"));
    vec![
        SafeText::own("# The sandbox serves until Ctrl-C. In another terminal:"),
        set("SMOOCH_BASE_URL", access.base_url),
        set("SMOOCH_APP_ID", access.app_id),
        set("SMOOCH_KEY_ID", access.key_id),
        set("SMOOCH_KEY_SECRET", access.secret),
    ]
}

fn not_started(error: SandboxError) -> Failure {
    let (exit, next) = match error {
        SandboxError::NotLoopback(_) => (Exit::Usage, "leave --listen out to take any free port"),
        SandboxError::Listen { .. } => (Exit::Failure, "give another port with --listen"),
        SandboxError::World(_) => (Exit::Failure, "install the program again"),
    };
    Failure::new(exit, error, next)
}

fn no_signals(error: &std::io::Error) -> Failure {
    Failure::new(
        Exit::Failure,
        format_args!("signals cannot be watched: {error}"),
        "start the sandbox from a shell",
    )
}
