//! Names that the channels know: the order of clients and the names in their raw data.
//!
//! In: a user's clients. Out: the clients in the order of the API document, section 8.4, and the
//! names that a client's raw data holds. It does not choose between the steps of the chain.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use serde::Deserialize;

use super::clean::{Cleaned, clean};
use crate::domain::{Client, Properties, Scalar, Untrusted};

/// Keys of raw data that hold a whole name, best first, after `first_name` and `last_name`.
const WHOLE_NAME_KEYS: [&str; 5] = ["displayName", "name", "nickname", "username", "screen_name"];

/// Keys of raw data that hold a handle.
const HANDLE_KEYS: [&str; 2] = ["username", "screen_name"];

/// Keys of raw data under which channels describe the user in an object of its own.
const DESCRIPTION_KEYS: [&str; 5] = ["profile", "user", "from", "sender", "contact"];

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
    names_in(&client.raw).into_iter().next()
}

/// Every name and handle in a client's raw data and info, except the name that the client goes by,
/// each once and the best first.
pub(crate) fn names_in_raw(client: &Client) -> Vec<Untrusted> {
    let known = client.display_name.as_ref().and_then(clean);
    let mut names: Vec<Untrusted> = known.into_iter().map(|name| name.text).collect();
    let known = names.len();
    for data in [&client.raw, &client.info] {
        for found in names_and_handles_in(data)
            .into_iter()
            .chain(names_in_descriptions(data))
        {
            if !names.contains(&found.text) {
                names.push(found.text);
            }
        }
    }
    names.split_off(known)
}

/// The names in the objects in which a channel describes the user.
fn names_in_descriptions(data: &Properties) -> Vec<Cleaned> {
    let described = data.0.iter().filter_map(|(key, value)| match value {
        Scalar::Json(json) if DESCRIPTION_KEYS.iter().any(|known| is(key, known)) => {
            description(json)
        }
        _ => None,
    });
    described
        .flat_map(|data| names_and_handles_in(&data))
        .collect()
}

/// A value of an object inside raw data.
#[derive(Deserialize)]
#[serde(untagged)]
enum Inner {
    Text(String),
    Other(serde::de::IgnoredAny),
}

/// The texts of an object; `None` if it is none.
fn description(json: &Untrusted) -> Option<Properties> {
    #[expect(clippy::disallowed_methods, reason = "decoded")]
    let members: HashMap<String, Inner> = serde_json::from_str(json.expose()).ok()?;
    let texts = members.into_iter().filter_map(|(name, value)| match value {
        Inner::Text(text) => Some((name.into(), Scalar::Text(text.into()))),
        Inner::Other(_) => None,
    });
    Some(Properties(texts.collect()))
}

/// The names, and the handles with the sign that people write before them.
fn names_and_handles_in(data: &Properties) -> Vec<Cleaned> {
    let handles: Vec<Cleaned> = HANDLE_KEYS
        .iter()
        .filter_map(|key| text_in(data, key))
        .collect();
    let names = names_in(data).into_iter();
    let names = names.filter(|name| !handles.iter().any(|handle| handle.text == name.text));
    let written = handles.iter().map(|handle| {
        let text = handle.clone().into_raw();
        Cleaned {
            text: Untrusted::from(format!("@{}", text.trim_start_matches('@'))),
            changed: handle.changed,
        }
    });
    names.chain(written).collect()
}

fn names_in(data: &Properties) -> Vec<Cleaned> {
    let person = join(text_in(data, "first_name"), text_in(data, "last_name"));
    let whole = WHOLE_NAME_KEYS.iter().filter_map(|key| text_in(data, key));
    person.into_iter().chain(whole).collect()
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

fn text_in(data: &Properties, key: &str) -> Option<Cleaned> {
    // Of a key that came twice the last one counts, as everywhere in JSON.
    let entry = data.0.iter().rev().find(|(name, _)| is(name, key));
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
