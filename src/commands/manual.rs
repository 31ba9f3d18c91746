//! `completions` and `man`: everything here is derived from the definitions of the command line.
//!
//! In: a shell, or the words of a command. Out: a script or a page on standard output, or all pages
//! in a folder. This file describes no command itself.

mod folder;
mod page;

use std::io::Write;
use std::path::Path;

use clap_complete::generate;
use serde::Serialize;

use super::{Exit, Failure, Format, Output};
use crate::cli::{Cli, CompletionsArgs, ManArgs};
use crate::text::SafeText;
use crate::text::number::counted;
use page::Page;

/// The program's name in scripts and pages.
const NAME: &str = env!("CARGO_PKG_NAME");

/// Prints a completion script for a shell.
pub(super) fn completions<W: Write>(
    args: &CompletionsArgs,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::definition(), NAME, &mut script);
    out.document(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// Prints a manual page, or writes all of them into a folder.
pub(super) fn man<W: Write>(args: &ManArgs, out: &mut Output<W>) -> Result<Exit, Failure> {
    if let Some(folder) = &args.all {
        return install(folder, out);
    }
    let page = find_page(&args.command)?;
    out.document(&page.text)?;
    Ok(Exit::Done)
}

/// The page of a command; no words give the program's own.
fn find_page(words: &[String]) -> Result<Page, Failure> {
    let mut definition = Cli::definition_for_pages();
    for word in words {
        let Some(found) = definition.find_subcommand(word) else {
            return Err(no_such_command(words));
        };
        definition = found.clone();
    }
    Page::of(&definition).map_err(|error| Failure::of_output(&error))
}

fn no_such_command(words: &[String]) -> Failure {
    let nearest = words.first().and_then(|word| Cli::nearest_command(word));
    let next = match nearest {
        Some(name) if words.len() == 1 => format!("did you mean {name}?"),
        _ => "`smooch-console --help` lists the commands".to_owned(),
    };
    let what = format_args!("there is no command “{}”", words.join(" "));
    Failure::new(Exit::Usage, what, next)
}

/// What `man --all` wrote, for programs.
#[derive(Serialize)]
struct InstalledRecord<'a> {
    schema: &'static str,
    folder: String,
    pages: Vec<&'a str>,
}

fn install<W: Write>(folder: &Path, out: &mut Output<W>) -> Result<Exit, Failure> {
    let pages = Page::all_of(&Cli::definition_for_pages());
    let pages = pages.map_err(|error| Failure::of_output(&error))?;
    folder::write_pages(folder, &pages)?;
    let folder = folder.display().to_string();
    match out.format() {
        Format::Json => out.json(&InstalledRecord {
            schema: "smooch-console/man/1",
            folder,
            pages: pages.iter().map(|page| page.file_name.as_str()).collect(),
        })?,
        Format::Words => {
            let count = counted(pages.len().try_into().unwrap_or(u64::MAX), "page");
            let words = SafeText::own(format_args!("{count} written to "));
            out.lines(&[SafeText::join([words, SafeText::of(&folder.into())])])?;
        }
    }
    Ok(Exit::Done)
}
