//! `forget`: removes a person from everything stored on this machine.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::ForgetArgs;
use crate::config::{Environment, Flags};
use crate::directory::store::Forgotten;
use crate::domain::LookupId;
use crate::text::SafeText;
use crate::text::number::counted;

#[derive(Debug, Serialize)]
struct ForgetRecord {
    schema: &'static str,
    forgotten: bool,
    rows: u64,
    set_aside_removed: u64,
}

/// Forgets the person with an id.
pub(super) fn run<W: Write>(
    args: ForgetArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    let id = LookupId::new(args.id);
    let now = Timestamp::now();
    let forgotten = with_store(options, |store| store.forget(&id, now))?;
    let was_known = forgotten.rows > 0;
    match out.format() {
        Format::Json => out.json(&ForgetRecord {
            schema: "smooch-console/forget/1",
            forgotten: was_known,
            rows: forgotten.rows,
            set_aside_removed: forgotten.set_aside,
        })?,
        Format::Words => out.lines(&[SafeText::own(words(&forgotten))])?,
    }
    Ok(if was_known {
        Exit::Done
    } else {
        Exit::NotFound
    })
}

/// What was removed. Files that were set aside are always mentioned: they may have been the only
/// copy of another user's rows.
fn words(forgotten: &Forgotten) -> String {
    let set_aside = match forgotten.set_aside {
        0 => String::new(),
        1 => "; 1 set-aside file, which may have held them, was removed".to_owned(),
        some => format!("; {some} set-aside files, which may have held them, were removed"),
    };
    match forgotten.rows {
        0 => format!("nobody is known here by this id{set_aside}"),
        rows => format!(
            "forgotten on this machine: {}{set_aside}; the API still knows them",
            counted(rows, "row")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removed_set_aside_files_are_always_mentioned() {
        let words = |rows, set_aside| {
            words(&Forgotten {
                rows,
                set_aside,
                ..Forgotten::default()
            })
        };
        assert_eq!(words(0, 0), "nobody is known here by this id");
        assert_eq!(
            words(0, 1),
            "nobody is known here by this id; 1 set-aside file, which may have held them, was removed"
        );
        assert_eq!(
            words(1, 0),
            "forgotten on this machine: 1 row; the API still knows them"
        );
        assert_eq!(
            words(6, 2),
            "forgotten on this machine: 6 rows; 2 set-aside files, which may have held them, \
             were removed; the API still knows them"
        );
    }
}
