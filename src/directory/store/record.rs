//! What the file holds about one id: a whole user as it came, and the facts of other reports.
//!
//! In: the columns of a row. Out: registers, and the columns again after a report was added. Of
//! several whole users the newest answer of the API stays as it came, or else the newest; of the
//! others only the facts that still count.

use super::codes::{Base, base_code, base_of_code};
use super::keep::Keep;
use super::report::Reported;
use crate::domain::ApiVersion;
use crate::domain::facts::{FactSet, Key, Member, MessageName, Register, Registers, Set, Source};
use crate::wire::facts::{self as wire, Extent};

/// What the file holds about one id.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// When the whole user was reported, or else what came last.
    pub(super) key: Key,
    whole: Option<Whole>,
    pub(super) registers: Registers,
}

/// The same, with the id and the name on a message.
#[derive(Debug)]
pub(super) struct OwnRecord {
    pub(super) id: String,
    pub(super) record: Record,
    pub(super) message_name: Option<MessageName>,
}

/// A whole user, as it came.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) base: Base,
    pub(super) json: String,
    facts: FactSet,
}

/// A record in the form in which it is written.
pub(super) struct Written {
    pub(super) base: i64,
    pub(super) json: String,
    pub(super) facts: Option<String>,
}

impl Record {
    /// Reads what was written; `None` if it can no longer be read.
    pub(super) fn parse(key: Key, base: i64, json: &str, facts: Option<&str>) -> Option<Self> {
        let whole = match base_of_code(base) {
            Some(base) => Some(Whole::parse(base, json.to_owned(), key)?),
            None => None,
        };
        // What leaves its key out has that of the row.
        let sets = match facts {
            Some(facts) => wire::decode(facts, key)?,
            None => Vec::new(),
        };
        let base = whole.as_ref().map(|whole| &whole.facts);
        let registers = Registers::of(base.into_iter().chain(&sets));
        Some(Self {
            key,
            whole,
            registers,
        })
    }

    /// A user with nothing kept but the ids.
    pub(super) fn of_ids(key: Key, user_id: Option<&str>, has_none: bool) -> Self {
        let mut facts = Vec::new();
        if let Some(user_id) = user_id {
            facts.push((Member::UserId, Some(wire::value_of_text(user_id))));
        } else if has_none {
            facts.push((Member::NoUserId, None));
        }
        let facts = FactSet {
            key,
            register: Register::Api,
            facts,
            closed: Vec::new(),
        };
        Self {
            key,
            whole: None,
            registers: Registers::of([&facts]),
        }
    }

    /// The whole user as it came.
    pub(super) fn whole(&self) -> Option<&Whole> {
        self.whole.as_ref()
    }

    /// The whole user, if it is a single report.
    pub(super) fn whole_report(&self) -> Option<&str> {
        let whole = self.whole.as_ref()?;
        matches!(whole.base, Base::Whole(_)).then_some(&*whole.json)
    }

    /// The JSON that an earlier version of this program joined out of several reports.
    pub(super) fn joined(&self) -> Option<&str> {
        let whole = self.whole.as_ref()?;
        matches!(whole.base, Base::Joined(_)).then_some(&*whole.json)
    }

    /// What is known beyond the whole user.
    pub(super) fn sets_beside(&self) -> Vec<FactSet> {
        let base = self.whole.as_ref().map(|whole| &whole.facts);
        self.registers.sets_beside(base)
    }

    /// Adds a report; returns how many of its facts are older than what is known.
    pub(super) fn take(&mut self, what: &Reported, facts: &FactSet, keep: Keep) -> u64 {
        let ids;
        let facts = match keep {
            Keep::All => facts,
            Keep::Ids => {
                ids = ids_of(facts);
                &ids
            }
        };
        let older = self.registers.take(facts).older;
        match what {
            Reported::Whole { api, json } if keep == Keep::All => {
                let is_better = match &self.whole {
                    None => true,
                    Some(known) => known.rank() <= (is_answer(facts.key), facts.key),
                };
                if is_better {
                    self.key = facts.key;
                    self.whole = Some(Whole {
                        base: Base::Whole(*api),
                        json: json.clone(),
                        facts: facts.clone(),
                    });
                }
            }
            // What is said beside an answer, such as the name on a message, confirms nothing.
            _ if self.whole.is_none()
                && (!facts.facts.is_empty() || facts.key.source != Source::Api) =>
            {
                self.key = self.key.max(facts.key);
            }
            _ => {}
        }
        older
    }

