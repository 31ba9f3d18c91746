//! Events of v2 webhooks, as far as they report users (API document, section 7.3).

use serde_json::{Map, Value};

use super::user::{read_client, read_user};
use crate::domain::facts::{Delivery, EventReport, MessageName, Portion, UserEvent};
use crate::domain::{AppId, Client, SmoochId, Untrusted, User};
use crate::wire::part::part_of_user;
use crate::wire::reader::Reader;

/// Why the user of an event is refused.
const UNREADABLE_USER: &str = "its user cannot be read";

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
    let at = event.time("createdAt");
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let kind = kind.expose();
    let read = event.nested("payload", |payload| match kind {
        "user:merge" => read_merge(payload),
        // The prose of the API calls it by both names.
        "user:remove" | "user:delete" => match read_shown(payload, "user") {
            Some(user) => Ok(UserEvent::Deleted(user.id)),
            None => Err("the deleted user has no `id`"),
        },
        _ => read_seen(payload, kind),
    });
    let event = read.unwrap_or(Err("an event has no `payload`"));
    let said_at = match &event {
        Ok(UserEvent::Seen { name, .. }) => name.as_ref().and_then(|name| name.at),
        _ => None,
    };
    EventReport {
        at: at.or(said_at),
        event,
    }
}

fn read_merge(payload: &mut Reader<'_>) -> Result<UserEvent, &'static str> {
    let merged = payload.nested("mergedUsers", |merged| {
        let surviving = read_shown(merged, "surviving")?;
        let discarded = read_shown(merged, "discarded")?;
        Some(UserEvent::Merged {
            surviving: Box::new(surviving),
            discarded: vec![discarded.id],
        })
    });
    let unreadable = "a merge does not name both users";
    merged.flatten().ok_or(unreadable)
}

fn read_seen(payload: &mut Reader<'_>, kind: &str) -> Result<UserEvent, &'static str> {
    let (author, name, sent_from) = payload
        .nested("message", |message| {
            let at = message.time("received");
            let author = message.nested("author", read_author).unwrap_or_default();
            let client = message
                .nested("source", |source| {
                    source.nested("client", read_boxed_client)
                })
                .flatten();
            let name = author.name.map(|name| MessageName { name, at, id: None });
            (author.user, name, client)
        })
        .unwrap_or_default();
    let active = payload
        .nested("activity", |activity| {
            let author = activity.nested("author", read_author)?;
            author.user
        })
        .flatten();
    let Some(user) = read_shown(payload, "user").or(author).or(active) else {
        return Ok(UserEvent::Nobody);
    };
    match payload.nested("client", read_boxed_client).or(sent_from) {
        Some(client) if kind == "client:remove" => Ok(UserEvent::ClientRemoved {
            user: Box::new(user),
            client,
        }),
        client => Ok(UserEvent::Seen {
            user: Box::new(with_client(user, client.as_deref())?),
            name,
        }),
    }
}

#[derive(Default)]
struct Author {
    user: Option<User>,
    name: Option<Untrusted>,
}

/// Only the user's side is of interest: the business's authors are no users.
fn read_author(author: &mut Reader<'_>) -> Author {
    #[expect(clippy::disallowed_methods, reason = "compared with a known word")]
    let is_user = author
        .word("type")
        .is_some_and(|side| side.expose() == "user");
    if !is_user {
        return Author::default();
    }
    let named = author.id_as("userId", SmoochId::new);
    Author {
        user: read_shown(author, "user").or_else(|| named.as_ref().and_then(by_id)),
        name: author.text("displayName"),
    }
}

/// A user that the event names by id alone.
fn by_id(id: &SmoochId) -> Option<User> {
    let members = Map::from_iter([("id".to_owned(), Value::from(id.expose()))]);
    part_of_user(members, None, read_user)
}

/// A user as an event shows them: whole with a profile, and otherwise no more than the ids.
fn read_shown(reader: &mut Reader<'_>, member: &str) -> Option<User> {
    reader
        .nested(member, |shown| {
            let is_whole = shown.has("profile");
            let mut user = read_user(shown)?;
            user.portion = if is_whole {
                Portion::Whole
            } else {
                Portion::Ids
            };
            Some(user)
        })
        .flatten()
}

/// The user with the client that the event shows beside them.
fn with_client(user: User, client: Option<&Client>) -> Result<User, &'static str> {
    if client.is_none() {
        return Ok(user);
    }
    #[expect(clippy::disallowed_methods, reason = "kept as it came")]
    let members = serde_json::from_str(user.json.expose()).map_err(|_| UNREADABLE_USER)?;
    let with_client = part_of_user(members, client, read_user);
    let mut with_client = with_client.ok_or(UNREADABLE_USER)?;
    with_client.portion = with_client.portion.max(user.portion);
    Ok(with_client)
}

fn read_boxed_client(client: &mut Reader<'_>) -> Box<Client> {
    Box::new(read_client(client))
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        clippy::panic,
        reason = "tests"
    )]

    use super::super::parse_delivery;
    use super::*;

    fn event(kind: &str, payload: &str) -> UserEvent {
        let body = format!(
            r#"{{"app":{{"id":"a1"}},"events":[{{"id":"e","type":"{kind}","payload":{payload}}}]}}"#
        );
        let mut delivery = parse_delivery(body.as_bytes()).unwrap();
        assert_eq!(delivery.app_id, Some(AppId::new("a1")));
        delivery.events.remove(0).event.unwrap()
    }

    #[test]
    fn a_message_names_its_author_and_the_client_it_came_from() {
        let seen = event(
            "conversation:message",
            r#"{"message":{"received":"2024-03-04T07:01:02.003Z",
                "author":{"type":"user","userId":"u1","displayName":"Haru","user":{"id":"u1"}},
                "source":{"client":{"id":"c1","type":"line"}}}}"#,
        );
        let UserEvent::Seen { user, name } = seen else {
            panic!("{seen:?}")
        };
        assert_eq!(user.id, SmoochId::new("u1"));
        assert_eq!(user.portion, Portion::Part);
        assert_eq!(user.clients[0].platform.0.expose(), "line");
        assert_eq!(name.unwrap().name, "Haru".into());
    }

    #[test]
    fn an_author_without_a_user_is_known_by_the_id() {
        let seen = event(
            "conversation:message",
            r#"{"message":{"author":{"type":"user","userId":"u1"}}}"#,
        );
        assert!(matches!(seen, UserEvent::Seen { user, .. } if user.id == SmoochId::new("u1")));
    }

    #[test]
    fn the_business_is_nobody() {
        let payload = r#"{"message":{"author":{"type":"business","userId":"agent"}}}"#;
        assert_eq!(event("conversation:message", payload), UserEvent::Nobody);
    }

    #[test]
    fn merges_and_deletions_by_either_name_are_read() {
        let merged = event(
            "user:merge",
            r#"{"mergedUsers":{"surviving":{"id":"s","externalId":"x"},"discarded":{"id":"d"}}}"#,
        );
        let UserEvent::Merged {
            surviving,
            discarded,
        } = merged
        else {
            panic!("{merged:?}")
        };
        assert_eq!(surviving.id, SmoochId::new("s"));
        assert_eq!(discarded, [SmoochId::new("d")]);
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
        let Ok(UserEvent::Seen { user, .. }) = &delivery.events[3].event else {
            panic!("the last one names a user")
        };
        assert_eq!(user.portion, Portion::Whole);
    }
}
