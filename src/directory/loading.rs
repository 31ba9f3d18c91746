//! Everybody out of a store into an index.
//!
//! In: a store. Out: everybody in it, ready to be searched. The file is read in parts beside each
//! other, each through a connection of its own, and each part is sorted where it was read; what is
//! left is to join sorted lists.

use std::borrow::Cow;

use super::index::{BuiltIndex, IndexBuilder};
use super::known::KnownUsers;
use super::person::{Person, PersonChannel};
use super::store::{Completeness, Store, StoreError, StoredRow};
use crate::domain::{Naming, Provenance};

/// Opened users who are remembered for the list of recents.
pub const RECENTS: u32 = 200;

/// The name of somebody of whom only ids are kept.
const NAMELESS: &str = "Anonymous";

/// Reads everybody who is kept, and makes them ready to be searched.
pub fn load_everybody(store: &Store) -> Result<BuiltIndex, StoreError> {
    let mut builder = IndexBuilder::default();
    store.each_row(|row| push(&mut builder, row))?;
    Ok(builder.build())
}

/// Everybody who is kept, with whom the agent opened and pinned.
pub fn load_known(store: &Store) -> Result<KnownUsers, StoreError> {
    let mut known = KnownUsers::default();
    known.install(load_everybody(store)?);
    for (id, at) in store.opened(RECENTS)? {
        known.note_opened(&id, at);
    }
    for id in store.pinned()? {
        known.set_pinned(&id, true);
    }
    Ok(known)
}

/// Puts a row of the file into the index to be.
fn push(builder: &mut IndexBuilder, row: &StoredRow<'_>) {
    if row.completeness == Completeness::Mentioned && row.user_id.is_none() {
        return builder.push(&Person::bare(row.id));
    }
    let channels: Vec<PersonChannel<'_>> = row
        .channels
        .iter()
        .map(|channel| PersonChannel {
            platform: some(channel.platform),
            display_name: some(channel.display_name),
            external_id: some(channel.external_id),
            last_seen: channel.last_seen,
        })
        .collect();
    let properties: Vec<_> = row
        .properties
        .iter()
        .map(|[name, value]| (*name, Cow::Borrowed(*value)))
        .collect();
    builder.push(&Person {
        id: row.id,
        user_id: row.user_id,
        name: row.name.unwrap_or(NAMELESS),
        provenance: row.provenance,
        naming: match row.provenance {
            Provenance::Profile => Naming::Named,
            _ => Naming::Unnamed,
        },
        email: row.email,
        channels: &channels,
        properties: &properties,
        confirmed_at: Some(row.confirmed_at),
    });
}

/// What is empty in the file is not known.
fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
