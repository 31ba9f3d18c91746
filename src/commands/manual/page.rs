//! One manual page, from the definition of one command.
//!
//! `clap_mangen` writes the title, the synopsis, the options and the commands. It would fill
//! everything that follows the options in `--help`, so that examples ran into each other; those
//! texts are laid out here instead, in the form that [`crate::cli::help`] describes.

use std::fmt::Write as _;
use std::io;

use clap::Command;
use clap_mangen::{Man, roff::Roff};

/// The heading whose prose belongs to the description, because examples come last on a page.
const EXAMPLES: &str = "Examples:";

/// A page in roff, and the file it belongs in.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) file_name: String,
    pub(super) text: String,
}

impl Page {
    /// The page of a command whose definition is complete.
    pub(super) fn of(definition: &Command) -> io::Result<Self> {
        // The names of nested commands are long: with a longer manual name between them, the
        // first line of their pages would run together at 80 columns.
        let man = Man::new(definition.clone())
            .manual("Manual")
            .source(concat!(
                env!("CARGO_PKG_NAME"),
                " ",
                env!("CARGO_PKG_VERSION")
            ));
        let preamble = Roff::new().render();
        let section = |render: &dyn Fn(&mut Vec<u8>) -> io::Result<()>| {
            let mut bytes = Vec::new();
            render(&mut bytes)?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            // Every part brings the preamble, which a page needs once.
            io::Result::Ok(text.strip_prefix(&preamble).unwrap_or(&text).to_owned())
        };
        let help = definition.get_after_help().map(ToString::to_string);
        let below = Below::parse(help.as_deref().unwrap_or_default());

        let mut text = preamble.clone();
        text += &section(&|to| man.render_title(to))?;
        text += &section(&|to| man.render_name_section(to))?;
        text += &synopsis(definition);
        text += &section(&|to| man.render_description_section(to))?;
        text += &below.description;
        text += &section(&|to| man.render_options_section(to))?;
        if definition.has_subcommands() {
            text += &section(&|to| man.render_subcommands_section(to))?;
        }
        text += &below.sections;
        if definition.get_version().is_some() {
            text += &section(&|to| man.render_version_section(to))?;
        }
        text += &below.examples;
        Ok(Self {
            file_name: man.get_filename(),
            text,
        })
    }

    /// The pages of a command and of all commands below it.
    pub(super) fn all_of(definition: &Command) -> io::Result<Vec<Self>> {
        let mut pages = vec![Self::of(definition)?];
        for below in definition.get_subcommands() {
            pages.extend(Self::all_of(below)?);
        }
        Ok(pages)
    }
}

/// The synopsis as `--help` has it: `clap_mangen` leaves out what options take, and that some
/// arguments may be repeated.
fn synopsis(definition: &Command) -> String {
    let usage = definition.clone().render_usage().to_string();
    let usage = usage.trim().trim_start_matches("Usage:");
    let mut text = ".SH SYNOPSIS\n.nf\n".to_owned();
    for line in usage.lines() {
        let _ = writeln!(text, " {}", escape(line.trim()));
    }
    text + ".fi\n"
}

/// The text below the options, in roff, by where it goes on the page.
#[derive(Debug, Default)]
struct Below {
    description: String,
    sections: String,
    examples: String,
}

impl Below {
    fn parse(text: &str) -> Self {
        let mut below = Self::default();
        let mut heading = None;
        for paragraph in text.split("\n\n") {
            let mut lines: Vec<&str> = paragraph.lines().collect();
            let first = lines.first().copied().filter(|line| is_heading(line));
            if let Some(line) = first {
                lines.remove(0);
                heading = first;
                let title = line.trim_end_matches(':').to_uppercase();
                let _ = writeln!(below.part(heading), ".SH \"{title}\"");
                write_lines(&lines, below.part(heading));
            } else {
                let part = match heading {
                    None | Some(EXAMPLES) => &mut below.description,
                    Some(_) => &mut below.sections,
                };
                part.push_str(".PP\n");
                write_lines(&lines, part);
            }
        }
        below
    }

    fn part(&mut self, heading: Option<&str>) -> &mut String {
        if heading == Some(EXAMPLES) {
            &mut self.examples
        } else {
            &mut self.sections
        }
    }
}

/// A heading is a word or two with a colon; a longer line with one is a sentence.
fn is_heading(line: &str) -> bool {
    !is_literal(line) && line.ends_with(':') && line.split(' ').count() <= 2
}

