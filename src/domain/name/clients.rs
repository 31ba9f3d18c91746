//! Names that the channels know: the order of clients and the names in their raw data.
//!
//! In: a user's clients. Out: the clients in the order of the API document, section 8.4, and the
//! name that a client's raw data holds. It does not choose between the steps of the chain.

use std::cmp::{Ordering, Reverse};

use super::clean::{Cleaned, clean};
use crate::domain::{Client, Scalar, Untrusted};

/// Keys of raw data that hold a whole name, best first, after `first_name` and `last_name`.
const WHOLE_NAME_KEYS: [&str; 5] = ["displayName", "name", "nickname", "username", "screen_name"];

/// The clients as section 8.4 orders them: primary, then latest seen, then latest linked, then id.
pub(super) fn in_order(clients: &[Client]) -> Vec<&Client> {
    let mut ordered: Vec<&Client> = clients.iter().collect();
    ordered.sort_by(|a, b| compare(a, b));
    ordered
}

fn compare(a: &Client, b: &Client) -> Ordering {
    let primary = |client: &Client| Reverse(client.primary == Some(true));
    // `None` sorts below every `Some`, so that reversed it comes last.
    primary(a)
        .cmp(&primary(b))
        .then_with(|| Reverse(a.last_seen).cmp(&Reverse(b.last_seen)))
        .then_with(|| Reverse(a.linked_at).cmp(&Reverse(b.linked_at)))
        .then_with(|| (a.id.is_none(), &a.id).cmp(&(b.id.is_none(), &b.id)))
}

/// The name in a client's raw data, if the channel sent one.
pub(super) fn raw_name(client: &Client) -> Option<Cleaned> {
    join(
        raw_text(client, "first_name"),
        raw_text(client, "last_name"),
    )
    .or_else(|| WHOLE_NAME_KEYS.iter().find_map(|key| raw_text(client, key)))
}

/// The parts that are there, joined by one space.
pub(super) fn join(first: Option<Cleaned>, last: Option<Cleaned>) -> Option<Cleaned> {
    match (first, last) {
        (Some(first), Some(last)) => {
            let changed = first.changed || last.changed;
            let text = format!("{} {}", first.into_raw(), last.into_raw());
            Some(Cleaned {
                text: Untrusted::from(text),
                changed,
            })
        }
        (first, last) => first.or(last),
    }
}

fn raw_text(client: &Client, key: &str) -> Option<Cleaned> {
    // Of a key that came twice the last one counts, as everywhere in JSON.
    let entry = client.raw.0.iter().rev().find(|(name, _)| is(name, key));
    match entry {
        Some((_, Scalar::Text(text))) => clean(text),
        _ => None,
    }
}

fn is(name: &Untrusted, key: &str) -> bool {
    #[expect(clippy::disallowed_methods, reason = "compared with a known key")]
    let name = name.expose();
    name == key
}
