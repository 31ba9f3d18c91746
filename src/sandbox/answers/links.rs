//! Channels and business systems of a user: listed, linked and unlinked (API document,
//! section 3.1).

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call};
use crate::sandbox::body::Fields;
use crate::sandbox::chance::Chance;
use crate::sandbox::channels::is_sdk;
use crate::sandbox::errors::Refusal;
use crate::sandbox::population::Resident;
use crate::sandbox::users::{Client, Standing};
use crate::sandbox::world::App;

/// Channels linked by an address that the user opens.
const BY_URL: [&str; 6] = [
    "messenger",
    "telegram",
    "viber",
    "line",
    "wechat",
    "twitter",
];
/// Channels linked by a phone number.
const BY_PHONE: [&str; 4] = ["twilio", "messagebird", "whatsapp", "messenger"];

/// Lists the linked channels, or adds one.
pub(crate) fn answer_channels(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::POST {
        return link(app, id, call);
    }
    let resident = app.people.read(id)?;
    let linked = resident.user.clients.iter();
    let channels: Vec<Value> = linked.filter_map(channel).collect();
    Answer::ok(&json!({ "channels": channels }))
}

/// Unlinks a channel from a user.
pub(crate) fn answer_unlinking(app: &mut App, id: &str, kind: &str) -> Result<Answer, Refusal> {
    let user = &mut app.people.edit(id)?.user;
    let is_it = |client: &Client| client.platform.eq_ignore_ascii_case(kind) && !is_sdk(kind);
    let before = user.clients.len() + user.pending_clients.len();
    user.clients.retain(|client| !is_it(client));
    user.pending_clients.retain(|client| !is_it(client));
    if user.clients.len() + user.pending_clients.len() == before {
        return Err(Refusal::NotFound);
    }
    let has_primary = |client: &Client| client.standing.primary == Some(true);
    if !user.clients.iter().any(has_primary)
        && let Some(first) = user.clients.first_mut()
    {
        first.standing.primary = Some(true);
    }
    Answer::empty()
}

/// The business systems from which agents answered the user.
pub(crate) fn answer_business_systems(app: &mut App, id: &str) -> Result<Answer, Refusal> {
    let resident = app.people.read(id)?;
    Answer::ok(&json!({ "businessSystems": business_systems(&resident) }))
}

/// Codes with which the user links channels.
pub(crate) fn answer_link_request(
    app: &mut App,
    id: &str,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    app.people.read(id)?;
    let wanted = call.query.list("integrationIds");
    let wanted = wanted.ok_or_else(|| Refusal::bad("integrationIds is required"))?;
    let mut requests = Vec::new();
    for integration_id in wanted {
        let at = super::place_of(&app.integrations, integration_id);
        let at = at.map_err(|_| Refusal::IntegrationNotFound)?;
        let integration = app.integrations.get(at).cloned().unwrap_or_default();
        let kind = text(&integration, "type");
        if !BY_URL.contains(&kind) {
            return Err(Refusal::bad(format!("{kind} is not linked by an address")));
        }
        let code = format!("lr_{}", app.next_chance("link").base62(24));
        requests.push(json!({
            "integrationId": integration_id,
            "type": kind,
            "code": code,
            "url": format!("https://link.example.com/{kind}?ref={code}"),
        }));
    }
    Answer::ok(&json!({ "linkRequests": requests }))
}

/// A code that binds another browser or phone to the user.
pub(crate) fn answer_auth_code(app: &mut App, id: &str) -> Result<Answer, Refusal> {
    app.people.read(id)?;
    let code = format!("ac_{}", app.next_chance("auth code").base62(24));
    Answer::ok(&json!({ "authCode": code }))
}

fn text<'a>(map: &'a Map<String, Value>, name: &str) -> &'a str {
    map.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A client as a channel. The type decides the field of the address. Installs are not channels.
fn channel(client: &Client) -> Option<Value> {
    let kind = client.platform.as_str();
    if is_sdk(kind) {
        return None;
    }
    let (field, address) = match (kind, client.external_id.as_deref()) {
        (_, None) => (None, ""),
        ("twilio" | "messagebird", Some(id)) => (Some("phoneNumber"), id),
        ("mailgun", Some(id)) => (Some("address"), id),
        ("whatsapp", Some(id)) => (Some("username"), id.trim_start_matches('+')),
        ("telegram", Some(id)) => (Some("chatId"), id),
        (_, Some(id)) => (Some("userId"), id),
    };
    let mut channel = json!({ "type": kind, "integrationId": client.integration_id });
    if let Some(field) = field {
        channel[field] = json!(address);
    }
    Some(channel)
}

