//! What events of v2 report of users, as facts (API document, section 7.3).

use serde_json::value::RawValue;

use crate::domain::facts::{Delivery, EventReport, FactSet, MessageName, Set, UserEvent};
use crate::domain::name::is_blank;
use crate::domain::{ApiVersion, AppId, SmoochId};
use crate::wire::facts::{Extent, Standing, add_client, facts_of_user, part_of, refs_of};
use crate::wire::reader::Reader;

type Part = (SmoochId, FactSet);

/// Reads one call.
pub(super) fn read_delivery(root: &mut Reader<'_>) -> Delivery {
    let app_id = root.nested("app", |app| app.id_as("id", AppId::new));
    let events = root.elements("events").into_iter().map(|raw| {
        match Reader::open(raw, super::Scope::People) {
            Some(mut event) => read_event(&mut event),
            None => EventReport {
                at: None,
                event: Err("an event is no object"),
            },
        }
    });
    Delivery {
        app_id: app_id.flatten(),
        events: events.collect(),
    }
}

fn read_event(event: &mut Reader<'_>) -> EventReport {
    let kind = event.word("type").unwrap_or_default();
    // A message says when it was received, whether or not it carries a name.
    let at = event.time("createdAt").or_else(|| {
        let message = |message: &mut Reader<'_>| message.time("received");
        let payload = event.nested("payload", |payload| payload.nested("message", message));
        payload.flatten().flatten()
    });
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let kind = kind.expose();
    let read = event.nested("payload", |payload| match kind {
        "user:merge" => read_merge(payload),
        // The prose of the API calls it by both names.
        "user:remove" | "user:delete" => match read_user(payload, "user") {
            Some((id, _)) => Ok(UserEvent::Deleted(id)),
            None => Err("the deleted user has no `id`"),
        },
        _ => Ok(read_seen(payload, kind)),
    });
    let event = read.unwrap_or(Err("an event has no `payload`"));
    EventReport { at, event }
}

fn read_merge(payload: &mut Reader<'_>) -> Result<UserEvent, &'static str> {
    let merged = payload.nested("mergedUsers", |merged| {
        let surviving = read_user(merged, "surviving")?;
        let discarded = read_user(merged, "discarded")?;
        Some((surviving, discarded))
    });
    let unreadable = "a merge does not name both users";
    let (mut surviving, discarded) = merged.flatten().ok_or(unreadable)?;
    payload.nested("mergedClients", |merged| {
        if let Some(client) = merged.raw("surviving") {
            add_client(&mut surviving.1, client, Standing::ByStatus);
        }
    });
    Ok(UserEvent::Merged {
        surviving,
        discarded: vec![discarded],
    })
}

/// What an event shows beside the user.
#[derive(Default)]
struct Shown<'a> {
    user: Option<Part>,
    name: Option<MessageName>,
    clients: Vec<&'a RawValue>,
}

fn read_seen(payload: &mut Reader<'_>, kind: &str) -> UserEvent {
    let said = payload.nested("message", read_message).unwrap_or_default();
    let did = payload
        .nested("activity", read_activity)
        .unwrap_or_default();
    let mut clients = sent_from(payload);
    clients.extend(said.clients);
    clients.extend(did.clients);
    let user = read_user(payload, "user").or(said.user).or(did.user);
    let Some((id, mut facts)) = user else {
        return UserEvent::Nobody;
    };
    if let Some(client) = payload.raw("client") {
        if kind == "client:remove" {
            let removed = refs_of(client).into_iter();
            facts.closed.extend(removed.map(Set::RemovedClient));
            // The event may show it once more as the place it was sent from.
            clients.clear();
        } else {
            clients.push(client);
        }
    }
    for client in clients {
        add_client(&mut facts, client, Standing::ByStatus);
    }
    UserEvent::Seen {
        id,
        facts,
        name: said.name,
    }
}

