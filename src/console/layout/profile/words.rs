//! Single facts about a user in words, the same wherever they are shown.

use crate::console::layout::row::Tone;
use crate::console::state::Profile;
use crate::domain::{
    AppSettings, Authentication, Client, ClientStatus, DisplayName, Identity, Naming, Portion,
    Provenance, Scalar, User,
};
use crate::text::SafeText;

/// `IDENTIFIED` or `ANONYMOUS`, in words, never in colour alone; or that it is not known.
pub(crate) const fn identity_words(identity: Option<Identity>) -> (Tone, &'static str) {
    match identity {
        Some(Identity::Identified) => (Tone::Identified, "IDENTIFIED"),
        Some(Identity::Anonymous) => (Tone::Anonymous, "ANONYMOUS"),
        None => (Tone::Warning, "IDENTITY NOT KNOWN"),
    }
}

/// The words in place of a missing field.
pub(super) const fn missing(user: &User) -> &'static str {
    match user.portion {
        Portion::Whole => "none",
        Portion::Part | Portion::Ids => "not known",
    }
}

/// The name, where one can be shown: the word for a user without any, `Anonymous`, would say
/// something else of a user who is not known to be anonymous.
pub(crate) fn shown_name(profile: &Profile) -> Option<SafeText> {
    let is_word = profile.name.provenance == Provenance::Fallback;
    let is_anonymous = profile.user.identity() == Some(Identity::Anonymous);
    (!is_word || is_anonymous).then(|| SafeText::of(&profile.name.text))
}

/// `NAMED` or `UNNAMED`.
pub(crate) const fn naming_words(naming: Naming) -> &'static str {
    match naming {
        Naming::Named => "NAMED",
        Naming::Unnamed => "UNNAMED",
    }
}

/// Whether the user has logged in, in words.
pub(crate) const fn authentication_words(authentication: Authentication) -> &'static str {
    match authentication {
        Authentication::LoggedIn => "LOGGED IN, says the API",
        Authentication::NotLoggedIn => "not logged in, says the API",
        Authentication::ApiCannotTell => "unknown, the API cannot tell",
    }
}

/// Where the name comes from, in words.
pub(crate) fn origin(name: &DisplayName, settings: Option<&AppSettings>) -> SafeText {
    let origin = SafeText::of(&name.origin_words());
    let animals = settings.is_some_and(|settings| settings.use_animal_names == Some(true));
    let maybe = if animals && name.provenance == Provenance::Message {
        " (maybe generated: the app gives animal names)"
    } else {
        ""
    };
    let cleaned = if name.cleaned {
        " · cleaned of hidden characters"
    } else {
        ""
    };
    SafeText::own(format_args!("{origin}{maybe}{cleaned}"))
}

pub(super) fn status_words(status: &ClientStatus) -> SafeText {
    match status {
        ClientStatus::Active => SafeText::own("active"),
        ClientStatus::Inactive => SafeText::own("inactive"),
        ClientStatus::Blocked => SafeText::own("blocked by the user"),
        ClientStatus::Pending => SafeText::own("pending"),
        ClientStatus::Other(status) => SafeText::of(status),
        ClientStatus::Unknown => SafeText::own("status not known"),
    }
}

/// Clients in the order in which they were last seen; never seen last.
pub(crate) fn latest_first(clients: &[Client]) -> Vec<&Client> {
    let mut sorted: Vec<&Client> = clients.iter().collect();
    sorted.sort_by_key(|client| std::cmp::Reverse(client.last_seen));
    sorted
}

/// A value of custom data as it is shown.
pub(crate) fn scalar(value: &Scalar) -> SafeText {
    match value {
        Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => SafeText::of(text),
        Scalar::Bool(value) => SafeText::own(value),
        Scalar::Null => SafeText::own("null"),
    }
}