fn business_systems(resident: &Resident) -> Vec<Value> {
    let messages = resident.conversation.iter().flat_map(|c| &c.messages);
    let sources: Vec<String> = messages
        .map(|message| message.facts().source.kind)
        .collect();
    let mut chance = Chance::about(0, &format!("systems {}", resident.user.id));
    let (answered, meets_others) = (!sources.is_empty(), chance.between(0, 7));
    let used = |kind: &str| sources.iter().any(|source| source == kind);
    let mut systems = Vec::new();
    if used("slack") {
        let channel = chance.hex(8).to_uppercase();
        systems.push(json!({ "type": "slack", "channelId": format!("C0{channel}") }));
    }
    if used("zendesk") {
        systems.push(json!({ "type": "zendesk", "ticketId": chance.digits(4) }));
    }
    if answered && meets_others == 0 {
        systems.push(json!({ "type": "helpscout", "conversationId": chance.digits(6) }));
    }
    if answered && meets_others <= 1 {
        systems.push(json!({ "type": "hipchat", "roomId": chance.between(1_000, 9_999) }));
    }
    systems
}

/// A checked request to link a channel.
struct NewLink {
    kind: String,
    integration_id: String,
    address: String,
    waits: bool,
    primary: bool,
}

fn link(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    app.people.read(id)?;
    let new = parse_link(app, &Fields::parse(call.body)?)?;
    let mut chance = app.next_chance("client");
    let user = &mut app.people.edit(id)?.user;
    if user
        .clients
        .iter()
        .any(|client| client.platform == new.kind)
    {
        return Err(Refusal::Conflict(
            "The user is linked to this channel already",
        ));
    }
    // A new request replaces one that is still pending.
    user.pending_clients
        .retain(|client| client.platform != new.kind);
    let is_primary = new.primary || user.clients.is_empty();
    let waits = new.waits;
    let client = client_of(new, is_primary, &mut chance);
    if waits {
        user.pending_clients.push(client);
    } else {
        if is_primary {
            for other in &mut user.clients {
                other.standing.primary = Some(false);
            }
        }
        user.clients.push(client);
    }
    Answer::ok(&json!({ "appUser": user }))
}

fn parse_link(app: &App, fields: &Fields) -> Result<NewLink, Refusal> {
    let kind = fields.required_text("type")?;
    let address = match kind {
        "mailgun" => fields.required_text("address")?,
        kind if BY_PHONE.contains(&kind) => fields.required_text("phoneNumber")?,
        kind => return Err(Refusal::bad(format!("{kind} cannot be linked this way"))),
    };
    for name in ["subject", "givenName", "surname"] {
        fields.text(name)?;
    }
    let waits = parse_confirmation(fields)?;
    let asked = fields.text("integrationId")?;
    let fits = |integration: &&Map<String, Value>| {
        text(integration, "type") == kind && asked.is_none_or(|id| text(integration, "_id") == id)
    };
    let integration = app.integrations.iter().find(fits);
    let integration = integration.ok_or(Refusal::IntegrationNotFound)?;
    Ok(NewLink {
        kind: kind.to_owned(),
        integration_id: text(integration, "_id").to_owned(),
        address: address.to_owned(),
        waits,
        primary: fields.flag("primary")?.unwrap_or(true),
    })
}

/// Whether the user has to confirm first.
fn parse_confirmation(fields: &Fields) -> Result<bool, Refusal> {
    let confirmation = fields.object("confirmation")?;
    let confirmation = confirmation.ok_or_else(|| Refusal::bad("confirmation is required"))?;
    let message = confirmation.get("message").filter(|value| !value.is_null());
    if let Some(message) = message {
        let kind = message.get("type").and_then(Value::as_str);
        let carries = |name: &str| message.get(name).is_some_and(Value::is_string);
        let says_something = match kind {
            Some("text") => carries("text"),
            Some("image") => carries("mediaUrl"),
            _ => false,
        };
        if !says_something {
            return Err(Refusal::bad("A confirmation is a text or an image"));
        }
    }
    match confirmation.get("type").and_then(Value::as_str) {
        Some("immediate") => Ok(false),
        Some("prompt") => Ok(true),
        Some("userActivity") if message.is_some() => Ok(true),
        Some("userActivity") => Err(Refusal::bad("confirmation needs a message")),
        _ => Err(Refusal::bad(
            "confirmation must be immediate, userActivity or prompt",
        )),
    }
}

fn client_of(new: NewLink, is_primary: bool, chance: &mut Chance) -> Client {
    let (id, record_id) = (chance.uuid(), chance.hex(24));
    let confirmed = !new.waits;
    let shows_address = matches!(new.kind.as_str(), "twilio" | "mailgun");
    Client {
        record_id: confirmed.then_some(record_id),
        id,
        device_id: None,
        integration_id: new.integration_id,
        standing: Standing {
            active: confirmed.then_some(true),
            status: if confirmed { "active" } else { "pending" }.to_owned(),
            primary: confirmed.then_some(is_primary),
            last_seen: None,
            linked_at: None,
        },
        external_id: confirmed.then(|| new.address.clone()),
        display_name: shows_address.then_some(new.address),
        platform: new.kind,
        avatar_url: None,
        install: None,
        info: confirmed.then(Map::new),
        raw: confirmed.then(Map::new),
    }
}
