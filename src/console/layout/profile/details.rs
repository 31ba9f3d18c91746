//! The details below the summary: profile fields, clients, custom data, a pair a row.

use jiff::Timestamp;

use super::words::{missing, scalar, status_words};
use crate::console::layout::facts::Facts;
use crate::console::layout::row::{Row, Tone, indented, wrapped};
use crate::domain::name::names_in_raw;
use crate::domain::{
    Client, ClientId, FactName, IntegrationId, Portion, Properties, Untrusted, UserId,
};
use crate::text::{SafeText, time};

/// Cells of the column of keys.
const KEYS: usize = 13;

/// One pair a row, keys in a column, long values wrapped; `tag` says what one rests on.
pub(super) fn property_rows(
    properties: &Properties,
    tag: impl Fn(&Untrusted) -> Option<SafeText>,
    widest_key: usize,
    indent: usize,
    width: usize,
) -> Vec<Row> {
    let keys = properties.0.iter().map(|(key, _)| SafeText::of(key));
    let keys: Vec<SafeText> = keys.collect();
    let widest = keys.iter().map(SafeText::width).max().unwrap_or(0);
    let column = widest.max(KEYS - 1).min(widest_key) + 1;
    let pairs = keys.iter().zip(&properties.0);
    pairs
        .flat_map(|(key, (name, value))| {
            let rows = pair(key, &scalar(value), indent, column, width);
            tagged(rows, tag(name), indent + column, width)
        })
        .collect()
}

/// The rows of a fact with what it rests on behind them, or below where that has no room.
fn tagged(mut rows: Vec<Row>, tag: Option<SafeText>, indent: usize, width: usize) -> Vec<Row> {
    let Some(tag) = tag else { return rows };
    match rows.last_mut() {
        Some(last) if last.width() + 2 + tag.width() <= width => {
            last.push(Tone::Plain, SafeText::own("  "));
            last.push(Tone::Dim, tag);
        }
        _ => rows.extend(wrapped(Tone::Dim, &tag, width, indent)),
    }
    rows
}

fn pair(key: &SafeText, value: &SafeText, indent: usize, column: usize, width: usize) -> Vec<Row> {
    let key = key.ellipsis(column.saturating_sub(1));
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
        KEYS,
        width,
    )
}

fn text_pair(key: &str, value: Option<&Untrusted>, indent: usize, width: usize) -> Vec<Row> {
    let value = value.map(SafeText::of);
    value.map_or_else(Vec::new, |value| {
        pair(&SafeText::own(key), &value, indent, KEYS, width)
    })
}

/// Profile fields that the summary has no room for, or cuts.
pub(super) fn profile_rows(facts: Facts<'_>, width: usize) -> Vec<Row> {
    let user = &facts.profile.user;
    let mut rows = Vec::new();
    let known = |value: Option<bool>, yes, no| match value {
        Some(true) => yes,
        Some(false) => no,
        None if user.portion != Portion::Whole => "not known",
        None => "the API does not say",
    };
    let none = Untrusted::from(missing(user));
    let text = |key, value: Option<&Untrusted>, about| {
        let rows = text_pair(key, value, 0, width);
        let tag = facts.tag(about).filter(|_| !rows.is_empty());
        tagged(rows, tag, KEYS, width)
    };
    let other = |key, value: &str, name: &str| {
        let tag = facts.tag(&FactName::Other(name.into()));
        tagged(own_pair(key, value, 0, width), tag, KEYS, width)
    };
    let (given_name, surname) = (user.given_name.as_ref(), user.surname.as_ref());
    rows.extend(text(
        "givenName",
        given_name.or(Some(&none)),
        &FactName::GivenName,
    ));
    rows.extend(text("surname", surname.or(Some(&none)), &FactName::Surname));
    rows.extend(text("e-mail", user.email.as_ref(), &FactName::Email));
    let user_id = user.user_id.as_ref().map(UserId::untrusted);
    rows.extend(text("userId", user_id, &FactName::UserId));
    if let Some(at) = user.signed_up_at {
        let signed_up = own_pair("signed up", time::full(at, facts.zone), 0, width);
        let tag = facts.tag(&FactName::SignedUpAt);
        rows.extend(tagged(signed_up, tag, KEYS, width));
    }
    let started = known(user.conversation_started, "started", "none yet");
    rows.extend(other("conversation", started, "conversationStarted"));
    let payment = known(user.has_payment_info, "stored", "none stored");
    rows.extend(other("payment info", payment, "hasPaymentInfo"));
    if let Some(required) = user.credential_required {
        let words = if required {
            "required to reach this user"
        } else {
            "not required"
        };
        rows.extend(other("JWT", words, "credentialRequired"));
    }
    let picture = FactName::Other("avatarUrl".into());
    rows.extend(text("picture", user.avatar_url.as_ref(), &picture));
    rows
}

/// What is known of a client: a head, then a pair a row.
pub(super) fn client_rows(client: &Client, facts: Facts<'_>, width: usize) -> Vec<Row> {
    const INDENT: usize = 3;
    let text = |key, value: Option<&Untrusted>| text_pair(key, value, INDENT, width);
    let moment = |key, at: Option<Timestamp>| {
        let row = |at| own_pair(key, time::full(at, facts.zone), INDENT, width);
        at.map_or_else(Vec::new, row)
    };
    let push = if client.has_push_token {
        own_pair("push", "can be notified", INDENT, width)
    } else {
        Vec::new()
    };
    let integration = client.integration_id.as_ref().map(IntegrationId::untrusted);
    let head = vec![client_head(client, facts)];
    let mut rows = tagged(head, facts.client_tag(client), INDENT, width);
    rows.extend(
        [
            text("name there", client.display_name.as_ref()),
            text("also called", other_names(client).as_ref()),
            text("id there", client.external_id.as_ref()),
            moment("last seen", client.last_seen),
            moment("linked", client.linked_at),
            text("app version", client.app_version.as_ref()),
            push,
            text("integration", integration),
            text("client id", client.id.as_ref().map(ClientId::untrusted)),
            text("record id", client.record_id.as_ref()),
            text("device id", client.device_id.as_ref()),
            text("picture", client.avatar_url.as_ref()),
            property_rows(&client.info, |_| None, KEYS - 1, INDENT, width),
        ]
        .into_iter()
        .flatten(),
    );
    if client.raw != client.info {
        rows.extend(property_rows(
            &client.raw,
            |_| None,
            KEYS - 1,
            INDENT,
            width,
        ));
    }
    rows
}

/// The other names and handles that the channel knows.
fn other_names(client: &Client) -> Option<Untrusted> {
    let names = names_in_raw(client);
    #[expect(
        clippy::disallowed_methods,
        reason = "a longer stranger's text is made"
    )]
    let names: Vec<&str> = names.iter().map(Untrusted::expose).collect();
    (!names.is_empty()).then(|| Untrusted::from(names.join(" · ")))
}

fn client_head(client: &Client, facts: Facts<'_>) -> Row {
    let mut head = Row::words(Tone::Plain, " ")
        .with(Tone::Strong, SafeText::of(&client.platform.0))
        .and(
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
    head
}