    /// Whether another record has the same values, as far as they are kept.
    pub(super) fn says_the_same(&self, other: &Self, keep: Keep) -> bool {
        let user_id = |record: &Self| {
            let shown = record.registers.user_id();
            shown.map(|shown| shown.value.to_owned())
        };
        match keep {
            Keep::All => self.registers.says_the_same(&other.registers),
            Keep::Ids => user_id(self) == user_id(other),
        }
    }

    /// The key that reports beside a whole user share with the row, which is raised when the same
    /// line is met again: only that of a report that stands alone.
    const fn shared_key(&self, count: usize) -> Key {
        if self.whole.is_none() && count == 1 {
            self.key
        } else {
            NO_KEY
        }
    }

    /// The form in which it is written.
    pub(super) fn write(&self) -> Written {
        let sets = self.sets_beside();
        let facts = (!sets.is_empty()).then(|| wire::encode(&sets, self.shared_key(sets.len())));
        let (base, json) = match &self.whole {
            Some(whole) => (base_code(Some(whole.base)), whole.json.clone()),
            None => (base_code(None), String::new()),
        };
        Written { base, json, facts }
    }
}

impl Whole {
    fn parse(base: Base, json: String, key: Key) -> Option<Self> {
        let (api, extent) = match base {
            Base::Whole(api) => (api, Extent::Whole),
            Base::Joined(api) => (api, Extent::Part),
        };
        let mut facts = FactSet {
            key,
            ..wire::facts_of_user(&json, api, extent)?
        };
        let names_user_id = facts
            .facts
            .iter()
            .any(|(member, _)| *member == Member::UserId);
        // Copies of earlier versions: everything was known, but nothing says when each part of it was.
        if matches!(base, Base::Joined(_)) && !names_user_id {
            facts.facts.push((Member::NoUserId, None));
        }
        Some(Self { base, json, facts })
    }

    /// An answer of the API is better than a line of a file, and then the later one.
    fn rank(&self) -> (bool, Key) {
        (is_answer(self.facts.key), self.facts.key)
    }

    /// Whose words the JSON is in.
    pub(super) const fn api(&self) -> ApiVersion {
        match self.base {
            Base::Whole(api) | Base::Joined(api) => api,
        }
    }
}

/// No report has this key.
const NO_KEY: Key = Key {
    at: i64::MIN,
    source: Source::File,
    line: 0,
};

fn is_answer(key: Key) -> bool {
    key.source == Source::Api
}

