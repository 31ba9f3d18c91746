//! Who has an e-mail address, and whether the agent wants them forgotten.
//!
//! An address may belong to several people, so they are listed first. `forget ID` never looks here:
//! a `userId` may be an e-mail address, and then only that user is meant.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::commands::local::with_store;
use crate::commands::{Exit, Failure};
use crate::directory::store::StoreOptions;
use crate::domain::{LookupId, SmoochId, Untrusted};
use crate::text::SafeText;
use crate::text::number::counted;

/// What the agent decided.
pub(super) enum Choice {
    /// Forget these.
    Forget(Vec<LookupId>),
    /// Forget nobody.
    Keep,
    /// Nobody has the address.
    Nobody,
}

/// Somebody with the address.
struct Person {
    id: SmoochId,
    name: Option<Untrusted>,
    user_id: Option<Untrusted>,
}

/// Lists who has an address, on standard error, and asks.
pub(super) fn choose(options: &StoreOptions, email: &str, yes: bool) -> Result<Choice, Failure> {
    let people = with_address(options, email.trim())?;
    if people.is_empty() {
        return Ok(Choice::Nobody);
    }
    let mut err = io::stderr().lock();
    // If standard error is closed, nobody can read the list.
    let _ = writeln!(
        err,
        "smooch-console: {} would be forgotten on this machine:",
        counted(people.len().try_into().unwrap_or(u64::MAX), "user")
    );
    for person in &people {
        let _ = writeln!(err, "  {}", line(person));
    }
    if !yes {
        if !io::stdin().is_terminal() {
            return Err(Failure::new(
                Exit::Usage,
                "nobody was forgotten: without a terminal there is nobody to ask",
                "read the list above, and add --yes if they should go",
            ));
        }
        let _ = write!(err, "Forget them? [y/N] ");
        let _ = err.flush();
        let mut answer = String::new();
        // An answer that cannot be read is no yes.
        let _ = io::stdin().lock().read_line(&mut answer);
        if !matches!(answer.trim(), "y" | "Y" | "yes") {
            let _ = writeln!(err, "smooch-console: nobody was forgotten");
            return Ok(Choice::Keep);
        }
    }
    let ids = people.iter().map(|person| LookupId::from(&person.id));
    Ok(Choice::Forget(ids.collect()))
}

/// Everybody whose profile, or one of whose channels, has the address.
fn with_address(options: &StoreOptions, email: &str) -> Result<Vec<Person>, Failure> {
    with_store(options.clone(), |store| {
        let mut people = Vec::new();
        store.each_row(|row| {
            let is_it = |address: &str| address.eq_ignore_ascii_case(email);
            let on_channel = || {
                let mut channels = row.channels();
                channels.any(|channel| channel.external_id.is_some_and(is_it))
            };
            if row.email.is_some_and(is_it) || on_channel() {
                people.push(Person {
                    id: SmoochId::new(row.id),
                    name: row.name.map(Untrusted::from),
                    user_id: row.user_id.map(Untrusted::from),
                });
            }
        })?;
        Ok(people)
    })
}

fn line(person: &Person) -> SafeText {
    let id = SafeText::of(person.id.untrusted());
    let name = person.name.iter().map(SafeText::of);
    let user_id = person
        .user_id
        .iter()
        .map(|id| SafeText::join([SafeText::own("userId "), SafeText::of(id)]));
    crate::commands::output::separated(std::iter::once(id).chain(name).chain(user_id), "  ")
}
