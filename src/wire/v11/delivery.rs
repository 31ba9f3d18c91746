//! What an event of v1.1 reports of users, as facts (API document, section 7.2).

use super::message::read_messages;
use crate::domain::facts::{Delivery, EventReport, FactSet, MessageName, Set, UserEvent};
use crate::domain::{ApiVersion, AppId, Message, SmoochId};
use crate::wire::facts::{Standing, add_client, part_of, refs_of};
use crate::wire::reader::Reader;

type Part = (SmoochId, FactSet);

/// Reads one call, which brings one event in v1.1; `None` without a trigger.
pub(super) fn read_delivery(event: &mut Reader<'_>) -> Option<Delivery> {
    let trigger = event.word("trigger")?;
    let app_id = event.nested("app", |app| app.id_as("_id", AppId::new));
    let at = event.time("timestamp");
    let messages = read_messages(event, "messages").unwrap_or_default();
    let received = messages.iter().filter_map(|message| message.received).max();
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let report = read_event(event, trigger.expose(), &messages);
    Some(Delivery {
        app_id: app_id.flatten(),
        events: vec![EventReport {
            at: at.or(received),
            event: report,
        }],
    })
}

fn read_event(
    event: &mut Reader<'_>,
    trigger: &str,
    messages: &[Message],
) -> Result<UserEvent, &'static str> {
    if trigger == "merge:appUser" {
        return Ok(UserEvent::Merged {
            surviving: read_user(event, "surviving").ok_or("the merge names no survivor")?,
            discarded: read_discarded(event),
        });
    }
    let Some((id, mut facts)) = read_user(event, "appUser") else {
        return match trigger {
            // `message` is what v1 called both.
            "message:appUser" | "message:appMaker" | "message" => {
                Err("the message has no user with an `_id`")
            }
            // Not every other event is about a user, so that a missing one is no fault.
            _ => Ok(UserEvent::Nobody),
        };
    };
    if trigger == "appUser:delete" {
        return Ok(UserEvent::Deleted(id));
    }
    if let Some(client) = event.raw("client") {
        if trigger == "client:remove" {
            let removed = refs_of(client).into_iter();
            facts.closed.extend(removed.map(Set::RemovedClient));
        } else {
            add_client(&mut facts, client, Standing::ByStatus);
        }
    }
    Ok(UserEvent::Seen {
        name: MessageName::newest_of(&id, messages),
        id,
        facts,
    })
}

fn read_user(event: &mut Reader<'_>, member: &str) -> Option<Part> {
    event
        .nested(member, |user| part_of(user, ApiVersion::V11))
        .flatten()
}

