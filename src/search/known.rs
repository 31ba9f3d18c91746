//! The users this console has seen or been told of, in memory.
//!
//! In: users of the API, rows of a store, ids that somebody imported; what the agent opened and
//! pinned. Out: the ground of a search. Everybody is in the index with what is searched and shown
//! in lists; whole users are kept only of those that the API told of in this session.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::index::{BuiltIndex, Index, Merge, Merged};
use super::person::Person;
use super::query::Entry;
use super::ranking::{Boost, Boosts, Narrowing, SecondThread};
use crate::domain::facts::Source;
use crate::domain::{DisplayName, KnownUser, Provenance, SmoochId, User, name};

/// Openings count half after this many seconds.
const HALF_LIFE: f64 = 7.0 * 24.0 * 60.0 * 60.0;

/// All users that are known, each once.
#[derive(Debug, Default)]
pub struct KnownUsers {
    index: Index,
    copies: HashMap<SmoochId, Arc<KnownUser>>,
    /// Users who were learnt in this session and may not stand in the store yet.
    unwritten: HashSet<SmoochId>,
    habits: HashMap<SmoochId, Habit>,
    openings: u64,
    /// Changes with every opening and pin.
    habits_version: u64,
    /// The newest moment that the directory was told of.
    now: Timestamp,
    /// Whether a merge has begun that is not yet in place.
    is_merging: bool,
    remembered: Mutex<Remembered>,
    second: SecondThread,
}

/// What the agent did with a user.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    pinned: bool,
    /// The binary logarithm of the openings' sum, each twice as heavy as one a half-life before.
    weight: f64,
    opened: u64,
}

/// What searches remember for the next one.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    pub(super) narrowing: Narrowing,
    /// What holds as long as nothing changes, and the version it holds for.
    facts: Option<(u64, Facts)>,
}

/// What holds as long as nothing changes.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) boosts: Arc<Boosts>,
    pub(super) oldest: Option<u32>,
}

impl KnownUsers {
    /// How many users are known.
    pub const fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether nobody is known.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Remembers that users exist of whom nothing but the `_id` is known.
    pub fn import_ids(&mut self, ids: impl IntoIterator<Item = SmoochId>) {
        for id in ids {
            if self.index.find(&id).is_none() {
                self.index.put(&Person::bare(id.expose()));
            }
        }
    }

    /// The users of whom nothing but the `_id` is known, in the order in which they came.
    pub fn ids_without_copy(&self) -> Vec<SmoochId> {
        let rows = self.index.numbers().map(|number| self.index.row(number));
        rows.filter(|(rows, at)| rows.is_bare(*at))
            .map(|(rows, at)| rows.smooch_id(at))
            .collect()
    }

    /// Puts users in place that were indexed beside the searches: those of a store, for instance.
    /// Whoever was learnt since counts as newer.
    pub fn install(&mut self, built: BuiltIndex) {
        self.index.install(built);
        self.remembered().narrowing.clear();
    }

    /// Puts users in place as the store holds them now, after others wrote there.
    ///
    /// Whom the store held and holds no more was forgotten or purged, and is known here no more
    /// either; whoever was learnt and is not written yet stays.
    pub fn reinstall(&mut self, built: BuiltIndex) {
        let unwritten = &self.unwritten;
        self.index.install_with(built, |rows, at| {
            rows.is_bare(at) || unwritten.contains(&rows.smooch_id(at))
        });
        self.copies.retain(|id, _| self.index.find(id).is_some());
        self.habits.retain(|id, _| self.index.find(id).is_some());
        self.habits_version += 1;
        self.remembered().narrowing.clear();
    }

    /// Notes that the store holds what was learnt of a user.
    pub fn note_written(&mut self, id: &SmoochId) {
        self.unwritten.remove(id);
    }

    /// Whether a user is known at all.
    pub fn knows(&self, id: &SmoochId) -> bool {
        self.index.find(id).is_some()
    }

    /// Begins a merge if so many users came one by one that it makes searches quicker, and if none
    /// is under way. It is built without this directory at hand, beside the searches.
    pub fn begin_due_merge(&mut self) -> Option<Merge> {
        let is_due = self.index.is_merge_due() && !self.is_merging;
        is_due.then(|| self.begin_merge())
    }

    /// Begins a merge, however few came.
    pub fn begin_merge(&mut self) -> Merge {
        self.is_merging = true;
        self.index.begin_merge()
    }

    /// Puts a merge in place; what was learnt since it began stays.
    pub fn finish_merge(&mut self, merged: Merged) {
        self.is_merging = false;
        self.index.finish_merge(merged);
        self.remembered().narrowing.clear();
    }

