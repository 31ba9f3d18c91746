//! Arguments of the commands that work on the local directory.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::help;
use super::moment::{parse_limit, parse_moment};
use crate::domain::ColumnField;

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Words and filters; a user has to match all of them
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,

    /// Print at most this many users, the best matches
    #[arg(long, value_name = "N", default_value = "100", allow_negative_numbers = true, value_parser = parse_limit)]
    pub limit: NonZeroUsize,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ImportArgs {
    /// CSV, or JSON of API users or webhook bodies, also packed (.gz, .zst); - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Count what would change, but write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// As of when the files report, if their dates do not say: RFC 3339, or a day
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub as_of: Option<Timestamp>,

    /// Take every user in the files as whole: what a line does not name no longer exists
    #[arg(long)]
    pub whole: bool,

    /// What a CSV column becomes: _id, userId, name, email, property, property.NAME, …
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = parse_map)]
    pub map: Vec<(String, ColumnField)>,

    /// Leave a CSV column out
    #[arg(long, value_name = "COLUMN")]
    pub ignore: Vec<String>,

    /// Then ask the API about every userId that files name and nobody is known to have
    #[arg(long, conflicts_with = "dry_run")]
    pub ask: bool,

    /// Print a line on standard error for each batch that is safely written
    #[arg(long)]
    pub progress: bool,

    /// Records to write in one transaction
    #[arg(long, value_name = "N", default_value = "10000", hide = true)]
    pub batch: NonZeroUsize,
}

/// Arguments of `directory`.
#[derive(Debug, Args)]
pub struct DirectoryArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub command: DirectoryCommand,
}

/// Commands of `directory`.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Show how many users are known, from which sources, and how recent that is
    #[command(after_help = help::STATS)]
    Stats,
    /// Remove users who were last confirmed long ago, except pinned ones
    #[command(after_help = help::PURGE)]
    Purge(PurgeArgs),
}

/// Arguments of `directory purge`.
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Remove users not confirmed for this long: 12h, 90d, 8w
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub older_than: Duration,
}

/// Arguments of `forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The user's _id or userId, exactly
    #[arg(value_name = "ID", required_unless_present = "email")]
    pub id: Option<String>,

    /// Forget everybody with this e-mail address; lists them and asks first
    #[arg(long, value_name = "ADDRESS", conflicts_with = "id")]
    pub email: Option<String>,

    /// Don't ask before forgetting
    #[arg(long, requires = "email")]
    pub yes: bool,
}

/// Reads what a column becomes. A column's name may hold an equals sign, a field's name does not.
fn parse_map(text: &str) -> Result<(String, ColumnField), String> {
    let (column, field) = text
        .rsplit_once('=')
        .filter(|(column, _)| !column.trim().is_empty())
        .ok_or("write COLUMN=FIELD, with the column's name from the header")?;
    let accepted = || format!("there is no field {field}; use {}", ColumnField::accepted());
    let field = ColumnField::parse(field).ok_or_else(accepted)?;
    Ok((column.to_owned(), field))
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
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_column_and_its_field_are_divided_at_the_last_equals_sign() {
        let id = ("id".to_owned(), ColumnField::UserId);
        assert_eq!(parse_map("id=userId"), Ok(id));
        let odd = ("a=b".to_owned(), ColumnField::Property(None));
        assert_eq!(parse_map("a=b=property"), Ok(odd));
        let wrong = parse_map("id=nick").unwrap_err();
        assert!(wrong.contains("no field nick; use _id, userId"), "{wrong}");
        for wrong in ["id", "=email", "id="] {
            assert!(parse_map(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_age_needs_a_unit() {
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
}
