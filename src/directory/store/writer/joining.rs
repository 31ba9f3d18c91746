//! Joins what is told of a user to what is known of the same user.

use rusqlite::params;

use super::{Existing, Outcome, Teller, Writer, kept, row_of};
use crate::directory::store::change::source_code;
use crate::directory::store::{Completeness, Keep, Spoken, StoreError, Told, merge};
use crate::domain::ApiVersion;
use crate::domain::facts::Source;

/// How what is told stands to what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is no older, and counts.
    Replaces,
    /// It is older, or of an id that was merged away: it adds what is missing.
    Adds,
    /// It is older than the whole user: what is missing there did not exist any more.
    Nothing,
}

/// A copy to which something was added, and how much of the user it tells.
type Joined = (ApiVersion, String, Completeness);

impl Writer<'_> {
    /// Weighs what is told by its age.
    pub(super) fn weigh(&self, existing: &Existing, told: &Told) -> Weight {
        // What somebody lists of their own need not be known to the API at all.
        let is_own = is_own(told);
        let known_at = if is_own {
            existing.part_at.unwrap_or(existing.at).max(existing.at)
        } else {
            existing.at
        };
        if self.how == Source::Api || self.at(told) >= known_at {
            return Weight::Replaces;
        }
        if existing.completeness == Completeness::Whole && !is_own {
            Weight::Nothing
        } else {
            Weight::Adds
        }
    }

    /// Weighs what is told, and joins it to what is known of the same user.
    pub(super) fn join_weighed(
        &mut self,
        existing: &Existing,
        told: &Told,
    ) -> Result<Outcome, StoreError> {
        let weight = self.weigh(existing, told);
        let is_whole = existing.completeness == Completeness::Whole;
        if weight == Weight::Adds && is_whole && told.row.user_id != existing.user_id {
            return self.join(existing, &without_user_id(told), weight);
        }
        self.join(existing, told, weight)
    }

    /// Joins what is told to what is known of the same user.
    pub(super) fn join(
        &mut self,
        existing: &Existing,
        told: &Told,
        weight: Weight,
    ) -> Result<Outcome, StoreError> {
        let spoken = newer(existing.spoken.as_ref(), told.spoken.as_ref());
        let said_more = spoken != existing.spoken.as_ref() && self.keep == Keep::All;
        let joined = self.joined_copy(existing, told, weight);
        let user_id = joined_user_id(existing, told, weight);
        if joined.is_none() && !said_more && user_id == existing.user_id {
            if weight == Weight::Replaces {
                self.note_same(existing, told)?;
            }
            return Ok(Outcome::Unchanged);
        }
        let spoken = spoken.cloned();
        self.update(existing, told, weight, joined.as_ref(), spoken.as_ref())?;
        Ok(Outcome::Updated)
    }

    /// The copy with what is told added; `None` when that makes no difference.
    fn joined_copy(&self, existing: &Existing, told: &Told, weight: Weight) -> Option<Joined> {
        if self.keep == Keep::Ids || weight == Weight::Nothing {
            return None;
        }
        let Some((api, json)) = &existing.copy else {
            return first_copy(existing, told, weight);
        };
        let is_more = told.completeness > existing.completeness;
        match (told.completeness, weight) {
            (Completeness::Whole, Weight::Replaces) => {
                let carried = merge::carry(json, &told.json, told.api);
                let new = carried.as_ref().unwrap_or(&told.json);
                let differs = new != json || *api != told.api || is_more;
                differs.then(|| (told.api, new.clone(), Completeness::Whole))
            }
            // The newer facts of a part stand within the older whole.
            (Completeness::Whole, _) if is_more => {
                let new = merge::add(&told.json, told.api, json, *api)?;
                Some((told.api, new, Completeness::Whole))
            }
            (_, weight) => {
                let new = if weight == Weight::Replaces {
                    merge::add(json, *api, &told.json, told.api)?
                } else {
                    merge::add_missing(json, *api, &told.json, told.api)?
                };
                let is_same = merge::is_same(json, &new);
                (!is_same).then_some((*api, new, existing.completeness))
            }
        }
    }

    /// Nothing is different: at most when it was confirmed, and by which line.
    fn note_same(&self, existing: &Existing, told: &Told) -> Result<(), StoreError> {
        let confirms = told.completeness >= existing.completeness && existing.at < self.at(told);
        let hash = noted_hash(told, existing.completeness);
        let rehashes = hash.is_some() && existing.hash != hash;
        if !confirms && !rehashes && self.how != Source::Api {
            return Ok(());
        }
        let (at, how) = self.confirmed(existing, told);
        self.cached(
            "UPDATE users SET at = ?1, how = ?2, hash = coalesce(?3, hash),
                asked_at = coalesce(?4, asked_at) WHERE row = ?5",
        )?
        .execute((
            at,
            source_code(how),
            hash,
            (self.how == Source::Api).then_some(self.at),
            existing.row,
        ))?;
        Ok(())
    }

    /// What confirmed the copy last: part of a user says nothing about the rest of a copy, and more
    /// of a user than was known is as old as it is.
    fn confirmed(&self, existing: &Existing, told: &Told) -> (i64, Source) {
        let at = self.at(told);
        let is_more = told.completeness > existing.completeness;
        if is_more || (told.completeness == existing.completeness && at >= existing.at) {
            (at, self.how(told))
        } else {
            (existing.at, existing.how)
        }
    }

    /// From when the newest facts of a part are, where that is later than what confirmed the copy.
    fn part_at(&self, existing: &Existing, told: &Told, weight: Weight, at: i64) -> Option<i64> {
        let newest = match weight {
            Weight::Replaces if is_own(told) => Some(self.at(told)),
            _ => Some(existing.at),
        };
        newest.max(existing.part_at).filter(|newest| *newest > at)
    }

    pub(super) fn update(
        &mut self,
        existing: &Existing,
        told: &Told,
        weight: Weight,
        joined: Option<&Joined>,
        spoken: Option<&Spoken>,
    ) -> Result<(), StoreError> {
        let (at, how) = self.confirmed(existing, told);
        let known = existing.copy.as_ref();
        let copy = joined
            .map(|(api, json, _)| (*api, json.as_str()))
            .or_else(|| known.map(|(api, json)| (*api, json.as_str())));
        let user_id = joined_user_id(existing, told, weight);
        // Mostly what is told is all that there is, and its columns were worked out on the way.
        let is_as_told = spoken.is_none() && copy == Some((told.api, told.json.as_str()));
        let row = copy
            .or(Some((told.api, told.json.as_str())))
            .filter(|_| !is_as_told)
            .and_then(|(api, json)| row_of(api, json, spoken));
        let row = row.as_ref().unwrap_or(&told.row);
        let completeness =
            joined.map_or(existing.completeness, |(_, _, completeness)| *completeness);
        let hash = noted_hash(told, completeness).filter(|_| weight == Weight::Replaces);
        let (message_name, message_at) = self.spoken_columns(spoken, self.at(told));
        self.cached(
            "UPDATE users SET user_id = ?1, name = ?2, origin = ?3, email = ?4, channels = ?5,
                properties = ?6, message_name = ?7, message_at = ?8, state = ?9,
                at = ?10, how = ?11, asked_at = coalesce(?12, asked_at), hash = ?13,
                part_at = ?14
             WHERE row = ?15",
        )?
        .execute(params![
            user_id,
            kept(self.keep, Some(&row.name)),
            (self.keep == Keep::All).then_some(row.origin),
            kept(self.keep, row.email.as_ref()),
            kept(self.keep, row.channels.as_ref()),
            kept(self.keep, row.properties.as_ref()),
            message_name,
            message_at,
            completeness.code(),
            at,
            source_code(how),
            (self.how == Source::Api).then_some(self.at),
            hash,
            self.part_at(existing, told, weight, at),
            existing.row,
        ])?;
        if let Some((api, json, _)) = joined {
            self.write_copy(existing.row, *api, json)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(())
    }
}

