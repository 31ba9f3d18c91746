//! The users this console has seen or been told of, in memory.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::folded::Folded;
use super::query::{Entry, HitField, Known};
use crate::domain::{DisplayName, SmoochId, Untrusted, User, name};

/// One searched field: what is shown and what is searched.
#[derive(Debug, Clone)]
pub(super) struct SearchField {
    pub(super) kind: HitField,
    pub(super) shown: Untrusted,
    pub(super) folded: Folded,
}

/// A user with the fields that are searched.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) entry: Entry,
    pub(super) fields: Vec<SearchField>,
    /// When the agent last opened this user; higher is later, 0 is never.
    pub(super) opened: u64,
}

/// All users that are known, each once.
#[derive(Debug, Default)]
pub struct KnownUsers {
    records: Vec<Record>,
    by_id: HashMap<SmoochId, usize>,
    opened: u64,
}

impl KnownUsers {
    /// How many users are known.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Remembers that users exist of whom nothing but the `_id` is known.
    pub fn import_ids(&mut self, ids: impl IntoIterator<Item = SmoochId>) {
        for id in ids {
            self.record_mut(&id);
        }
    }

    /// The users of whom nothing but the `_id` is known, in the order in which they came.
    pub fn ids_without_copy(&self) -> Vec<SmoochId> {
        let bare = self
            .records
            .iter()
            .filter(|record| record.entry.copy.is_none());
        bare.map(|record| record.entry.id.clone()).collect()
    }

    /// Keeps what the API told about a user.
    pub fn learn(&mut self, user: User, at: Timestamp) {
        let resolved = name::resolve_display_name(&user, &[]);
        let record = self.record_mut(&user.id);
        let name = match record.entry.copy.as_deref() {
            Some(old) => resolved.unless_worse_than(&old.name),
            None => resolved,
        };
        record.set(Known {
            user,
            name,
            confirmed_at: at,
        });
    }

    /// Keeps a name that was resolved with the user's messages at hand.
    pub fn learn_name(&mut self, id: &SmoochId, name: DisplayName) {
        let record = self.record_mut(id);
        if let Some(old) = record.entry.copy.as_deref()
            && old.name != name
        {
            record.set(Known {
                name,
                ..old.clone()
            });
        }
    }

    /// Remembers that the agent opened a user, for the order of recents.
    pub fn note_opened(&mut self, id: &SmoochId) {
        self.opened += 1;
        let opened = self.opened;
        self.record_mut(id).opened = opened;
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    fn record_mut(&mut self, id: &SmoochId) -> &mut Record {
        let next = self.records.len();
        let index = *self.by_id.entry(id.clone()).or_insert(next);
        if index == next {
            self.records.push(Record::bare(id.clone()));
        }
        &mut self.records[index]
    }
}

impl Record {
    fn bare(id: SmoochId) -> Self {
        let fields = vec![SearchField::new(HitField::SmoochId, id.untrusted())];
        Self {
            entry: Entry { id, copy: None },
            fields,
            opened: 0,
        }
    }

    fn set(&mut self, known: Known) {
        self.fields = search_fields(&known);
        self.entry.copy = Some(Arc::new(known));
    }
}

impl SearchField {
    fn new(kind: HitField, shown: &Untrusted) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "folded for comparing, never shown"
        )]
        let folded = Folded::new(shown.expose());
        Self {
            kind,
            shown: shown.clone(),
            folded,
        }
    }
}

/// Every field that is searched, the one that rows show first.
fn search_fields(known: &Known) -> Vec<SearchField> {
    let user = &known.user;
    let mut fields = vec![SearchField::new(HitField::Name, &known.name.text)];
    fields.extend(
        user.email
            .iter()
            .map(|text| SearchField::new(HitField::Email, text)),
    );
    fields.extend(
        user.user_id
            .iter()
            .map(|id| SearchField::new(HitField::UserId, id.untrusted())),
    );
    fields.push(SearchField::new(HitField::SmoochId, user.id.untrusted()));
    for client in user.clients.iter().chain(&user.pending_clients) {
        let names = client.display_name.iter();
        fields.extend(names.map(|text| SearchField::new(HitField::ChannelName, text)));
        let ids = client.external_id.iter();
        fields.extend(ids.map(|text| SearchField::new(HitField::ExternalId, text)));
    }
    fields
}
