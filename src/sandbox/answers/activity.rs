//! The conversation itself: its facts, typing, reading, and presses on buttons (API document,
//! section 3.2).

use serde_json::{Map, Value, json};

use super::{Answer, Call};
use crate::sandbox::body::Fields;
use crate::sandbox::errors::Refusal;
use crate::sandbox::messages::Conversation;
use crate::sandbox::posting::parse_new_message;
use crate::sandbox::world::App;

/// The conversation's facts.
pub(crate) fn answer_conversation(app: &mut App, id: &str) -> Result<Answer, Refusal> {
    let resident = app.people.read(id)?;
    Answer::ok(&json!({ "conversation": resident.conversation()?.facts() }))
}

/// One side types, or has read.
pub(crate) fn answer_activity(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    app.people.read(id)?;
    let fields = Fields::parse(call.body)?;
    let (role, kind) = (fields.required_text("role")?, fields.required_text("type")?);
    if !["appMaker", "appUser"].contains(&role) {
        return Err(Refusal::bad(format!("role `{role}` is not known")));
    }
    for name in ["name", "avatarUrl"] {
        fields.text(name)?;
    }
    let now = app.pen().now;
    let conversation = app.people.edit(id)?.conversation_mut()?;
    match (kind, role) {
        ("typing:start" | "typing:stop", _) => {}
        ("conversation:read", "appUser") => conversation.read_by_user(now),
        ("conversation:read", _) => conversation.read_by_business(now),
        (kind, _) => return Err(Refusal::bad(format!("type `{kind}` is not known"))),
    }
    Answer::ok(&json!({ "conversation": conversation.facts() }))
}

/// The user has read everything.
pub(crate) fn answer_reading(app: &mut App, id: &str) -> Result<Answer, Refusal> {
    let now = app.pen().now;
    app.people.edit(id)?.conversation_mut()?.read_by_user(now);
    Answer::empty()
}

/// The user presses a button. With `echoPostback`, the app gets its text as a message.
pub(crate) fn answer_postback(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    app.people.read(id)?;
    let fields = Fields::parse(call.body)?;
    let action_id = fields.required_text("actionId")?;
    let echoes = app.is_set("echoPostback");
    let pen = app.pen();
    let resident = app.people.edit(id)?;
    let action = find_postback(resident.conversation()?, action_id).ok_or(Refusal::NotFound)?;
    if echoes {
        let body = json!({ "role": "appUser", "type": "text", "text": action.get("text") });
        resident.post(pen, parse_new_message(body.to_string().as_bytes())?)?;
    }
    Answer::empty()
}

fn find_postback(conversation: &Conversation, id: &str) -> Option<Map<String, Value>> {
    let read = |message: &crate::sandbox::messages::StoredMessage| {
        serde_json::from_str::<Value>(message.json.get()).ok()
    };
    let messages = conversation.messages.iter().filter_map(read);
    let mut actions = messages.flat_map(|message| {
        let items = message["items"].as_array().cloned().unwrap_or_default();
        let holders = std::iter::once(message).chain(items);
        let actions = holders.filter_map(|holder| holder["actions"].as_array().cloned());
        actions.flatten().collect::<Vec<_>>()
    });
    let found = actions.find(|action| action["_id"] == id && action["type"] == "postback");
    found.and_then(|action| action.as_object().cloned())
}