fn read_message<'a>(message: &mut Reader<'a>) -> Shown<'a> {
    let mut shown = read_activity(message);
    if shown.user.is_some() {
        let author = message.nested("author", |author| author.text("displayName"));
        let name = author.flatten().filter(|name| !is_blank(name));
        #[expect(clippy::disallowed_methods, reason = "compared with other ids")]
        let id = message.id("id").map(|id| id.expose().to_owned());
        let at = message.time("received");
        shown.name = name.map(|name| MessageName { name, at, id });
    }
    shown
}

/// Reads what a user did; of the business's side nobody is shown.
fn read_activity<'a>(activity: &mut Reader<'a>) -> Shown<'a> {
    let user = activity.nested("author", read_author).flatten();
    let clients = match user {
        Some(_) => sent_from(activity),
        None => Vec::new(),
    };
    Shown {
        user,
        name: None,
        clients,
    }
}

/// The client and the install of the SDK from which something was sent.
fn sent_from<'a>(reader: &mut Reader<'a>) -> Vec<&'a RawValue> {
    let shown = reader.nested("source", |source| {
        ["client", "device"].map(|member| source.raw(member))
    });
    shown.into_iter().flatten().flatten().collect()
}

/// Only the user's side is of interest: the business's authors are no users.
fn read_author(author: &mut Reader<'_>) -> Option<Part> {
    #[expect(clippy::disallowed_methods, reason = "compared with a known word")]
    let is_user = author
        .word("type")
        .is_some_and(|side| side.expose() == "user");
    if !is_user {
        return None;
    }
    let shown = read_user(author, "user");
    shown.or_else(|| {
        let id = author.id_as("userId", SmoochId::new)?;
        Some((id, facts_of_user("{}", ApiVersion::V2, Extent::Part)?))
    })
}

