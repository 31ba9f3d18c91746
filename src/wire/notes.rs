//! What the facts of a person rest on, in the words of the domain.

use jiff::Timestamp;

use super::facts::text_of;
use crate::domain::facts::{Key, Member, PersonView, Seen, Shown, Source};
use crate::domain::{FactName, FactNote, OtherReport, SmoochId, Untrusted};

/// Notes on the facts that do not rest on the report with this key, and on those of which another
/// source says something else. `discarded` are the ids that were merged away, as the view has them.
pub(crate) fn notes_of(view: &PersonView<'_>, key: Key, discarded: &[SmoochId]) -> Vec<FactNote> {
    let note = |about, seen: &Seen<'_>| {
        let old = seen.shown.discarded.and_then(|place| discarded.get(place));
        note(about, seen, old.cloned())
    };
    let rests_elsewhere = |shown: &Shown<'_>| shown.key != key || shown.discarded.is_some();
    let mut notes = Vec::new();
    notes.extend(no_user_id(view, key));
    if let Some(shown) = view.user_id.filter(rests_elsewhere) {
        notes.push(note(FactName::UserId, &Seen { shown, also: None }));
    }
    for (member, seen) in &view.members {
        if (rests_elsewhere(&seen.shown) || seen.also.is_some())
            && let Some(name) = name_of(member)
        {
            notes.push(note(name, seen));
        }
    }
    for client in &view.clients {
        let fields = client.fields.values();
        let newest = fields.max_by_key(|seen| seen.shown.key);
        if let Some(newest) = newest.filter(|seen| rests_elsewhere(&seen.shown)) {
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

/// A note that the user has no `userId`, where the API itself did not say so.
fn no_user_id(view: &PersonView<'_>, key: Key) -> Option<FactNote> {
    let said = view.no_user_id.filter(|said| {
        let is_confirmed = [said.source, key.source].contains(&Source::Api);
        view.user_id.is_none() && *said != key && !is_confirmed
    })?;
    Some(FactNote {
        about: FactName::UserId,
        source: said.source,
        at: moment(said),
        old_id: None,
        other: None,
    })
}

fn note(about: FactName, seen: &Seen<'_>, old_id: Option<SmoochId>) -> FactNote {
    let other = seen.also.map(|also: Shown<'_>| OtherReport {
        value: value(also.value),
        source: also.key.source,
        at: moment(also.key),
    });
    FactNote {
        about,
        source: seen.shown.key.source,
        at: moment(seen.shown.key),
        old_id,
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
