//! The chain that resolves a name, step by step (API document, section 8.4).
//!
//! In: a user, their loaded messages. Out: the first step's name that is not blank. It keeps no
//! state: a cached name may get better with more messages.

use super::clean::{Cleaned, clean, is_blank};
use super::clients::{in_order, join, raw_name};
use super::{DisplayName, ProfileFields, Provenance};
use crate::domain::{
    Client, Message, MessageId, Naming, Platform, Side, SmoochId, Untrusted, User,
};

/// Subtypes of the business's side that say more than `Business`.
const TELLING_SUBTYPES: [&str; 2] = ["AI", "bot"];

/// Sources that are systems in which the business's people work.
const BUSINESS_SYSTEMS: [&str; 5] = [
    "slack",
    "zendesk",
    "helpscout",
    "hipchat",
    "zd:agentWorkspace",
];

impl User {
    /// Named if and only if a givenName or a surname is not blank.
    pub fn naming(&self) -> Naming {
        let mut names = [&self.given_name, &self.surname].into_iter().flatten();
        if names.any(|name| !is_blank(name)) {
            Naming::Named
        } else {
            Naming::Unnamed
        }
    }
}

/// Resolves the name of a user by the chain of section 8.4.
///
/// `messages` are the loaded messages of the user in any order; none skips the second step.
pub fn resolve_display_name(user: &User, messages: &[Message]) -> DisplayName {
    let stored = newest_name(&user.id, messages);
    let (generated, spoken) = match stored {
        Some(name) if is_placeholder(&name.text) => (Some(name), None),
        other => (None, other),
    };
    let clients = in_order(&user.clients);
    profile_name(user)
        .or_else(|| {
            let listed = clean_part(user.listed_name.as_ref())?;
            Some(plain(listed, Provenance::File))
        })
        .or_else(|| spoken.map(|name| plain(name, Provenance::Message)))
        .or_else(|| first_named(&clients, Provenance::Channel, display_name))
        .or_else(|| first_named(&clients, Provenance::ChannelRaw, raw_name))
        .or_else(|| generated.map(|name| plain(name, Provenance::MessageGenerated)))
        .or_else(|| {
            let pending = in_order(&user.pending_clients);
            first_named(&pending, Provenance::Pending, display_name)
        })
        .or_else(|| generated_name(user, &clients))
        .unwrap_or_else(|| DisplayName {
            text: Untrusted::from("Anonymous"),
            provenance: Provenance::Fallback,
            profile_fields: None,
            platform: None,
            cleaned: false,
        })
}

/// The name of one message's author: the stored one, else the side's default.
pub fn resolve_author_name(message: &Message, user: &DisplayName) -> Untrusted {
    if let Some(name) = clean_part(message.author.name.as_ref()) {
        return name.text;
    }
    match &message.author.side {
        Side::User => user.text.clone(),
        Side::Business | Side::Internal => business_name(message),
        Side::Other(role) => {
            clean(role).map_or_else(|| Untrusted::from("Unknown"), |cleaned| cleaned.text)
        }
    }
}

fn business_name(message: &Message) -> Untrusted {
    let subtype = message.author.subtype.as_ref();
    let system = message.source.as_ref().and_then(|s| s.kind.as_ref());
    subtype
        .filter(|subtype| is_one_of(subtype, &TELLING_SUBTYPES))
        .or_else(|| system.filter(|system| is_one_of(system, &BUSINESS_SYSTEMS)))
        .cloned()
        .unwrap_or_else(|| Untrusted::from("Business"))
}

fn is_one_of(text: &Untrusted, known: &[&str]) -> bool {
    #[expect(clippy::disallowed_methods, reason = "compared with known words")]
    let text = text.expose();
    known.contains(&text)
}

/// The name on the user's newest message that has one; messages of other people name nobody else.
/// Of equal times the later id wins, and then the later position.
fn newest_name(user: &SmoochId, messages: &[Message]) -> Option<Cleaned> {
    let is_other = |id: &Untrusted| *id != *user.untrusted();
    messages
        .iter()
        .filter(|message| message.author.side == Side::User)
        .filter(|message| !message.author.id.as_ref().is_some_and(is_other))
        .filter_map(|message| Some((message, clean_part(message.author.name.as_ref())?)))
        .max_by_key(|(message, _)| (message.received, message.id.as_ref().map(MessageId::expose)))
        .map(|(_, name)| name)
}

fn is_placeholder(name: &Untrusted) -> bool {
    #[expect(clippy::disallowed_methods, reason = "compared with a pattern")]
    is_generated(name.expose())
}

/// Whether the API made a name up: any words, ` user ` and 24 hex digits, in any case.
///
/// Any id counts, because after a merge old messages carry the ids of users who are gone.
pub fn is_generated(name: &str) -> bool {
    const MARK: &[u8] = b" user ";
    const ID: usize = 24;
    let name = name.as_bytes();
    let Some((words, id)) = name.len().checked_sub(ID).map(|at| name.split_at(at)) else {
        return false;
    };
    let Some((label, mark)) = words
        .len()
        .checked_sub(MARK.len())
        .map(|at| words.split_at(at))
    else {
        return false;
    };
    !label.is_empty() && mark.eq_ignore_ascii_case(MARK) && id.iter().all(u8::is_ascii_hexdigit)
}

fn clean_part(part: Option<&Untrusted>) -> Option<Cleaned> {
    part.and_then(clean)
}

fn display_name(client: &Client) -> Option<Cleaned> {
    clean_part(client.display_name.as_ref())
}

fn profile_name(user: &User) -> Option<DisplayName> {
    let given = clean_part(user.given_name.as_ref());
    let surname = clean_part(user.surname.as_ref());
    let fields = match (&given, &surname) {
        (Some(_), Some(_)) => ProfileFields::Both,
        (Some(_), None) => ProfileFields::GivenName,
        _ => ProfileFields::Surname,
    };
    join(given, surname).map(|name| DisplayName {
        profile_fields: Some(fields),
        ..plain(name, Provenance::Profile)
    })
}

fn plain(name: Cleaned, provenance: Provenance) -> DisplayName {
    DisplayName {
        text: name.text,
        provenance,
        profile_fields: None,
        platform: None,
        cleaned: name.changed,
    }
}

fn first_named(
    clients: &[&Client],
    provenance: Provenance,
    name_of: impl Fn(&Client) -> Option<Cleaned>,
) -> Option<DisplayName> {
    clients.iter().find_map(|client| {
        name_of(client).map(|name| DisplayName {
            platform: Some(client.platform.clone()),
            ..plain(name, provenance)
        })
    })
}

fn generated_name(user: &User, clients: &[&Client]) -> Option<DisplayName> {
    let label = clients
        .iter()
        .find_map(|client| label_of(&client.platform))?;
    let id = clean(user.id.untrusted())?;
    let changed = label.changed || id.changed;
    let text = format!("{} User {}", label.into_raw(), id.into_raw());
    let name = Cleaned {
        text: Untrusted::from(text),
        changed,
    };
    Some(plain(name, Provenance::Generated))
}

/// How the API spells a platform in the names it makes; `None` for a blank one.
fn label_of(platform: &Platform) -> Option<Cleaned> {
    let label = |text: &str| Cleaned {
        text: Untrusted::from(text),
        changed: false,
    };
    #[expect(clippy::disallowed_methods, reason = "compared with known platforms")]
    let known = platform.0.expose();
    match known {
        // An install of the SDK whose device is not known is most often a web page.
        "web" | "sdk" => Some(label("Web")),
        "ios" => Some(label("iOS")),
        "android" => Some(label("Android")),
        _ => clean(&platform.0),
    }
}
