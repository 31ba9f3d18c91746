//! Users: read, pre-created, changed, erased and deleted (API document, section 3.1).

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Call};
use crate::sandbox::body::{Change, Fields, united_custom_data};
use crate::sandbox::errors::Refusal;
use crate::sandbox::users::{AppUser, iso_text};
use crate::sandbox::world::App;

/// Most characters of a `userId`.
const USER_ID_LIMIT: usize = 1_024;

/// One user.
pub(crate) fn answer_user(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::GET {
        return Answer::ok(&json!({ "appUser": app.people.read(id)?.user }));
    }
    if call.method == Method::DELETE {
        let gone = app.people.remove(id)?;
        for message in gone.conversation.iter().flat_map(|c| &c.messages) {
            let url = message.facts().media_url.unwrap_or_default();
            let path = url.strip_prefix(call.base_url).unwrap_or_default();
            app.files.remove_with_message(path, &gone.user.id);
        }
        return Answer::empty();
    }
    app.people.read(id)?;
    let fields = Fields::parse(call.body)?;
    let user = &mut app.people.edit(id)?.user;
    *user = updated(user.clone(), &fields)?;
    Answer::ok(&json!({ "appUser": user }))
}

/// Creates a user.
pub(crate) fn answer_creation(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::parse(call.body)?;
    let user_id = fields.required_text("userId")?;
    if user_id.chars().count() > USER_ID_LIMIT {
        return Err(Refusal::bad("userId is longer than 1024 characters"));
    }
    // Everything is checked before a user is created.
    let told = updated(AppUser::nobody(String::new()), &fields)?;
    let user = &mut app.people.create(user_id)?.user;
    *user = AppUser {
        id: user.id.clone(),
        user_id: user.user_id.take(),
        signed_up_at: told.signed_up_at.clone().or(user.signed_up_at.take()),
        ..told
    };
    Answer::created(&json!({ "appUser": user }))
}

/// Erases the profile and the facts from channels. Messages keep their names.
pub(crate) fn answer_erasure(app: &mut App, id: &str) -> Result<Answer, Refusal> {
    let user = &mut app.people.edit(id)?.user;
    user.given_name = None;
    user.surname = None;
    user.email = None;
    user.properties.clear();
    for client in user.clients.iter_mut().chain(&mut user.pending_clients) {
        client.display_name = None;
        client.avatar_url = None;
        client.info = None;
        client.raw = None;
    }
    Answer::ok(&json!({ "appUser": user }))
}

/// A user after an update; everything that the body doesn't name stays.
fn updated(mut user: AppUser, fields: &Fields) -> Result<AppUser, Refusal> {
    fields.change("givenName")?.apply(&mut user.given_name);
    fields.change("surname")?.apply(&mut user.surname);
    fields.change("email")?.apply(&mut user.email);
    match fields.change("signedUpAt")? {
        Change::Keep => {}
        Change::Remove => user.signed_up_at = None,
        Change::Set(text) => {
            let time: jiff::Timestamp = text.parse().map_err(|_| {
                Refusal::bad("signedUpAt must be a time such as 2024-03-01T08:00:00Z")
            })?;
            user.signed_up_at = Some(iso_text(time.as_millisecond()));
        }
    }
    if fields.0.get("properties").is_some_and(Value::is_null) {
        user.properties.clear();
    }
    if let Some(new) = fields.object("properties")? {
        user.properties = united_custom_data("properties", &user.properties, new)?;
    }
    Ok(user)
}
