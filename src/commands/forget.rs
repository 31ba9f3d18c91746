//! `forget`: takes a person out of everything that is kept on this machine.

use std::io::Write;

use serde::Serialize;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::ForgetArgs;
use crate::config::{Environment, Flags};
use crate::domain::LookupId;
use crate::text::SafeText;

#[derive(Debug, Serialize)]
struct ForgetRecord {
    schema: &'static str,
    forgotten: bool,
    rows: u64,
    set_aside_removed: u64,
}

/// Forgets the person whom an id names.
pub(super) fn run<W: Write>(
    args: ForgetArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    let id = LookupId::new(args.id);
    let forgotten = with_store(options, |store| store.forget(&id))?;
    let was_known = forgotten.rows > 0;
    match out.format() {
        Format::Json => out.json(&ForgetRecord {
            schema: "smooch-console/forget/1",
            forgotten: was_known,
            rows: forgotten.rows,
            set_aside_removed: forgotten.set_aside,
        })?,
        Format::Words if was_known => {
            let set_aside = match forgotten.set_aside {
                0 => String::new(),
                some => format!(", and {some} files that had been set aside are gone"),
            };
            let words = format_args!(
                "forgotten on this machine: {} rows{set_aside}; the API still knows them",
                forgotten.rows
            );
            out.lines(&[SafeText::own(words)])?;
        }
        Format::Words => out.lines(&[SafeText::own("nobody is known here by this id")])?,
    }
    Ok(if was_known {
        Exit::Done
    } else {
        Exit::NotFound
    })
}
