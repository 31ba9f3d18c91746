//! Arguments of the commands that work on the local directory.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::help;

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Words and filters; a user has to match all of them
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,

    /// Print at most this many users, the best matches
    #[arg(long, value_name = "N", default_value = "100")]
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
    #[arg(long, value_name = "TIME", value_parser = parse_as_of)]
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
    /// The user's _id or userId
    #[arg(value_name = "ID")]
    pub id: String,
}

/// Reads a moment, or the midnight, on this machine, with which a day begins.
fn parse_as_of(text: &str) -> Result<Timestamp, String> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let is_day = text.len() == "2024-05-03".len();
    let day: Option<Date> = text.parse().ok().filter(|_| is_day);
    let midnight = day.and_then(|day| day.to_zoned(TimeZone::system()).ok());
    let wrong = "give a day or a time with its zone: 2024-05-03, 2024-05-03T14:02:00Z";
    midnight
        .map(|midnight| midnight.timestamp())
        .ok_or_else(|| wrong.to_owned())
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
    fn a_day_or_a_moment_says_as_of_when() {
        let moment = parse_as_of("2024-05-03T14:02:00+02:00").map(Timestamp::as_second);
        assert_eq!(moment, Ok(1_714_737_720));
        let day = parse_as_of("2024-05-03").map(|day| day.to_zoned(TimeZone::system()));
        assert_eq!(
            day.map(|day| day.date() == jiff::civil::date(2024, 5, 3)),
            Ok(true)
        );
        for wrong in [
            "",
            "yesterday",
            "2024-05-03T14:02",
            "2024-13-01",
            "1714744920",
        ] {
            assert!(parse_as_of(wrong).is_err(), "{wrong}");
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
