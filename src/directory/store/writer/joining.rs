//! Joins a report to what is known of the same user: reads the row, asks the rules, writes the row.

use rusqlite::params;

use super::{Existing, Outcome, Writer, kept as kept_text};
use crate::directory::store::codes::{portion_code, source_code};
use crate::directory::store::columns::Columns;
use crate::directory::store::{Keep, Report, StoreError};
use crate::domain::ApiVersion;
use crate::domain::facts::{Joining, MessageName, Portion, Source, Stamp, Weight, user_id_after};
use crate::wire::kept;

/// A copy to which something was added, and how much of the user it covers.
pub(super) struct Joined {
    pub(super) api: ApiVersion,
    pub(super) json: String,
    pub(super) portion: Portion,
}

/// A report with its stamp and its weight beside what is known.
#[derive(Clone, Copy)]
pub(super) struct Weighed<'r> {
    pub(super) report: &'r Report,
    pub(super) stamp: Stamp,
    pub(super) weight: Weight,
}

impl Writer<'_> {
    /// Weighs a report, and joins it to what is known of the same user.
    pub(super) fn join_weighed(
        &mut self,
        existing: &Existing,
        report: &Report,
    ) -> Result<Outcome, StoreError> {
        let weight = existing.standing.weigh(&self.stamp(report));
        let is_heard = existing.standing.hears_user_id(weight);
        if !is_heard && report.columns.user_id != existing.user_id {
            return self.join(existing, &report.without_user_id(), weight);
        }
        self.join(existing, report, weight)
    }

    /// Joins a report to what is known of the same user.
    pub(super) fn join(
        &mut self,
        existing: &Existing,
        report: &Report,
        weight: Weight,
    ) -> Result<Outcome, StoreError> {
        let weighed = Weighed {
            report,
            stamp: self.stamp(report),
            weight,
        };
        let known_name = existing.message_name.as_ref();
        let name = MessageName::later(known_name, report.message_name.as_ref());
        let is_renamed = name != known_name && self.keep == Keep::All;
        let joined = match self.keep {
            Keep::All => joined_copy(existing, weighed),
            Keep::Ids => None,
        };
        let is_same_user_id = user_id(existing, weighed) == existing.user_id.as_deref();
        if joined.is_none() && !is_renamed && is_same_user_id {
            if weight == Weight::Replaces {
                self.note_same(existing, weighed)?;
            }
            return Ok(Outcome::Unchanged);
        }
        self.update(existing, weighed, joined.as_ref(), name)?;
        Ok(Outcome::Updated)
    }

    /// Nothing is different: at most when it was confirmed, and by which line.
    fn note_same(&self, existing: &Existing, weighed: Weighed<'_>) -> Result<(), StoreError> {
        let (known, stamp) = (existing.standing, weighed.stamp);
        let confirms = stamp.portion >= known.portion && known.key.at < stamp.key.at;
        let hash = noted_hash(weighed, known.portion);
        let rehashes = hash.is_some() && existing.hash != hash;
        if !confirms && !rehashes && self.source != Source::Api {
            return Ok(());
        }
        let confirmed = known.confirmed_by(&stamp);
        self.cached(
            "UPDATE users SET at = ?1, how = ?2, hash = coalesce(?3, hash),
                asked_at = coalesce(?4, asked_at) WHERE row = ?5",
        )?
        .execute((
            confirmed.at,
            source_code(confirmed.source),
            hash,
            (self.source == Source::Api).then_some(self.at),
            existing.row,
        ))?;
        Ok(())
    }

    /// Writes the row, and the copy where it is another now.
    pub(super) fn update(
        &mut self,
        existing: &Existing,
        weighed: Weighed<'_>,
        joined: Option<&Joined>,
        name: Option<&MessageName>,
    ) -> Result<(), StoreError> {
        let Weighed {
            report,
            stamp,
            weight,
        } = weighed;
        let confirmed = existing.standing.confirmed_by(&stamp);
        let list_at = existing.standing.list_at_after(&stamp, weight, confirmed);
        let worked_out = columns_after(existing, report, joined, name);
        let columns = worked_out.as_ref().unwrap_or(&report.columns);
        let portion = joined.map_or(existing.standing.portion, |joined| joined.portion);
        let hash = noted_hash(weighed, portion).filter(|_| weight == Weight::Replaces);
        let (message_name, message_at) = self.message_columns(name, stamp.key.at);
        self.cached(
            "UPDATE users SET user_id = ?1, name = ?2, origin = ?3, email = ?4, channels = ?5,
                properties = ?6, message_name = ?7, message_at = ?8, state = ?9,
                at = ?10, how = ?11, asked_at = coalesce(?12, asked_at), hash = ?13,
                part_at = ?14
             WHERE row = ?15",
        )?
        .execute(params![
            user_id(existing, weighed),
            kept_text(self.keep, Some(&columns.name)),
            (self.keep == Keep::All).then_some(columns.origin),
            kept_text(self.keep, columns.email.as_ref()),
            kept_text(self.keep, columns.channels.as_ref()),
            kept_text(self.keep, columns.properties.as_ref()),
            message_name,
            message_at,
            portion_code(portion),
            confirmed.at,
            source_code(confirmed.source),
            (self.source == Source::Api).then_some(self.at),
            hash,
            list_at,
            existing.row,
        ])?;
        if let Some(joined) = joined {
            self.write_copy(existing.row, joined.api, &joined.json)?;
        }
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(())
    }
}

