//! A row of the file as the search takes one in.

use std::borrow::Cow;

use super::StoredRow;
use crate::domain::facts::Portion;
use crate::domain::name::is_generated;
use crate::domain::{Naming, Provenance};
use crate::search::{Person, PersonChannel};

/// The name of a user that is kept by ids alone.
const NAMELESS: &str = "Anonymous";

impl StoredRow<'_> {
    /// Hands the row on as the index takes one in.
    pub(crate) fn as_person<T>(&self, take: impl FnOnce(&Person<'_>) -> T) -> T {
        let is_nameless = self.provenance == Provenance::Fallback;
        let is_mentioned = self.portion == Portion::Ids;
        if is_mentioned && self.identity().is_none() && is_nameless {
            return take(&Person::bare(self.id));
        }
        let mut channels: Vec<PersonChannel<'_>> = self.channels().collect();
        channels.extend(other_message_name(self).map(|name| PersonChannel {
            platform: None,
            display_name: Some(name),
            external_id: None,
            last_seen: None,
        }));
        let properties: Vec<_> = self
            .properties()
            .map(|[name, value]| (name, Cow::Borrowed(value)))
            .collect();
        take(&Person {
            id: self.id,
            user_id: self.user_id,
            identity: self.identity(),
            name: self.name.unwrap_or(NAMELESS),
            provenance: self.provenance,
            naming: match self.provenance {
                Provenance::Profile => Naming::Named,
                _ => Naming::Unnamed,
            },
            email: self.email,
            channels: &channels,
            properties: &properties,
            confirmed_at: Some(self.confirmed_at),
        })
    }
}

/// The name on a message, if the user is shown under another: it is searched like the name on a
/// channel. A name that the API made up says nothing about the user.
fn other_message_name<'r>(row: &StoredRow<'r>) -> Option<&'r str> {
    let name = row.message_name?;
    let is_shown = matches!(
        row.provenance,
        Provenance::Message | Provenance::MessageGenerated
    ) || row.name == Some(name);
    let says_something = !is_generated(name) && !name.trim().is_empty();
    (says_something && !is_shown).then_some(name)
}
