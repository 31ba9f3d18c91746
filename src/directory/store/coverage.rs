//! How much of an app's users is known, from where and how old it is.

use jiff::Timestamp;

use super::change::TELLS_BOTH_IDS;
use super::folder::{AGENT, DIRECTORY};
use super::read::time as moment;
use super::{Store, StoreError};
use crate::text::number::grouped;
use crate::text::time;

/// How many users were last confirmed how long ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ages {
    /// Within a day.
    pub day: u64,
    /// Within 7 days, but not within one.
    pub week: u64,
    /// Within 30 days, but not within 7.
    pub month: u64,
    /// Within 90 days, but not within 30.
    pub quarter: u64,
    /// Longer ago.
    pub older: u64,
}

/// How much is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Users.
    pub users: u64,
    /// Of them, those who have a `userId`.
    pub identified: u64,
    /// Of them, those of whom nothing was told about a `userId`.
    pub identity_not_known: u64,
    /// Of them, those of whom nothing but ids is known.
    pub ids_only: u64,
    /// Of them, those of whom something but not everything is known.
    pub partial: u64,
    /// Last confirmed by the API itself.
    pub looked_up: u64,
    /// Last confirmed by an imported file.
    pub imported: u64,
    /// Last confirmed by an event of a webhook.
    pub webhook: u64,
    /// Users about whom the API itself was never asked.
    pub never_confirmed: u64,
    /// How long ago users were last confirmed.
    pub ages: Ages,
    /// When the user who was longest not confirmed was confirmed.
    pub oldest: Option<Timestamp>,
    /// When the latest confirmation was.
    pub newest: Option<Timestamp>,
    /// Old ids that lead to the survivor of a merge.
    pub merged: u64,
    /// Users who are known to have been deleted.
    pub deleted: u64,
    /// Conversations whose newest messages are kept.
    pub conversations: u64,
    /// `userId`s that more than one user has.
    pub shared_user_ids: u64,
    /// The size of all files, in bytes.
    pub bytes: u64,
}

impl Coverage {
    /// Of the users, those who are known to have no `userId`.
    pub const fn anonymous(&self) -> u64 {
        let others = self.identified.saturating_add(self.identity_not_known);
        self.users.saturating_sub(others)
    }

    /// What was counted, in words: names and values.
    pub fn lines(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let n = |count: u64| grouped(count);
        let ago = |at: Option<Timestamp>| at.map_or("never".to_owned(), |at| time::ago(now, at));
        let Ages {
            day,
            week,
            month,
            quarter,
            older,
        } = self.ages;
        vec![
            (
                "known users",
                format!(
                    "{}: {} identified, {} anonymous{}",
                    n(self.users),
                    n(self.identified),
                    n(self.anonymous()),
                    match self.identity_not_known {
                        0 => String::new(),
                        count => format!(", {} not known", n(count)),
                    }
                ),
            ),
            (
                "of them",
                format!(
                    "{} by their ids only, {} in part",
                    n(self.ids_only),
                    n(self.partial)
                ),
            ),
            (
                "last told by",
                format!(
                    "the API {}, a file {}, a webhook {}",
                    n(self.looked_up),
                    n(self.imported),
                    n(self.webhook)
                ),
            ),
            ("never confirmed by the API", n(self.never_confirmed)),
            (
                "last confirmed",
                format!(
                    "within a day {} · a week {} · 30 days {} · 90 days {} · longer ago {}",
                    n(day),
                    n(week),
                    n(month),
                    n(quarter),
                    n(older)
                ),
            ),
            (
                "longest ago, latest",
                format!("{}, {}", ago(self.oldest), ago(self.newest)),
            ),
            (
                "merged ids, deleted users",
                format!("{}, {}", n(self.merged), n(self.deleted)),
            ),
            ("conversations for offline", n(self.conversations)),
            ("userIds of several users", n(self.shared_user_ids)),
            (
                "size on disk",
                format!("{} KiB", n(self.bytes.div_ceil(1024))),
            ),
        ]
    }
}

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Store {
    /// Counts everything.
    pub fn coverage(&self, now: Timestamp) -> Result<Coverage, StoreError> {
        let mut coverage = Coverage::default();
        let now = now.as_millisecond();
        let directory = self.directory();
        let mut counts = directory.prepare(
            "SELECT count(*), count(user_id), total(state = 0), total(state = 1),
                total(how = 1), total(how = 2), total(how = 3), total(asked_at IS NULL),
                total(at >= ?1), total(at >= ?2), total(at >= ?3), total(at >= ?4),
                min(at), max(at),
                total(user_id IS NULL AND state < 2 AND NOT (how = 1
                    OR (how = 3 AND coalesce(origin, 0) & ?5 != 0))) FROM users",
        )?;
        let limits = (
            now - DAY,
            now - 7 * DAY,
            now - 30 * DAY,
            now - 90 * DAY,
            TELLS_BOTH_IDS,
        );
        counts.query_row(limits, |row| {
            let count = |column| row.get::<_, f64>(column).map(whole);
            coverage.users = row.get(0)?;
            coverage.identified = row.get(1)?;
            coverage.ids_only = count(2)?;
            coverage.partial = count(3)?;
            coverage.looked_up = count(4)?;
            coverage.imported = count(5)?;
            coverage.webhook = count(6)?;
            coverage.never_confirmed = count(7)?;
            let (day, week, month, quarter) = (count(8)?, count(9)?, count(10)?, count(11)?);
            coverage.ages = Ages {
                day,
                week: week - day,
                month: month - week,
                quarter: quarter - month,
                older: coverage.users - quarter,
            };
            coverage.oldest = row.get::<_, Option<i64>>(12)?.and_then(moment);
            coverage.newest = row.get::<_, Option<i64>>(13)?.and_then(moment);
            coverage.identity_not_known = count(14)?;
            Ok(())
        })?;
        let count = |sql: &str| directory.query_row(sql, [], |row| row.get::<_, u64>(0));
        coverage.merged = count("SELECT count(*) FROM lineage")?;
        coverage.deleted = count("SELECT count(*) FROM tombstones")?;
        coverage.conversations = count("SELECT count(*) FROM pages")?;
        coverage.shared_user_ids = self.shared_user_ids()?;
        coverage.bytes = self.size();
        Ok(coverage)
    }

    /// How many users are known.
    pub fn user_count(&self) -> Result<u64, StoreError> {
        let count = "SELECT count(*) FROM users";
        Ok(self.directory().query_row(count, [], |row| row.get(0))?)
    }

    /// How many `userId`s stand with more than one user, which the API itself would not allow.
    pub fn shared_user_ids(&self) -> Result<u64, StoreError> {
        Ok(self.directory().query_row(
            "SELECT count(*) FROM (SELECT 1 FROM users WHERE user_id IS NOT NULL
                GROUP BY user_id HAVING count(*) > 1)",
            [],
            |row| row.get(0),
        )?)
    }

    pub(super) fn size(&self) -> u64 {
        let names = [DIRECTORY, AGENT].into_iter();
        let files = names.flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")));
        files
            .filter_map(|name| self.folder().join(name).metadata().ok())
            .map(|file| file.len())
            .sum()
    }
}

/// SQLite sums booleans as floats.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of rows, whole and not negative"
)]
const fn whole(count: f64) -> u64 {
    count as u64
}
