//! How much of an app's users is known, from where and how old it is.

use jiff::Timestamp;

use super::codes::NO_USER_ID;
use super::codes::time as moment;
use super::folder::{AGENT, DIRECTORY};
use super::lineage::Fates;
use super::listed::count_not_asked;
use super::{Store, StoreError};
use crate::domain::{Ages, Coverage};

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
                min(nullif(at, 0)), max(nullif(at, 0)),
                total(user_id IS NULL AND coalesce(origin, 0) & ?5 = 0) FROM users
             WHERE state < 3",
        )?;
        let limits = (
            now - DAY,
            now - 7 * DAY,
            now - 30 * DAY,
            now - 90 * DAY,
            NO_USER_ID,
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
        let fates = Fates::of(directory);
        coverage.merged = fates.merges()?;
        coverage.deleted = fates.deletions()?;
        coverage.conversations = count("SELECT count(*) FROM pages")?;
        coverage.not_yet_asked = count_not_asked(directory, None)?;
        coverage.shared_user_ids = self.shared_user_ids()?;
        coverage.bytes = self.size();
        Ok(coverage)
    }

    /// How many users are known.
    pub fn user_count(&self) -> Result<u64, StoreError> {
        let count = "SELECT count(*) FROM users WHERE state < 3";
        Ok(self.directory().query_row(count, [], |row| row.get(0))?)
    }

    /// How many `userId`s more than one user has, which the API itself would not allow.
    pub(crate) fn shared_user_ids(&self) -> Result<u64, StoreError> {
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