/// Whether it is from a list that somebody keeps of some users' facts.
fn is_own(told: &Told) -> bool {
    told.completeness == Completeness::Partial && told.teller != Teller::Event
}

/// The same without the `userId`: whether a user has one is for the API to say.
fn without_user_id(told: &Told) -> Told {
    let mut told = told.clone();
    if let Some(json) = merge::without_user_id(&told.json) {
        told.json = json;
    }
    told.row.user_id = None;
    told
}

/// The first copy of somebody of whom ids were known.
fn first_copy(existing: &Existing, told: &Told, weight: Weight) -> Option<Joined> {
    if told.completeness == Completeness::Mentioned {
        return None;
    }
    let mut json = told.json.clone();
    let told_id = told.row.user_id.as_ref();
    let user_id = joined_user_id(existing, told, weight).filter(|id| Some(id) != told_id);
    if let Some(user_id) = user_id {
        let known = serde_json::json!({ "_id": existing.id, "userId": user_id }).to_string();
        json = merge::add(&json, told.api, &known, ApiVersion::V11)?;
    }
    Some((told.api, json, told.completeness))
}

/// The `userId` after all that is told; a whole user without one has none any more.
fn joined_user_id(existing: &Existing, told: &Told, weight: Weight) -> Option<String> {
    let (known, told_id) = (&existing.user_id, &told.row.user_id);
    match weight {
        Weight::Replaces if told.completeness == Completeness::Whole => told_id.clone(),
        Weight::Replaces => told_id.as_ref().or(known.as_ref()).cloned(),
        Weight::Adds => known.as_ref().or(told_id.as_ref()).cloned(),
        Weight::Nothing => known.clone(),
    }
}

/// The hash under which a line is known to change nothing. One that tells less than is known would
/// seem to confirm the rest; of tables that is known without reading them.
fn noted_hash(told: &Told, known: Completeness) -> Option<i64> {
    let notes = told.completeness >= known || told.teller == Teller::Table;
    told.hash.filter(|_| notes).map(u64::cast_signed)
}

/// The later of two names under which a user wrote.
fn newer<'s>(known: Option<&'s Spoken>, told: Option<&'s Spoken>) -> Option<&'s Spoken> {
    match (known, told) {
        (Some(known), Some(told)) if told.at <= known.at => Some(known),
        (known, told) => told.or(known),
    }
}
