//! Filters that people expect but that do not exist: what to type instead.

use super::split::quoted;
use crate::text::fold;

/// The filters that exist.
const FILTERS: &str = "the filters are is: channel: seen: has: and prop.NAME:";

/// Says what to type instead of a word that looks like a filter. The word may also be an id, so the
/// hint is only of use when it finds nobody.
pub(super) fn hint(word: &str) -> Option<String> {
    let (key, value) = word.split_once(':')?;
    let value = quoted(value).map_or(value, |(inside, _)| inside);
    let key = fold(key);
    let searched = match key.as_str() {
        "name" | "firstname" | "lastname" | "givenname" | "surname" => "names",
        "email" | "e-mail" | "mail" => "e-mails",
        "id" | "_id" | "userid" | "user" | "externalid" => "ids",
        "phone" | "tel" | "number" => "phone numbers",
        "platform" | "source" | "via" => return Some(instead(&key, "channel:", value, "whatsapp")),
        "lastseen" | "since" | "active" => return Some(instead(&key, "seen:", "", "<7d")),
        _ => return None,
    };
    let rest = if value.is_empty() {
        "type them alone".to_owned()
    } else {
        format!("just type {value}")
    };
    Some(format!(
        "there is no filter {key}:; to search {searched} {rest} ({FILTERS})"
    ))
}

fn instead(key: &str, filter: &str, value: &str, example: &str) -> String {
    let value = if value.is_empty() { example } else { value };
    format!("there is no filter {key}:; did you mean {filter}{value}? ({FILTERS})")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn expected_filters_are_distinguished_from_ids() {
        let words = hint("Name:mara").unwrap();
        assert!(words.starts_with("there is no filter name:; to search names just type mara ("));
        assert!(hint("platform:web").unwrap().contains("channel:web?"));
        assert!(
            hint("name:\"mara quinn")
                .unwrap()
                .contains("type mara quinn (")
        );
        for word in ["auth0:1", "http://x", "urn:x", "mara", "12:30"] {
            assert_eq!(hint(word), None, "{word}");
        }
    }
}
