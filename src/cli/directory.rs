//! What the commands about the local directory are given.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

/// Examples of `search`.
pub const SEARCH_EXAMPLES: &str = "\
Examples:
  smooch-console search mara quinn               both words, in any order
  smooch-console search \"'quinn\" ^ma '!test'     as it stands, at a field's start, not this
  smooch-console search '\"mara quinn\"'           the words together, as they stand
  smooch-console search 0151 / 2345678           a phone number, however it is written
  smooch-console search is:identified 'seen:<7d' has:email channel:whatsapp
  smooch-console search prop.plan:pro 'prop.city:\"New York\"' --limit 10 --json
  smooch-console search -- -dash                 a text that begins with a dash

Searched are names (also those on messages), e-mails, userIds, _ids, and the channels' names and
external ids (phone numbers) of the users that this machine knows; accents never matter, and case
only when a capital is typed. The API has no search: whoever was neither looked up nor imported
here is not found. Of mere likenesses (scattered letters) the 500 tightest are listed.

Signs before a word:
  'word              as it stands, not in scattered letters
  ^word              at the start of a field
  !word              nowhere; also before a filter: !is:named
  \"some words\"       together, as they stand

Filters:
  is:anonymous is:identified      whether there is a userId; neither is anybody of whom a file told
                                  only a part that says nothing about one
  is:named is:unnamed             whether there is a givenName or a surname
  channel:NAME                    a channel whose name begins so: channel:what
  has:email has:phone has:userid has:name has:channel has:properties
  seen:<7d                        seen on some channel within that time
  seen:>30d                       not seen within that time; who was never seen too
  prop.NAME:VALUE                 custom data with a value that begins so: prop.plan:pro
  prop.\"A NAME\":\"A VALUE\"         quotation marks hold words together

Ages are a number and m (minutes), h (hours), d (days), w (weeks) or y (years). has:phone means an
external id that is a number on whatsapp, twilio or messagebird, or begins with tel: or whatsapp:,
or has 7 to 15 digits and begins with +, 00 or 0. In a shell, < > ! and quotation marks need quotes
of the other kind around them.";

/// Examples of `import`.
pub const IMPORT_EXAMPLES: &str = "\
Examples:
  smooch-console import users.ndjson            API users, one JSON object a line
  smooch-console import crm.csv webhooks.jsonl  a CSV with _id or userId; webhook bodies
  smooch-console import --dry-run users.ndjson  count, write nothing

A CSV needs a header with _id or userId; givenName, surname, email and signedUpAt are known in
many spellings, and every other column becomes a custom property, which stays when the API answers
without it. An empty cell tells nothing. With userId alone it can only update users who are known
already. What a file tells is as old as the file's date, and an event as old as it says: older facts
add what is missing and replace nothing.
An import that was stopped goes on where it was when the same file is given again.";

/// Examples of `directory`.
pub const DIRECTORY_EXAMPLES: &str = "\
Examples:
  smooch-console directory stats
  smooch-console directory purge --older-than 90d";

/// Examples of `directory purge`.
pub const PURGE_EXAMPLES: &str = "\
Examples:
  smooch-console directory purge --older-than 90d
  smooch-console directory purge --older-than 12h --json

A user counts as confirmed when the API answered for them, or when a file told of them: users and
webhook bodies of a file are as old as the file's own date, not as its import. Importing a newer
file confirms everybody in it, also those of whom it says nothing new. `directory stats` tells how
many were confirmed how long ago.

Gone with a user are JSON, messages and visits, without a trace in the files; so are notes of
merges and deletions that are as old. Users whom you pinned, or wrote a note about, stay, and how
many is said. `import` and look-ups bring the others back.";

/// Examples of `forget`.
pub const FORGET_EXAMPLES: &str = "\
Examples:
  smooch-console forget 64be90d2a7f31c0058e6d914
  smooch-console forget cust-20418

Only this machine forgets: nothing is deleted in the API. Gone are the user's row, JSON, messages,
pin, notes and visits, everything under ids that were merged into theirs, and every user with the
same userId when that is what was given. Files that were set aside as damaged are removed whole,
whoever is forgotten, because they may hold the person too: they may also be the only copy of rows
that could not be carried over, so import those again first. Other people's own records are not
searched: a name or an id that somebody else's messages or properties mention stays there.";

/// What to search for.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Words and filters, all of which have to match
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,

    /// At most this many users, the best ones
    #[arg(long, value_name = "N", default_value = "100")]
    pub limit: NonZeroUsize,
}

/// Which files, and how.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// CSV, JSON lines of API users, or JSON lines of webhook bodies
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Count what would happen, write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// Tell on standard error whenever a batch is safely written, one line each
    #[arg(long)]
    pub progress: bool,

    /// Records that are written in one transaction
    #[arg(long, value_name = "N", default_value = "10000", hide = true)]
    pub batch: NonZeroUsize,
}

/// The local directory.
#[derive(Debug, Args)]
pub struct DirectoryArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: DirectoryCommand,
}

/// What to do with the local directory.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// How many users are known, from where, and how old that is
    Stats,
    /// Remove users who were last confirmed long ago, but nobody who is pinned
    #[command(after_help = PURGE_EXAMPLES)]
    Purge(PurgeArgs),
}

/// How long ago.
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Remove users who were not confirmed for this long: 12h, 90d, 8w
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub older_than: Duration,
}

/// Whom to forget.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The user's _id or userId
    #[arg(value_name = "ID")]
    pub id: String,
}

fn parse_age(text: &str) -> Result<Duration, String> {
    let wrong = || "give a number and a unit: 12h, 90d or 8w".to_owned();
    let (number, hours) = match text.chars().last() {
        Some('h') => (&text[..text.len() - 1], 1),
        Some('d') => (&text[..text.len() - 1], 24),
        Some('w') => (&text[..text.len() - 1], 24 * 7),
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let hours = number.checked_mul(hours).filter(|hours| *hours < 1 << 24);
    let seconds = hours.ok_or("that is longer than anything can be old")? * 60 * 60;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_unit() {
        let hours = |hours: u64| Ok(Duration::from_secs(hours * 3600));
        assert_eq!(parse_age("12h"), hours(12));
        assert_eq!(parse_age("90d"), hours(90 * 24));
        assert_eq!(parse_age("8w"), hours(8 * 7 * 24));
        for wrong in [
            "",
            "90",
            "d",
            "-1d",
            "1.5d",
            "90 d",
            "9999999999999d",
            "3mo",
            "é",
        ] {
            assert!(parse_age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_help_of_search_names_every_filter() {
        for part in [
            "is:anonymous",
            "is:identified",
            "is:named",
            "is:unnamed",
            "channel:",
            "has:email",
            "has:phone",
            "has:userid",
            "has:name",
            "has:channel",
            "has:properties",
            "seen:<7d",
            "seen:>30d",
            "never seen",
            "m (minutes)",
            "y (years)",
            "prop.\"A NAME\"",
            "  'word ",
            "  ^word ",
            "  !word ",
            "\"some words\"",
        ] {
            assert!(SEARCH_EXAMPLES.contains(part), "{part}");
        }
        let widest = SEARCH_EXAMPLES
            .lines()
            .map(|line| line.chars().count())
            .max();
        assert!(widest.is_some_and(|widest| widest <= 100));
    }
}
