//! Everything known about a user, as rows: the summary first, then every detail.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::row::{Row, Tone, indented, wrapped};
use crate::console::state::Profile;
use crate::domain::{
    AppSettings, Authentication, Client, ClientId, ClientStatus, DisplayName, Identity,
    IntegrationId, MatchedBy, Naming, Properties, Provenance, Scalar, Untrusted, User, UserId,
};
use crate::text::{SafeText, time};

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
        rows.extend(property_rows(&user.properties, 0, width));
    }
    rows
}

/// `IDENTIFIED` or `ANONYMOUS`, in words, never in colour alone.
pub fn identity_words(identity: Identity) -> (Tone, &'static str) {
    match identity {
        Identity::Identified => (Tone::Identified, "IDENTIFIED"),
        Identity::Anonymous => (Tone::Anonymous, "ANONYMOUS"),
    }
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
        Authentication::ApiCannotTell => "the API cannot tell whether they are logged in",
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

/// Identity and naming beside each other.
pub fn badges(user: &User) -> Row {
    let (tone, identity) = identity_words(user.identity());
    Row::words(tone, identity).and(
        Tone::Plain,
        format_args!(" · {}", naming_words(user.naming())),
    )
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

/// Nine rows that answer: who is this, may I trust that, how do they reach us.
fn summary(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let Facts {
        profile,
        settings,
        now,
        zone,
    } = facts;
    let user = &profile.user;
    let matched = |by| match profile.matched_by {
        Some(matched) if matched == by => "  (looked up by this)",
        _ => "",
    };
    let mut rows = vec![badges(user)];
    rows.push(labelled(
        "login",
        Tone::Dim,
        &SafeText::own(authentication_words(user.authentication)),
        width,
    ));
    rows.push(name_row(&profile.name, settings, width));
    let id = SafeText::of(user.id.untrusted()).middle(width.saturating_sub(LABEL));
    let note = matched(MatchedBy::SmoochId);
    rows.push(fitted(
        label("_id").with(Tone::Plain, id),
        Tone::Dim,
        note,
        width,
    ));
    rows.push(match &user.user_id {
        Some(id) => {
            let id = SafeText::of(id.untrusted()).middle(width.saturating_sub(LABEL));
            fitted(
                label("userId").with(Tone::Plain, id),
                Tone::Dim,
                matched(MatchedBy::UserId),
                width,
            )
        }
        None => labelled(
            "userId",
            Tone::Dim,
            &SafeText::own("none, so this user is anonymous"),
            width,
        ),
    });
    rows.push(email_row(user, now, zone, width));
    rows.push(labelled("reach", Tone::Plain, &reach(user, now), width));
    if user.properties.0.is_empty() {
        rows.push(labelled("props", Tone::Dim, &SafeText::own("none"), width));
    } else {
        rows.push(labelled(
            "props",
            Tone::Plain,
            &properties_line(&user.properties),
            width,
        ));
    }
    if profile.matched_by == Some(MatchedBy::Merged) {
        let words = "this is not the id that was looked up: users were merged";
        rows.insert(
            1,
            labelled("merged", Tone::Warning, &SafeText::own(words), width),
        );
    }
    for why in &user.degraded {
        rows.push(labelled("unread", Tone::Warning, &SafeText::of(why), width));
    }
    rows
}

fn name_row(name: &DisplayName, settings: Option<&AppSettings>, width: usize) -> Row {
    let origin = origin(name, settings);
    let space = width.saturating_sub(LABEL);
    let text =
        SafeText::of(&name.text).ellipsis(space.saturating_sub(origin.width() + 2).max(space / 2));
    let tone = if name.provenance == Provenance::Profile {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let row = label("name").with(tone, text).and(Tone::Plain, "  ");
    let left = width.saturating_sub(row.width());
    row.with(Tone::Dim, origin.ellipsis(left))
}

fn email_row(user: &User, now: Timestamp, zone: &TimeZone, width: usize) -> Row {
    let (tone, email) = match &user.email {
        Some(email) => (Tone::Plain, SafeText::of(email)),
        None => (Tone::Dim, SafeText::own("none")),
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

/// One pair a row, keys in a column, long values wrapped.
fn property_rows(properties: &Properties, indent: usize, width: usize) -> Vec<Row> {
    let keys = properties.0.iter().map(|(key, _)| SafeText::of(key));
    let keys: Vec<SafeText> = keys.collect();
    let widest = keys.iter().map(SafeText::width).max().unwrap_or(0);
    let column = widest.clamp(6, 16) + 2;
    let pairs = keys.iter().zip(&properties.0);
    pairs
        .flat_map(|(key, (_, value))| pair(key, &scalar(value), indent, column, width))
        .collect()
}

fn pair(key: &SafeText, value: &SafeText, indent: usize, column: usize, width: usize) -> Vec<Row> {
    let key = key.ellipsis(column.saturating_sub(2));
    let space = width.saturating_sub(indent + column).max(1);
    let mut lines = value.wrap(space).into_iter();
    let first = indented(indent)
        .with(Tone::Dim, key)
        .padded(indent + column);
    let mut rows = vec![first.with(Tone::Plain, lines.next().unwrap_or_default())];
    rows.extend(lines.map(|line| indented(indent + column).with(Tone::Plain, line)));
    rows
}

fn own_pair(key: &str, value: impl std::fmt::Display, indent: usize, width: usize) -> Vec<Row> {
    pair(
        &SafeText::own(key),
        &SafeText::own(value),
        indent,
        14,
        width,
    )
}

fn text_pair(key: &str, value: Option<&Untrusted>, indent: usize, width: usize) -> Vec<Row> {
    let value = value.map(SafeText::of);
    value.map_or_else(Vec::new, |value| {
        pair(&SafeText::own(key), &value, indent, 14, width)
    })
}

/// Profile fields that the summary has no room for, or cuts.
fn profile_rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let user = &facts.profile.user;
    let mut rows = Vec::new();
    let known = |value: Option<bool>, yes, no| match value {
        Some(true) => yes,
        Some(false) => no,
        None => "the API does not say",
    };
    let none = Untrusted::from("none");
    rows.extend(text_pair(
        "givenName",
        user.given_name.as_ref().or(Some(&none)),
        0,
        width,
    ));
    rows.extend(text_pair(
        "surname",
        user.surname.as_ref().or(Some(&none)),
        0,
        width,
    ));
    rows.extend(text_pair("e-mail", user.email.as_ref(), 0, width));
    rows.extend(text_pair(
        "userId",
        user.user_id.as_ref().map(UserId::untrusted),
        0,
        width,
    ));
    if let Some(at) = user.signed_up_at {
        rows.extend(own_pair("signed up", time::full(at, facts.zone), 0, width));
    }
    let started = known(user.conversation_started, "started", "none yet");
    rows.extend(own_pair("conversation", started, 0, width));
    let payment = known(user.has_payment_info, "stored", "none stored");
    rows.extend(own_pair("payment info", payment, 0, width));
    if let Some(required) = user.credential_required {
        let words = if required {
            "required to reach this user"
        } else {
            "not required"
        };
        rows.extend(own_pair("JWT", words, 0, width));
    }
    rows.extend(text_pair("picture", user.avatar_url.as_ref(), 0, width));
    rows
}

fn client_rows(client: &Client, facts: Facts<'_>, width: usize) -> Vec<Row> {
    let mut head =
        Row::words(Tone::Plain, " ").with(Tone::Strong, SafeText::of(&client.platform.0));
    head = head.and(
        Tone::Plain,
        format_args!("  {}", status_words(&client.status)),
    );
    if client.primary == Some(true) {
        head = head.and(Tone::Plain, "  primary");
    }
    if let Some(seen) = client.last_seen {
        head = head.and(
            Tone::Dim,
            format_args!("  seen {}", time::ago(facts.now, seen)),
        );
    }
    let mut rows = vec![head];
    let indent = 3;
    rows.extend(text_pair(
        "name there",
        client.display_name.as_ref(),
        indent,
        width,
    ));
    rows.extend(text_pair(
        "id there",
        client.external_id.as_ref(),
        indent,
        width,
    ));
    if let Some(at) = client.last_seen {
        rows.extend(own_pair(
            "last seen",
            time::full(at, facts.zone),
            indent,
            width,
        ));
    }
    if let Some(at) = client.linked_at {
        rows.extend(own_pair(
            "linked",
            time::full(at, facts.zone),
            indent,
            width,
        ));
    }
    rows.extend(text_pair(
        "app version",
        client.app_version.as_ref(),
        indent,
        width,
    ));
    if client.has_push_token {
        rows.extend(own_pair("push", "can be notified", indent, width));
    }
    let integration = client.integration_id.as_ref().map(IntegrationId::untrusted);
    rows.extend(text_pair("integration", integration, indent, width));
    rows.extend(text_pair(
        "client id",
        client.id.as_ref().map(ClientId::untrusted),
        indent,
        width,
    ));
    rows.extend(text_pair(
        "record id",
        client.record_id.as_ref(),
        indent,
        width,
    ));
    rows.extend(text_pair(
        "device id",
        client.device_id.as_ref(),
        indent,
        width,
    ));
    rows.extend(text_pair(
        "picture",
        client.avatar_url.as_ref(),
        indent,
        width,
    ));
    rows.extend(property_rows(&client.info, indent, width));
    if client.raw != client.info {
        rows.extend(property_rows(&client.raw, indent, width));
    }
    rows
}

/// A paragraph of the console's own words.
pub fn paragraph(tone: Tone, words: impl std::fmt::Display, width: usize) -> Vec<Row> {
    wrapped(tone, &SafeText::own(words), width, 0)
}