fn read_user(reader: &mut Reader<'_>, member: &str) -> Option<Part> {
    reader
        .nested(member, |user| part_of(user, ApiVersion::V2))
        .flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::super::parse_delivery;
    use super::*;
    use crate::domain::facts::{ClientKind, ClientRef, Member};
    use crate::wire::tests::{first_event, seen_of_u, value_of};

    fn event(kind: &str, payload: &str) -> UserEvent {
        let body = format!(
            r#"{{"app":{{"id":"a1"}},"events":[{{"id":"e","type":"{kind}","payload":{payload}}}]}}"#
        );
        first_event(parse_delivery(body.as_bytes()).unwrap())
    }

    fn seen(kind: &str, payload: &str) -> FactSet {
        seen_of_u(event(kind, payload))
    }

    #[test]
    fn a_client_is_known_wherever_it_is() {
        let client = r#""client":{"id":"c1","type":"line"}"#;
        let author = r#""author":{"type":"user","userId":"u"}"#;
        for payload in [
            format!(r#"{{"user":{{"id":"u"}},{client}}}"#),
            format!(r#"{{"user":{{"id":"u"}},"source":{{{client}}}}}"#),
            format!(r#"{{"message":{{{author},"source":{{{client}}}}}}}"#),
            format!(r#"{{"activity":{{{author},"source":{{{client}}}}}}}"#),
        ] {
            let facts = seen("conversation:create", &payload);
            let platform = Member::Client(
                ClientKind::Channel,
                ClientRef::Id("c1".into()),
                "platform".into(),
            );
            let line = Some(Some("\"line\"".into()));
            assert_eq!(value_of(&facts, &platform), line, "{payload}");
            assert!(facts.closed.is_empty());
        }
    }

    #[test]
    fn a_device_is_an_install() {
        let payload = r#"{"user":{"id":"u"},"source":{"client":{"id":"s","type":"sdk"},
            "device":{"id":"d","guid":"g","type":"web","clientId":"s"}}}"#;
        let facts = seen("conversation:read", payload);
        for (kind, id) in [(ClientKind::Sdk, "s"), (ClientKind::Install, "d")] {
            let client = ClientRef::Id(id.into());
            let platform = Member::Client(kind, client, "platform".into());
            assert!(value_of(&facts, &platform).is_some(), "{id}");
        }
    }

    #[test]
    fn a_removed_client_is_not_known_from_the_place_the_event_came_from() {
        let payload = r#"{"user":{"id":"u"},"client":{"id":"c"},"source":{"client":{"id":"c"}}}"#;
        let facts = seen("client:remove", payload);
        assert!(facts.facts.is_empty());
        assert_eq!(
            facts.closed,
            [Set::RemovedClient(ClientRef::Id("c".into()))]
        );
    }

    #[test]
    fn only_with_what_is_always_sent_a_missing_external_id_says_something() {
        let shown = |user: &str| seen("user:update", &format!(r#"{{"user":{user}}}"#));
        let truncated = shown(r#"{"id":"u","authenticated":false}"#);
        assert_eq!(value_of(&truncated, &Member::UserId), Some(None));
        let silent = shown(r#"{"id":"u","profile":{},"identities":[]}"#);
        assert!(silent.facts.is_empty() && silent.closed.is_empty());
    }

    #[test]
    fn a_message_names_its_author() {
        let said = event(
            "conversation:message",
            r#"{"message":{"id":"m","received":"2024-03-04T07:01:02.003Z",
                "author":{"type":"user","userId":"u","displayName":"Haru","user":{"id":"u"}}}}"#,
        );
        let UserEvent::Seen { id, name, .. } = said else {
            panic!("{said:?}")
        };
        assert_eq!(id, SmoochId::new("u"));
        let name = name.unwrap();
        assert_eq!((name.name, name.id.as_deref()), ("Haru".into(), Some("m")));
    }

    #[test]
    fn the_business_is_nobody() {
        let payload = r#"{"message":{"author":{"type":"business","userId":"agent"},
            "source":{"client":{"id":"c"}}}}"#;
        assert_eq!(event("conversation:message", payload), UserEvent::Nobody);
    }

    #[test]
    fn merges_and_deletions_by_either_name_are_read() {
        let merged = event(
            "user:merge",
            r#"{"mergedUsers":{"surviving":{"id":"s","externalId":"x"},"discarded":{"id":"d"}},
                "mergedClients":{"surviving":{"id":"c","type":"sdk"},"discarded":{"id":"e"}}}"#,
        );
        let UserEvent::Merged {
            surviving,
            discarded,
        } = merged
        else {
            panic!("{merged:?}")
        };
        assert_eq!(surviving.0, SmoochId::new("s"));
        let sdk = Member::Client(ClientKind::Sdk, ClientRef::Id("c".into()), "id".into());
        assert!(value_of(&surviving.1, &sdk).is_some());
        assert_eq!(discarded[0].0, SmoochId::new("d"));
        for kind in ["user:remove", "user:delete"] {
            let gone = event(kind, r#"{"user":{"id":"g"}}"#);
            assert_eq!(gone, UserEvent::Deleted(SmoochId::new("g")));
        }
    }

    #[test]
    fn a_broken_event_leaves_its_neighbours_readable() {
        let body = br#"{"events":[7,{"type":"user:merge","payload":{}},{"type":"user:update"},
            {"type":"user:update","payload":{"user":{"id":"u","profile":{"givenName":"A"}}}}]}"#;
        let delivery = parse_delivery(body).unwrap();
        let readable = |report: &EventReport| report.event.is_ok();
        let which: Vec<bool> = delivery.events.iter().map(readable).collect();
        assert_eq!(which, [false, false, false, true]);
        let Ok(UserEvent::Seen { facts, .. }) = &delivery.events[3].event else {
            panic!("the last one names a user")
        };
        assert_eq!(facts.facts, [(Member::GivenName, Some("\"A\"".into()))]);
    }

    #[test]
    fn a_message_without_a_name_dates_its_event_too() {
        let body = br#"{"events":[{"type":"conversation:message","payload":{"message":{
            "received":"2024-03-04T07:01:02.003Z","author":{"type":"user","userId":"u"}}}}]}"#;
        let delivery = parse_delivery(body).unwrap();
        let at = delivery.events[0].at.map(jiff::Timestamp::as_millisecond);
        assert_eq!(at, Some(1_709_535_662_003));
    }
}
