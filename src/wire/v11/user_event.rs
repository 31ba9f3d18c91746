//! What an event of v1.1 reports of users.

use serde_json::Map;

use super::user::read_user;
use crate::domain::facts::{Delivery, EventReport, MessageName, UserEvent};
use crate::domain::{Client, EventKind, EventUser, User, WebhookEvent};
use crate::wire::part::part_of_user;

/// Takes what an event reports of users. In v1.1 a call of a webhook brings one event.
pub(super) fn delivery_of(event: WebhookEvent) -> Delivery {
    let WebhookEvent {
        trigger,
        app_id,
        kind,
        at,
        ..
    } = event;
    let received = match &kind {
        EventKind::Messages { messages, .. } => messages.iter().filter_map(|it| it.received).max(),
        _ => None,
    };
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let event = user_event(trigger.expose(), kind);
    Delivery {
        app_id,
        events: vec![EventReport {
            at: at.or(received),
            event,
        }],
    }
}

fn user_event(trigger: &str, kind: EventKind) -> Result<UserEvent, &'static str> {
    Ok(match kind {
        EventKind::Messages {
            user: Some(user),
            client,
            messages,
            ..
        } => UserEvent::Seen {
            name: MessageName::newest_of(user.id(), &messages),
            user: shown(user, client.as_deref())?,
        },
        EventKind::Messages { user: None, .. } => {
            return Err("the message has no user with an `_id`");
        }
        EventKind::Merge {
            surviving: Some(surviving),
            discarded,
        } => UserEvent::Merged {
            surviving: shown(surviving, None)?,
            discarded: discarded.iter().map(|user| user.id().clone()).collect(),
        },
        EventKind::Merge {
            surviving: None, ..
        } => return Err("the merge names no survivor"),
        EventKind::Other {
            user: Some(user), ..
        } if trigger == "appUser:delete" => UserEvent::Deleted(user.id().clone()),
        EventKind::Other {
            user: Some(user),
            client: Some(client),
        } if trigger == "client:remove" => UserEvent::ClientRemoved {
            user: shown(user, None)?,
            client,
        },
        EventKind::Other {
            user: Some(user),
            client,
        } => UserEvent::Seen {
            user: shown(user, client.as_deref())?,
            name: None,
        },
        EventKind::Other { user: None, .. } => UserEvent::Nobody,
    })
}

/// The user, as far as an event shows them: whole, or the ids and perhaps a client.
fn shown(user: EventUser, client: Option<&Client>) -> Result<Box<User>, &'static str> {
    let (id, user_id, conversation_started) = match user {
        EventUser::Full(user) => return Ok(user),
        EventUser::Truncated {
            id,
            user_id,
            conversation_started,
        } => (id, user_id, conversation_started),
    };
    let mut members = Map::new();
    members.insert("_id".to_owned(), id.expose().into());
    if let Some(user_id) = user_id {
        members.insert("userId".to_owned(), user_id.expose().into());
    }
    if let Some(started) = conversation_started {
        members.insert("conversationStarted".to_owned(), started.into());
    }
    let user = part_of_user(members, client, read_user);
    user.map(Box::new).ok_or("its client cannot be read")
}
