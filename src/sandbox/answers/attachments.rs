//! Uploads: kept, served and removed (API document, section 3.3).

use serde_json::json;

use super::{Answer, Call};
use crate::sandbox::body::Fields;
use crate::sandbox::errors::Refusal;
use crate::sandbox::files::File;
use crate::sandbox::multipart::{Part, parse_parts};
use crate::sandbox::world::App;

/// Largest file, in bytes.
pub(crate) const FILE_LIMIT: usize = 10 * 1024 * 1024;

/// Accepted types, besides pictures, sounds, videos and plain texts.
const APPLICATIONS: [&str; 12] = [
    "application/pdf",
    "application/json",
    "application/zip",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/octet-stream",
];

/// Stores an upload.
pub(crate) fn answer_upload(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.query.get("access") != Some("public") {
        return Err(Refusal::bad("access is required and can only be public"));
    }
    let goes_with = resolve_purpose(app, call)?;
    let parts = parse_parts(call.content_type, call.body)?;
    let file = file_of(&parts, goes_with)?;
    let media_type = file.media_type.clone();
    let mut chance = app.next_chance("file");
    let path = app.files.add(&mut chance, file);
    let url = format!("{}{path}", call.base_url);
    Answer::created(&json!({ "mediaUrl": url, "mediaType": media_type }))
}

/// Removes an upload.
pub(crate) fn answer_removal(app: &mut App, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::parse(call.body)?;
    let url = fields.required_text("mediaUrl")?;
    let path = url.strip_prefix(call.base_url).unwrap_or_default();
    if app.files.remove(path) {
        Answer::empty()
    } else {
        Err(Refusal::NotFound)
    }
}

/// The `_id` of the user, if the upload is for one of their messages.
fn resolve_purpose(app: &mut App, call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let user = call.query.get("appUserId").or(call.query.get("userId"));
    match (call.query.get("for"), user) {
        (None, _) => Ok(None),
        (Some("message"), Some(id)) => Ok(Some(app.people.read(id)?.user.id.clone())),
        (Some("message"), None) => Err(Refusal::bad("appUserId or userId is required")),
        (Some(_), _) => Err(Refusal::bad("for can only be message")),
    }
}

/// The file in the part `source`.
pub(crate) fn file_of(parts: &[Part<'_>], goes_with: Option<String>) -> Result<File, Refusal> {
    let source = parts.iter().find(|part| part.name == "source");
    let source = source.ok_or_else(|| Refusal::bad("source is required"))?;
    let name = source.file_name.clone().unwrap_or_default();
    let media_type = source.media_type.clone().unwrap_or_default();
    if name.is_empty() || source.bytes.is_empty() {
        return Err(Refusal::bad("source must be a file with a name"));
    }
    if !is_taken(&media_type) {
        return Err(Refusal::bad(format!(
            "files of the type `{media_type}` are not taken"
        )));
    }
    if source.bytes.len() > FILE_LIMIT {
        return Err(Refusal::TooLarge);
    }
    Ok(File {
        name,
        media_type,
        bytes: axum::body::Bytes::copy_from_slice(source.bytes),
        goes_with,
    })
}

fn is_taken(media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default();
    let plain = plain.trim().to_ascii_lowercase();
    let is_word = |c: char| c.is_ascii_alphanumeric() || "/.+-".contains(c);
    let readable = media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    readable
        && plain.chars().all(is_word)
        && (["image/", "audio/", "video/"]
            .iter()
            .any(|kind| plain.starts_with(kind) && plain.len() > kind.len())
            || ["text/plain", "text/csv", "text/vcard", "text/calendar"].contains(&plain.as_str())
            || APPLICATIONS.contains(&plain.as_str()))
}
