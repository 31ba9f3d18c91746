//! The users that this console knows, in memory.
//!
//! In: users from the API, rows of a store, imported ids; what the agent opened and pinned.
//! Out: [`Snapshot`]s to search. The index holds all users with what is searched and shown in
//! lists; users are kept whole only if the API returned them in this session.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::index::{BuiltIndex, Merge, Merged, Rows};
use super::person::Person;
use super::snapshot::Snapshot;
use crate::domain::facts::Source;
use crate::domain::{DisplayName, KnownUser, Pin, SmoochId, User, WholeReport, name};

/// All known users, each once.
#[derive(Debug, Default)]
pub struct KnownUsers {
    /// The users as they are known now; it is changed in place and copied to be searched.
    current: Snapshot,
    /// Users that were learned in this session and may not be in the store yet.
    unwritten: HashSet<SmoochId>,
    /// Whether a merge has begun that is not installed yet.
    is_merging: bool,
}

impl KnownUsers {
    /// All users as they are known now, to be searched while the directory changes.
    pub fn snapshot(&self) -> Snapshot {
        self.current.clone()
    }

    /// How many users are known.
    pub const fn len(&self) -> usize {
        self.current.index.len()
    }

    /// Whether no user is known.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a user is known at all.
    pub(crate) fn knows(&self, id: &SmoochId) -> bool {
        self.current.index.find(id).is_some()
    }

    /// Adds users that are known by their `_id` alone.
    pub fn import_ids(&mut self, ids: impl IntoIterator<Item = SmoochId>) {
        for id in ids {
            if !self.knows(&id) {
                self.current.index.put(&Person::bare(id.expose()));
            }
        }
    }

    /// Installs users that were indexed elsewhere, such as those of a store. Users that were learned
    /// since then count as newer.
    pub fn install(&mut self, built: BuiltIndex) {
        self.current.index.install(built);
    }

    /// Installs users as the store holds them now, after another process wrote to it.
    ///
    /// A user that the store no longer holds was forgotten or purged and is forgotten here too; a
    /// user that was learned and is not written yet stays.
    pub(crate) fn reinstall(&mut self, built: BuiltIndex) {
        let Snapshot {
            index,
            copies,
            habits,
        } = &mut self.current;
        let unwritten = &self.unwritten;
        index.install_with(built, |rows, at| {
            rows.is_bare(at) || unwritten.contains(&rows.smooch_id(at))
        });
        copies.retain(|id| index.find(id).is_some());
        Arc::make_mut(habits).retain(|id| index.find(id).is_some());
    }

    /// Notes that the store holds what was learned about a user.
    pub(crate) fn note_written(&mut self, id: &SmoochId) {
        self.unwritten.remove(id);
    }

    /// Whether a user was learned and may not be in the store yet.
    pub(crate) fn is_unwritten(&self, id: &SmoochId) -> bool {
        self.unwritten.contains(id)
    }

    /// Begins a merge if enough users came one by one to make it worth it, and if none has begun.
    /// It is built elsewhere, while this directory is searched and changed.
    pub(crate) fn begin_due_merge(&mut self) -> Option<Merge> {
        let is_due = self.current.index.is_merge_due() && !self.is_merging;
        is_due.then(|| self.begin_merge())
    }

    /// Begins a merge, however few users came.
    pub(super) fn begin_merge(&mut self) -> Merge {
        self.is_merging = true;
        self.current.index.begin_merge()
    }

    /// Installs a merge; what was learned since it began stays.
    pub(crate) fn finish_merge(&mut self, merged: Merged) {
        self.is_merging = false;
        self.current.index.finish_merge(merged);
    }

    /// Adds what a store knows about a user.
    pub fn learn_person(&mut self, person: &Person<'_>) {
        self.current.index.put(person);
    }

    /// Keeps a user as the API returned them.
    pub fn learn(&mut self, user: User, at: Timestamp) {
        self.learn_known(KnownUser {
            name: name::resolve_display_name(&user, &[]),
            user,
            confirmed_at: at,
            source: Source::Api,
            notes: Vec::new(),
            whole: WholeReport::InTheUser,
            beside: Vec::new(),
        });
    }

    /// Keeps a user with all that is known beside what the API returned.
    pub(crate) fn learn_known(&mut self, known: KnownUser) {
        // The API itself decides a name from the user's messages; a guess made without the messages
        // must not replace it (API document, section 8.4).
        let name = match self.name_of(&known.user.id) {
            Some(old) => known.name.clone().unless_worse_than(&old),
            None => known.name.clone(),
        };
        self.unwritten.insert(known.user.id.clone());
        self.keep(KnownUser { name, ..known });
    }

    /// Keeps a name that was resolved with the user's messages.
    pub fn learn_name(&mut self, id: &SmoochId, name: DisplayName) {
        let Some(old) = self.current.copies.get(id) else {
            return self.rename(id, &name);
        };
        if old.name != name {
            let old = KnownUser::clone(old);
            self.keep(KnownUser { name, ..old });
        }
    }

    fn keep(&mut self, known: KnownUser) {
        Person::of(&known, |person| self.learn_person(person));
        self.current.copies.insert(known);
    }