fn read_discarded(event: &mut Reader<'_>) -> Vec<Part> {
    let users = event.each("discarded", |user| part_of(user, ApiVersion::V11));
    users.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::super::parse_delivery;
    use super::*;
    use crate::domain::facts::{ClientKind, ClientRef, Member};
    use crate::wire::tests::{first_event, seen_of_u, value_of};

    fn event(trigger: &str, rest: &str) -> UserEvent {
        let body = format!(r#"{{"trigger":"{trigger}","app":{{"_id":"a1"}},{rest}}}"#);
        first_event(parse_delivery(body.as_bytes()).unwrap())
    }

    fn seen(trigger: &str, rest: &str) -> FactSet {
        seen_of_u(event(trigger, rest))
    }

    fn field(kind: ClientKind, id: &str, name: &str) -> Member {
        Member::Client(kind, ClientRef::Id(id.into()), name.into())
    }

    #[test]
    fn a_full_user_is_a_part_all_the_same() {
        let facts = seen(
            "message:delivery:failure",
            r#""appUser":{"_id":"u","userId":"c","surname":"Alder","properties":{"plan":"gold"}}"#,
        );
        assert!(facts.closed.is_empty());
        assert_eq!(
            facts.facts,
            [
                (Member::UserId, Some("\"c\"".into())),
                (Member::Surname, Some("\"Alder\"".into())),
                (Member::Property("plan".into()), Some("\"gold\"".into())),
            ]
        );
    }

    #[test]
    fn only_with_what_is_always_sent_a_missing_user_id_says_something() {
        let started = seen(
            "typing:appUser",
            r#""appUser":{"_id":"u","conversationStarted":false}"#,
        );
        assert_eq!(value_of(&started, &Member::UserId), Some(None));
        let silent = seen("typing:appUser", r#""appUser":{"_id":"u","properties":{}}"#);
        assert_eq!(value_of(&silent, &Member::UserId), None);
    }

    #[test]
    fn a_client_is_known_wherever_it_is() {
        let client = r#""client":{"_id":"r","id":"w","platform":"web","lastSeen":"t"}"#;
        for trigger in ["message:appUser", "client:add", "conversation:read"] {
            let facts = seen(
                trigger,
                &format!(r#""appUser":{{"_id":"u","email":"e"}},{client}"#),
            );
            let last_seen = field(ClientKind::Install, "w", "lastSeen");
            assert_eq!(value_of(&facts, &last_seen), Some(Some("\"t\"".into())));
            let same = Member::SameClient("r".into(), "w".into());
            assert_eq!(value_of(&facts, &same), Some(Some("true".into())));
        }
        let pending =
            r#""appUser":{"_id":"u"},"client":{"id":"p","platform":"line","status":"pending"}"#;
        let status = field(ClientKind::Pending, "p", "status");
        assert!(value_of(&seen("client:add", pending), &status).is_some());
    }

    #[test]
    fn a_removed_client_is_gone_by_each_of_its_ids() {
        let without = |client: &str| {
            let facts = seen(
                "client:remove",
                &format!(r#""appUser":{{"_id":"u"}},"client":{client}"#),
            );
            assert!(facts.facts.is_empty());
            facts.closed
        };
        let removed = |id: &str| Set::RemovedClient(ClientRef::Id(id.into()));
        let by_ids = without(r#"{"_id":"r","id":"w","platform":"web"}"#);
        assert_eq!(by_ids, [removed("w"), removed("r")]);
        let by_place = without(r#"{"platform":"line","externalId":"x"}"#);
        let place = ClientRef::Place("line".into(), "".into(), "x".into());
        assert_eq!(by_place, [Set::RemovedClient(place)]);
    }

    #[test]
    fn the_newest_message_with_a_name_names_the_user() {
        let named = event(
            "message:appUser",
            r#""appUser":{"_id":"u"},"messages":[
                {"_id":"1","role":"appUser","authorId":"u","name":"Alder","received":1.5},
                {"_id":"2","role":"appUser","authorId":"u","received":2},
                {"_id":"3","role":"appMaker","authorId":"x","name":"Agent","received":3}]"#,
        );
        let UserEvent::Seen { name, .. } = named else {
            panic!("{named:?}")
        };
        let name = name.unwrap();
        assert_eq!(name.name, "Alder".into());
        assert_eq!(name.id.as_deref(), Some("1"));
    }

    #[test]
    fn merges_and_deletions_name_their_users() {
        let merged = event(
            "merge:appUser",
            r#""surviving":{"_id":"s","userId":"x"},"discarded":[{"_id":"d","email":"e"},{}]"#,
        );
        let UserEvent::Merged {
            surviving,
            discarded,
        } = merged
        else {
            panic!("{merged:?}")
        };
        assert_eq!(surviving.0, SmoochId::new("s"));
        assert_eq!(
            value_of(&surviving.1, &Member::UserId),
            Some(Some("\"x\"".into()))
        );
        assert_eq!(discarded.len(), 1);
        assert!(value_of(&discarded[0].1, &Member::Email).is_some());
        let gone = event("appUser:delete", r#""appUser":{"_id":"u"}"#);
        assert_eq!(gone, UserEvent::Deleted(SmoochId::new("u")));
    }

    #[test]
    fn an_event_without_a_user_is_about_nobody_unless_it_has_to_be() {
        assert_eq!(event("novelty", r#""x":1"#), UserEvent::Nobody);
        let body = br#"{"trigger":"message:appUser","messages":[]}"#;
        assert!(parse_delivery(body).unwrap().events[0].event.is_err());
        let body = br#"{"trigger":"merge:appUser","discarded":[{"_id":"d"}]}"#;
        assert!(parse_delivery(body).unwrap().events[0].event.is_err());
        assert!(parse_delivery(b"{}").is_err());
    }

    const MESSAGE: &str =
        include_str!("../../../tests/fixtures/v1.1/webhook_event_message_appuser.json");
    const MERGE: &str =
        include_str!("../../../tests/fixtures/v1.1/webhook_event_merge_appuser.json");

    #[test]
    fn the_documented_message_shows_user_client_and_name() {
        let delivery = parse_delivery(MESSAGE.as_bytes()).unwrap();
        assert_eq!(
            delivery.app_id,
            Some(AppId::new("64f1c0de00000000000000a1"))
        );
        let report = &delivery.events[0];
        assert_eq!(report.at.unwrap().as_millisecond(), 1_709_535_662_003);
        let Ok(UserEvent::Seen { id, facts, name }) = &report.event else {
            panic!("{report:?}")
        };
        assert_eq!(*id, SmoochId::new("7c1f0a9be35d42608f1b6a04"));
        assert_eq!(name.as_ref().unwrap().name, "はる☕".into());
        let client: serde_json::Value = serde_json::from_str(MESSAGE).unwrap();
        for (name, value) in client["client"].as_object().unwrap() {
            let field = field(ClientKind::Channel, "64f1c0de0000000000000c41", name);
            let known = value_of(facts, &field).flatten().unwrap();
            let known: serde_json::Value = serde_json::from_str(&known).unwrap();
            assert_eq!(known, *value, "{name}");
        }
    }

    #[test]
    fn the_documented_merge_names_both_users() {
        let delivery = parse_delivery(MERGE.as_bytes()).unwrap();
        let Ok(UserEvent::Merged {
            surviving: (survivor, facts),
            discarded,
        }) = &delivery.events[0].event
        else {
            panic!("{delivery:?}")
        };
        assert_eq!(*survivor, SmoochId::new("7c1f0a9be35d42608f1b6a01"));
        let user_id = Some(Some("\"amara.okonkwo@example.com\"".into()));
        assert_eq!(value_of(facts, &Member::UserId), user_id);
        assert_eq!(discarded[0].0, SmoochId::new("7c1f0a9be35d42608f1b6a05"));
    }

    #[test]
    fn a_broken_part_of_an_event_costs_only_itself() {
        for event in [MESSAGE, MERGE] {
            let event: serde_json::Value = serde_json::from_str(event).unwrap();
            let members = event.as_object().unwrap().keys();
            for member in members.filter(|member| *member != "trigger") {
                for broken in ["null", "7", "\"x\"", "[]", "[7]", "{}", r#"{"_id":{}}"#] {
                    let mut mutant = event.clone();
                    mutant[member] = serde_json::from_str(broken).unwrap();
                    let delivery = parse_delivery(mutant.to_string().as_bytes()).unwrap();
                    let has_users = !["appUser", "surviving"].contains(&member.as_str());
                    assert_eq!(
                        delivery.events[0].event.is_ok(),
                        has_users,
                        "{member} {broken}"
                    );
                }
            }
        }
    }
}