/// A report without anything but ids.
fn ids_of(facts: &FactSet) -> FactSet {
    let is_id = |member: &Member| matches!(member, Member::UserId | Member::NoUserId);
    let mut ids: Vec<_> = facts
        .facts
        .iter()
        .filter(|(member, _)| is_id(member))
        .cloned()
        .collect();
    let says_all = facts
        .closed
        .iter()
        .any(|set| matches!(set, Set::Version1 | Set::Version2));
    if says_all && ids.is_empty() {
        ids.push((Member::NoUserId, None));
    }
    FactSet {
        key: facts.key,
        register: facts.register.clone(),
        facts: ids,
        closed: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::domain::ApiVersion::V11;

    const fn key(at: i64, source: Source) -> Key {
        Key {
            at,
            source,
            line: 0,
        }
    }

    /// What is reported of a user under a key.
    type Told = (Reported, FactSet);

    fn whole(at: i64, source: Source, name: &str) -> Told {
        let json = format!(
            r#"{{"_id":"u","givenName":"{name}","conversationStarted":true,"properties":{{}},"clients":[],"pendingClients":[]}}"#
        );
        let facts = FactSet {
            key: key(at, source),
            ..wire::facts_of_user(&json, V11, Extent::Whole).unwrap()
        };
        (Reported::Whole { api: V11, json }, facts)
    }

    fn part(at: i64, source: Source, json: &str) -> Told {
        let register = match source {
            Source::File => Register::List(None),
            Source::Webhook | Source::Api => Register::Api,
        };
        let facts = FactSet {
            key: key(at, source),
            register,
            ..wire::facts_of_user(json, V11, Extent::Part).unwrap()
        };
        (Reported::Part(facts.clone()), facts)
    }

    /// Every order of some reports.
    fn orders(told: &[Told]) -> Vec<Vec<Told>> {
        if told.is_empty() {
            return vec![Vec::new()];
        }
        let mut orders = Vec::new();
        for first in 0..told.len() {
            let mut rest = told.to_vec();
            let first = rest.remove(first);
            orders.extend(orders_after(&first, &rest));
        }
        orders
    }

    fn orders_after(first: &Told, rest: &[Told]) -> Vec<Vec<Told>> {
        let after = orders(rest).into_iter();
        let with_first = after.map(|rest| std::iter::once(first.clone()).chain(rest).collect());
        with_first.collect()
    }

    fn record_of(told: &[Told], keep: Keep) -> Record {
        let mut record = Record::default();
        for (what, facts) in told {
            record.take(what, facts, keep);
        }
        record
    }

    fn read_back(record: &Record) -> Record {
        let Written { base, json, facts } = record.write();
        Record::parse(record.key, base, &json, facts.as_deref()).unwrap()
    }

    #[test]
    fn of_whole_users_the_newest_answer_stays_as_it_came_whatever_the_order() {
        let told = [
            whole(3, Source::Api, "Three"),
            whole(4, Source::Api, "Four"),
            whole(5, Source::File, "Five"),
            part(6, Source::Webhook, r#"{"_id":"u","email":"six@x"}"#),
        ];
        let expected = record_of(&told, Keep::All);
        for order in orders(&told) {
            let record = record_of(&order, Keep::All);
            assert!(record.whole().unwrap().json.contains("Four"));
            assert_eq!(record.key, key(4, Source::Api));
            assert_eq!(record.registers, expected.registers);
            // The later line still counts, beside the answer.
            assert!(!record.sets_beside().is_empty());
        }
    }

    #[test]
    fn without_an_answer_the_newest_whole_line_stays_and_without_one_the_key_is_the_newest() {
        let parts = [
            part(1, Source::File, r#"{"_id":"u","email":"one@x"}"#),
            part(9, Source::File, r#"{"_id":"u","surname":"Nine"}"#),
        ];
        for order in orders(&parts) {
            let record = record_of(&order, Keep::All);
            assert!(record.whole().is_none());
            assert_eq!(record.key, key(9, Source::File));
        }
        let lines = [
            whole(2, Source::File, "Two"),
            whole(4, Source::File, "Four"),
        ];
        for order in orders(&[&parts[..], &lines].concat()) {
            let record = record_of(&order, Keep::All);
            assert!(record.whole().unwrap().json.contains("Four"));
            assert_eq!(record.key, key(4, Source::File), "a part confirms nothing");
        }
    }

    #[test]
    fn what_is_written_reads_back_the_same_after_every_report() {
        let told = [
            whole(3, Source::Api, "Three"),
            whole(5, Source::File, "Five"),
            part(
                2,
                Source::Webhook,
                r#"{"_id":"u","email":"two@x","userId":"c"}"#,
            ),
            part(4, Source::File, r#"{"_id":"u","properties":{"tag":"vip"}}"#),
        ];
        for order in orders(&told) {
            let mut record = Record::default();
            for (what, facts) in &order {
                record.take(what, facts, Keep::All);
                let read = read_back(&record);
                assert_eq!(read.registers, record.registers);
                assert_eq!(read.key, record.key);
                let json = |record: &Record| record.whole().map(|whole| whole.json.clone());
                assert_eq!(json(&read), json(&record));
            }
        }
    }

    #[test]
    fn a_whole_user_alone_needs_nothing_beside_also_if_only_ids_were_kept_before() {
        let (what, facts) = whole(3, Source::File, "Three");
        for has_none in [true, false] {
            let mut record = Record::of_ids(key(3, Source::File), None, has_none);
            record.take(&what, &facts, Keep::All);
            assert_eq!(record.sets_beside(), []);
        }
    }

    #[test]
    fn where_only_ids_are_kept_nothing_else_is_taken() {
        let told = [
            whole(3, Source::Api, "Three"),
            part(
                4,
                Source::Webhook,
                r#"{"_id":"u","email":"four@x","userId":"c"}"#,
            ),
        ];
        for order in orders(&told) {
            let record = record_of(&order, Keep::Ids);
            assert!(record.whole().is_none());
            let names: Vec<_> = record.registers.names().cloned().collect();
            assert_eq!(names, [Member::UserId, Member::NoUserId]);
            let user_id = record.registers.user_id().unwrap();
            assert_eq!(user_id.value, "\"c\"");
        }
    }
}
