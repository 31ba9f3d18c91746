//! The name that the server stores with a new message of a user (API document, section 8.3).
//!
//! In: the names in the request, the profile and the client. Out: one name. A stored name stays
//! when the profile changes, so nothing here looks at stored messages.

use super::animals::animal_name;
use super::users::{AppUser, Client};

/// How messages name a user without any name: the app's setting `useAnimalNames`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UnnamedUsers {
    /// By platform and `_id`, such as `Web User 2c7be1f09d834a5566b1a0f8`.
    #[default]
    Placeholder,
    /// By an animal, such as `Patient Heron`.
    Animal,
}

/// Chooses the name of a message that `user` writes through `client`.
pub(crate) fn resolve_message_name(
    explicit: Option<&str>,
    user: &AppUser,
    client: Option<&Client>,
    unnamed: UnnamedUsers,
) -> String {
    if let Some(name) = explicit.filter(|name| !is_blank(name)) {
        return name.to_owned();
    }
    if let Some(name) = profile_name(user) {
        return name;
    }
    let channel_name = client.and_then(|client| client.display_name.as_deref());
    if let Some(name) = channel_name.filter(|name| !is_blank(name)) {
        return name.to_owned();
    }
    if unnamed == UnnamedUsers::Animal {
        return animal_name(&user.id);
    }
    let platform = client.map_or("web", |client| client.platform.as_str());
    format!("{} User {}", label(platform), user.id)
}

/// The given name and surname, without blank ones, joined by a space.
pub(crate) fn profile_name(user: &AppUser) -> Option<String> {
    let parts: Vec<&str> = [user.given_name.as_deref(), user.surname.as_deref()]
        .into_iter()
        .flatten()
        .filter(|part| !is_blank(part))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Whether there is only white space and invisible characters (section 8.5).
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c,
                '\u{00ad}' | '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    })
}

fn label(platform: &str) -> &str {
    match platform {
        "web" => "Web",
        "ios" => "iOS",
        "android" => "Android",
        other => other,
    }
}
