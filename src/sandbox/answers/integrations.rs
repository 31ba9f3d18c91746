//! Integrations: the app's channels (API document, section 3.4).

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call, place_of};
use crate::sandbox::body::Fields;
use crate::sandbox::compose::timed_id;
use crate::sandbox::errors::Refusal;
use crate::sandbox::world::App;

/// Types that can be created.
const TYPES: &str = "android api apn fcm ios line mailgun messagebird messenger telegram twilio \
    twitter viber web wechat whatsapp apple instagram kakao gbm googlercs slackconnect custom \
    other frontendEmail unity";

/// Lists the integrations, or adds one.
pub(crate) fn answer_integrations(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::POST {
        return create(app, call);
    }
    let window = call.query.window()?;
    let types = call.query.list("types");
    let is_wanted = |integration: &&Map<String, Value>| {
        let kind = integration.get("type").and_then(Value::as_str);
        types
            .as_ref()
            .is_none_or(|types| kind.is_some_and(|kind| types.contains(&kind)))
    };
    let wanted = app.integrations.iter().filter(is_wanted).collect();
    let (part, has_more) = window.cut(wanted);
    Answer::ok(&json!({ "integrations": part, "hasMore": has_more, "offset": window.offset }))
}

/// One integration.
pub(crate) fn answer_integration(
    app: &mut App,
    id: &str,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let at = place_of(&app.integrations, id).map_err(|_| Refusal::IntegrationNotFound)?;
    if call.method == Method::DELETE {
        app.integrations.remove(at);
        return Answer::empty();
    }
    let found = app.integrations.get_mut(at);
    let integration = found.ok_or(Refusal::IntegrationNotFound)?;
    if call.method == Method::PUT {
        let fields = Fields::parse(call.body)?;
        check_fields(&fields)?;
        apply(integration, fields);
    }
    Answer::ok(&json!({ "integration": integration }))
}

fn create(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::parse(call.body)?;
    let kind = fields.required_text("type")?.to_owned();
    if !TYPES.split_whitespace().any(|known| known == kind) {
        return Err(Refusal::bad(format!("type `{kind}` is not known")));
    }
    check_fields(&fields)?;
    let secs = app.pen().now.div_euclid(1_000);
    let id = timed_id(secs, &mut app.next_chance("integration"));
    let mut integration = Map::from_iter([
        ("_id".to_owned(), json!(id)),
        ("type".to_owned(), json!(kind)),
        ("status".to_owned(), json!("active")),
    ]);
    apply(&mut integration, fields);
    let answer = Answer::created(&json!({ "integration": integration }));
    app.integrations.push(integration);
    answer
}

fn check_fields(fields: &Fields) -> Result<(), Refusal> {
    let name = fields.text("displayName")?.unwrap_or_default();
    if name.chars().count() > 100 {
        return Err(Refusal::bad("displayName is longer than 100 characters"));
    }
    Ok(())
}

/// Fields that the server sets stay as they are; null removes any other.
fn apply(integration: &mut Map<String, Value>, fields: Fields) {
    for (name, value) in fields.0 {
        if ["_id", "type", "status", "error"].contains(&name.as_str()) {
            continue;
        }
        if value.is_null() {
            integration.shift_remove(&name);
        } else {
            integration.insert(name, value);
        }
    }
}
