//! Events that webhooks deliver (API document, section 7.2).

use super::message::read_messages;
use super::user::{read_client, read_conversation, read_user};
use crate::domain::{AppId, EventKind, EventUser, SmoochId, UserId, WebhookEvent};
use crate::wire::reader::Reader;

/// Members of a user that an event names without the profile.
const TRUNCATED: [&str; 3] = ["_id", "userId", "conversationStarted"];

/// Reads one delivery; `None` without a trigger.
pub(super) fn read_event(event: &mut Reader<'_>) -> Option<WebhookEvent> {
    let trigger = event.word("trigger")?;
    let app_id = event.nested("app", |app| app.id_as("_id", AppId::new));
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let kind = match trigger.expose() {
        // `message` is what v1 called both.
        "message:appUser" | "message:appMaker" | "message" => EventKind::Messages {
            user: read_event_user(event, "appUser"),
            client: event.nested("client", |client| Box::new(read_client(client))),
            conversation: event.nested("conversation", read_conversation),
            messages: read_event_messages(event),
        },
        "merge:appUser" => EventKind::Merge {
            surviving: read_event_user(event, "surviving"),
            discarded: read_discarded(event),
        },
        // Not every other event is about a user, so that a missing one is no fault.
        _ => EventKind::Other {
            user: event.nested("appUser", read_named_user).flatten(),
            client: event.nested("client", |client| Box::new(read_client(client))),
        },
    };
    Some(WebhookEvent {
        trigger,
        app_id: app_id.flatten(),
        version: event.word("version"),
        at: event.time("timestamp"),
        kind,
        json: event.json(),
        degraded: event.take_notes(),
    })
}

fn read_event_messages(event: &mut Reader<'_>) -> Vec<crate::domain::Message> {
    read_messages(event, "messages").unwrap_or_else(|| {
        event.note("messages", "expected a list");
        Vec::new()
    })
}

fn read_event_user(event: &mut Reader<'_>, member: &str) -> Option<EventUser> {
    let user = event.nested(member, read_named_user).flatten();
    if user.is_none() {
        event.note(member, "no user with an `_id`");
    }
    user
}

fn read_discarded(event: &mut Reader<'_>) -> Vec<EventUser> {
    let users = event.each("discarded", read_named_user);
    if users.iter().any(Option::is_none) {
        event.note("discarded", "a user without an `_id` was left out");
    }
    users.into_iter().flatten().collect()
}

fn read_named_user(user: &mut Reader<'_>) -> Option<EventUser> {
    if user.has_others_than(&TRUNCATED) {
        return read_user(user).map(|user| EventUser::Full(Box::new(user)));
    }
    Some(EventUser::Truncated {
        id: user.id_as("_id", SmoochId::new)?,
        user_id: user.id_as("userId", UserId::new),
        conversation_started: user.flag("conversationStarted"),
    })
}
