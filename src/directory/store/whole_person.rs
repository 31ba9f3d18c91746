//! Everything that the file holds about one person: under the id that is shown, under ids that were
//! merged into it, and what lists say under the `userId`.
//!
//! In: the open file and an id. Out: the person, as lists, searches and the profile show them.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::Connection;

use super::StoreError;
use super::codes::time;
use super::columns::Columns;
use super::existing::Existing;
use super::lineage::Fates;
use super::listed::registers_of;
use super::record::OwnRecord;
use super::report::portion_of;
use crate::domain::facts::{
    Discarded, FactSet, Key, Member, MessageName, MissingUserId, PersonView, Portion, Register,
    Registers, Set, Source, Value,
};
use crate::domain::{
    Authentication, FactNote, KnownUser, Properties, RawJson, ReportedPart, SmoochId, Standing,
    Untrusted, User, WholeReport, name,
};
use crate::wire::facts as wire;
use crate::wire::{kept, notes_of};

/// What else may be about a person.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartsOf {
    /// Whether any id was merged away.
    pub(super) gone: bool,
    /// Whether lists name anybody by the `userId` alone.
    pub(super) listed: bool,
}

/// Everything that the file holds about one person.
#[derive(Debug)]
pub(super) struct PersonRecord {
    own: OwnRecord,
    listed: Option<Registers>,
    discarded: Vec<(OwnRecord, Key)>,
}

impl PersonRecord {
    /// Reads what else belongs to the person.
    pub(super) fn read(
        directory: &Connection,
        own: OwnRecord,
        parts: PartsOf,
    ) -> Result<Self, StoreError> {
        let discarded = if parts.gone {
            discarded_of(directory, &own.id)?
        } else {
            Vec::new()
        };
        let listed = if parts.listed {
            listed_of(directory, &own)?
        } else {
            None
        };
        Ok(Self {
            own,
            listed,
            discarded,
        })
    }

    /// Whether nothing but the copy says anything.
    fn is_copy_alone(&self) -> bool {
        self.listed.is_none()
            && self.discarded.is_empty()
            && self.own.record.whole().is_some()
            && self.own.record.sets_beside().is_empty()
    }

    fn view(&self) -> PersonView<'_> {
        let discarded = self.discarded.iter().map(|(own, merged)| Discarded {
            registers: &own.record.registers,
            merged: *merged,
        });
        let discarded: Vec<Discarded<'_>> = discarded.collect();
        PersonView::of(&self.own.record.registers, self.listed.as_ref(), &discarded)
    }

    /// The newest name on a message; one that a discarded id wrote counts where the survivor has
    /// none.
    fn message_name(&self) -> Option<&MessageName> {
        let discarded = self.discarded.iter();
        let newest_of_discarded = || {
            let names = discarded.map(|(own, _)| own.message_name.as_ref());
            names.fold(None, MessageName::later)
        };
        self.own.message_name.as_ref().or_else(newest_of_discarded)
    }

    /// How much of the person is known.
    pub(super) fn portion(&self) -> Portion {
        let registers = &self.own.record.registers;
        if registers.is_closed(&Set::Version1) || registers.is_closed(&Set::Version2) {
            return Portion::Whole;
        }
        if self.own.record.whole().is_some() {
            return Portion::Whole;
        }
        let listed = self.listed.iter();
        let discarded = self.discarded.iter().map(|(own, _)| &own.record.registers);
        let all = std::iter::once(registers).chain(listed).chain(discarded);
        portion_of(all.flat_map(Registers::names))
    }

    fn user(&self) -> Option<User> {
        let mut user = match self.own.record.whole() {
            // As it came: in the API's order, and with what only a reader of that version knows.
            Some(whole) if self.is_copy_alone() => kept::parse_user(&whole.json, whole.api())?,
            _ => self.joined_user(),
        };
        user.portion = self.portion();
        user.missing_user_id = match self.view().no_user_id {
            Some(_) => MissingUserId::MeansNone,
            None => MissingUserId::SaysNothing,
        };
        Some(user)
    }

    fn joined_user(&self) -> User {
        let view = self.view();
        let mut user = wire::user_of(&SmoochId::new(self.own.id.as_str()), &view);
        // What an event or a file said of a login once is not what the API says of it now.
        let login = view.members.get(&Member::Other("authenticated".into()));
        if login.is_none_or(|seen| seen.shown.key.source != Source::Api) {
            user.authentication = Authentication::ApiCannotTell;
        }
        user
    }

    /// What lists and searches see.
    pub(super) fn columns(&self) -> Option<Columns> {
        let mut columns = Columns::of(&self.user()?, self.message_name());
        if self.is_copy_alone() {
            return Some(columns);
        }
        columns.add_others(&self.notes());
        Some(columns.beside_copy())
    }

    fn notes(&self) -> Vec<FactNote> {
        let discarded = self.discarded.iter();
        let discarded = discarded.map(|(own, _)| SmoochId::new(own.id.as_str()));
        let discarded: Vec<SmoochId> = discarded.collect();
        notes_of(&self.view(), self.own.record.key, &discarded)
    }

    /// The newest report of the whole user, as it came.
    fn whole(&self) -> WholeReport {
        match self.own.record.whole_report() {
            Some(_) if self.is_copy_alone() => WholeReport::InTheUser,
            Some(json) => WholeReport::Apart(RawJson::new(json)),
            None => WholeReport::Missing,
        }
    }

    /// What was reported beside the whole user, the latest first.
    fn beside(&self) -> Vec<ReportedPart> {
        let own = self.own.record.sets_beside();
        let listed = self.listed.iter();
        let listed = listed.flat_map(|registers| registers.sets_beside(None));
        let mut parts: Vec<(Key, ReportedPart)> = own
            .iter()
            .chain(&listed.collect::<Vec<_>>())
            .filter_map(|set| Some((set.key, self.part_of(&self.own.id, set)?)))
            .collect();
        for (own, _) in &self.discarded {
            for set in own.record.registers.sets_beside(None) {
                let part = self.part_of(&own.id, &set);
                parts.extend(part.map(|part| (set.key, part)));
            }
        }
        let own = &self.own.record;
        parts.extend(own.joined().map(|json| {
            let at = time(own.key.at).unwrap_or_default();
            (own.key, joined_part(own.key.source, at, RawJson::new(json)))
        }));
        parts.sort_by_key(|(key, _)| std::cmp::Reverse(*key));
        parts.into_iter().map(|(_, part)| part).collect()
    }

    /// What a report says by itself; `None` if that is nothing to show.
    fn part_of(&self, id: &str, set: &FactSet) -> Option<ReportedPart> {
        if set.facts.is_empty() {
            return None;
        }
        let registers = Registers::of([&with_nulls(set)]);
        let view = PersonView::of(&registers, None, &[]);
        let known = &self.own.record.registers;
        let standing = match &set.register {
            Register::List(Some(claimed)) if known.contradicts(claimed) => Standing::OtherUserId,
            _ => Standing::Counts,
        };
        Some(ReportedPart {
            source: set.key.source,
            at: time(set.key.at).unwrap_or_default(),
            old_id: (id != self.own.id).then(|| SmoochId::new(id)),
            json: RawJson::new(wire::document(id, &view)),
            standing,
        })
    }

    /// The person as the profile shows them.
    pub(super) fn known_user(&self) -> Option<KnownUser> {
        let mut user = self.user()?;
        let whole = self.own.record.whole().filter(|_| !self.is_copy_alone());
        if let Some(whole) = whole.and_then(|whole| kept::parse_user(&whole.json, whole.api())) {
            arrange(&mut user.properties, &whole.properties);
        }
        let messages = self.message_name().map(MessageName::message);
        let name = name::resolve_display_name(&user, messages.as_slice());
        Some(KnownUser {
            name,
            confirmed_at: time(self.own.record.key.at).unwrap_or_default(),
            source: self.own.record.key.source,
            notes: self.notes(),
            whole: self.whole(),
            beside: self.beside(),
            user,
        })
    }
}

