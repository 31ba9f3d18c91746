//! Adds new messages to a conversation.
//!
//! In: a resident and a checked message. Out: the stored message or messages, as the answer shows
//! them (API document, section 3.2). Other files decide what may be posted.

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::compose::{Draft, Side, business_author_id};
use super::errors::Refusal;
use super::messages::{Conversation, StoredMessage};
use super::naming::{UnnamedUsers, resolve_message_name};
use super::population::Resident;
use super::posting::{Destination, NewMessage};

/// What a new message depends on, besides itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pen {
    /// The sandbox's seed.
    pub seed: u64,
    /// The sandbox's time, in unix milliseconds.
    pub now: i64,
    /// How messages name a user without a name.
    pub unnamed: UnnamedUsers,
}

impl Resident {
    /// The conversation; refused if the user never wrote.
    pub(crate) fn conversation(&self) -> Result<&Conversation, Refusal> {
        let conversation = self.conversation.as_ref();
        conversation.ok_or(Refusal::ConversationNotFound)
    }

    /// The conversation, to change.
    pub(crate) fn conversation_mut(&mut self) -> Result<&mut Conversation, Refusal> {
        let conversation = self.conversation.as_mut();
        conversation.ok_or(Refusal::ConversationNotFound)
    }

    /// Stores a new message, and returns the body of the answer.
    pub(crate) fn post(&mut self, pen: Pen, new: NewMessage) -> Result<Value, Refusal> {
        if let Some(destination) = &new.destination {
            self.check_destination(destination)?;
        }
        let written = self.conversation.as_ref().map_or(0, |c| c.written);
        let about = format!("post {} {written}", self.user.id);
        let mut chance = Chance::about(pen.seed, &about);
        let fresh_id = chance.hex(24);
        let mut draft = self.draft(pen, new);
        let picture = take_picture(&mut draft.body);
        let picture = picture.map(|body| Draft {
            body,
            ..draft.clone()
        });
        let conversation = self
            .conversation
            .get_or_insert_with(|| Conversation::new(fresh_id));
        let message = write(conversation, draft, pen.now, &mut chance)?;
        let mut answer = json!({ "message": message });
        if let Some(picture) = picture {
            let extra = write(conversation, picture, pen.now, &mut chance)?;
            answer["extraMessages"] = json!([extra]);
        }
        answer["conversation"] = json!(conversation.facts());
        self.user.conversation_started = true;
        Ok(answer)
    }

    fn draft(&self, pen: Pen, new: NewMessage) -> Draft {
        let (name, author_id) = match new.side {
            Side::User => {
                let client = self.user.primary_client();
                let explicit = new.name.as_deref();
                let name = resolve_message_name(explicit, &self.user, client, pen.unnamed);
                (Some(name), self.user.id.clone())
            }
            Side::Business => {
                let agent = new.email.as_deref().or(new.name.as_deref());
                let author_id = business_author_id(pen.seed, agent.unwrap_or_default());
                (new.name, author_id)
            }
        };
        let picture = new.email.map(|email| {
            let picture = Chance::about(0, &email).hex(32);
            format!("https://media.example.com/avatars/{picture}.png")
        });
        Draft {
            side: new.side,
            name,
            author_id,
            avatar_url: new.avatar_url.or(picture),
            source: json!({ "type": "api" }),
            body: new.body,
        }
    }

    fn check_destination(&self, destination: &Destination) -> Result<(), Refusal> {
        let reaches = self.user.clients.iter().any(|client| match destination {
            Destination::Integration(id) => client.integration_id == *id,
            Destination::Platform(platform) => client.platform == *platform,
        });
        if reaches {
            Ok(())
        } else {
            Err(Refusal::bad("The user has no client at this destination"))
        }
    }
}

/// A text with a picture becomes two messages; this takes the picture out of the body.
fn take_picture(body: &mut Map<String, Value>) -> Option<Map<String, Value>> {
    if body.get("type").is_none_or(|kind| kind != "text") || !body.contains_key("mediaUrl") {
        return None;
    }
    let mut picture = Map::from_iter([("type".to_owned(), json!("image"))]);
    for name in ["mediaUrl", "mediaType", "mediaSize", "altText"] {
        picture.extend(body.shift_remove_entry(name));
    }
    Some(picture)
}

fn write(
    conversation: &mut Conversation,
    draft: Draft,
    now: i64,
    chance: &mut Chance,
) -> Result<Map<String, Value>, Refusal> {
    let received = conversation.next_received(now);
    let side = draft.side;
    let message = draft.complete(received, chance);
    let json = serde_json::value::to_raw_value(&message).map_err(|_| Refusal::Broken)?;
    conversation.push(StoredMessage { received, json });
    match side {
        Side::Business => {
            conversation.unread_count += 1;
            conversation.app_maker_last_read = Some(received);
        }
        Side::User => conversation.app_user_last_read = Some(received),
    }
    Ok(message)
}