    /// Takes in what a store knows of a user.
    pub fn learn_person(&mut self, person: &Person<'_>) {
        let base = Arc::as_ptr(self.index.base());
        self.index.put(person);
        if Arc::as_ptr(self.index.base()) != base {
            self.remembered().narrowing.clear();
        }
    }

    /// Keeps what the API told about a user.
    pub fn learn(&mut self, user: User, at: Timestamp) {
        self.now = self.now.max(at);
        let resolved = name::resolve_display_name(&user, &[]);
        // A name out of the user's messages is what the API itself decided; a guess made
        // without the messages must not replace it (API document, section 8.4).
        let name = match self.name_of(&user.id) {
            Some(old)
                if old.provenance == Provenance::Message
                    && resolved.provenance > Provenance::Message =>
            {
                old
            }
            _ => resolved,
        };
        self.unwritten.insert(user.id.clone());
        self.keep(KnownUser {
            user,
            name,
            confirmed_at: at,
            source: Source::Api,
        });
    }

    /// Keeps a name that was resolved with the user's messages at hand.
    pub fn learn_name(&mut self, id: &SmoochId, name: DisplayName) {
        let Some(old) = self.copies.get(id) else {
            return self.rename(id, &name);
        };
        if old.name != name {
            let old = KnownUser::clone(old);
            self.keep(KnownUser { name, ..old });
        }
    }

    fn keep(&mut self, known: KnownUser) {
        Person::of(&known.user, &known.name, known.confirmed_at, |person| {
            self.learn_person(person);
        });
        self.copies.insert(known.user.id.clone(), Arc::new(known));
    }

    /// Names a user of whom only the index knows.
    fn rename(&mut self, id: &SmoochId, name: &DisplayName) {
        // A name alone brings nobody back who was forgotten meanwhile.
        let Some(number) = self.index.find(id) else {
            return;
        };
        let newer = {
            let (rows, at) = self.index.row(number);
            if rows.is_bare(at) {
                return;
            }
            rows.with_person(at, |person| {
                Person::named(person, name, super::index::Rows::of_person)
            })
        };
        newer.with_person(0, |person| self.learn_person(person));
    }

    fn name_of(&self, id: &SmoochId) -> Option<DisplayName> {
        if let Some(copy) = self.copies.get(id) {
            return Some(copy.name.clone());
        }
        let (rows, at) = self.index.row(self.index.find(id)?);
        let summary = rows.summary(at)?;
        Some(DisplayName {
            text: summary.name,
            provenance: summary.provenance,
            ..DisplayName::unknown()
        })
    }

    /// Remembers that the agent opened a user: for recents, and for the order of equals.
    pub fn note_opened(&mut self, id: &SmoochId, at: Timestamp) {
        self.import_ids([id.clone()]);
        self.recall_opened(id, at);
    }

    /// Brings back that the agent opened a user before; that alone brings nobody back.
    pub fn recall_opened(&mut self, id: &SmoochId, at: Timestamp) {
        self.now = self.now.max(at);
        self.openings += 1;
        let opened = self.openings;
        let habit = self.habit(id);
        habit.opened = opened;
        let one = at
            .duration_since(Timestamp::UNIX_EPOCH)
            .as_secs_f64()
            .max(0.0)
            / HALF_LIFE;
        let (more, less) = (habit.weight.max(one), habit.weight.min(one));
        // Nobody was opened before 1970, so a weight of 0 means never.
        habit.weight = if less > 0.0 {
            more + (less - more).exp2().ln_1p() / std::f64::consts::LN_2
        } else {
            more
        };
    }

    /// Pins a user, or takes the pin away: pinned users come first among equals.
    pub fn set_pinned(&mut self, id: &SmoochId, pinned: bool) {
        self.import_ids([id.clone()]);
        self.habit(id).pinned = pinned;
    }

    /// Brings back that the agent pinned a user before; that alone brings nobody back.
    pub fn recall_pinned(&mut self, id: &SmoochId) {
        self.habit(id).pinned = true;
    }

    /// Whether a user is pinned.
    pub fn is_pinned(&self, id: &SmoochId) -> bool {
        self.habits.get(id).is_some_and(|habit| habit.pinned)
    }

    /// Whether anybody is pinned.
    pub(super) fn has_pins(&self) -> bool {
        self.habits.values().any(|habit| habit.pinned)
    }

    fn habit(&mut self, id: &SmoochId) -> &mut Habit {
        self.habits_version += 1;
        self.habits.entry(id.clone()).or_default()
    }

    pub(super) const fn index(&self) -> &Index {
        &self.index
    }

