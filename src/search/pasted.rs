//! Ids and e-mails in pasted text: a line of a log, a URL, the body of a webhook.
//!
//! Any text can be a user's `userId`, so the ids in it are only offered at first. They are taken as
//! meant only if the text is plainly more than an id.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::query::Pasted;
use crate::domain::LookupId;

/// Objects in the body of a webhook that describe a user.
const USERS: [&str; 5] = [
    "appUser",
    "user",
    "survivingAppUser",
    "survivingUser",
    "participant",
];

/// Keys in such an object that name the user.
const NAMES: [&str; 5] = ["_id", "id", "userId", "externalId", "email"];

/// Keys that name a user anywhere.
const ANYWHERE: [&str; 4] = ["appUserId", "userId", "externalId", "email"];

/// Parts of a URL that are followed by the id of a user.
const PATHS: [&str; 2] = ["appusers", "users"];

/// Words before an id in a line of a log, folded as by [`is_key`].
const KEYS: [&str; 9] = [
    "id",
    "user",
    "userid",
    "appuser",
    "appuserid",
    "smoochid",
    "externalid",
    "email",
    "mail",
];

/// No body is nested more deeply than this.
const DEEPEST: usize = 16;

/// A line may hold several bodies, and brackets that begin none; this many are tried.
const MOST_BODIES: usize = 16;

/// No id has more words.
const MOST_WORDS: usize = 5;

/// No id is longer (API document, section 0.2).
const LONGEST_ID: usize = 1_024;

/// At most this many pieces of a text are looked up.
const MOST_PIECES: usize = 200;

/// Shorter pieces are words of the line, not ids.
const SHORTEST_PIECE: usize = 4;

/// The ids and e-mails in a text that may be those of users, likeliest first, each once.
pub(crate) fn extract_ids(text: &str) -> Vec<LookupId> {
    let mut found = Found::default();
    for value in json_in(text) {
        from_json(&value, None, 0, &mut found);
    }
    from_paths(text, &mut found);
    for id in keyed(text) {
        let is_smooch_id = LookupId::new(id.as_str()).looks_like_smooch_id();
        found.add(&if is_smooch_id {
            id.to_ascii_lowercase()
        } else {
            id
        });
    }
    for token in text.split(|c: char| !is_id_part(c)) {
        let token = token.trim_matches('.');
        let decoded = percent_decode_str(token).decode_utf8();
        let decoded = decoded.unwrap_or(token.into());
        if let Some(email) = [token, &decoded].into_iter().find(|text| is_email(text)) {
            found.add(email);
        }
    }
    for token in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let token = token.to_ascii_lowercase();
        if LookupId::new(token.as_str()).looks_like_smooch_id() {
            found.add(&token);
        }
    }
    found.0
}

/// Decides whether a text in which ids were found may be an id itself.
pub(crate) fn classify(text: &str, ids: &[LookupId]) -> Pasted {
    let text = text.trim();
    let named = |word: &str| {
        let mut ids = ids.iter();
        ids.any(|id| id.expose().eq_ignore_ascii_case(word))
    };
    let is_named_alone = keyed(text).next().is_some_and(|id| named(&id));
    let has_smooch_id = || ids.iter().any(LookupId::looks_like_smooch_id);
    let words = text.split_whitespace().count();
    let is_more = named(bare(text))
        || text.contains("://")
        || text.len() > LONGEST_ID
        || words > MOST_WORDS
        || (words > 1 && (is_named_alone || has_smooch_id()))
        || (is_named_alone && key_and_value(text).is_some())
        || json_in(text).next().is_some();
    if is_more { Pasted::Line } else { Pasted::Id }
}

/// The pieces of a text that may be ids without a recognisable shape.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| c.is_whitespace() || "\"'`<>()[]{},;=".contains(c);
    let pieces = text
        .split(apart)
        .map(|piece| piece.trim_end_matches(['.', ':']));
    let pieces = pieces.filter(|piece| piece.chars().count() >= SHORTEST_PIECE);
    pieces.take(MOST_PIECES)
}

/// A text without the signs around quoted ids.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || "\"'`<>()[]{},;:.".contains(c))
}

