//! Works out what lists and searches see of a person, whenever one of their ids changed.

use rusqlite::params;

use super::kept_columns::KeptColumns;
use super::{Existing, Writer};
use crate::directory::store::codes::{HIDDEN, portion_code};
use crate::directory::store::columns::Columns;
use crate::directory::store::fault::unreadable;
use crate::directory::store::lineage::Fates;
use crate::directory::store::whole_person::{PartsOf, PersonRecord};
use crate::directory::store::{Keep, Report, Store, StoreError};
use crate::domain::facts::{Key, Portion};

impl Store {
    /// Works out what is seen of users whose rows were made again after damage.
    pub(in crate::directory::store) fn project_restored(&mut self) -> Result<(), StoreError> {
        let restored = "SELECT id FROM users WHERE at = 0 AND name IS NULL";
        let mut restored = self.directory().prepare(restored)?;
        let ids = restored.query_map([], |row| row.get(0))?;
        let ids: Vec<String> = ids.collect::<Result<_, _>>()?;
        drop(restored);
        let mut writer = self.write(None)?;
        for id in ids {
            writer.project_all(&[id])?;
        }
        writer.commit()
    }
}

impl Writer<'_> {
    /// Works out anew what is seen of some ids; says whether anything is seen otherwise now.
    pub(super) fn project_all(&mut self, ids: &[String]) -> Result<bool, StoreError> {
        let mut is_other = false;
        for (at, id) in ids.iter().enumerate() {
            if ids[..at].contains(id) {
                continue;
            }
            let mut user_ids = Vec::new();
            is_other |= self.project(id, &mut user_ids)?;
            if self.has_listed {
                for namesake in self.namesakes_of(id, &user_ids)? {
                    is_other |= self.project(&namesake, &mut Vec::new())?;
                }
            }
        }
        Ok(is_other)
    }

    /// Works out anew what is seen of an id, and notes the `userId`s before and after.
    fn project(
        &mut self,
        id: &str,
        user_ids: &mut Vec<Option<String>>,
    ) -> Result<bool, StoreError> {
        let is_gone = self.is_gone(id)?;
        let Some(existing) = self.find(id)? else {
            return self.make_up(id, is_gone);
        };
        user_ids.push(existing.user_id.clone());
        if is_gone {
            return self.hide(&existing);
        }
        let parts = PartsOf {
            gone: self.has_gone(),
            listed: self.has_listed,
        };
        let person = PersonRecord::read(self.directory, existing.own()?, parts)?;
        let columns = person.columns().ok_or_else(unreadable)?;
        let state = match self.keep {
            Keep::All => portion_code(person.portion()),
            Keep::Ids => portion_code(Portion::Ids),
        };
        let is_other = self.show(&existing, &columns, state)?;
        user_ids.push(columns.user_id);
        Ok(is_other)
    }

    /// Makes a row for a survivor that is known only through ids that were merged into it. If these
    /// say nothing either, there is nobody to show.
    fn make_up(&mut self, id: &str, is_gone: bool) -> Result<bool, StoreError> {
        if is_gone {
            return Ok(false);
        }
        let mut newest: Option<Key> = None;
        for discarded in Fates::of(self.directory).discarded_of(id)? {
            let known = self.find(&discarded.id)?;
            newest = newest.max(known.map(|known| known.key));
        }
        let Some(key) = newest else {
            return Ok(false);
        };
        let mention = Report::mention(id, key);
        self.insert(&mention)?;
        self.project(id, &mut Vec::new())
    }

    fn hide(&mut self, existing: &Existing) -> Result<bool, StoreError> {
        if existing.state == HIDDEN {
            return Ok(false);
        }
        self.cached(
            "UPDATE users SET user_id = NULL, name = NULL, origin = NULL, email = NULL,
                channels = NULL, properties = NULL, state = ?1, hash = NULL WHERE row = ?2",
        )?
        .execute((HIDDEN, existing.row))?;
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(true)
    }

    /// Writes what a row shows from now on; says whether it showed anything else.
    fn show(
        &mut self,
        existing: &Existing,
        columns: &Columns,
        state: i64,
    ) -> Result<bool, StoreError> {
        let columns = KeptColumns::of(columns, self.keep);
        let changed = self
            .cached(
                "UPDATE users SET user_id = ?1, name = ?2, origin = ?3, email = ?4, channels = ?5,
                    properties = ?6, state = ?7
                 WHERE row = ?8 AND (user_id, name, origin, email, channels, properties, state)
                    IS NOT (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                columns.user_id,
                columns.name,
                columns.origin,
                columns.email,
                columns.channels,
                columns.properties,
                state,
                existing.row,
            ])?;
        if changed == 0 {
            return Ok(false);
        }
        // The line that it rests on may no longer be skipped: others say something beside it now.
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(true)
    }
}