    pub(super) const fn second(&self) -> &SecondThread {
        &self.second
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Changes with everything that a search depends on.
    pub(super) const fn version(&self) -> u64 {
        self.index.version() + self.habits_version
    }

    pub(super) fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn facts(&self) -> Facts {
        let mut remembered = self.remembered();
        match &remembered.facts {
            Some((version, facts)) if *version == self.version() => facts.clone(),
            _ => {
                let facts = self.gather_facts();
                remembered.facts = Some((self.version(), facts.clone()));
                facts
            }
        }
    }

    fn gather_facts(&self) -> Facts {
        let boosts = self.habits.iter().filter_map(|(id, habit)| {
            let boost = Boost {
                pinned: habit.pinned,
                // Weights are not negative, and the bits of such numbers sort as they do.
                frecency: habit.weight.to_bits(),
                opened: habit.opened,
            };
            Some((self.index.find(id)?, boost))
        });
        Facts {
            boosts: Arc::new(Boosts::new(boosts.collect())),
            oldest: self.index.oldest(),
        }
    }

    /// A user's entry by the number of their record.
    pub(super) fn entry(&self, number: usize) -> Entry {
        let (rows, at) = self.index.row(number);
        let id = rows.smooch_id(at);
        Entry {
            summary: rows.summary(at),
            pinned: self.is_pinned(&id),
            copy: self.copies.get(&id).cloned(),
            id,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_merge_is_due_once_and_loses_nobody() {
        let id = |number: usize| SmoochId::new(format!("7c1f0a9be35d42608f1b{number:04x}"));
        let mut known = KnownUsers::default();
        known.import_ids((0..1_000).map(id));
        assert!(known.begin_due_merge().is_none());
        known.import_ids((0..1_500).map(id));
        let merge = known.begin_due_merge().unwrap();
        assert!(known.begin_due_merge().is_none(), "one is under way");
        known.import_ids((0..1_600).map(id));
        known.finish_merge(merge.build());
        assert_eq!(known.len(), 1_600);
        assert_eq!(known.ids_without_copy().len(), 1_600);
        assert!(known.begin_due_merge().is_none());
        known.import_ids((0..3_000).map(id));
        assert!(known.begin_due_merge().is_some());
    }

    #[test]
    fn an_installed_index_is_older_than_what_was_learnt() {
        let id = |number: usize| format!("7c1f0a9be35d42608f1b{number:04x}");
        let mut builder = super::super::index::IndexBuilder::default();
        for number in 0..3 {
            let id = id(number);
            let bare = Person::bare(&id);
            builder.push(&Person {
                user_id: Some("stored"),
                confirmed_at: Some(Timestamp::UNIX_EPOCH),
                ..bare
            });
        }
        let mut known = KnownUsers::default();
        known.import_ids([SmoochId::new(id(0))]);
        let learnt = id(1);
        let bare = Person::bare(&learnt);
        known.learn_person(&Person {
            user_id: Some("learnt"),
            confirmed_at: Some(Timestamp::UNIX_EPOCH),
            ..bare
        });
        known.install(builder.build());
        assert_eq!(known.len(), 3);
        let user_id = |number: usize| {
            let found = known.index.find(&SmoochId::new(id(number))).unwrap();
            let user_id = known.entry(found).summary.unwrap().user_id.unwrap();
            user_id.expose().to_owned()
        };
        assert_eq!([0, 1, 2].map(user_id), ["stored", "learnt", "stored"]);
    }

    #[test]
    fn whom_the_store_holds_no_more_is_known_no_more() {
        let id = |number: usize| SmoochId::new(format!("7c1f0a9be35d42608f1b{number:04x}"));
        let stored = |numbers: &[usize]| {
            let mut builder = super::super::index::IndexBuilder::default();
            for number in numbers {
                builder.push(&Person::bare(id(*number).expose()));
            }
            builder.build()
        };
        let mut known = KnownUsers::default();
        known.install(stored(&[0, 1]));
        for number in [2, 3, 4] {
            let json = format!(r#"{{"_id":"{}"}}"#, id(number).expose());
            let user = crate::wire::v11::parse_user(json.as_bytes()).unwrap();
            known.learn(user, Timestamp::UNIX_EPOCH);
            known.set_pinned(&id(number), true);
        }
        known.note_written(&id(2));
        known.note_written(&id(3));
        known.reinstall(stored(&[0, 2]));
        let alive = [0, 1, 2, 3, 4].map(|number| known.knows(&id(number)));
        assert_eq!(alive, [true, false, true, false, true]);
        assert_eq!(known.len(), 3);
        assert!(known.copies.contains_key(&id(2)) && !known.copies.contains_key(&id(3)));
        assert!(known.is_pinned(&id(2)) && !known.is_pinned(&id(3)));
        known.learn_name(&id(3), DisplayName::unknown());
        assert!(!known.knows(&id(3)), "a name alone brings nobody back");
    }
}
