//! As of which moment a file reports what is in it.
//!
//! In: the date of the file, the moment that the agent gave, the present, and the times that lines
//! claim. Out: the moment that counts, or why the file is refused.

use jiff::Timestamp;

/// No file about users of this API is older; a date before it is a clock that was never set.
const FIRST_YEAR: i16 = 2011;

/// An event may be noted in a file that was begun this long before it happened.
const LEEWAY: i64 = 24 * 60 * 60 * 1000;

/// What says as of which moment a file reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatedBy {
    /// The date of the file.
    File,
    /// The agent, with `--as-of`.
    Agent,
    /// The moment when a stream was read.
    Reading,
}

/// As of which moment a file reports, and what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The moment.
    pub at: Timestamp,
    /// What says so.
    pub by: DatedBy,
}

impl AsOf {
    /// Decides between the date of the file and the moment that the agent gave; says in words why
    /// neither can be right.
    pub(super) fn of(
        modified: Option<Timestamp>,
        given: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, String> {
        let (at, by) = match (given, modified) {
            (Some(given), _) => (given, DatedBy::Agent),
            (None, Some(modified)) => (modified, DatedBy::File),
            (None, None) => return Err(refuse("it has no date")),
        };
        // As it is kept, so that times can be compared.
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        let day = at.strftime("%Y-%m-%d");
        if at > now {
            return Err(match by {
                DatedBy::File => refuse(&format!("its date, {day}, lies in the future")),
                DatedBy::Agent | DatedBy::Reading => in_future(),
            });
        }
        let is_old =
            by == DatedBy::File && at.to_zoned(jiff::tz::TimeZone::UTC).year() < FIRST_YEAR;
        if is_old {
            let words = format!("its date, {day}, cannot be right");
            return Err(refuse(&words));
        }
        Ok(Self { at, by })
    }

    /// A stream is as old as it is read, unless the agent says otherwise.
    pub(super) fn of_stream(given: Option<Timestamp>, now: Timestamp) -> Result<Self, String> {
        let as_of = Self::of(None, Some(given.unwrap_or(now)), now)?;
        let by = given.map_or(DatedBy::Reading, |_| DatedBy::Agent);
        Ok(Self { by, ..as_of })
    }

    /// The moment that counts for something that claims to have happened at another one, in
    /// milliseconds. A time that cannot be right is none.
    pub(super) fn bounded(at: i64, claimed: Option<Timestamp>) -> Option<i64> {
        let claimed = claimed.map(Timestamp::as_millisecond);
        claimed.filter(|claimed| *claimed <= at.saturating_add(LEEWAY))
    }
}

fn in_future() -> String {
    "the time given with --as-of lies in the future".to_owned()
}

fn refuse(why: &str) -> String {
    format!("{why}; say with --as-of TIME when its content was true")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_file_is_as_old_as_its_date_unless_somebody_knows_better() {
        let (now, date) = (at("2024-06-01T00:00:00Z"), at("2024-05-03T14:02:00Z"));
        let of_file = AsOf::of(Some(date), None, now).unwrap();
        assert_eq!((of_file.at, of_file.by), (date, DatedBy::File));
        let given = at("1999-01-01T00:00:00Z");
        let of_agent = AsOf::of(Some(date), Some(given), now).unwrap();
        assert_eq!((of_agent.at, of_agent.by), (given, DatedBy::Agent));
    }

    #[test]
    fn a_date_that_cannot_be_right_is_refused_in_words() {
        let now = at("2024-06-01T00:00:00Z");
        for (date, given, words) in [
            (
                Some("2024-06-01T00:00:01Z"),
                None,
                "its date, 2024-06-01, lies in the future",
            ),
            (
                Some("2010-12-31T23:59:59Z"),
                None,
                "its date, 2010-12-31, cannot be right",
            ),
            (None, None, "it has no date"),
            (
                None,
                Some("2024-06-01T00:00:01Z"),
                "given with --as-of lies in the future",
            ),
        ] {
            let refused = AsOf::of(date.map(at), given.map(at), now).unwrap_err();
            assert!(
                refused.contains(words) && refused.contains("--as-of"),
                "{refused}"
            );
        }
        assert!(AsOf::of(Some(at("2011-01-01T00:00:00Z")), None, now).is_ok());
    }

    #[test]
    fn a_claimed_time_counts_until_a_day_after_the_file() {
        let file = at("2024-05-03T00:00:00Z").as_millisecond();
        let bounded = |claimed: &str| AsOf::bounded(file, Some(at(claimed)));
        assert_eq!(bounded("2020-01-01T00:00:00Z"), Some(1_577_836_800_000));
        assert_eq!(bounded("2024-05-04T00:00:00Z"), Some(file + LEEWAY));
        assert_eq!(bounded("2024-05-04T00:00:00.001Z"), None);
        assert_eq!(AsOf::bounded(file, None), None);
    }
}
