//! Webhooks: stored and listed but never called, because nothing leaves this machine (API
//! document, section 3.4).

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call, place_of};
use crate::sandbox::body::Fields;
use crate::sandbox::compose::timed_id;
use crate::sandbox::errors::Refusal;
use crate::sandbox::world::App;

/// Most webhooks of an app.
const LIMIT: usize = 10;

/// Events that a webhook can receive; the last four are from the older API.
const TRIGGERS: &str = "appUser:delete client:add client:remove conversation:read \
    conversation:referral conversation:start link:failure link:match link:success merge:appUser \
    message:appMaker message:appUser message:delivery:channel message:delivery:failure \
    message:delivery:user notification:delivery:channel notification:delivery:failure \
    notification:delivery:user payment:success postback typing:appUser \
    message delivery:success delivery:failure *";

/// Lists the webhooks, or adds one.
pub(crate) fn answer_webhooks(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::GET {
        return Answer::ok(&json!({ "webhooks": app.webhooks }));
    }
    let fields = Fields::parse(call.body)?;
    fields.required_text("target")?;
    check(&fields)?;
    if app.webhooks.len() >= LIMIT {
        return Err(Refusal::bad("An app has at most 10 webhooks"));
    }
    let secs = app.pen().now.div_euclid(1_000);
    let mut chance = app.next_chance("webhook");
    let mut webhook = Map::from_iter([
        ("_id".to_owned(), json!(timed_id(secs, &mut chance))),
        ("target".to_owned(), Value::Null),
        ("triggers".to_owned(), json!(["message"])),
        ("secret".to_owned(), json!(chance.hex(40))),
        ("version".to_owned(), json!("v1.1")),
        ("includeClient".to_owned(), json!(false)),
        ("includeFullAppUser".to_owned(), json!(false)),
    ]);
    apply(&mut webhook, &fields);
    let answer = Answer::created(&json!({ "webhook": webhook }));
    app.webhooks.push(webhook);
    answer
}

/// One webhook.
pub(crate) fn answer_webhook(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let at = place_of(&app.webhooks, id)?;
    if call.method == Method::DELETE {
        app.webhooks.remove(at);
        return Answer::empty();
    }
    let webhook = app.webhooks.get_mut(at).ok_or(Refusal::NotFound)?;
    if call.method == Method::PUT {
        let fields = Fields::parse(call.body)?;
        check(&fields)?;
        apply(webhook, &fields);
    }
    Answer::ok(&json!({ "webhook": webhook }))
}

fn check(fields: &Fields) -> Result<(), Refusal> {
    if let Some(target) = fields.text("target")? {
        let url = url::Url::parse(target).ok();
        if url.is_none_or(|url| !["http", "https"].contains(&url.scheme())) {
            return Err(Refusal::bad("target must be an http or https address"));
        }
    }
    fields.flag("includeClient")?;
    fields.flag("includeFullAppUser")?;
    let Some(triggers) = fields.0.get("triggers").filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let known = |trigger: &Value| {
        let trigger = trigger.as_str();
        trigger.is_some_and(|name| TRIGGERS.split_whitespace().any(|known| known == name))
    };
    match triggers.as_array() {
        Some(triggers) if !triggers.is_empty() && triggers.iter().all(known) => Ok(()),
        _ => Err(Refusal::bad("triggers must be a list of known triggers")),
    }
}

fn apply(webhook: &mut Map<String, Value>, fields: &Fields) {
    for name in ["target", "triggers", "includeClient", "includeFullAppUser"] {
        if let Some(value) = fields.0.get(name).filter(|value| !value.is_null()) {
            webhook.insert(name.to_owned(), value.clone());
        }
    }
}
