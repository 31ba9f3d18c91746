//! Invented people, messages and answers.

use jiff::Timestamp;
use smooch_console::console::state::Thread;
use smooch_console::domain::{
    ApiVersion, AppId, Connection, Conversation, Cursor, LookupId, Message, MessageId, MessagePage,
    Problem, Refused, Region, Stage, User, UserId,
};
use smooch_console::wire::v11;

/// The moment at which every test begins.
pub fn noon() -> Timestamp {
    "2025-11-18T12:00:00Z".parse().unwrap()
}

pub fn hours(count: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_hours(count)
}

pub fn connection() -> Connection {
    Connection {
        app_label: "acme".into(),
        app_id: AppId::new("app1"),
        region: Region::Us,
        base_url: "https://api.smooch.io".into(),
        api: ApiVersion::V11,
        key_id: "app_key1".into(),
        key_source: "SMOOCH_KEY_SECRET".into(),
        stage: Stage::Unmarked,
    }
}

/// A user with nothing but an `_id`.
pub fn nobody(id: &str) -> User {
    v11::parse_user(format!(r#"{{"appUser":{{"_id":"{id}"}}}}"#).as_bytes()).unwrap()
}

/// An anonymous user with a name.
pub fn person(id: &str, name: &str) -> User {
    let mut user = nobody(id);
    user.given_name = Some(name.into());
    user
}

/// A user with a `userId`.
pub fn client_of(id: &str, name: &str, user_id: &str) -> User {
    let mut user = person(id, name);
    user.user_id = Some(UserId::new(user_id));
    user
}

/// A client who was last seen on the web.
pub fn seen(mut user: User, at: Timestamp) -> User {
    let body = serde_json::json!({"appUser": {
        "_id": "x", "clients": [{"platform": "web", "active": true, "lastSeen": at.to_string()}]
    }});
    user.clients = v11::parse_user(body.to_string().as_bytes())
        .unwrap()
        .clients;
    user
}

/// A message of the user, some seconds after noon.
pub fn message(id: &str, seconds: i64, text: &str) -> Message {
    let body = r#"{"messages":[{"_id":"x","role":"appUser","type":"text","received":0}]}"#;
    let mut message = v11::parse_messages_page(body.as_bytes())
        .unwrap()
        .messages
        .remove(0);
    message.id = Some(MessageId::new(id));
    message.received = Some(seconds_after_noon(seconds));
    message.text = Some(text.into());
    message
}

pub fn seconds_after_noon(seconds: i64) -> Timestamp {
    noon() + jiff::SignedDuration::from_secs(seconds)
}

/// Messages `m3` to `m7` for 3..8: one row each, a second apart.
pub fn talk(numbers: std::ops::Range<i64>) -> Vec<Message> {
    numbers
        .map(|n| message(&format!("m{n}"), n, &format!("text {n}")))
        .collect()
}

pub fn page(messages: Vec<Message>, has_older: bool) -> MessagePage {
    let first = messages.first().and_then(|message| message.id.as_ref());
    let cursor = cursor_before(first.map_or("", MessageId::expose));
    MessagePage::Messages {
        conversation: conversation(),
        messages,
        older: has_older.then_some(cursor),
    }
}

/// The cursor of an invented page, by the first message of the page.
pub fn cursor_before(first: &str) -> Cursor {
    Cursor::new(format!("before {first}"))
}

pub fn conversation() -> Conversation {
    Conversation {
        id: None,
        unread_by_user: None,
        business_last_read: None,
        user_last_read: None,
    }
}

pub fn not_found(id: &str) -> Problem {
    let id = LookupId::new(id);
    Problem::Refused(Refused::UserNotFound { id })
}

/// The ids of the loaded messages.
pub fn ids(thread: &Thread) -> Vec<&str> {
    thread.ids().map(MessageId::expose).collect()
}
