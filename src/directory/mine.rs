//! Ids and e-mails in text that somebody pasted: a line of a log, an address, the body of a webhook.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::domain::LookupId;

/// Objects of a webhook's body that are about a user.
const USERS: [&str; 5] = [
    "appUser",
    "user",
    "survivingAppUser",
    "survivingUser",
    "participant",
];

/// Keys of such an object that name the user.
const NAMES: [&str; 5] = ["_id", "id", "userId", "externalId", "email"];

/// Keys that name a user wherever they stand.
const ANYWHERE: [&str; 4] = ["appUserId", "userId", "externalId", "email"];

/// Parts of an address that are followed by an id of a user.
const PATHS: [&str; 2] = ["appusers", "users"];

/// Bodies are nested less deeply than this.
const DEEPEST: usize = 16;

/// The ids and e-mails in a text that could be those of users, likeliest first, each once.
pub fn mine(text: &str) -> Vec<LookupId> {
    let mut found = Found::default();
    if let Some(value) = json_in(text) {
        from_json(&value, None, 0, &mut found);
    }
    from_paths(text, &mut found);
    for token in text.split(|c: char| !is_id_part(c)) {
        if is_email(token.trim_matches('.')) {
            found.add(token.trim_matches('.'));
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

/// The first JSON object in a text: a log often puts words before it.
fn json_in(text: &str) -> Option<Value> {
    let start = text.find(['{', '['])?;
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter();
    values.next()?.ok()
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

/// What follows `/appusers/` or `/users/` in addresses, decoded.
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

fn is_email(text: &str) -> bool {
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

    fn mined(text: &str) -> Vec<String> {
        mine(text).iter().map(|id| id.expose().to_owned()).collect()
    }

    #[test]
    fn ids_and_emails_are_found_in_a_line_of_a_log() {
        let line =
            "2026-03-04T09:18:30Z INFO user=64BE90d2a7f31c0058e6d914 <mara@example.org>, ok.";
        assert_eq!(
            mined(line),
            ["mara@example.org", "64be90d2a7f31c0058e6d914"]
        );
        assert_eq!(
            mined("sent to mara.quinn+x@mail.example.org."),
            ["mara.quinn+x@mail.example.org"]
        );
    }

    #[test]
    fn an_address_names_its_user_decoded() {
        let line = "GET https://api.example.org/v1.1/apps/5f00000000000000000000aa/appusers/cust%2F20%3F/messages?x=1 200";
        assert_eq!(mined(line), ["cust/20?", "5f00000000000000000000aa"]);
        assert_eq!(
            mined("/v2/apps/a/users/64be90d2a7f31c0058e6d914"),
            ["64be90d2a7f31c0058e6d914"]
        );
    }

    #[test]
    fn the_user_of_a_webhook_comes_before_other_ids() {
        let body = r#"POST /hook {"trigger":"message:appUser","app":{"_id":"5f00000000000000000000aa"},
            "messages":[{"_id":"5f00000000000000000000bb","text":"hi"}],
            "appUser":{"_id":"64be90d2a7f31c0058e6d914","userId":"cust-20418","email":"m@x.org","givenName":"M"}}"#;
        let found = mined(body);
        assert_eq!(
            found[..3],
            ["64be90d2a7f31c0058e6d914", "cust-20418", "m@x.org"]
        );
        assert!(found.contains(&"5f00000000000000000000aa".to_owned()));
    }

    #[test]
    fn plain_words_hold_nothing() {
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
            assert_eq!(mined(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_deep_nest_is_left_alone() {
        let deep = "[".repeat(5_000) + &"]".repeat(5_000);
        assert_eq!(mined(&deep), Vec::<String>::new());
    }
}
