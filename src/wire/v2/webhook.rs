//! Events of v2 webhooks, as far as they tell of users (API document, section 7.3).

use jiff::Timestamp;

use super::user::{read_client, read_user};
use crate::domain::{AppId, Client, SmoochId, Untrusted, User};
use crate::wire::reader::Reader;

/// One call of a webhook.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The app it is about.
    pub app_id: Option<AppId>,
    /// What happened, in the order in which it was sent.
    pub events: Vec<Event>,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `type`, as it came.
    pub kind: Untrusted,
    /// `createdAt`.
    pub at: Option<Timestamp>,
    /// What it tells of users.
    pub told: Told,
}

/// What an event tells of users.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// Somebody exists; perhaps with a profile, a client, or the name they wrote under.
    User {
        /// Who.
        user: Box<ToldUser>,
        /// Where they can be reached.
        client: Option<Box<Client>>,
        /// Under which name they wrote.
        said: Option<Said>,
    },
    /// Two users were found to be one person.
    Merge {
        /// Who stays.
        surviving: Box<ToldUser>,
        /// Who is gone.
        discarded: SmoochId,
    },
    /// A user was deleted.
    Gone(SmoochId),
    /// Nobody is named.
    Nobody,
    /// It should name somebody and does not.
    Unreadable(&'static str),
}

/// A user as an event names them.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldUser {
    /// What the event says of them.
    pub user: User,
    /// Whether that is the whole profile: without it an absent field says nothing.
    pub is_whole: bool,
}

/// The name that stood with a message of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The name.
    pub name: Untrusted,
    /// When the API received the message.
    pub received: Option<Timestamp>,
}

/// Reads one call.
pub(super) fn read_delivery(root: &mut Reader<'_>) -> Delivery {
    let app_id = root.nested("app", |app| app.id_as("id", AppId::new));
    let events = root.elements("events").into_iter().map(|raw| {
        match Reader::open(raw, super::Scope::People) {
            Some(mut event) => read_event(&mut event),
            None => Event {
                kind: Untrusted::default(),
                at: None,
                told: Told::Unreadable("an event is no object"),
            },
        }
    });
    Delivery {
        app_id: app_id.flatten(),
        events: events.collect(),
    }
}

fn read_event(event: &mut Reader<'_>) -> Event {
    let kind = event.word("type").unwrap_or_default();
    let at = event.time("createdAt");
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let word = kind.expose().to_owned();
    let told = event
        .nested("payload", |payload| match word.as_str() {
            "user:merge" => read_merge(payload),
            // The prose of the API calls it by both names.
            "user:remove" | "user:delete" => match read_told(payload, "user") {
                Some(user) => Told::Gone(user.user.id),
                None => Told::Unreadable("the deleted user has no `id`"),
            },
            _ => read_mention(payload),
        })
        .unwrap_or(Told::Unreadable("an event has no `payload`"));
    Event { kind, at, told }
}

fn read_merge(payload: &mut Reader<'_>) -> Told {
    let merged = payload.nested("mergedUsers", |merged| {
        let surviving = read_told(merged, "surviving")?;
        let discarded = read_told(merged, "discarded")?;
        Some(Told::Merge {
            surviving: Box::new(surviving),
            discarded: discarded.user.id,
        })
    });
    let unreadable = Told::Unreadable("a merge does not name both users");
    merged.flatten().unwrap_or(unreadable)
}

fn read_mention(payload: &mut Reader<'_>) -> Told {
    let (author, said, sent_from) = payload
        .nested("message", |message| {
            let received = message.time("received");
            let author = message.nested("author", read_author).unwrap_or_default();
            let client = message
                .nested("source", |source| {
                    source.nested("client", read_boxed_client)
                })
                .flatten();
            let said = author.name.map(|name| Said { name, received });
            (author.user, said, client)
        })
        .unwrap_or_default();
    let active = payload
        .nested("activity", |activity| {
            let author = activity.nested("author", read_author)?;
            author.user
        })
        .flatten();
    let Some(user) = read_told(payload, "user").or(author).or(active) else {
        return Told::Nobody;
    };
    let client = payload.nested("client", read_boxed_client).or(sent_from);
    Told::User {
        user: Box::new(user),
        client,
        said,
    }
}

