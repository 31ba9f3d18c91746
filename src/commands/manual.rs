//! `completions` and `man`: what the definitions of the command line give by themselves.
//!
//! In: a shell, or the words of a command. Out: a script or a page, whole, on standard output. No
//! word about a command is written here.

use std::io::Write;

use clap_complete::generate;

use super::{Exit, Failure, Output};
use crate::cli::{Cli, CompletionsArgs, ManArgs};

/// The program's name in scripts and pages.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Prints completions for a shell.
pub(super) fn completions<W: Write>(
    args: &CompletionsArgs,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    if let Some(mut definition) = Cli::definition(&[]) {
        generate(args.shell, &mut definition, NAME, &mut script);
    }
    print(&script, out)
}

/// Prints a page of the manual.
pub(super) fn man<W: Write>(args: &ManArgs, out: &mut Output<W>) -> Result<Exit, Failure> {
    let Some(definition) = Cli::definition(&args.command) else {
        let said = args.command.join(" ");
        let next = match args
            .command
            .first()
            .and_then(|word| Cli::nearest_command(word))
        {
            Some(name) => format!("did you mean {name}?"),
            None => "`smooch-console --help` lists the commands".to_owned(),
        };
        let what = format_args!("there is no command “{said}”");
        return Err(Failure::new(Exit::Usage, what, next));
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(definition)
        .source(concat!(
            env!("CARGO_PKG_NAME"),
            " ",
            env!("CARGO_PKG_VERSION")
        ))
        .render(&mut page)
        .map_err(|error| Failure::of_output(&error))?;
    print(&page, out)
}

fn print<W: Write>(bytes: &[u8], out: &mut Output<W>) -> Result<Exit, Failure> {
    out.document(&String::from_utf8_lossy(bytes))?;
    Ok(Exit::Done)
}
