//! What the facts of a person rest on, in the words of the domain.

use jiff::Timestamp;

use super::facts::text_of;
use crate::domain::known::{Key, Member, PersonView, Seen, Shown};
use crate::domain::{FactName, FactNote, OtherReport, Untrusted};

/// Notes on the facts that do not rest on the report with this key, and on those of which another
/// source says something else.
pub(crate) fn notes_of(view: &PersonView<'_>, key: Key) -> Vec<FactNote> {
    let mut notes = Vec::new();
    if let Some(shown) = view.user_id.filter(|shown| shown.key != key) {
        notes.push(note(FactName::UserId, &Seen { shown, also: None }));
    }
    for (member, seen) in &view.members {
        if (seen.shown.key != key || seen.also.is_some())
            && let Some(name) = name_of(member)
        {
            notes.push(note(name, seen));
        }
    }
    for client in &view.clients {
        let fields = client.fields.values();
        let newest = fields.max_by_key(|seen| seen.shown.key);
        if let Some(newest) = newest.filter(|seen| seen.shown.key != key) {
            let name = ["id", "_id", "platform"];
            let name = name.iter().find_map(|field| client.fields.get(*field));
            let name = name.map(|seen| value(seen.shown.value)).unwrap_or_default();
            let seen = Seen {
                shown: newest.shown,
                also: None,
            };
            notes.push(note(FactName::Client(name), &seen));
        }
    }
    notes
}

fn note(about: FactName, seen: &Seen<'_>) -> FactNote {
    let other = seen.also.map(|also: Shown<'_>| OtherReport {
        value: value(also.value),
        source: also.key.source,
        at: moment(also.key),
    });
    FactNote {
        about,
        source: seen.shown.key.source,
        at: moment(seen.shown.key),
        other,
    }
}

fn name_of(member: &Member) -> Option<FactName> {
    let named = |name: &str| Untrusted::from(name);
    Some(match member {
        Member::GivenName => FactName::GivenName,
        Member::Surname => FactName::Surname,
        Member::Email => FactName::Email,
        Member::SignedUpAt => FactName::SignedUpAt,
        Member::AvatarUrl => FactName::Other(named("avatarUrl")),
        Member::ConversationStarted => FactName::Other(named("conversationStarted")),
        Member::ProfileField(name) | Member::Other(name) => FactName::Other(named(name)),
        Member::Property(name) => FactName::Property(named(name)),
        Member::UserId
        | Member::NoUserId
        | Member::Identity(_)
        | Member::Client(..)
        | Member::SameClient(..) => return None,
    })
}

fn value(json: &str) -> Untrusted {
    text_of(json).map_or_else(|| Untrusted::from(json), Untrusted::from)
}

fn moment(key: Key) -> Timestamp {
    Timestamp::from_millisecond(key.at).unwrap_or_default()
}
