//! `sandbox`: serves the API with invented people, on this machine only.
//!
//! In: an address, a seed and a time, how many people, what goes wrong. Out: how to reach the
//! sandbox, and then the server itself until the program is asked to end. This is the only command
//! that prints a secret: the sandbox's own, which works nowhere else.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Exit, Failure, Format, Output};
use crate::cli::SandboxArgs;
use crate::domain::Untrusted;
use crate::sandbox::{
    Fault, Faults, RequestRecord, Sandbox, SandboxError, SandboxOptions, UnknownFault, UnnamedUsers,
};
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
    // Watched before anything is printed: a program that reads the first line may end us at once.
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|e| no_signals(&e))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| no_signals(&e))?;

    let sandbox = Sandbox::start(parse_options(&args)?)
        .await
        .map_err(not_started)?;
    let access = Access {
        base_url: sandbox.base_url(),
        app_id: sandbox.app_id(),
        key_id: sandbox.key_id(),
        secret: sandbox.secret(),
    };
    // Listens before anybody knows the address, so that the first request is printed too.
    let mut requests = args.verbose.then(|| sandbox.listen());
    match out.format() {
        Format::Json => out.json(&access)?,
        Format::Words => out.lines(&words(&access, &sandbox.crowd_ids(3)))?,
    }
    let serving = sandbox.serve_forever();
    tokio::pin!(serving);
    loop {
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            Some(request) = next_of(&mut requests) => print_request(&request),
            () = &mut serving => return Err(Failure::new(
                Exit::Failure,
                "the sandbox stopped serving",
                "start it again",
            )),
        }
    }
    // Requests that were answered before the signal are still printed.
    while let Some(request) = requests.as_mut().and_then(|it| it.try_recv().ok()) {
        print_request(&request);
    }
    Ok(Exit::Done)
}

fn parse_options(args: &SandboxArgs) -> Result<SandboxOptions, Failure> {
    let options = SandboxOptions::at(args.now.unwrap_or_else(Timestamp::now));
    let faults = args.faults.iter().map(|spec| spec.parse::<Fault>());
    let faults: Result<Faults, UnknownFault> = faults.collect();
    Ok(SandboxOptions {
        listen: args.listen,
        seed: args.seed.unwrap_or(options.seed),
        users: args.users,
        unnamed: if args.animal_names {
            UnnamedUsers::Animal
        } else {
            UnnamedUsers::Placeholder
        },
        faults: faults.map_err(|error| {
            Failure::new(Exit::Usage, error, "see `smooch-console sandbox --help`")
        })?,
        ..options
    })
}

/// The next request to print; pending forever if none should be.
async fn next_of(requests: &mut Option<UnboundedReceiver<RequestRecord>>) -> Option<RequestRecord> {
    match requests {
        Some(requests) => requests.recv().await,
        None => std::future::pending().await,
    }
}

/// Prints a request and its status, but no content.
fn print_request(request: &RequestRecord) {
    let query = request.query.as_deref();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let (method, path, status) = (&request.method, &request.path, request.status);
    let line = SafeText::of(&Untrusted::from(format!("{status} {method} {path}{query}")));
    // Keep serving even if nobody reads the log any more.
    let _ = writeln!(std::io::stderr(), "{}", line.as_str());
}

/// Lines that a shell can run unchanged.
fn words(access: &Access<'_>, crowd: &[String]) -> Vec<SafeText> {
    let set =
        |variable: &str, value: &str| SafeText::own(format_args!("export {variable}={value}"));
    let mut lines = vec![
        SafeText::own("# The sandbox serves until Ctrl-C. In another terminal:"),
        set("SMOOCH_BASE_URL", access.base_url),
        set("SMOOCH_APP_ID", access.app_id),
        set("SMOOCH_KEY_ID", access.key_id),
        set("SMOOCH_KEY_SECRET", access.secret),
    ];
    // The API has no list of users, so a few are named.
    if !crowd.is_empty() {
        let ids = crowd.join(" ");
        lines.push(SafeText::own(format_args!(
            "# Some users of the crowd: {ids}"
        )));
    }
    lines
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
