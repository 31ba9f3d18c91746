//! The program: parses arguments, runs a command, and ends with its exit code.

use std::io::Write as _;
use std::process::ExitCode;

use smooch_console::cli::Cli;
use smooch_console::commands::{self, Exit, Failure};
use smooch_console::config::Environment;
use smooch_console::domain::Untrusted;
use smooch_console::text::safe_lines;

fn main() -> ExitCode {
    commands::prevent_core_dumps();
    let cli = match Cli::parse_arguments(std::env::args_os()) {
        Ok(cli) => cli,
        Err(words) => return print_usage(&words),
    };
    let environment = Environment::new(std::env::vars_os());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let exit = runtime.block_on(commands::run(cli, environment));
            // A pending name lookup must not delay the end of the program.
            runtime.shutdown_background();
            exit.into()
        }
        Err(error) => Failure::new(
            Exit::Failure,
            format_args!("the program could not start its threads: {error}"),
            "check the limits on processes and threads (ulimit -u)",
        )
        .tell()
        .into(),
    }
}

/// Prints clap's messages: help and version on standard output, errors on standard error.
///
/// Errors repeat the wrong argument, so they are made safe like any text from outside.
fn print_usage(words: &clap::Error) -> ExitCode {
    let mut block = String::new();
    for line in safe_lines(&Untrusted::from(words.render().to_string())) {
        block.push_str(line.as_str());
        block.push('\n');
    }
    // If the reader has closed the pipe, it has seen enough.
    let _ = if words.use_stderr() {
        std::io::stderr().write_all(block.as_bytes())
    } else {
        std::io::stdout().write_all(block.as_bytes())
    };
    ExitCode::from(u8::try_from(words.exit_code()).unwrap_or(2))
}