/// The copy with what counts of the report; `None` if that makes no difference.
fn joined_copy(existing: &Existing, weighed: Weighed<'_>) -> Option<Joined> {
    let Weighed {
        report,
        stamp,
        weight,
    } = weighed;
    let known = existing.standing;
    let joining = known.joining(&stamp, weight);
    if joining == Joining::Stays {
        return None;
    }
    let Some((api, json)) = &existing.copy else {
        return first_copy(existing, weighed);
    };
    match joining {
        Joining::Stays => None,
        Joining::Replaced => {
            let carried = kept::carry(json, *api, &report.json, report.api);
            let new = carried.as_ref().unwrap_or(&report.json);
            let differs = new != json || *api != report.api || stamp.portion > known.portion;
            differs.then(|| Joined {
                api: report.api,
                json: new.clone(),
                portion: Portion::Whole,
            })
        }
        Joining::LaidOver => Some(Joined {
            api: report.api,
            json: kept::join(&report.json, report.api, json, *api, Weight::Replaces)?,
            portion: Portion::Whole,
        }),
        Joining::Joined => {
            let new = kept::join(json, *api, &report.json, report.api, weight)?;
            (!kept::is_same(json, &new, *api)).then_some(Joined {
                api: *api,
                json: new,
                portion: known.portion,
            })
        }
    }
}

/// The first copy of a user that was known by ids alone.
fn first_copy(existing: &Existing, weighed: Weighed<'_>) -> Option<Joined> {
    let report = weighed.report;
    if report.portion == Portion::Ids {
        return None;
    }
    let mut json = report.json.clone();
    let user_id = user_id(existing, weighed);
    if user_id.is_some() && user_id != report.columns.user_id.as_deref() {
        let ids = kept::ids_alone(&existing.id, user_id);
        json = kept::join(&json, report.api, &ids, ApiVersion::V11, Weight::Replaces)?;
    }
    Some(Joined {
        api: report.api,
        json,
        portion: report.portion,
    })
}

/// The columns after the report; `None` if they are the report's own, as they mostly are: the whole
/// copy is the report, and they were worked out when it was read.
fn columns_after(
    existing: &Existing,
    report: &Report,
    joined: Option<&Joined>,
    name: Option<&MessageName>,
) -> Option<Columns> {
    let joined = joined.map(|joined| (joined.api, joined.json.as_str()));
    let known = existing.copy.as_ref();
    let known = known.map(|(api, json)| (*api, json.as_str()));
    let reported = (report.api, report.json.as_str());
    let (api, json) = joined.or(known).unwrap_or(reported);
    if name.is_none() && joined.or(known) == Some(reported) {
        return None;
    }
    Columns::of_copy(api, json, name)
}

/// The `userId` after the report.
fn user_id<'u>(existing: &'u Existing, weighed: Weighed<'u>) -> Option<&'u str> {
    let known = existing.user_id.as_deref();
    let reported = weighed.report.columns.user_id.as_deref();
    user_id_after(known, reported, weighed.stamp.portion, weighed.weight)
}

/// The hash under which a line is known to change nothing.
fn noted_hash(weighed: Weighed<'_>, known: Portion) -> Option<i64> {
    let hash = weighed.report.hash.filter(|_| weighed.stamp.covers(known));
    hash.map(u64::cast_signed)
}
