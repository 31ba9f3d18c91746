//! Names the facts of a list that are shown in place of what the API said earlier.

use super::Writer;
use crate::directory::store::{Report, StoreError};
use crate::domain::facts::Member;

impl Writer<'_> {
    /// Whether everything that is written is going to be taken back.
    pub(in crate::directory) const fn is_pretending(&self) -> bool {
        self.transaction.is_none()
    }

    /// What a report that was written says in place of the API.
    pub(in crate::directory) fn over_api(
        &self,
        report: &Report,
    ) -> Result<Vec<Member>, StoreError> {
        let Some(facts) = report.facts() else {
            return Ok(Vec::new());
        };
        let ids = match (&report.id, report.user_id()) {
            (Some(id), _) => vec![id.clone()],
            (None, Some(user_id)) => self.ids_with(user_id)?,
            (None, None) => Vec::new(),
        };
        let mut members = Vec::new();
        for id in ids {
            if let Some(existing) = self.find(&id)? {
                members.extend(existing.record()?.registers.over_api(&facts).cloned());
            }
        }
        Ok(members)
    }
}
