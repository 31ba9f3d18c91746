//! `directory stats` and `directory purge`: shows how much this machine knows, and removes old
//! users.

use std::io::Write;

use jiff::Timestamp;
use serde::Serialize;

use super::local::{resolve_store, with_store};
use super::{Exit, Failure, Format, Output, json_line};
use crate::cli::{DirectoryArgs, DirectoryCommand, PurgeArgs};
use crate::config::{Environment, Flags};
use crate::directory::store::{Purged, StoreOptions};
use crate::domain::Coverage;
use crate::text::number::counted;
use crate::text::{SafeText, coverage_lines};

/// Runs a command on the directory.
pub(super) fn run<W: Write>(
    args: &DirectoryArgs,
    environment: Environment,
    flags: Flags,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    let options = resolve_store(environment, flags)?;
    match &args.command {
        DirectoryCommand::Stats => stats(options, out),
        DirectoryCommand::Purge(args) => purge(options, args, out),
    }
}

#[derive(Debug, Serialize)]
struct StatsRecord {
    schema: &'static str,
    known_users: u64,
    identified: u64,
    anonymous: u64,
    identity_not_known: u64,
    ids_only: u64,
    partial: u64,
    from: From,
    never_confirmed: u64,
    ages: AgesRecord,
    oldest: Option<String>,
    newest: Option<String>,
    merged_ids: u64,
    deleted_users: u64,
    cached_conversations: u64,
    not_yet_asked: u64,
    shared_user_ids: u64,
    bytes: u64,
    folder: String,
}

#[derive(Debug, Serialize)]
struct From {
    looked_up: u64,
    imported: u64,
    webhook: u64,
}

#[derive(Debug, Serialize)]
struct AgesRecord {
    within_1d: u64,
    within_7d: u64,
    within_30d: u64,
    within_90d: u64,
    older: u64,
}

fn stats<W: Write>(options: StoreOptions, out: &mut Output<W>) -> Result<Exit, Failure> {
    let now = Timestamp::now();
    let folder = options.folder().to_string_lossy().into_owned();
    let coverage = with_store(options, |store| store.coverage(now))?;
    match out.format() {
        Format::Json => out.json(&record(&coverage, folder))?,
        Format::Words => out.lines(&words(&coverage, &folder, now))?,
    }
    Ok(Exit::Done)
}

fn record(coverage: &Coverage, folder: String) -> StatsRecord {
    let Coverage { users, ages, .. } = *coverage;
    StatsRecord {
        schema: "smooch-console/directory-stats/1",
        known_users: users,
        identified: coverage.identified,
        anonymous: coverage.anonymous(),
        identity_not_known: coverage.identity_not_known,
        ids_only: coverage.ids_only,
        partial: coverage.partial,
        from: From {
            looked_up: coverage.looked_up,
            imported: coverage.imported,
            webhook: coverage.webhook,
        },
        never_confirmed: coverage.never_confirmed,
        ages: AgesRecord {
            within_1d: ages.day,
            within_7d: ages.week,
            within_30d: ages.month,
            within_90d: ages.quarter,
            older: ages.older,
        },
        oldest: coverage.oldest.map(json_line::time),
        newest: coverage.newest.map(json_line::time),
        merged_ids: coverage.merged,
        deleted_users: coverage.deleted,
        cached_conversations: coverage.conversations,
        not_yet_asked: coverage.not_yet_asked,
        shared_user_ids: coverage.shared_user_ids,
        bytes: coverage.bytes,
        folder,
    }
}

fn words(coverage: &Coverage, folder: &str, now: Timestamp) -> Vec<SafeText> {
    let folder = [("folder", folder.to_owned())];
    let lines = coverage_lines(coverage, now).into_iter().chain(folder);
    let line = |(name, value): (&str, String)| {
        let value = SafeText::of(&value.into());
        SafeText::join([SafeText::own(format_args!("{name:<28}")), value])
    };
    lines.map(line).collect()
}

#[derive(Debug, Serialize)]
struct PurgeRecord {
    schema: &'static str,
    removed: u64,
    kept: u64,
    known_users: u64,
}

fn purge<W: Write>(
    options: StoreOptions,
    args: &PurgeArgs,
    out: &mut Output<W>,
) -> Result<Exit, Failure> {
    // Before the beginning of time: nobody is that old.
    let before = Timestamp::now()
        .checked_sub(args.older_than)
        .unwrap_or(Timestamp::MIN);
    let (Purged { removed, kept }, known_users) = with_store(options, |store| {
        let purged = store.purge(before)?;
        Ok((purged, store.user_count()?))
    })?;
    match out.format() {
        Format::Json => out.json(&PurgeRecord {
            schema: "smooch-console/directory-purge/1",
            removed,
            kept,
            known_users,
        })?,
        Format::Words => out.lines(&[SafeText::own(purged_words(removed, kept, known_users))])?,
    }
    Ok(Exit::Done)
}

fn purged_words(removed: u64, kept: u64, known: u64) -> String {
    let kept = match kept {
        0 => String::new(),
        some => format!("{} kept; ", counted(some, "pinned user")),
    };
    let removed = counted(removed, "user");
    format!(
        "{removed} removed; {kept}{} known now",
        counted(known, "user")
    )
}

#[cfg(test)]
mod tests {
    use super::purged_words;

    #[test]
    fn the_output_counts_removed_and_kept_users() {
        assert_eq!(purged_words(1, 0, 2), "1 user removed; 2 users known now");
        let words = "0 users removed; 1 pinned user kept; 1 user known now";
        assert_eq!(purged_words(0, 1, 1), words);
        let words = "1,200 users removed; 2 pinned users kept; 3 users known now";
        assert_eq!(purged_words(1_200, 2, 3), words);
    }
}
