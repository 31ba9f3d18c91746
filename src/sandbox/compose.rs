//! Builds messages: what the server adds to a written text.
//!
//! In: a body from a request or a script. Out: the `message` object of the API document, section
//! 4, with ids on everything, the generated texts, the author and the source.

use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::paging::seconds;
use super::users::Client;

/// Which side of the conversation writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The user: role `appUser`.
    User,
    /// The business: role `appMaker`.
    Business,
}

impl Side {
    /// The role's name on the wire.
    pub(crate) fn role(self) -> &'static str {
        match self {
            Self::User => "appUser",
            Self::Business => "appMaker",
        }
    }
}

/// A message that has no date and no id yet.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Who writes.
    pub side: Side,
    /// The name to store.
    pub name: Option<String>,
    /// The author's id.
    pub author_id: String,
    /// The author's picture.
    pub avatar_url: Option<String>,
    /// Where it comes from.
    pub source: Value,
    /// `type` and everything that the type carries.
    pub body: Map<String, Value>,
}

impl Draft {
    /// Adds the date, the ids and everything else that the server generates.
    pub(crate) fn complete(self, received: i64, chance: &mut Chance) -> Map<String, Value> {
        let mut message = self.body;
        let secs = received.div_euclid(1_000);
        add_ids(&mut message, secs, chance);
        add_generated_text(&mut message);
        message.insert("role".to_owned(), self.side.role().into());
        message.insert("received".to_owned(), seconds(received).into());
        message.insert("authorId".to_owned(), self.author_id.into());
        if let Some(name) = self.name {
            message.insert("name".to_owned(), name.into());
        }
        if let Some(url) = self.avatar_url {
            message.insert("avatarUrl".to_owned(), url.into());
        }
        message.insert("_id".to_owned(), timed_id(secs, chance).into());
        message.insert("source".to_owned(), self.source);
        message
    }
}

/// The `authorId` of the business: the same for the same agent, and never a user's id.
pub(crate) fn business_author_id(seed: u64, agent: &str) -> String {
    Chance::about(seed, &format!("agent {agent}")).base62(22)
}

/// The source of a message that came through `client`.
pub(crate) fn client_source(client: &Client, received: i64, chance: &mut Chance) -> Value {
    let mut source = json!({ "type": client.platform, "integrationId": client.integration_id });
    if client.external_id.is_some() {
        // Channels stamp whole seconds, a little before the API has the message.
        let sent = (received - chance.between(200, 2_000)).div_euclid(1_000) * 1_000;
        source["originalMessageId"] = chance.base62(27).into();
        source["originalMessageTimestamp"] = seconds(sent).into();
    } else {
        source["id"] = client.id.clone().into();
    }
    source
}

/// An id that begins with a time in unix seconds.
pub(crate) fn timed_id(secs: i64, chance: &mut Chance) -> String {
    format!("{secs:08x}{}", chance.hex(16))
}

fn add_ids(message: &mut Map<String, Value>, secs: i64, chance: &mut Chance) {
    for list in ["items", "actions", "fields", "options", "select"] {
        let Some(Value::Array(parts)) = message.get_mut(list) else {
            continue;
        };
        for part in parts.iter_mut().filter_map(Value::as_object_mut) {
            add_ids(part, secs, chance);
            if list == "actions" {
                part.entry("uri").or_insert_with(|| "".into());
                if part.get("type").is_some_and(|kind| kind == "buy") {
                    part.entry("state").or_insert_with(|| "offered".into());
                }
            }
            part.shift_insert(0, "_id".to_owned(), timed_id(secs, chance).into());
        }
    }
}

fn add_generated_text(message: &mut Map<String, Value>) {
    let kind = message
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let generated = match kind {
        "image" | "file" => " ".to_owned(),
        "carousel" | "list" => items_text(message.get("items")),
        "location" => location_text(message.get("coordinates")),
        "formResponse" => answers_text(message.get("fields")),
        _ => String::new(),
    };
    match kind {
        "formResponse" => {
            message
                .entry("textFallback")
                .or_insert_with(|| generated.clone().into());
        }
        "form" => {
            message.entry("submitted").or_insert(Value::Bool(false));
        }
        _ => {}
    }
    message.entry("text").or_insert_with(|| generated.into());
}

fn items_text(items: Option<&Value>) -> String {
    let items = items
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let mut blocks = Vec::new();
    for (at, item) in items.iter().enumerate() {
        let mut lines = vec![format!("{}. {}", at + 1, text_of(item, "title"))];
        if let Some(description) = item.get("description").and_then(Value::as_str) {
            lines.push(description.to_owned());
        }
        let actions = item.get("actions").and_then(Value::as_array);
        for action in actions.into_iter().flatten() {
            let uri = text_of(action, "uri");
            if !uri.is_empty() {
                lines.push(format!("{}: {uri}", text_of(action, "text")));
            }
        }
        blocks.push(lines.join("\n"));
    }
    blocks.join("\n\n")
}

fn location_text(coordinates: Option<&Value>) -> String {
    let part = |name| {
        coordinates
            .and_then(|point| point.get(name))
            .map(Value::to_string)
            .unwrap_or_default()
    };
    let (lat, long) = (part("lat"), part("long"));
    format!("Location shared:\nhttps://maps.google.com/maps?q={lat},{long}")
}

fn answers_text(fields: Option<&Value>) -> String {
    let fields = fields.and_then(Value::as_array);
    let lines = fields.into_iter().flatten().map(|field| {
        let answer = match field.get("select").and_then(Value::as_array) {
            Some(chosen) => chosen
                .iter()
                .map(|option| text_of(option, "label"))
                .collect::<Vec<_>>()
                .join(", "),
            None => format!("{}{}", text_of(field, "text"), text_of(field, "email")),
        };
        format!("{}: {answer}", text_of(field, "label"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
