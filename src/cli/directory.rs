//! Arguments of the commands that work on the local directory.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::help;
use super::moment::{parse_limit, parse_moment};

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Words and filters; a user has to match all of them
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,

    /// Print at most this many users, the best matches
    #[arg(long, value_name = "N", default_value = "100", value_parser = parse_limit)]
    pub limit: NonZeroUsize,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// A CSV file, API users as JSON lines, or webhook bodies as JSON lines
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
