//! Adds rows of lists that name a user by the `userId` alone.
//!
//! It is kept under the `userId`, and belongs to the one `_id` that the newest report naming both
//! gives: whatever is learnt first, the same person shows it.

use super::{Applied, Outcome, Writer, count};
use crate::directory::store::listed::registers_of;
use crate::directory::store::{Keep, Report, StoreError};
use crate::domain::facts::Key;
use crate::wire::facts as wire;

impl Writer<'_> {
    /// Adds a row of a list that names a user by the `userId` alone.
    pub(super) fn record_listed(&mut self, report: &Report) -> Result<Applied, StoreError> {
        let (Some(user_id), Some(facts)) = (report.user_id(), report.facts()) else {
            return Ok(Outcome::Unchanged.into());
        };
        if self.keep == Keep::Ids {
            return Ok(Outcome::Unchanged.into());
        }
        let known = registers_of(self.directory, user_id)?;
        let is_new = known.is_none();
        let before = known.unwrap_or_default();
        let mut after = before.clone();
        let older = after.take(&facts).older;
        if after == before && !is_new {
            return Ok(Applied {
                older,
                ..Outcome::Unchanged.into()
            });
        }
        let text = wire::encode(&after.sets_beside(None), Key::default());
        self.cached(
            "INSERT INTO listed (user_id, at, facts) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id) DO UPDATE SET at = max(at, ?2), facts = ?3",
        )?
        .execute((user_id, report.key.at, text))?;
        self.has_listed = true;
        self.make_index()?;
        let mut over_api = 0;
        let ids = self.ids_with(user_id)?;
        for id in &ids {
            if let Some(existing) = self.find(id)? {
                over_api += count(existing.record()?.registers.over_api(&facts));
            }
        }
        let is_other = self.project_all(&ids)?;
        let outcome = match (ids.is_empty(), is_other || !before.says_the_same(&after)) {
            (true, _) if is_new => Outcome::Inserted,
            (_, true) => Outcome::Updated,
            (_, false) => Outcome::Unchanged,
        };
        Ok(Applied {
            outcome,
            older,
            over_api,
        })
    }

    /// The users who are shown with this `userId`.
    pub(super) fn ids_with(&self, user_id: &str) -> Result<Vec<String>, StoreError> {
        let mut find = self.cached("SELECT id FROM users WHERE user_id = ?1")?;
        let ids = find.query_map([user_id], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Everybody else with some `userId`s of which lists say more: that belongs to one user alone.
    pub(super) fn namesakes_of(
        &self,
        id: &str,
        user_ids: &[Option<String>],
    ) -> Result<Vec<String>, StoreError> {
        let mut namesakes = Vec::new();
        for user_id in user_ids.iter().flatten() {
            if registers_of(self.directory, user_id)?.is_some() {
                namesakes.extend(self.ids_with(user_id)?);
            }
        }
        namesakes.retain(|namesake| namesake != id);
        Ok(namesakes)
    }
}
