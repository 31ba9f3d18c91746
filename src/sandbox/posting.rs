//! What a new message must look like (API document, section 3.2, table of types).
//!
//! In: the body of a POST. Out: a checked message, or the reason for a refusal. It stores nothing.

use serde_json::{Map, Value};

use super::compose::Side;
use super::errors::Refusal;
use super::naming::is_blank;

const TEXT_LIMIT: usize = 4_096;
const METADATA_LIMIT: usize = 4_096;

/// A message that may be stored.
#[derive(Debug)]
pub(crate) struct NewMessage {
    /// Who writes.
    pub side: Side,
    /// The name that the request gives.
    pub name: Option<String>,
    /// An agent's e-mail, which picks the picture.
    pub email: Option<String>,
    /// A picture that overrides the one of the e-mail.
    pub avatar_url: Option<String>,
    /// The client to send the message to.
    pub destination: Option<Destination>,
    /// `type` and everything that the type carries.
    pub body: Map<String, Value>,
}

/// The client to send a message to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The client of this integration.
    Integration(String),
    /// The client of this platform.
    Platform(String),
}

/// Checks the body of a POST.
pub(crate) fn parse_new_message(body: &[u8]) -> Result<NewMessage, Refusal> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return Err(Refusal::bad("The body must be a JSON object"));
    };
    // Some clients send null for what they leave out.
    body.retain(|_, value| !value.is_null());
    let side = match required_text(&body, "role")? {
        "appUser" => Side::User,
        "appMaker" => Side::Business,
        role => return Err(Refusal::bad(format!("role `{role}` is not known"))),
    };
    check_common(&body, side)?;
    check_type(&body, side)?;
    let destination = parse_destination(&body)?;
    let mut take = |name: &str| match body.shift_remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (name, email, avatar_url) = (take("name"), take("email"), take("avatarUrl"));
    let kept = [
        "type",
        "text",
        "mediaUrl",
        "mediaType",
        "altText",
        "items",
        "actions",
        "coordinates",
        "location",
        "fields",
        "blockChatInput",
        "displaySettings",
        "quotedMessage",
        "metadata",
        "payload",
    ];
    body.retain(|name, _| kept.contains(&name.as_str()));
    Ok(NewMessage {
        side,
        name: name.filter(|name| !is_blank(name)),
        email,
        avatar_url,
        destination,
        body,
    })
}

fn check_common(body: &Map<String, Value>, side: Side) -> Result<(), Refusal> {
    for name in [
        "name",
        "email",
        "avatarUrl",
        "text",
        "payload",
        "mediaUrl",
        "mediaType",
        "altText",
    ] {
        if body.get(name).is_some_and(|value| !value.is_string()) {
            return Err(Refusal::bad(format!("{name} must be a string")));
        }
    }
    let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
    if text.chars().count() > TEXT_LIMIT {
        return Err(Refusal::bad("text is longer than 4096 characters"));
    }
    if let Some(metadata) = body.get("metadata") {
        check_metadata(metadata)?;
    }
    if side == Side::User && body.contains_key("actions") {
        return Err(Refusal::bad("actions are only for role appMaker"));
    }
    if side == Side::User && body.contains_key("destination") {
        return Err(Refusal::bad("destination is only for role appMaker"));
    }
    Ok(())
}

fn check_metadata(metadata: &Value) -> Result<(), Refusal> {
    let flat = metadata.as_object().is_some_and(|entries| {
        entries
            .values()
            .all(|value| value.is_string() || value.is_number() || value.is_boolean())
    });
    if !flat || metadata.to_string().len() > METADATA_LIMIT {
        return Err(Refusal::bad(
            "metadata must be a flat object of at most 4 kB",
        ));
    }
    Ok(())
}

