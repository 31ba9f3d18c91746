//! An app's keys (API document, sections 1.4 and 3.4).

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Call};
use crate::sandbox::auth::{Key, Owner};
use crate::sandbox::body::Fields;
use crate::sandbox::errors::Refusal;
use crate::sandbox::jwt;
use crate::sandbox::world::World;

/// Most keys of an app.
const LIMIT: usize = 10;

/// Lists the keys, or adds one.
pub(crate) fn answer_keys(
    world: &mut World,
    app: &str,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let owner = Owner::App(app.to_owned());
    if call.method == Method::GET {
        let keys: Vec<Value> = world.keys.of(&owner).map(told).collect();
        return Answer::ok(&json!({ "keys": keys }));
    }
    let fields = Fields::parse(call.body)?;
    let name = fields.required_text("name")?.to_owned();
    if world.keys.of(&owner).count() >= LIMIT {
        return Err(Refusal::bad("An app has at most 10 keys"));
    }
    let app = world.app(app).ok_or(Refusal::AppNotFound)?;
    let key = Key::draw(&mut app.next_chance("key"), name, owner);
    let answer = Answer::created(&json!({ "key": told(&key) }));
    world.keys.add(key);
    answer
}

/// One key. Deleting it invalidates everything signed with it.
pub(crate) fn answer_key(
    world: &mut World,
    app: &str,
    id: &str,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let owner = Owner::App(app.to_owned());
    if call.method == Method::DELETE {
        return if world.keys.remove(&owner, id) {
            Answer::empty()
        } else {
            Err(Refusal::NotFound)
        };
    }
    Answer::ok(&json!({ "key": told(find(world, &owner, id)?) }))
}

/// A token of the scope app, signed with the key.
pub(crate) fn answer_token(world: &World, app: &str, id: &str) -> Result<Answer, Refusal> {
    let owner = Owner::App(app.to_owned());
    let key = find(world, &owner, id)?;
    let token = jwt::sign(&key.id, r#"{"scope":"app"}"#, key.secret.as_bytes());
    Answer::ok(&json!({ "jwt": token }))
}

fn find<'a>(world: &'a World, owner: &'a Owner, id: &str) -> Result<&'a Key, Refusal> {
    let mut keys = world.keys.of(owner);
    keys.find(|key| key.id == id).ok_or(Refusal::NotFound)
}

fn told(key: &Key) -> Value {
    json!({ "_id": key.id, "name": key.name, "secret": key.secret })
}
