//! The columns of a user that lists and searches are made of.
//!
//! In: a user as the `wire` room reads them. Out: text and numbers as they are in the file, worked
//! out once, on a thread that has time for it.

use jiff::Timestamp;

use super::codes::{MIXED, origin_code};
use super::packed;
use crate::domain::facts::MessageName;
use crate::domain::{DisplayName, FactNote, Provenance, Scalar, Searched, Untrusted, User, name};

/// The columns of a user that lists and searches are made of.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::directory) struct Columns {
    pub(in crate::directory) user_id: Option<String>,
    pub(in crate::directory) name: String,
    pub(in crate::directory) origin: i64,
    pub(in crate::directory) email: Option<String>,
    /// Where the user is reached, a [`packed`] row for each; `None` for nowhere.
    pub(in crate::directory) channels: Option<String>,
    /// Custom data, a [`packed`] row for each; `None` if there is none.
    pub(in crate::directory) properties: Option<String>,
}

impl Columns {
    /// Works the columns out.
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    pub(in crate::directory) fn of(user: &User, message_name: Option<&MessageName>) -> Self {
        let messages = message_name.map(MessageName::message);
        let DisplayName {
            text, provenance, ..
        } = name::resolve_display_name(user, messages.as_slice());
        let mut channels = channels(user);
        // A name that another one hides is searched all the same.
        if let Some(listed) = user
            .listed_name
            .as_ref()
            .filter(|_| provenance != Provenance::File)
        {
            packed::push(
                channels.get_or_insert_default(),
                &["", listed.expose(), "", ""],
            );
        }
        Self {
            user_id: user.user_id.as_ref().map(|id| id.expose().to_owned()),
            name: text.expose().to_owned(),
            origin: origin_code(provenance, user),
            email: user.email.as_ref().map(|email| email.expose().to_owned()),
            channels,
            properties: properties(user),
        }
    }

    /// Notes that they rest on more than the copy of a whole user.
    #[must_use]
    pub(super) const fn beside_copy(mut self) -> Self {
        self.origin |= MIXED;
        self
    }

    /// Adds what other sources say instead: it is searched, though it is not shown.
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    pub(super) fn add_others(&mut self, notes: &[FactNote]) {
        for other in notes.iter().filter_map(FactNote::searched) {
            match other {
                Searched::Name(name) => {
                    let channels = self.channels.get_or_insert_default();
                    packed::push(channels, &["", name.expose(), "", ""]);
                }
                Searched::Email(email) => {
                    let channels = self.channels.get_or_insert_default();
                    packed::push(channels, &["", "", email.expose(), ""]);
                }
                Searched::Property(name, value) => {
                    let properties = self.properties.get_or_insert_default();
                    packed::push(properties, &[name.expose(), value.expose()]);
                }
            }
        }
    }
}

/// Where the user is reached: platform, name, id and last sign of each channel. Other names of the
/// user there and verified addresses follow, each as if it were a channel without a platform.
#[expect(clippy::disallowed_methods, reason = "kept as it came")]
fn channels(user: &User) -> Option<String> {
    let mut rows = String::new();
    for client in user.clients.iter().chain(&user.pending_clients) {
        let seen = client.last_seen.map(Timestamp::as_millisecond);
        let seen = seen.map_or_else(String::new, |seen| seen.to_string());
        let cells = [
            client.platform.0.expose(),
            client.display_name.as_ref().map_or("", Untrusted::expose),
            client.external_id.as_ref().map_or("", Untrusted::expose),
            &seen,
        ];
        packed::push(&mut rows, &cells);
        for name in name::names_in_raw(client) {
            packed::push(&mut rows, &["", name.expose(), "", ""]);
        }
    }
    for identity in &user.identities {
        if Some(identity) != user.email.as_ref() {
            packed::push(&mut rows, &["", "", identity.expose(), ""]);
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// Custom data by name and value; what is not a scalar is kept as JSON.
#[expect(clippy::disallowed_methods, reason = "kept as it came")]
fn properties(user: &User) -> Option<String> {
    let mut rows = String::new();
    for (name, value) in &user.properties.0 {
        let value = match value {
            Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => text.expose(),
            Scalar::Bool(true) => "true",
            Scalar::Bool(false) => "false",
            Scalar::Null => continue,
        };
        packed::push(&mut rows, &[name.expose(), value]);
    }
    (!rows.is_empty()).then_some(rows)
}
