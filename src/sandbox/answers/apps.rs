//! Apps (API document, section 3.4).

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call};
use crate::sandbox::auth::Owner;
use crate::sandbox::body::{Fields, united_custom_data};
use crate::sandbox::chance::Chance;
use crate::sandbox::compose::timed_id;
use crate::sandbox::errors::Refusal;
use crate::sandbox::world::{App, World};

/// Lists the apps, or adds one.
pub(crate) fn answer_apps(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::POST {
        return create(world, call);
    }
    let window = call.query.window()?;
    // The sandbox has no service accounts, so none of them has access to an app.
    let all = match call.query.get("serviceAccountId") {
        Some(_) => Vec::new(),
        None => world.apps.iter().map(|app| &app.facts).collect(),
    };
    let (part, has_more) = window.cut(all);
    Answer::ok(&json!({ "apps": part, "hasMore": has_more, "offset": window.offset }))
}

/// One app.
pub(crate) fn answer_app(world: &mut World, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::DELETE {
        world.apps.retain(|app| app.id() != id);
        world.keys.remove_all(&Owner::App(id.to_owned()));
        return Answer::empty();
    }
    let app = world.app(id).ok_or(Refusal::AppNotFound)?;
    if call.method == Method::PUT {
        let fields = Fields::parse(call.body)?;
        app.facts = updated(app.facts.clone(), &fields)?;
    }
    Answer::ok(&json!({ "app": app.facts }))
}

fn create(world: &mut World, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::parse(call.body)?;
    fields.required_text("name")?;
    let mut chance = Chance::about(world.origin.seed, &format!("app {}", world.apps_made));
    let id = timed_id(world.origin.now.div_euclid(1_000), &mut chance);
    let facts = json!({
        "name": null,
        "appToken": chance.base62(25),
        "settings": {
            "maskCreditCardNumbers": true,
            "useAnimalNames": false,
            "echoPostback": false,
            "conversationRetentionSeconds": 7_776_000,
            "ignoreAutoConversationStart": false,
        },
        "metadata": {},
    });
    let facts = updated(facts.as_object().cloned().unwrap_or_default(), &fields)?;
    world.apps_made += 1;
    let app = App::new(world.origin, id, facts, None);
    let answer = Answer::created(&json!({ "app": app.facts }));
    world.apps.push(app);
    answer
}

/// An app after an update; everything that the body doesn't name stays.
fn updated(mut facts: Map<String, Value>, fields: &Fields) -> Result<Map<String, Value>, Refusal> {
    if fields.0.contains_key("name") {
        let name = fields.required_text("name")?;
        if name.chars().count() > 100 {
            return Err(Refusal::bad("name is longer than 100 characters"));
        }
        facts.insert("name".to_owned(), json!(name));
    }
    if let Some(new) = fields.object("metadata")? {
        let old = facts.get("metadata").and_then(Value::as_object);
        let united = united_custom_data("metadata", &old.cloned().unwrap_or_default(), new)?;
        facts.insert("metadata".to_owned(), json!(united));
    }
    let settings = facts.get_mut("settings").and_then(Value::as_object_mut);
    for (name, value) in fields.object("settings")?.into_iter().flatten() {
        let fits = match name.as_str() {
            "conversationRetentionSeconds" => value.is_u64(),
            _ => value.is_boolean(),
        };
        if !fits {
            return Err(Refusal::bad(format!("settings.{name} has a wrong value")));
        }
    }
    if let (Some(old), Some(new)) = (settings, fields.object("settings")?) {
        old.extend(new.clone());
    }
    Ok(facts)
}
