//! A user as text: a short block of lines.
//!
//! In: a user. Out: safe lines, each starting with the console's own word, so that no text from a
//! stranger can pose as one of our facts.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::output::separated;
use crate::domain::{
    Authentication, Client, ClientStatus, Identity, KnownUser, MatchedBy, Naming, Properties,
    Scalar,
};
use crate::text::{SafeText, time};

/// Wide enough for the longest word before a value.
const WORD_WIDTH: usize = 13;

/// Clients, ordered by when the user was last seen there; the ones never seen come last.
pub(super) fn latest_first(clients: &[Client]) -> Vec<&Client> {
    let mut sorted: Vec<&Client> = clients.iter().collect();
    sorted.sort_by_key(|client| std::cmp::Reverse(client.last_seen));
    sorted
}

/// The lines about one user.
pub(super) fn block(known: &KnownUser, matched_by: MatchedBy) -> Vec<SafeText> {
    let user = &known.user;
    let now = known.confirmed_at;
    let mut lines = vec![headline(known, matched_by), name_line(known)];
    lines.push(line("_id", SafeText::of(user.id.untrusted())));
    lines.extend(
        user.user_id
            .as_ref()
            .map(|id| line("userId", SafeText::of(id.untrusted()))),
    );
    lines.extend(
        user.email
            .as_ref()
            .map(|at| line("e-mail", SafeText::of(at))),
    );
    lines.push(line(
        "logged in",
        SafeText::own(match user.authentication {
            Authentication::LoggedIn => "yes",
            Authentication::NotLoggedIn => "no",
            Authentication::ApiCannotTell => "the API cannot tell",
        }),
    ));
    lines.extend(
        user.signed_up_at
            .map(|at| line("signed up", moment(now, at))),
    );
    lines.push(line(
        "conversation",
        SafeText::own(match user.conversation_started {
            Some(true) => "started",
            Some(false) => "none yet",
            None => "the API does not say",
        }),
    ));
    for client in latest_first(&user.clients) {
        lines.push(line("client", client_words(client, now)));
    }
    for client in latest_first(&user.pending_clients) {
        lines.push(line("not confirmed", client_words(client, now)));
    }
    lines.extend(property_lines(&user.properties));
    lines
}

fn headline(known: &KnownUser, matched_by: MatchedBy) -> SafeText {
    let user = &known.user;
    let identity = match user.identity() {
        Some(Identity::Anonymous) => "ANONYMOUS",
        Some(Identity::Identified) => "IDENTIFIED",
        None => "IDENTITY NOT KNOWN",
    };
    let naming = match user.naming() {
        Naming::Named => "NAMED",
        Naming::Unnamed => "UNNAMED",
    };
    let matched_by = match matched_by {
        MatchedBy::SmoochId => "found by _id",
        MatchedBy::UserId => "found by userId",
        MatchedBy::Merged => "an old id: merged into this user",
    };
    SafeText::own(format_args!("{identity} · {naming} · {matched_by}"))
}

fn name_line(known: &KnownUser) -> SafeText {
    let name = &known.name;
    let cleaned = if name.cleaned {
        ", invisible characters removed)"
    } else {
        ")"
    };
    let value = [
        SafeText::of(&name.text),
        SafeText::own("  ("),
        SafeText::of(&name.origin_words()),
        SafeText::own(cleaned),
    ];
    line("name", SafeText::join(value))
}

fn client_words(client: &Client, now: Timestamp) -> SafeText {
    let status = match &client.status {
        ClientStatus::Active => SafeText::own("active"),
        ClientStatus::Inactive => SafeText::own("inactive"),
        ClientStatus::Blocked => SafeText::own("blocked by the user"),
        ClientStatus::Pending => SafeText::own("pending"),
        ClientStatus::Other(status) => SafeText::of(status),
        ClientStatus::Unknown => SafeText::own("status unknown"),
    };
    let labelled = |word: &str, at: Option<Timestamp>| {
        at.map(|at| SafeText::join([SafeText::own(word), moment(now, at)]))
    };
    let parts = [
        Some(SafeText::of(&client.platform.0)),
        Some(status),
        (client.primary == Some(true)).then(|| SafeText::own("primary")),
        labelled("seen ", client.last_seen),
        labelled("linked ", client.linked_at),
        client.external_id.as_ref().map(SafeText::of),
        client.display_name.as_ref().map(SafeText::of),
    ];
    separated(parts.into_iter().flatten(), " · ")
}

fn property_lines(Properties(pairs): &Properties) -> impl Iterator<Item = SafeText> {
    pairs.iter().map(|(name, value)| {
        let value = match value {
            Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => SafeText::of(text),
            Scalar::Bool(value) => SafeText::own(value),
            Scalar::Null => SafeText::own("null"),
        };
        let pair = [SafeText::of(name), SafeText::own(" = "), value];
        line("property", SafeText::join(pair))
    })
}

fn moment(now: Timestamp, at: Timestamp) -> SafeText {
    let (full, ago) = (time::full(at, &TimeZone::UTC), time::ago(now, at));
    SafeText::own(format_args!("{full} ({ago})"))
}

fn line(word: &str, value: SafeText) -> SafeText {
    SafeText::join([SafeText::own(format_args!("{word:WORD_WIDTH$}  ")), value])
}
