//! `forget`: removes a person from everything stored on this machine.
//!
//! In: an id, or an e-mail address that several people may share. Out: what was removed, in words or
//! as JSON. By an address nobody is removed before the agent saw who that is.

mod by_email;

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output};
use crate::cli::ForgetArgs;
use crate::config::{Environment, Flags};
use crate::directory::store::{Forgotten, Loss, StoreError, StoreOptions};
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
    users: u64,
    /// Pages of messages.
    pages: u64,
}

/// Forgets the person with an id, or everybody with an e-mail address.
pub(super) fn run<W: Write>(
    args: ForgetArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    let by = if args.email.is_some() {
        "address"
    } else {
        "id"
    };
    let ids = match (args.id, args.email) {
        (Some(id), _) => vec![LookupId::new(id)],
        (None, Some(email)) => match by_email::choose(&options, &email, args.yes)? {
            by_email::Choice::Forget(ids) => ids,
            by_email::Choice::Keep => return Ok(Exit::Done),
            by_email::Choice::Nobody => Vec::new(),
        },
        // clap asks for one of them.
        (None, None) => Vec::new(),
    };
    forget_all(options, &ids, by, out)
}

fn forget_all<W: Write>(
    options: StoreOptions,
    ids: &[LookupId],
    by: &str,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let now = Timestamp::now();
    let mut forgotten = Forgotten::default();
    let (mut damage_met, mut only_set_aside_left) = (false, false);
    let done = with_store(options, |store| {
        damage_met |= store.loss().is_some_and(Loss::is_damage);
        for id in ids {
            let done = store.forget_more(id, now, &mut forgotten);
            only_set_aside_left = matches!(done, Err(StoreError::SetAside { .. }));
            done?;
        }
        Ok(())
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
            users: forgotten.users,
            pages: forgotten.pages,
        })?,
        Format::Words => out.lines(&[SafeText::own(words(&forgotten, by, damage_met))])?,
    }
    Ok(if was_known {
        Exit::Done
    } else {
        Exit::NotFound
    })
}

/// What was removed before the command failed.
fn so_far(forgotten: &Forgotten) -> String {
    if forgotten.rows == 0 {
        "so far, nothing about them was removed".to_owned()
    } else {
        format!("so far removed: {}; more may be left", removed(forgotten))
    }
}

/// What was removed, in things that people know: a user may take many rows.
fn removed(forgotten: &Forgotten) -> String {
    if forgotten.users == 0 {
        return "what was kept of them beside a user".to_owned();
    }
    let users = counted(forgotten.users, "user");
    match forgotten.pages {
        0 => users,
        pages => format!("{users} and {} of messages", counted(pages, "page")),
    }
}

/// What was removed. Files that were set aside are always mentioned: they may have been the only
/// copy of another user's rows.
fn words(forgotten: &Forgotten, by: &str, damage_met: bool) -> String {
    let set_aside = match forgotten.set_aside {
        0 => String::new(),
        1 => "; 1 set-aside file, which may have held them, was removed".to_owned(),
        some => format!("; {some} set-aside files, which may have held them, were removed"),
    };
    match forgotten.rows {
        0 if damage_met => {
            format!(
                "nobody is known here by this {by}, as far as the files could be read{set_aside}"
            )
        }
        0 => format!("nobody is known here by this {by}{set_aside}"),
        _ => format!(
            "forgotten on this machine: {}{set_aside}; the API still knows them",
            removed(forgotten)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_removed_is_said_in_users_and_pages_and_set_aside_files_are_mentioned() {
        let words = |users, pages, set_aside| {
            let forgotten = Forgotten {
                rows: users * 3 + pages,
                users,
                pages,
                set_aside,
                ..Forgotten::default()
            };
            words(&forgotten, "id", false)
        };
        assert_eq!(words(0, 0, 0), "nobody is known here by this id");
        assert_eq!(
            words(0, 0, 1),
            "nobody is known here by this id; 1 set-aside file, which may have held them, was removed"
        );
        assert_eq!(
            words(1, 0, 0),
            "forgotten on this machine: 1 user; the API still knows them"
        );
        assert_eq!(
            words(2, 1, 2),
            "forgotten on this machine: 2 users and 1 page of messages; 2 set-aside files, which \
             may have held them, were removed; the API still knows them"
        );
    }
}
