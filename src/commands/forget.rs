//! `forget`: removes a person from everything stored on this machine.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::ForgetArgs;
use crate::config::{Environment, Flags};
use crate::directory::store::{Forgotten, Loss, StoreError};
use crate::domain::LookupId;
use crate::text::SafeText;
use crate::text::number::counted;

#[derive(Debug, Serialize)]
struct ForgetRecord {
    schema: &'static str,
    forgotten: bool,
    rows: u64,
    set_aside_removed: u64,
    /// Whether a file was damaged, so that a part of what was known could not be read.
    damage_met: bool,
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
    let mut forgotten = Forgotten::default();
    let (mut damage_met, mut only_set_aside_left) = (false, false);
    let done = with_store(options, |store| {
        damage_met |= store.loss().is_some_and(Loss::is_damage);
        let done = store.forget_more(&id, now, &mut forgotten);
        only_set_aside_left = matches!(done, Err(StoreError::SetAside { .. }));
        done
    });
    done.map_err(|failure| {
        if only_set_aside_left {
            failure
        } else {
            failure.because(so_far(&forgotten))
        }
    })?;
    let was_known = forgotten.rows > 0;
    match out.format() {
        Format::Json => out.json(&ForgetRecord {
            schema: "smooch-console/forget/1",
            forgotten: was_known,
            rows: forgotten.rows,
            set_aside_removed: forgotten.set_aside,
            damage_met,
        })?,
        Format::Words => out.lines(&[SafeText::own(words(&forgotten, damage_met))])?,
    }
    Ok(if was_known {
        Exit::Done
    } else {
        Exit::NotFound
    })
}

/// What was removed before the command failed.
fn so_far(forgotten: &Forgotten) -> String {
    match forgotten.rows {
        0 => "so far, nothing about them was removed".to_owned(),
        1 => "so far, 1 row about them was removed, and more may be left".to_owned(),
        rows => format!(
            "so far, {} about them were removed, and more may be left",
            counted(rows, "row")
        ),
    }
}

/// What was removed. Files that were set aside are always mentioned: they may have been the only
/// copy of another user's rows.
fn words(forgotten: &Forgotten, damage_met: bool) -> String {
    let set_aside = match forgotten.set_aside {
        0 => String::new(),
        1 => "; 1 set-aside file, which may have held them, was removed".to_owned(),
        some => format!("; {some} set-aside files, which may have held them, were removed"),
    };
    match forgotten.rows {
        0 if damage_met => {
            format!("nobody is known here by this id, as far as the files could be read{set_aside}")
        }
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
            let forgotten = Forgotten {
                rows,
                set_aside,
                ..Forgotten::default()
            };
            words(&forgotten, false)
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
