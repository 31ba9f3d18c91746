//! Joins what is told of a user to what is known of the same user.

use rusqlite::params;

use super::{Existing, Form, Outcome, Writer, kept, row_of};
use crate::directory::store::change::{portion_code, source_code};
use crate::directory::store::{Keep, Report, Spoken, StoreError, merge};
use crate::domain::ApiVersion;
use crate::domain::facts::{Portion, Source};

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
type Joined = (ApiVersion, String, Portion);

impl Writer<'_> {
    /// Weighs what is told by its age.
    pub(super) fn weigh(&self, existing: &Existing, report: &Report) -> Weight {
        // What somebody lists of their own need not be known to the API at all.
        let is_own = is_own(report);
        let known_at = if is_own {
            existing.part_at.unwrap_or(existing.at).max(existing.at)
        } else {
            existing.at
        };
        if self.how == Source::Api || self.at(report) >= known_at {
            return Weight::Replaces;
        }
        if existing.portion == Portion::Whole && !is_own {
            Weight::Nothing
        } else {
            Weight::Adds
        }
    }

    /// Weighs what is told, and joins it to what is known of the same user.
    pub(super) fn join_weighed(
        &mut self,
        existing: &Existing,
        report: &Report,
    ) -> Result<Outcome, StoreError> {
        let weight = self.weigh(existing, report);
        let is_whole = existing.portion == Portion::Whole;
        if weight == Weight::Adds && is_whole && report.row.user_id != existing.user_id {
            return self.join(existing, &without_user_id(report), weight);
        }
        self.join(existing, report, weight)
    }

    /// Joins what is told to what is known of the same user.
    pub(super) fn join(
        &mut self,
        existing: &Existing,
        report: &Report,
        weight: Weight,
    ) -> Result<Outcome, StoreError> {
        let spoken = newer(existing.spoken.as_ref(), report.spoken.as_ref());
        let said_more = spoken != existing.spoken.as_ref() && self.keep == Keep::All;
        let joined = self.joined_copy(existing, report, weight);
        let user_id = joined_user_id(existing, report, weight);
        if joined.is_none() && !said_more && user_id == existing.user_id {
            if weight == Weight::Replaces {
                self.note_same(existing, report)?;
            }
            return Ok(Outcome::Unchanged);
        }
        let spoken = spoken.cloned();
        self.update(existing, report, weight, joined.as_ref(), spoken.as_ref())?;
        Ok(Outcome::Updated)
    }

    /// The copy with what is told added; `None` when that makes no difference.
    fn joined_copy(&self, existing: &Existing, report: &Report, weight: Weight) -> Option<Joined> {
        if self.keep == Keep::Ids || weight == Weight::Nothing {
            return None;
        }
        let Some((api, json)) = &existing.copy else {
            return first_copy(existing, report, weight);
        };
        let is_more = report.portion > existing.portion;
        match (report.portion, weight) {
            (Portion::Whole, Weight::Replaces) => {
                let carried = merge::carry(json, &report.json, report.api);
                let new = carried.as_ref().unwrap_or(&report.json);
                let differs = new != json || *api != report.api || is_more;
                differs.then(|| (report.api, new.clone(), Portion::Whole))
            }
            // The newer facts of a part stand within the older whole.
            (Portion::Whole, _) if is_more => {
                let new = merge::add(&report.json, report.api, json, *api)?;
                Some((report.api, new, Portion::Whole))
            }
            (_, weight) => {
                let new = if weight == Weight::Replaces {
                    merge::add(json, *api, &report.json, report.api)?
                } else {
                    merge::add_missing(json, *api, &report.json, report.api)?
                };
                let is_same = merge::is_same(json, &new);
                (!is_same).then_some((*api, new, existing.portion))
            }
        }
    }

    /// Nothing is different: at most when it was confirmed, and by which line.
    fn note_same(&self, existing: &Existing, report: &Report) -> Result<(), StoreError> {
        let confirms = report.portion >= existing.portion && existing.at < self.at(report);
        let hash = noted_hash(report, existing.portion);
        let rehashes = hash.is_some() && existing.hash != hash;
        if !confirms && !rehashes && self.how != Source::Api {
            return Ok(());
        }
        let (at, how) = self.confirmed(existing, report);
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
    fn confirmed(&self, existing: &Existing, report: &Report) -> (i64, Source) {
        let at = self.at(report);
        let is_more = report.portion > existing.portion;
        if is_more || (report.portion == existing.portion && at >= existing.at) {
            (at, self.how(report))
        } else {
            (existing.at, existing.how)
        }
    }

    /// From when the newest facts of a part are, where that is later than what confirmed the copy.
    fn part_at(
        &self,
        existing: &Existing,
        report: &Report,
        weight: Weight,
        at: i64,
    ) -> Option<i64> {
        let newest = match weight {
            Weight::Replaces if is_own(report) => Some(self.at(report)),
            _ => Some(existing.at),
        };
        newest.max(existing.part_at).filter(|newest| *newest > at)
    }

    pub(super) fn update(
        &mut self,
        existing: &Existing,
        report: &Report,
        weight: Weight,
        joined: Option<&Joined>,
        spoken: Option<&Spoken>,
    ) -> Result<(), StoreError> {
        let (at, how) = self.confirmed(existing, report);
        let known = existing.copy.as_ref();
        let copy = joined
            .map(|(api, json, _)| (*api, json.as_str()))
            .or_else(|| known.map(|(api, json)| (*api, json.as_str())));
        let user_id = joined_user_id(existing, report, weight);
        // Mostly what is told is all that there is, and its columns were worked out on the way.
        let is_as_told = spoken.is_none() && copy == Some((report.api, report.json.as_str()));
        let row = copy
            .or(Some((report.api, report.json.as_str())))
            .filter(|_| !is_as_told)
            .and_then(|(api, json)| row_of(api, json, spoken));
        let row = row.as_ref().unwrap_or(&report.row);
        let portion = joined.map_or(existing.portion, |(_, _, portion)| *portion);
        let hash = noted_hash(report, portion).filter(|_| weight == Weight::Replaces);
        let (message_name, message_at) = self.spoken_columns(spoken, self.at(report));
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
            portion_code(portion),
            at,
            source_code(how),
            (self.how == Source::Api).then_some(self.at),
            hash,
            self.part_at(existing, report, weight, at),
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
fn is_own(report: &Report) -> bool {
    report.portion == Portion::Part && report.form != Form::Event
}

/// The same without the `userId`: whether a user has one is for the API to say.
fn without_user_id(report: &Report) -> Report {
    let mut report = report.clone();
    if let Some(json) = merge::without_user_id(&report.json) {
        report.json = json;
    }
    report.row.user_id = None;
    report
}

/// The first copy of somebody of whom ids were known.
fn first_copy(existing: &Existing, report: &Report, weight: Weight) -> Option<Joined> {
    if report.portion == Portion::Ids {
        return None;
    }
    let mut json = report.json.clone();
    let told_id = report.row.user_id.as_ref();
    let user_id = joined_user_id(existing, report, weight).filter(|id| Some(id) != told_id);
    if let Some(user_id) = user_id {
        let known = serde_json::json!({ "_id": existing.id, "userId": user_id }).to_string();
        json = merge::add(&json, report.api, &known, ApiVersion::V11)?;
    }
    Some((report.api, json, report.portion))
}

/// The `userId` after all that is told; a whole user without one has none any more.
fn joined_user_id(existing: &Existing, report: &Report, weight: Weight) -> Option<String> {
    let (known, told_id) = (&existing.user_id, &report.row.user_id);
    match weight {
        Weight::Replaces if report.portion == Portion::Whole => told_id.clone(),
        Weight::Replaces => told_id.as_ref().or(known.as_ref()).cloned(),
        Weight::Adds => known.as_ref().or(told_id.as_ref()).cloned(),
        Weight::Nothing => known.clone(),
    }
}

/// The hash under which a line is known to change nothing. One that tells less than is known would
/// seem to confirm the rest; of tables that is known without reading them.
fn noted_hash(report: &Report, known: Portion) -> Option<i64> {
    let notes = report.portion >= known || report.form == Form::Row;
    report.hash.filter(|_| notes).map(u64::cast_signed)
}

/// The later of two names under which a user wrote.
fn newer<'s>(known: Option<&'s Spoken>, report: Option<&'s Spoken>) -> Option<&'s Spoken> {
    match (known, report) {
        (Some(known), Some(report)) if report.at <= known.at => Some(known),
        (known, report) => report.or(known),
    }
}
