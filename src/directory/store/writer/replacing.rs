//! A whole user in place of an older one: most of what nightly files bring.
//!
//! Where nothing but an older whole user is known, and the newer one leaves nothing of it, the result
//! is the newer one alone. That is found out without joining anything.

use rusqlite::params;

use super::kept_columns::KeptColumns;
use super::{Applied, Outcome, Writer};
use crate::directory::store::codes::{
    Base, base_code, base_of_code, is_mixed, portion_code, source_code,
};
use crate::directory::store::existing::{Existing, Stamps};
use crate::directory::store::report::Reported;
use crate::directory::store::{Keep, Report, StoreError};
use crate::domain::facts::{FactSet, Key, Member, Portion, Source};
use crate::wire::facts::{self as wire, Extent};

impl Writer<'_> {
    /// Replaces an older whole user; `None` if anything of it, or anything else, stays known.
    pub(super) fn replace(
        &mut self,
        existing: &Existing,
        report: &Report,
    ) -> Result<Option<Applied>, StoreError> {
        let Some(facts) = self.replacement(existing, report) else {
            return Ok(None);
        };
        let Reported::Whole { api, json } = &report.what else {
            return Ok(None);
        };
        let stamps = existing.stamps.max(Stamps::of(report));
        let columns = KeptColumns::of(&report.columns, self.keep);
        self.cached(
            "UPDATE users SET user_id = ?1, name = ?2, origin = ?3, email = ?4, channels = ?5,
                properties = ?6, state = ?7, at = ?8, how = ?9, line = ?10, asked_at = ?11,
                seen_at = ?12, hash = ?13 WHERE row = ?14",
        )?
        .execute(params![
            columns.user_id,
            columns.name,
            columns.origin,
            columns.email,
            columns.channels,
            columns.properties,
            portion_code(Portion::Whole),
            report.key.at,
            source_code(report.key.source),
            report.key.line.cast_signed(),
            stamps.asked_at,
            stamps.seen_at,
            report.hash.map(u64::cast_signed),
            existing.row,
        ])?;
        let base = base_code(Some(Base::Whole(*api)));
        self.insert_copy
            .execute((existing.row, base, json, None::<String>))?;
        if let Some(rows) = &mut self.rows {
            rows.outdate(existing.hash);
        }
        Ok(Some(if facts.is_same {
            Outcome::Unchanged.into()
        } else {
            Outcome::Updated.into()
        }))
    }

    /// Whether nothing of what is known stays beside the report.
    fn replacement(&self, existing: &Existing, report: &Report) -> Option<Replacement> {
        let is_alone = self.keep == Keep::All
            && !self.has_gone()
            && !self.has_listed
            && !is_mixed(existing.origin)
            && existing.message_name.is_none()
            && report.message_name.is_none();
        let (base, json, None) = existing.copy.as_ref().filter(|_| is_alone)? else {
            return None;
        };
        let Some(Base::Whole(api)) = base_of_code(*base) else {
            return None;
        };
        let Reported::Whole {
            api: reported_api, ..
        } = report.what
        else {
            return None;
        };
        let rank = |key: Key| (key.source == Source::Api, key);
        // An answer that is older than a line of a file is the one to show as it came, but what the
        // line takes away is gone all the same.
        let is_newer = rank(existing.key) < rank(report.key) && existing.key < report.key;
        if api != reported_api || !is_newer {
            return None;
        }
        let known = wire::facts_of_user(json, api, Extent::Whole)?;
        let reported = report.facts()?;
        leaves_nothing(&known, &reported).then(|| Replacement {
            is_same: known.facts == reported.facts && known.closed == reported.closed,
        })
    }
}

/// What a report does to an older one that it replaces.
struct Replacement {
    /// Whether both say the same.
    is_same: bool,
}

/// Whether every fact and every closed set of an older whole user is overruled by a newer one.
fn leaves_nothing(known: &FactSet, reported: &FactSet) -> bool {
    let is_named = |member: &Member| reported.facts.iter().any(|(named, _)| named == member);
    let is_closed = |member: &Member| {
        // A `userId` is given once and for all: only the API itself says that it is gone.
        let may_go = *member != Member::UserId || reported.key.source == Source::Api;
        may_go && member.is_in_any(&reported.closed)
    };
    let mut facts = known.facts.iter();
    let mut sets = known.closed.iter();
    facts.all(|(member, _)| is_named(member) || is_closed(member))
        && sets.all(|set| reported.closed.contains(set))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::domain::ApiVersion::V11;
    use crate::domain::facts::Registers;

    fn facts(json: &str, at: i64, source: Source) -> FactSet {
        FactSet {
            key: Key {
                at,
                source,
                line: 0,
            },
            ..wire::facts_of_user(json, V11, Extent::Whole).unwrap()
        }
    }

    #[test]
    fn a_newer_user_replaces_an_older_one_exactly_when_joining_would_leave_nothing() {
        let users = [
            r#"{"_id":"u","userId":"c","properties":{"a":1},"clients":[{"id":"k","platform":"web"}]}"#,
            r#"{"_id":"u","email":"x@x","conversationStarted":true,"properties":{},"clients":[]}"#,
            r#"{"_id":"u","givenName":"A","avatarUrl":"https://x","properties":{"b":1}}"#,
            r#"{"_id":"u","conversationStarted":false,"properties":{},"clients":[],"pendingClients":[]}"#,
        ];
        for known in users {
            for reported in users {
                for source in [Source::File, Source::Api] {
                    let known = facts(known, 1, source);
                    let reported = facts(reported, 2, source);
                    let joined = Registers::of([&known, &reported]);
                    let left = joined.sets_beside(Some(&reported));
                    let expected = left.is_empty();
                    assert_eq!(
                        leaves_nothing(&known, &reported),
                        expected,
                        "{known:?} {reported:?}"
                    );
                }
            }
        }
    }
}