/// The values after the name of an id: `userId=x`, `"userId": "x"`.
fn keyed(text: &str) -> impl Iterator<Item = String> {
    let apart = |c: char| c.is_whitespace() || ",;&?{}()[]".contains(c);
    let mut words = text.split(apart).filter(|word| !word.is_empty());
    let mut is_after_key = false;
    let values = std::iter::from_fn(move || {
        let word = words.next()?;
        let (key, value) = key_and_value(word).unwrap_or(("", word));
        let is_keyed = is_key(key) || (is_after_key && key.is_empty());
        is_after_key = is_key(key) && value.is_empty();
        let value = percent_decode_str(bare(value)).decode_utf8_lossy();
        Some((is_keyed && !value.is_empty()).then(|| value.into_owned()))
    });
    values.flatten()
}

fn key_and_value(word: &str) -> Option<(&str, &str)> {
    let (key, value) = word.split_once(['=', ':'])?;
    Some((bare(key), bare(value)))
}

fn is_key(word: &str) -> bool {
    let letters = word.chars().filter(|c| !matches!(c, '_' | '-' | '.'));
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    KEYS.contains(&folded.as_str())
}

#[derive(Default)]
struct Found(Vec<LookupId>);

impl Found {
    fn add(&mut self, id: &str) {
        let id = LookupId::new(id);
        if !id.expose().trim().is_empty() && !self.0.contains(&id) {
            self.0.push(id);
        }
    }
}

/// The JSON in a text: a log often writes words before it, and brackets of its own.
fn json_in(text: &str) -> impl Iterator<Item = Value> {
    let mut rest = text;
    let bodies = std::iter::from_fn(move || {
        rest = &rest[rest.find(['{', '['])?..];
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let value = values.next().and_then(Result::ok);
        let end = value.as_ref().map_or(1, |_| values.byte_offset());
        rest = &rest[end..];
        Some(value)
    });
    // Numbers in brackets belong to the log: a body names users by keys.
    let is_body = |value: &Value| value.as_object().is_some_and(|fields| !fields.is_empty());
    let is_list = move |value: &Value| value.as_array().is_some_and(|all| all.iter().any(is_body));
    let bodies = bodies.take(MOST_BODIES).flatten();
    bodies.filter(move |value| is_body(value) || is_list(value))
}