/// Brings properties into the order of the answer; those that it does not have follow.
fn arrange(properties: &mut Properties, answered: &Properties) {
    let places = answered.0.iter().enumerate();
    let places: HashMap<&Untrusted, usize> =
        places.map(|(place, (name, _))| (name, place)).collect();
    let place = |name: &Untrusted| places.get(name).copied().unwrap_or(usize::MAX);
    properties.0.sort_by_key(|(name, _)| place(name));
}

/// What an earlier version of this program joined.
pub(super) fn joined_part(source: Source, at: Timestamp, json: RawJson) -> ReportedPart {
    ReportedPart {
        source,
        at,
        old_id: None,
        json,
        standing: Standing::Joined,
    }
}

/// The same report, in which what it says there is none of is written as `null`.
fn with_nulls(set: &FactSet) -> FactSet {
    let with_null = |(member, value): &(Member, Value)| {
        let member = match member {
            Member::NoUserId => Member::UserId,
            other => other.clone(),
        };
        let value = value.clone().or_else(|| Some("null".into()));
        (member, value)
    };
    FactSet {
        facts: set.facts.iter().map(with_null).collect(),
        ..set.clone()
    }
}

/// What is kept under the ids that were merged into this one, those that were deleted left out.
fn discarded_of(directory: &Connection, id: &str) -> Result<Vec<(OwnRecord, Key)>, StoreError> {
    let fates = Fates::of(directory);
    let mut found = Vec::new();
    for discarded in fates.discarded_of(id)? {
        if fates.deleted_at(&discarded.id)?.is_some() {
            continue;
        }
        if let Some(existing) = Existing::find(directory, &discarded.id)? {
            found.push((existing.own()?, discarded.merged));
        }
    }
    Ok(found)
}

/// What lists say under the `userId` alone, if it belongs to this user: of several with the same
/// `userId`, to the one that the newest report with both ids names.
fn listed_of(directory: &Connection, own: &OwnRecord) -> Result<Option<Registers>, StoreError> {
    let Some(shown) = own.record.registers.user_id() else {
        return Ok(None);
    };
    let Some(user_id) = wire::text_of(shown.value) else {
        return Ok(None);
    };
    let Some(listed) = registers_of(directory, &user_id)? else {
        return Ok(None);
    };
    let mut namesakes = directory.prepare_cached("SELECT id FROM users WHERE user_id = ?1")?;
    let namesakes = namesakes.query_map([&user_id], |row| row.get::<_, String>(0))?;
    for id in namesakes.collect::<Result<Vec<_>, _>>()? {
        if id == own.id {
            continue;
        }
        if let Some(other) = Existing::find(directory, &id)? {
            let record = other.record()?;
            let named = (record.registers.named_at(shown.value), &*id);
            if named > (own.record.registers.named_at(shown.value), &*own.id) {
                return Ok(None);
            }
        }
    }
    Ok(Some(listed))
}