fn is_literal(line: &str) -> bool {
    line.starts_with(' ')
}

/// Indented lines stay as they are; the others may be filled.
fn write_lines(lines: &[&str], to: &mut String) {
    for run in lines.chunk_by(|one, next| is_literal(one) == is_literal(next)) {
        let literal = run.first().is_some_and(|line| is_literal(line));
        if literal {
            to.push_str(".nf\n");
        }
        for line in run {
            to.push_str(&escape(line));
            to.push('\n');
        }
        if literal {
            to.push_str(".fi\n");
        }
    }
}

/// Text for roff that comes out as ASCII again: unescaped, some of these signs become typographic
/// ones, which no shell understands.
fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    if line.starts_with('.') {
        // A line with a leading dot is a request to roff.
        escaped.push_str("\\&");
    }
    for c in line.chars() {
        match c {
            '\\' => escaped.push_str("\\(rs"),
            '-' => escaped.push_str("\\-"),
            '\'' => escaped.push_str("\\(aq"),
            '`' => escaped.push_str("\\(ga"),
            '^' => escaped.push_str("\\(ha"),
            '~' => escaped.push_str("\\(ti"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn examples_come_last_and_are_not_filled() {
        let below = Below::parse(
            "Examples:\n  one --flag   'a'\n  two ~/x\n\nSome prose\nover two lines.\n\nExit codes:\n  0  done",
        );
        assert_eq!(below.description, ".PP\nSome prose\nover two lines.\n");
        assert_eq!(below.sections, ".SH \"EXIT CODES\"\n.nf\n  0  done\n.fi\n");
        assert_eq!(
            below.examples,
            ".SH \"EXAMPLES\"\n.nf\n  one \\-\\-flag   \\(aqa\\(aq\n  two \\(ti/x\n.fi\n"
        );
    }

    #[test]
    fn the_synopsis_is_the_usage_of_the_help() {
        let pages = Page::all_of(&Cli::definition_for_pages()).unwrap();
        let synopsis = |name: &str| {
            let page = pages.iter().find(|page| page.file_name == name).unwrap();
            let (_, below) = page.text.split_once(".SH SYNOPSIS\n.nf\n").unwrap();
            below.split_once("\n.fi\n").unwrap().0.to_owned()
        };
        let get = synopsis("smooch-console-get.1");
        assert!(get.ends_with("<ID>..."), "{get}");
        let purge = synopsis("smooch-console-directory-purge.1");
        assert!(purge.contains("\\-\\-older\\-than <AGE>"), "{purge}");
    }

    #[test]
    fn prose_below_a_table_stays_with_it() {
        let below = Below::parse("Faults:\n  5xx\n\nThey apply to every request.");
        assert!(
            below
                .sections
                .ends_with(".fi\n.PP\nThey apply to every request.\n")
        );
        assert_eq!(below.description, "");
    }

    #[test]
    fn no_line_of_text_becomes_a_request() {
        assert_eq!(escape(".SH x"), "\\&.SH x");
        assert_eq!(escape("'br"), "\\(aqbr");
        assert_eq!(escape("a\\b `c` ^d"), "a\\(rsb \\(gac\\(ga \\(had");
    }

    #[test]
    fn every_command_has_a_page_of_its_own() {
        let pages = Page::all_of(&Cli::definition_for_pages()).unwrap();
        let names: Vec<&str> = pages.iter().map(|page| page.file_name.as_str()).collect();
        let expected = [
            "smooch-console.1",
            "smooch-console-get.1",
            "smooch-console-messages.1",
            "smooch-console-search.1",
            "smooch-console-import.1",
            "smooch-console-directory.1",
            "smooch-console-directory-stats.1",
            "smooch-console-directory-purge.1",
            "smooch-console-forget.1",
            "smooch-console-sandbox.1",
            "smooch-console-config.1",
            "smooch-console-config-check.1",
            "smooch-console-keys.1",
            "smooch-console-keys-dump.1",
            "smooch-console-completions.1",
            "smooch-console-man.1",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_page_turns_filling_on_again_after_each_example() {
        for page in Page::all_of(&Cli::definition_for_pages()).unwrap() {
            let mut filling = true;
            for line in page.text.lines() {
                match line {
                    ".nf" => filling = false,
                    ".fi" => filling = true,
                    line if line.starts_with('.') => assert!(filling, "{line}"),
                    line => assert_eq!(line.starts_with(' '), !filling, "{line}"),
                }
            }
            assert!(filling, "{}", page.file_name);
        }
    }
}
