//! Everything known about a user, as rows: the summary first, then every detail.

use jiff::Timestamp;
use jiff::tz::TimeZone;

mod details;

use super::row::{Row, Tone, wrapped};
use crate::console::action::Action;
use crate::console::keymap::{Keymap, Mode};
use crate::console::state::Profile;
use crate::domain::{
    AppSettings, Authentication, Client, ClientStatus, DisplayName, Identity, LookupId, MatchedBy,
    Naming, Portion, Properties, Provenance, Scalar, User,
};
use crate::text::{SafeText, time};
use details::{client_rows, profile_rows, property_rows};

/// Cells of the column of labels.
const LABEL: usize = 9;

/// What rows about a user are made of.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The user and the name.
    pub profile: &'a Profile,
    /// Settings of the app, once known.
    pub settings: Option<&'a AppSettings>,
    /// The moment.
    pub now: Timestamp,
    /// The agent's time zone.
    pub zone: &'a TimeZone,
    /// Which keys mean what.
    pub keymap: &'a Keymap,
}

/// Everything known about a user, for a pane of a width.
pub fn rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let mut rows = summary(facts, width);
    let user = &facts.profile.user;
    for (title, clients) in [
        ("Channels", &user.clients),
        ("Not yet confirmed", &user.pending_clients),
    ] {
        if !clients.is_empty() {
            rows.push(Row::default());
            rows.push(Row::words(Tone::Strong, title));
        }
        for client in latest_first(clients) {
            rows.extend(client_rows(client, facts, width));
        }
    }
    rows.push(Row::default());
    rows.push(Row::words(Tone::Strong, "Profile"));
    rows.extend(profile_rows(facts, width));
    if !user.properties.0.is_empty() {
        rows.push(Row::default());
        rows.push(Row::words(Tone::Strong, "Properties"));
        rows.extend(property_rows(&user.properties, 20, 0, width));
    }
    rows
}

/// `IDENTIFIED` or `ANONYMOUS`, in words, never in colour alone; or that it is not known.
pub const fn identity_words(identity: Option<Identity>) -> (Tone, &'static str) {
    match identity {
        Some(Identity::Identified) => (Tone::Identified, "IDENTIFIED"),
        Some(Identity::Anonymous) => (Tone::Anonymous, "ANONYMOUS"),
        None => (Tone::Warning, "IDENTITY NOT KNOWN"),
    }
}

/// What stands in the place of a field that is missing.
pub(super) const fn missing(user: &User) -> &'static str {
    match user.portion {
        Portion::Whole => "none",
        Portion::Part | Portion::Ids => "not told",
    }
}

/// The name, where one can be shown: the word for a user without any, `Anonymous`, would say
/// something else of whoever is not known to be anonymous.
pub fn shown_name(profile: &Profile) -> Option<SafeText> {
    let is_word = profile.name.provenance == Provenance::Fallback;
    let is_anonymous = profile.user.identity() == Some(Identity::Anonymous);
    (!is_word || is_anonymous).then(|| SafeText::of(&profile.name.text))
}

/// `NAMED` or `UNNAMED`.
pub const fn naming_words(naming: Naming) -> &'static str {
    match naming {
        Naming::Named => "NAMED",
        Naming::Unnamed => "UNNAMED",
    }
}

/// Whether the user has logged in, in words.
pub const fn authentication_words(authentication: Authentication) -> &'static str {
    match authentication {
        Authentication::LoggedIn => "LOGGED IN, says the API",
        Authentication::NotLoggedIn => "not logged in, says the API",
        Authentication::ApiCannotTell => "unknown, the API cannot tell",
    }
}

