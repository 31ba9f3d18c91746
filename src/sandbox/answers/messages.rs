//! Messages: read page by page, posted, deleted (API document, section 3.2).

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::{Answer, Call};
use crate::sandbox::auth::Scope;
use crate::sandbox::compose::Side;
use crate::sandbox::errors::Refusal;
use crate::sandbox::files::Files;
use crate::sandbox::messages::StoredMessage;
use crate::sandbox::multipart::parse_parts;
use crate::sandbox::paging::parse_bound;
use crate::sandbox::percent;
use crate::sandbox::posting::{NewMessage, parse_new_message};
use crate::sandbox::world::App;

/// All messages of a user.
pub(crate) fn answer_messages(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.method == Method::GET {
        return page(app, id, call);
    }
    if call.method == Method::POST {
        app.people.read(id)?;
        return store(app, id, parse_new_message(call.body)?, call);
    }
    let resident = app.people.edit(id)?;
    let user = resident.user.id.clone();
    let conversation = resident.conversation_mut()?;
    conversation.unread_count = 0;
    let gone = std::mem::take(&mut conversation.messages);
    forget_files(&mut app.files, &gone, &user, call.base_url);
    Answer::empty()
}

/// One message of a user.
pub(crate) fn answer_deletion(
    app: &mut App,
    id: &str,
    message: &str,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let resident = app.people.edit(id)?;
    let user = resident.user.id.clone();
    let gone = resident.conversation_mut()?.remove(message);
    let gone = gone.ok_or(Refusal::MessageNotFound)?;
    forget_files(&mut app.files, &[gone], &user, call.base_url);
    Answer::empty()
}

/// An upload that becomes a message at once.
pub(crate) fn answer_image(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let user = app.people.read(id)?.user.id.clone();
    let parts = parse_parts(call.content_type, call.body)?;
    let role = parts.iter().find(|part| part.name == "role");
    let role = role.map(|part| String::from_utf8_lossy(part.bytes));
    let file = super::attachments::file_of(&parts, Some(user))?;
    if !file.media_type.starts_with("image/") {
        return Err(Refusal::bad("source must be an image"));
    }
    let body = json!({ "role": role, "type": "image", "mediaUrl": "pending" });
    let mut new = parse_new_message(body.to_string().as_bytes())?;
    let mut chance = app.next_chance("file");
    let path = app.files.add(&mut chance, file);
    let url = format!("{}{path}", call.base_url);
    new.body.insert("mediaUrl".to_owned(), json!(url));
    store(app, id, new, call)
}

fn page(app: &mut App, id: &str, call: &Call<'_>) -> Result<Answer, Refusal> {
    let bound = parse_bound(call.raw_query)?;
    let (app_id, user) = (app.id().to_owned(), percent::encode(id));
    let base_url = call.base_url;
    let url = format!("{base_url}/v1.1/apps/{app_id}/appusers/{user}/messages");
    let resident = app.people.read(id)?;
    Answer::ok(&resident.conversation()?.page(bound, &url))
}

fn store(app: &mut App, id: &str, mut new: NewMessage, call: &Call<'_>) -> Result<Answer, Refusal> {
    if matches!(call.scope, Scope::User { .. }) && new.side == Side::Business {
        return Err(Refusal::Forbidden("A user may only write as appUser"));
    }
    describe_media(&app.files, &mut new.body, call.base_url);
    let pen = app.pen();
    let answer = app.people.edit(id)?.post(pen, new)?;
    Answer::created(&answer)
}

/// The type and size of a file, as far as the sandbox knows.
fn describe_media(files: &Files, body: &mut Map<String, Value>, base_url: &str) {
    let Some(url) = body.get("mediaUrl").and_then(Value::as_str) else {
        return;
    };
    let file = url.strip_prefix(base_url).and_then(|path| files.at(path));
    let media_type = match file {
        Some(file) => file.media_type.clone(),
        None => guess_media_type(url).to_owned(),
    };
    let size = file.map(|file| file.bytes.len());
    body.entry("mediaType").or_insert(json!(media_type));
    if let Some(size) = size {
        body.insert("mediaSize".to_owned(), json!(size));
    }
}

fn guess_media_type(url: &str) -> &'static str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default();
    match ending.to_ascii_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "txt" => "text/plain",
        _ => "application/octet-stream",
    }
}

fn forget_files(files: &mut Files, gone: &[StoredMessage], user: &str, base_url: &str) {
    for message in gone {
        let url = message.facts().media_url.unwrap_or_default();
        if let Some(path) = url.strip_prefix(base_url) {
            files.remove_with_message(path, user);
        }
    }
}
