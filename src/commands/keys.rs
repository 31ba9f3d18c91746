//! `keys dump`, and the current keymap: the built-in one with the agent's own changes.
//!
//! In: the folder of the settings. Out: a keymap, printed as TOML or JSON; or which line of which
//! file is wrong. The keymap itself decides what keys mean.

use std::io::Write;

use serde::Serialize;

use super::{Exit, Failure, Format, Output};
use crate::config::{Environment, Flags, read_keymap};
use crate::console::keymap::Keymap;
use crate::text::SafeText;

/// One binding, for programs.
#[derive(Serialize)]
struct BindingRecord {
    mode: &'static str,
    action: String,
    keys: String,
    does: &'static str,
}

/// A key that the agent's file took from a built-in action, for programs.
#[derive(Serialize)]
struct TakenRecord {
    mode: &'static str,
    keys: String,
    from: String,
    by: String,
}

/// The current keymap, for programs.
#[derive(Serialize)]
struct KeymapRecord {
    schema: &'static str,
    bindings: Vec<BindingRecord>,
    taken: Vec<TakenRecord>,
}

/// Prints the current keymap.
pub(super) fn dump<W: Write>(
    environment: &Environment,
    flags: &Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let keymap = live_keymap(environment, flags)?;
    match out.format() {
        Format::Words => {
            let text = keymap.to_toml();
            let lines: Vec<SafeText> = text.lines().map(SafeText::own).collect();
            out.lines(&lines)?;
        }
        Format::Json => {
            let records = keymap.bindings().iter().map(|binding| BindingRecord {
                mode: binding.mode.name(),
                action: binding.action.name(),
                keys: binding.name(),
                does: binding.action.words_in(binding.mode),
            });
            let taken = keymap.taken().iter().map(|taken| TakenRecord {
                mode: taken.mode.name(),
                keys: taken.name(),
                from: taken.from.name(),
                by: taken.by.name(),
            });
            out.json(&KeymapRecord {
                schema: "smooch-console/keys/1",
                bindings: records.collect(),
                taken: taken.collect(),
            })?;
        }
    }
    Ok(Exit::Done)
}

/// The keymap that the console runs with.
pub(super) fn live_keymap(environment: &Environment, flags: &Flags) -> Result<Keymap, Failure> {
    let Some(file) = read_keymap(environment, flags)? else {
        return Keymap::built_in().map_err(|error| {
            let next = "report this: the built-in keymap is broken";
            Failure::new(Exit::Failure, error, next)
        });
    };
    Keymap::with_changes(&file.text).map_err(|error| {
        let path = file.path.display();
        let what = match error.line {
            Some(line) => format!("{path}:{line}: {error}"),
            None => format!("{path}: {error}"),
        };
        Failure::new(Exit::Usage, what, error.next_step())
    })
}
