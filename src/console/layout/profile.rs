//! Everything known about a user, as rows: the summary first, then every detail.

use jiff::Timestamp;

mod details;
pub(crate) mod reports;
mod words;

use super::row::{Row, Tone, wrapped};
use crate::domain::name::names_in_raw;
use crate::domain::{
    Client, ClientStatus, FactName, LookupId, MatchedBy, Naming, Portion, Properties, Provenance,
    Untrusted, User,
};
use crate::text::{SafeText, time};
pub(crate) use words::{
    authentication_words, identity_words, latest_first, naming_words, origin, scalar, shown_name,
};

use super::facts::{Facts, Part};
use details::{client_rows, profile_rows, property_rows};
use words::{missing, status_words};

/// Cells of the column of labels.
const LABEL: usize = 9;

/// Cells for the name that a channel knows.
const NAME: usize = 30;

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
        let tag = |name: &Untrusted| facts.tag(&FactName::Property(name.clone()));
        rows.extend(property_rows(&user.properties, tag, 20, 0, width));
    }
    rows
}

/// Identity and naming side by side, and whether there may be more to know.
pub(crate) fn badges(user: &User) -> Row {
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
pub(crate) fn reach(user: &User, now: Timestamp) -> SafeText {
    let mut words = Vec::new();
    for client in latest_first(&user.clients) {
        if !words.is_empty() {
            words.push(SafeText::own(" · "));
        }
        words.push(reach_of(client, now));
    }
    if words.is_empty() {
        return SafeText::own(match user.pending_clients.len() {
            0 if user.portion != Portion::Whole => "not known".to_owned(),
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
    let name = name_beside_number(client)
        .map(|name| SafeText::own(format_args!(" “{}”", SafeText::of(&name).ellipsis(NAME))));
    let name = name.unwrap_or_default();
    SafeText::own(format_args!("{platform}{name}{seen}{status}"))
}

/// The name in the raw data of a client that goes by a number or an id there.
fn name_beside_number(client: &Client) -> Option<Untrusted> {
    #[expect(clippy::disallowed_methods, reason = "looked at for letters")]
    let has_letter = |name: &Untrusted| name.expose().chars().any(char::is_alphabetic);
    let is_named = client.display_name.as_ref().is_some_and(has_letter);
    let mut names = names_in_raw(client).into_iter();
    names.find(|name| !is_named && has_letter(name))
}

/// Some nine rows that answer: who is this, may I trust that, how do they reach us.
fn summary(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let profile = facts.profile;
    let user = &profile.user;
    // What the strip above says is not said again.
    let said = facts.said;
    let mut rows = Vec::new();
    if !said.has(Part::Badges) {
        rows.push(badges(user));
    }
    if let Some(old) = &profile.old_id {
        let words = merged_words(old, width.saturating_sub(LABEL));
        rows.push(label("merged").with(Tone::Warning, words));
    }
    if user.portion != Portion::Whole {
        let words = SafeText::own(format_args!(
            "only a part is known{}",
            facts.asks_the_api(" · ")
        ));
        rows.push(labelled("part", Tone::Warning, &words, width));
    }
    let login = SafeText::own(authentication_words(user.authentication));
    rows.push(labelled("login", Tone::Dim, &login, width));
    if !said.has(Part::Name) {
        rows.extend(name_rows(facts, width));
    }
    if said.has(Part::Ids) {
        rows.extend(found_by(profile.matched_by));
    } else {
        rows.extend(id_rows(facts, width));
    }
    rows.push(email_row(facts, width));
    if !said.has(Part::Reach) {
        let reach = reach(user, facts.now);
        rows.push(labelled("reach", Tone::Plain, &reach, width));
    }
    let (tone, properties) = if user.properties.0.is_empty() {
        (Tone::Dim, SafeText::own(missing(user)))
    } else {
        (Tone::Plain, properties_line(&user.properties))
    };
    let row = labelled("props", tone, &properties, width);
    rows.push(fitted_tag(row, properties_tag(facts), width));
    for why in &user.degraded {
        rows.push(labelled("unread", Tone::Warning, &SafeText::of(why), width));
    }
    rows
}

/// Which id was looked up, where the ids are above.
fn found_by(matched_by: Option<MatchedBy>) -> Option<Row> {
    let words = match matched_by? {
        MatchedBy::SmoochId => "by the _id",
        MatchedBy::UserId => "by the userId",
        MatchedBy::Merged => return None,
    };
    Some(label("found").and(Tone::Dim, words))
}

/// Both ids, and which of them was looked up.
fn id_rows(facts: Facts<'_>, width: usize) -> [Row; 2] {
    let profile = facts.profile;
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
        let id = fitted_tag(id, facts.tag(&FactName::UserId), width);
        fitted(id, Tone::Dim, matched(MatchedBy::UserId), width)
    } else {
        let words = match user.identity() {
            Some(_) => "none, so this user is anonymous",
            None => "not known: anonymous or identified",
        };
        let row = labelled("userId", Tone::Dim, &SafeText::own(words), width);
        fitted_tag(row, facts.tag(&FactName::UserId), width)
    };
    [id, user_id]
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
fn name_rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let profile = facts.profile;
    let name = &profile.name;
    let origin = origin(name, facts.settings);
    let space = width.saturating_sub(LABEL);
    let Some(text) = shown_name(profile) else {
        return vec![labelled("name", Tone::Dim, &origin, width)];
    };
    let tone = if name.provenance == Provenance::Profile {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let tag = (name.provenance == Provenance::Profile).then(|| facts.name_tag());
    let tag = tag.flatten();
    if text.width() + 2 + origin.width() <= space {
        let row = label("name").with(tone, text).and(Tone::Plain, "  ");
        return vec![fitted_tag(row.with(Tone::Dim, origin), tag, width)];
    }
    let mut rows = vec![label("name").with(tone, text.ellipsis(space))];
    rows.extend(wrapped(Tone::Dim, &origin, width, LABEL));
    rows
}

fn email_row(facts: Facts<'_>, width: usize) -> Row {
    let (user, now, zone) = (&facts.profile.user, facts.now, facts.zone);
    let (tone, email) = match &user.email {
        Some(email) => (Tone::Plain, SafeText::of(email)),
        None => (Tone::Dim, SafeText::own(missing(user))),
    };
    let row = label("e-mail").with(tone, email.ellipsis(width.saturating_sub(LABEL)));
    let row = fitted_tag(row, facts.tag(&FactName::Email), width);
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

/// Adds what a fact rests on, if there is room for it: the details below have it in any case.
pub(super) fn fitted_tag(row: Row, tag: Option<SafeText>, width: usize) -> Row {
    match tag {
        Some(tag) if row.width() + 2 + tag.width() <= width => {
            row.and(Tone::Plain, "  ").with(Tone::Dim, tag)
        }
        _ => row,
    }
}

/// How many of the properties rest on something else than the rest.
fn properties_tag(facts: Facts<'_>) -> Option<SafeText> {
    let properties = &facts.profile.user.properties.0;
    let tags = properties.iter();
    let tags = tags.filter_map(|(name, _)| facts.tag(&FactName::Property(name.clone())));
    let tags: Vec<SafeText> = tags.collect();
    let first = tags.first()?;
    Some(if tags.iter().any(|tag| tag != first) {
        SafeText::own(format_args!("{} from other reports", tags.len()))
    } else if tags.len() == properties.len() {
        first.clone()
    } else {
        SafeText::own(format_args!("{} from {first}", tags.len()))
    })
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

/// A paragraph of the console's own words.
pub(crate) fn paragraph(tone: Tone, words: impl std::fmt::Display, width: usize) -> Vec<Row> {
    wrapped(tone, &SafeText::own(words), width, 0)
}