/// Where the name comes from, in words.
pub fn origin(name: &DisplayName, settings: Option<&AppSettings>) -> SafeText {
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

/// Identity and naming beside each other, and whether there may be more to know.
pub fn badges(user: &User) -> Row {
    let (tone, identity) = identity_words(user.identity());
    let row = Row::words(tone, identity);
    let naming = naming_words(user.naming());
    match (user.portion, user.naming()) {
        (Portion::Whole, _) => row.and(Tone::Plain, format_args!(" · {naming}")),
        (_, Naming::Named) => row.and(Tone::Plain, format_args!(" · {naming} · known in part")),
        // A part without a name does not tell that there is none.
        (_, Naming::Unnamed) => row.and(Tone::Plain, " · known in part"),
    }
}

/// The channels, latest first, in one row's words.
pub fn reach(user: &User, now: Timestamp) -> SafeText {
    let mut words = Vec::new();
    for client in latest_first(&user.clients) {
        if !words.is_empty() {
            words.push(SafeText::own(" · "));
        }
        words.push(reach_of(client, now));
    }
    if words.is_empty() {
        return SafeText::own(match user.pending_clients.len() {
            0 if user.portion != Portion::Whole => "not told".to_owned(),
            0 => "no channel".to_owned(),
            1 => "no confirmed channel, 1 pending".to_owned(),
            pending => format!("no confirmed channel, {pending} pending"),
        });
    }
    SafeText::join(words)
}

fn reach_of(client: &Client, now: Timestamp) -> SafeText {
    let platform = SafeText::of(&client.platform.0);
    let seen = client
        .last_seen
        .map(|seen| format!(" {}", time::age(now, seen)));
    let seen = seen.unwrap_or_default();
    let status = match &client.status {
        ClientStatus::Active | ClientStatus::Unknown => SafeText::default(),
        status => SafeText::own(format_args!(" ({})", status_words(status))),
    };
    SafeText::own(format_args!("{platform}{seen}{status}"))
}

fn status_words(status: &ClientStatus) -> SafeText {
    match status {
        ClientStatus::Active => SafeText::own("active"),
        ClientStatus::Inactive => SafeText::own("inactive"),
        ClientStatus::Blocked => SafeText::own("blocked by the user"),
        ClientStatus::Pending => SafeText::own("pending"),
        ClientStatus::Other(status) => SafeText::of(status),
        ClientStatus::Unknown => SafeText::own("status not told"),
    }
}

/// Clients in the order in which they were last seen; never seen last.
pub fn latest_first(clients: &[Client]) -> Vec<&Client> {
    let mut sorted: Vec<&Client> = clients.iter().collect();
    sorted.sort_by_key(|client| std::cmp::Reverse(client.last_seen));
    sorted
}

/// Some nine rows that answer: who is this, may I trust that, how do they reach us.
fn summary(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let profile = facts.profile;
    let user = &profile.user;
    let mut rows = vec![badges(user)];
    if let Some(old) = &profile.old_id {
        let words = merged_words(old, width.saturating_sub(LABEL));
        rows.push(label("merged").with(Tone::Warning, words));
    }
    if user.portion != Portion::Whole {
        let words = SafeText::own(format_args!(
            "only a part is known{}",
            asks_the_api(facts, " · ")
        ));
        rows.push(labelled("part", Tone::Warning, &words, width));
    }
    let login = SafeText::own(authentication_words(user.authentication));
    rows.push(labelled("login", Tone::Dim, &login, width));
    rows.extend(name_rows(profile, facts.settings, width));
    rows.extend(id_rows(profile, width));
    rows.push(email_row(user, facts.now, facts.zone, width));
    rows.push(labelled(
        "reach",
        Tone::Plain,
        &reach(user, facts.now),
        width,
    ));
    let (tone, properties) = if user.properties.0.is_empty() {
        (Tone::Dim, SafeText::own(missing(user)))
    } else {
        (Tone::Plain, properties_line(&user.properties))
    };
    rows.push(labelled("props", tone, &properties, width));
    for why in &user.degraded {
        rows.push(labelled("unread", Tone::Warning, &SafeText::of(why), width));
    }
    rows
}

/// Both ids, and which of them was looked up.
fn id_rows(profile: &Profile, width: usize) -> [Row; 2] {
    let user = &profile.user;
    let room = width.saturating_sub(LABEL);
    let matched = |by| match profile.matched_by {
        Some(matched) if matched == by => "  (looked up by this)",
        _ => "",
    };
    let id = SafeText::of(user.id.untrusted()).middle(room);
    let id = label("_id").with(Tone::Plain, id);
    let id = fitted(id, Tone::Dim, matched(MatchedBy::SmoochId), width);
    let user_id = if let Some(id) = &user.user_id {
        let id = SafeText::of(id.untrusted()).middle(room);
        let id = label("userId").with(Tone::Plain, id);
        fitted(id, Tone::Dim, matched(MatchedBy::UserId), width)
    } else {
        let words = match user.identity() {
            Some(_) => "none, so this user is anonymous",
            None => "not told: anonymous or identified",
        };
        labelled("userId", Tone::Dim, &SafeText::own(words), width)
    };
    [id, user_id]
}

/// Which key asks the API, behind some words; nothing where none does.
pub(super) fn asks_the_api(facts: Facts<'_>, before: &str) -> String {
    let key = facts.keymap.label(Mode::Normal, Action::Refresh);
    key.map_or_else(String::new, |key| format!("{before}{key} asks the API"))
}

/// That an old id led here, in the longest words that fit.
fn merged_words(old: &LookupId, room: usize) -> SafeText {
    let old = SafeText::of(old.untrusted());
    let around = "looked up as , merged into this user".len();
    if old.width() + around <= room {
        return SafeText::own(format_args!("looked up as {old}, merged into this user"));
    }
    let was = SafeText::own("was ");
    let old = old.middle(room.saturating_sub(was.width()));
    SafeText::join([was, old])
}

/// The name with its origin beside it, or below it where both do not fit.
fn name_rows(profile: &Profile, settings: Option<&AppSettings>, width: usize) -> Vec<Row> {
    let name = &profile.name;
    let origin = origin(name, settings);
    let space = width.saturating_sub(LABEL);
    let Some(text) = shown_name(profile) else {
        return vec![labelled("name", Tone::Dim, &origin, width)];
    };
    let tone = if name.provenance == Provenance::Profile {
        Tone::Strong
    } else {
        Tone::Plain
    };
    if text.width() + 2 + origin.width() <= space {
        return vec![
            label("name")
                .with(tone, text)
                .and(Tone::Plain, "  ")
                .with(Tone::Dim, origin),
        ];
    }
    let mut rows = vec![label("name").with(tone, text.ellipsis(space))];
    rows.extend(wrapped(Tone::Dim, &origin, width, LABEL));
    rows
}

fn email_row(user: &User, now: Timestamp, zone: &TimeZone, width: usize) -> Row {
    let (tone, email) = match &user.email {
        Some(email) => (Tone::Plain, SafeText::of(email)),
        None => (Tone::Dim, SafeText::own(missing(user))),
    };
    let row = label("e-mail").with(tone, email.ellipsis(width.saturating_sub(LABEL)));
    match user.signed_up_at {
        Some(at) => {
            let (date, ago) = (time::date(at, zone), time::ago(now, at));
            fitted(
                row,
                Tone::Dim,
                &format!("  signed up {date} ({ago})"),
                width,
            )
        }
        None => row,
    }
}

/// Adds a note if there is room for it.
fn fitted(row: Row, tone: Tone, note: &str, width: usize) -> Row {
    let note = SafeText::own(note);
    if row.width() + note.width() <= width {
        row.with(tone, note)
    } else {
        row
    }
}

fn label(word: &str) -> Row {
    Row::words(Tone::Dim, word).padded(LABEL)
}

fn labelled(word: &str, tone: Tone, text: &SafeText, width: usize) -> Row {
    label(word).with(tone, text.ellipsis(width.saturating_sub(LABEL)))
}

fn properties_line(properties: &Properties) -> SafeText {
    let pairs = properties
        .0
        .iter()
        .enumerate()
        .map(|(index, (key, value))| {
            let gap = if index == 0 { "" } else { "  " };
            SafeText::own(format_args!("{gap}{}={}", SafeText::of(key), scalar(value)))
        });
    SafeText::join(pairs)
}

/// A value of custom data as it is shown.
pub fn scalar(value: &Scalar) -> SafeText {
    match value {
        Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => SafeText::of(text),
        Scalar::Bool(value) => SafeText::own(value),
        Scalar::Null => SafeText::own("null"),
    }
}

/// A paragraph of the console's own words.
pub fn paragraph(tone: Tone, words: impl std::fmt::Display, width: usize) -> Vec<Row> {
    wrapped(tone, &SafeText::own(words), width, 0)
}