    /// Names a user that only the index knows.
    fn rename(&mut self, id: &SmoochId, name: &DisplayName) {
        // A name alone does not bring back a user who was forgotten meanwhile.
        let Some(number) = self.current.index.find(id) else {
            return;
        };
        let renamed = {
            let (rows, at) = self.current.index.row(number);
            if rows.is_bare(at) {
                return;
            }
            rows.with_person(at, |person| Person::named(person, name, Rows::of_person))
        };
        renamed.with_person(0, |person| self.learn_person(person));
    }

    fn name_of(&self, id: &SmoochId) -> Option<DisplayName> {
        if let Some(copy) = self.current.copies.get(id) {
            return Some(copy.name.clone());
        }
        let (rows, at) = self.current.index.row(self.current.index.find(id)?);
        let summary = rows.summary(at)?;
        Some(DisplayName {
            text: summary.name,
            provenance: summary.provenance,
            ..DisplayName::unknown()
        })
    }

    /// Notes that the agent opened a user: for recents, and for the order of equals.
    pub fn note_opened(&mut self, id: &SmoochId, at: Timestamp) {
        self.import_ids([id.clone()]);
        self.recall_opened(id, at);
    }

    /// Restores that the agent opened a user earlier; that alone does not bring the user back.
    pub(crate) fn recall_opened(&mut self, id: &SmoochId, at: Timestamp) {
        Arc::make_mut(&mut self.current.habits).note_opened(id, at);
    }

    /// Pins a user: pinned users come first among equals.
    pub fn pin(&mut self, id: &SmoochId) {
        self.import_ids([id.clone()]);
        self.recall_pinned(id);
    }

    /// Removes a user's pin.
    pub(crate) fn unpin(&mut self, id: &SmoochId) {
        Arc::make_mut(&mut self.current.habits).set_pin(id, Pin::Removed);
    }

    /// Restores that the agent pinned a user earlier; that alone does not bring the user back.
    pub(crate) fn recall_pinned(&mut self, id: &SmoochId) {
        Arc::make_mut(&mut self.current.habits).set_pin(id, Pin::Set);
    }

    /// Whether a user is pinned.
    pub(crate) fn is_pinned(&self, id: &SmoochId) -> bool {
        self.current.habits.is_pinned(id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::search::index::IndexBuilder;

    fn id(number: usize) -> SmoochId {
        SmoochId::new(format!("7c1f0a9be35d42608f1b{number:04x}"))
    }

    #[test]
    fn a_merge_is_due_once_and_loses_nobody() {
        let mut known = KnownUsers::default();
        known.import_ids((0..1_000).map(id));
        assert!(known.begin_due_merge().is_none());
        known.import_ids((0..1_500).map(id));
        let merge = known.begin_due_merge().unwrap();
        assert!(known.begin_due_merge().is_none(), "one has begun");
        known.import_ids((0..1_600).map(id));
        known.finish_merge(merge.build());
        assert_eq!(known.len(), 1_600);
        assert!((0..1_600).all(|number| known.knows(&id(number))));
        assert!(known.begin_due_merge().is_none());
        known.import_ids((0..3_000).map(id));
        assert!(known.begin_due_merge().is_some());
    }

    #[test]
    fn an_installed_index_is_older_than_what_was_learned() {
        let person = |number: usize, user_id: &'static str, take: &mut dyn FnMut(&Person<'_>)| {
            take(&Person {
                user_id: Some(user_id),
                confirmed_at: Some(Timestamp::UNIX_EPOCH),
                ..Person::bare(id(number).expose())
            });
        };
        let mut builder = IndexBuilder::default();
        for number in 0..3 {
            person(number, "stored", &mut |person| builder.push(person));
        }
        let mut known = KnownUsers::default();
        known.import_ids([id(0)]);
        person(1, "learned", &mut |person| known.learn_person(person));
        known.install(builder.build());
        assert_eq!(known.len(), 3);
        let user_id = |number: usize| {
            let found = known.current.index.find(&id(number)).unwrap();
            let user_id = known.current.entry(found).summary.unwrap().user_id.unwrap();
            user_id.expose().to_owned()
        };
        assert_eq!([0, 1, 2].map(user_id), ["stored", "learned", "stored"]);
    }

    #[test]
    fn a_user_who_left_the_store_is_forgotten() {
        let stored = |numbers: &[usize]| {
            let mut builder = IndexBuilder::default();
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
            known.pin(&id(number));
        }
        known.note_written(&id(2));
        known.note_written(&id(3));
        known.reinstall(stored(&[0, 2]));
        let alive = [0, 1, 2, 3, 4].map(|number| known.knows(&id(number)));
        assert_eq!(alive, [true, false, true, false, true]);
        assert_eq!(known.len(), 3);
        let copies = &known.current.copies;
        assert!(copies.get(&id(2)).is_some() && copies.get(&id(3)).is_none());
        assert!(known.is_pinned(&id(2)) && !known.is_pinned(&id(3)));
        known.learn_name(&id(3), DisplayName::unknown());
        assert!(!known.knows(&id(3)), "a name alone brings nobody back");
    }

    #[test]
    fn a_snapshot_stays_as_it_was() {
        let mut known = KnownUsers::default();
        known.import_ids((0..3).map(id));
        let snapshot = known.snapshot();
        known.import_ids((0..9).map(id));
        known.pin(&id(0));
        assert_eq!((snapshot.index.len(), known.len()), (3, 9));
        assert!(!snapshot.habits.is_pinned(&id(0)) && known.is_pinned(&id(0)));
        assert_ne!(snapshot.version(), known.snapshot().version());
    }
}