#[derive(Default)]
struct Author {
    user: Option<ToldUser>,
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
        user: read_told(author, "user").or_else(|| named.as_ref().and_then(bare)),
        name: author.text("displayName"),
    }
}

/// A user of whom nothing but the id is told.
fn bare(id: &SmoochId) -> Option<ToldUser> {
    let json = serde_json::json!({ "id": id.expose() }).to_string();
    let user = super::parse_user(json.as_bytes()).ok()?;
    Some(ToldUser {
        user,
        is_whole: false,
    })
}

fn read_told(reader: &mut Reader<'_>, member: &str) -> Option<ToldUser> {
    reader
        .nested(member, |user| {
            Some(ToldUser {
                is_whole: user.has("profile"),
                user: read_user(user)?,
            })
        })
        .flatten()
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

    fn told(kind: &str, payload: &str) -> Told {
        let body = format!(
            r#"{{"app":{{"id":"a1"}},"events":[{{"id":"e","type":"{kind}","payload":{payload}}}]}}"#
        );
        let mut delivery = parse_delivery(body.as_bytes()).unwrap();
        assert_eq!(delivery.app_id, Some(AppId::new("a1")));
        delivery.events.remove(0).told
    }

    #[test]
    fn a_message_names_its_author_and_the_client_it_came_from() {
        let told = told(
            "conversation:message",
            r#"{"message":{"received":"2024-03-04T07:01:02.003Z",
                "author":{"type":"user","userId":"u1","displayName":"Haru","user":{"id":"u1"}},
                "source":{"client":{"id":"c1","type":"line"}}}}"#,
        );
        let Told::User { user, client, said } = told else {
            panic!("{told:?}")
        };
        assert_eq!(user.user.id, SmoochId::new("u1"));
        assert!(!user.is_whole);
        assert_eq!(client.unwrap().platform.0.expose(), "line");
        assert_eq!(said.unwrap().name, "Haru".into());
    }

    #[test]
    fn an_author_without_a_user_is_known_by_the_id() {
        let told = told(
            "conversation:message",
            r#"{"message":{"author":{"type":"user","userId":"u1"}}}"#,
        );
        assert!(matches!(told, Told::User { user, .. } if user.user.id == SmoochId::new("u1")));
    }

    #[test]
    fn the_business_is_nobody() {
        let payload = r#"{"message":{"author":{"type":"business","userId":"agent"}}}"#;
        assert_eq!(told("conversation:message", payload), Told::Nobody);
    }

    #[test]
    fn merges_and_deletions_by_either_name_are_read() {
        let merged = told(
            "user:merge",
            r#"{"mergedUsers":{"surviving":{"id":"s","externalId":"x"},"discarded":{"id":"d"}}}"#,
        );
        let Told::Merge {
            surviving,
            discarded,
        } = merged
        else {
            panic!("{merged:?}")
        };
        assert_eq!(surviving.user.id, SmoochId::new("s"));
        assert_eq!(discarded, SmoochId::new("d"));
        for kind in ["user:remove", "user:delete"] {
            let gone = told(kind, r#"{"user":{"id":"g"}}"#);
            assert_eq!(gone, Told::Gone(SmoochId::new("g")));
        }
    }

    #[test]
    fn a_broken_event_leaves_its_neighbours_readable() {
        let body = br#"{"events":[7,{"type":"user:merge","payload":{}},{"type":"user:update"},
            {"type":"user:update","payload":{"user":{"id":"u","profile":{"givenName":"A"}}}}]}"#;
        let delivery = parse_delivery(body).unwrap();
        let readable = |event: &Event| !matches!(event.told, Told::Unreadable(_));
        let which: Vec<bool> = delivery.events.iter().map(readable).collect();
        assert_eq!(which, [false, false, false, true]);
        let Told::User { user, .. } = &delivery.events[3].told else {
            panic!("the last one names a user")
        };
        assert!(user.is_whole);
    }
}