fn from_json(value: &Value, key: Option<&str>, depth: usize, found: &mut Found) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Array(items) => {
            for item in items {
                from_json(item, key, depth + 1, found);
            }
        }
        Value::Object(fields) => {
            let is_user = key.is_some_and(|key| USERS.contains(&key));
            for (name, value) in fields {
                let names = if is_user { &NAMES[..] } else { &ANYWHERE };
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => found.add(text),
                    Value::Array(_) | Value::Object(_) => {
                        from_json(value, Some(name), depth + 1, found);
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

/// What follows `/appusers/` or `/users/` in URLs, decoded.
fn from_paths(text: &str, found: &mut Found) {
    for word in text.split_whitespace() {
        let path = word.split(['?', '#', '"', '\'']).next().unwrap_or_default();
        let mut parts = path.split('/');
        while let Some(part) = parts.next() {
            if !PATHS.contains(&part.to_ascii_lowercase().as_str()) {
                continue;
            }
            if let Some(id) = parts.next()
                && let Ok(id) = percent_decode_str(id).decode_utf8()
            {
                found.add(&id);
            }
        }
    }
}

fn is_id_part(c: char) -> bool {
    c.is_alphanumeric() || "@.+-_%~".contains(c)
}

/// Whether a text looks like an e-mail address.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else {
        return false;
    };
    let labels: Vec<&str> = host.split('.').collect();
    let label =
        |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    !name.is_empty() && labels.len() > 1 && labels.iter().all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids_in(text: &str) -> Vec<String> {
        extract_ids(text)
            .iter()
            .map(|id| id.expose().to_owned())
            .collect()
    }

    #[test]
    fn ids_and_emails_are_found_in_a_line_of_a_log() {
        let line =
            "2026-03-04T09:18:30Z INFO user=64BE90d2a7f31c0058e6d914 <mara@example.org>, ok.";
        assert_eq!(
            ids_in(line),
            ["64be90d2a7f31c0058e6d914", "mara@example.org"]
        );
        assert_eq!(
            ids_in("sent to mara.quinn+x@mail.example.org."),
            ["mara.quinn+x@mail.example.org"]
        );
    }

    #[test]
    fn a_url_names_its_user_decoded() {
        let line = "GET https://api.example.org/v1.1/apps/5f00000000000000000000aa/appusers/cust%2F20%3F/messages?x=1 200";
        assert_eq!(ids_in(line), ["cust/20?", "5f00000000000000000000aa"]);
        assert_eq!(
            ids_in("/v2/apps/a/users/64be90d2a7f31c0058e6d914"),
            ["64be90d2a7f31c0058e6d914"]
        );
    }

    #[test]
    fn the_user_of_a_webhook_comes_before_other_ids() {
        let body = r#"POST /hook {"trigger":"message:appUser","app":{"_id":"5f00000000000000000000aa"},
            "messages":[{"_id":"5f00000000000000000000bb","text":"hi"}],
            "appUser":{"_id":"64be90d2a7f31c0058e6d914","userId":"cust-20418","email":"m@x.org","givenName":"M"}}"#;
        let found = ids_in(body);
        assert_eq!(
            found[..3],
            ["64be90d2a7f31c0058e6d914", "cust-20418", "m@x.org"]
        );
        assert!(found.contains(&"5f00000000000000000000aa".to_owned()));
    }

    #[test]
    fn an_id_is_recognised_by_the_word_before_it() {
        for line in [
            "userId=cust-20418",
            "level=info user_id=cust-20418 ms=12",
            "\"userId\":\"cust-20418\",",
            "{'userId': 'cust-20418'}",
            "externalId: cust-20418.",
            "/hook?userId=cust%2D20418&x=1",
            r#"[2025-01-01] INFO [7] {"appUser":{"userId":"cust-20418"}}"#,
            r#"x {"a":1} y {"userId":"cust-20418"}"#,
        ] {
            assert_eq!(ids_in(line), ["cust-20418"], "{line}");
        }
        assert_eq!(ids_in("?email=mara%40example.org"), ["mara@example.org"]);
        assert_eq!(ids_in("orderId=7 grid=x"), Vec::<String>::new());
    }

    #[test]
    fn a_text_that_may_be_an_id_is_distinguished_from_a_line_that_holds_some() {
        let read = |text: &str| classify(text, &extract_ids(text));
        for line in [
            "\"64be90d2a7f31c0058e6d914\",",
            "64BE90D2A7F31C0058E6D914",
            "id=64be90d2a7f31c0058e6d914",
            "userId: cust-20418",
            "<mara@example.org>",
            "user 64be90d2a7f31c0058e6d914 wrote",
            "https://api.example.org/v2/apps/a/users/cust%2F1",
            r#"{"userId":"cust-20418"}"#,
            "a mail of mara@example.org came in today",
        ] {
            assert_eq!(read(line), Pasted::Line, "{line}");
        }
        for id in [
            "zoë/ops? #1 50%+tax@example.org",
            "auth0|64be90d2a7f31c0058e6d914",
            "mara quinn",
            "Mara <mara@example.org>",
        ] {
            assert_eq!(read(id), Pasted::Id, "{id}");
        }
    }

    #[test]
    fn blanks_and_quotation_marks_separate_pieces() {
        let all: Vec<&str> = pieces("user \"cust-20418\", (kd/b) wrote: hi.").collect();
        assert_eq!(all, ["user", "cust-20418", "kd/b", "wrote"]);
    }

    #[test]
    fn plain_words_hold_no_ids() {
        for text in [
            "",
            "anna keller",
            "@",
            "a@b",
            "x@.y",
            "64be90d2a7f31c0058e6d91",
            "{",
            "{\"a\":",
        ] {
            assert_eq!(ids_in(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn deeply_nested_json_is_ignored() {
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert_eq!(ids_in(&deep), Vec::<String>::new());
    }
}