fn check_type(body: &Map<String, Value>, side: Side) -> Result<(), Refusal> {
    let in_message = [
        "link",
        "webview",
        "postback",
        "buy",
        "reply",
        "locationRequest",
    ];
    let in_list = ["link", "webview", "postback", "buy"];
    match required_text(body, "type")? {
        "text" => {
            let text = body.get("text").and_then(Value::as_str).unwrap_or_default();
            if text.is_empty() && !body.contains_key("actions") {
                return Err(Refusal::bad("text is required"));
            }
            check_actions(body, &in_message)
        }
        "image" => {
            required_text(body, "mediaUrl")?;
            check_actions(body, &in_message)
        }
        "file" => required_text(body, "mediaUrl").map(|_| ()),
        "carousel" => check_items(body),
        "list" => {
            check_items(body)?;
            check_actions(body, &in_list)
        }
        "location" => check_coordinates(body),
        "form" if side == Side::Business => check_fields(body),
        "formResponse" if side == Side::User => {
            if !body.get("quotedMessage").is_some_and(Value::is_object) {
                return Err(Refusal::bad("quotedMessage is required"));
            }
            check_fields(body)
        }
        "form" => Err(Refusal::bad("a form is only for role appMaker")),
        "formResponse" => Err(Refusal::bad("a formResponse is only for role appUser")),
        kind => Err(Refusal::bad(format!("type `{kind}` is not known"))),
    }
}

fn check_items(body: &Map<String, Value>) -> Result<(), Refusal> {
    for item in required_list(body, "items", 10)? {
        required_text(item, "title")?;
        required_list(item, "actions", 3)?;
        check_actions(item, &["link", "webview", "postback", "buy", "share"])?;
    }
    Ok(())
}

fn check_actions(holder: &Map<String, Value>, allowed: &[&str]) -> Result<(), Refusal> {
    if !holder.contains_key("actions") {
        return Ok(());
    }
    for action in required_list(holder, "actions", 10)? {
        let kind = required_text(action, "type")?;
        if !allowed.contains(&kind) {
            return Err(Refusal::bad(format!(
                "an action `{kind}` is not allowed here"
            )));
        }
        let needed: &[&str] = match kind {
            "link" => &["text", "uri"],
            "webview" => &["text", "uri", "fallback"],
            "postback" | "reply" => &["text", "payload"],
            "share" => &[],
            _ => &["text"],
        };
        for name in needed {
            required_text(action, name)?;
        }
        if kind == "buy" && !action.get("amount").is_some_and(Value::is_u64) {
            return Err(Refusal::bad("amount must be a whole number of hundredths"));
        }
    }
    Ok(())
}

fn check_coordinates(body: &Map<String, Value>) -> Result<(), Refusal> {
    let within = |name: &str, limit: f64| {
        let point = body.get("coordinates").and_then(|point| point.get(name));
        point
            .and_then(Value::as_f64)
            .is_some_and(|degrees| degrees.abs() <= limit)
    };
    if within("lat", 90.0) && within("long", 180.0) {
        Ok(())
    } else {
        Err(Refusal::bad("coordinates need lat and long in degrees"))
    }
}

fn check_fields(body: &Map<String, Value>) -> Result<(), Refusal> {
    let mut names = Vec::new();
    for field in required_list(body, "fields", 20)? {
        let kind = required_text(field, "type")?;
        if !["text", "email", "select"].contains(&kind) {
            return Err(Refusal::bad(format!("a field `{kind}` is not known")));
        }
        required_text(field, "label")?;
        let name = required_text(field, "name")?;
        if names.contains(&name) {
            return Err(Refusal::bad(format!("two fields are called `{name}`")));
        }
        names.push(name);
        if kind == "select" && field.contains_key("options") {
            for option in required_list(field, "options", 20)? {
                required_text(option, "name")?;
                required_text(option, "label")?;
            }
        }
    }
    Ok(())
}

fn parse_destination(body: &Map<String, Value>) -> Result<Option<Destination>, Refusal> {
    let Some(destination) = body.get("destination") else {
        return Ok(None);
    };
    let text = |name| destination.get(name).and_then(Value::as_str);
    match (text("integrationId"), text("integrationType")) {
        (Some(id), None) => Ok(Some(Destination::Integration(id.to_owned()))),
        (None, Some(platform)) => Ok(Some(Destination::Platform(platform.to_owned()))),
        _ => Err(Refusal::bad(
            "destination needs either integrationId or integrationType",
        )),
    }
}

fn required_text<'a>(holder: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    holder
        .get(name)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Refusal::bad(format!("{name} is required")))
}

fn required_list<'a>(
    holder: &'a Map<String, Value>,
    name: &str,
    most: usize,
) -> Result<Vec<&'a Map<String, Value>>, Refusal> {
    let list = holder.get(name).and_then(Value::as_array);
    let objects: Option<Vec<_>> = list.and_then(|list| list.iter().map(Value::as_object).collect());
    objects
        .filter(|objects| !objects.is_empty() && objects.len() <= most)
        .ok_or_else(|| Refusal::bad(format!("{name} must be a list of 1 to {most} objects")))
}
