//! What tools put around users and events: queues, functions, loggers, and lists of an API.
//!
//! In: a JSON object that is no record itself. Out: the JSON inside it, or words for an object that
//! nobody knows.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

/// Members that hold records, in this order of preference.
const HOLDERS: [&str; 24] = [
    "users", "appUsers", "Records", "records", "Messages", "body", "Body", "rawBody", "detail",
    "Sns", "Message", "json", "payload", "request", "data", "Data", "items", "results", "result",
    "response", "kinesis", "value", "message", "event",
];

/// Names of members that are shown in a hint.
const MOST_SHOWN: usize = 6;

/// The longest name of a member that is shown.
const LONGEST_NAME: usize = 24;

type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// The members of an object; of a repeated one the last.
pub(super) fn members_of(text: &str) -> Members<'_> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The JSON texts inside an object, a list or a text; nothing if there is none.
pub(super) fn inside(text: &str) -> Vec<Cow<'_, str>> {
    match text.as_bytes().first() {
        Some(b'[') => elements(text),
        Some(b'"') => json_in_text(text).map(Cow::Owned).into_iter().collect(),
        Some(b'{') => {
            let members = members_of(text);
            let mut holders = HOLDERS.iter().filter_map(|name| members.get(*name));
            holders
                .find_map(|raw| Some(held_by(raw)).filter(|held| !held.is_empty()))
                .unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

fn held_by(raw: &RawValue) -> Vec<Cow<'_, str>> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'{') => vec![Cow::Borrowed(text)],
        _ => inside(text),
    }
}

fn elements(text: &str) -> Vec<Cow<'_, str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
    let texts = elements.into_iter().map(|raw| Cow::Borrowed(raw.get()));
    texts.collect()
}

/// JSON that is kept as a text, perhaps in base 64.
fn json_in_text(text: &str) -> Option<String> {
    let text: String = serde_json::from_str(text).ok()?;
    let is_json = |text: &str| text.trim_start().starts_with(['{', '[']);
    if is_json(&text) {
        return Some(text.trim().to_owned());
    }
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    is_json(&text).then(|| text.trim().to_owned())
}

/// Whether an object is one event of v2 by itself.
pub(super) fn is_lone_event(text: &str) -> bool {
    let members = members_of(text);
    let kind = members.get("type").map_or("", |raw| raw.get());
    kind.contains(':')
        && members
            .get("payload")
            .is_some_and(|raw| raw.get().starts_with('{'))
}

/// Says what an object is not, what is in it, and how to come at the users if they can be seen.
pub(super) fn unknown(text: &str) -> String {
    let members = members_of(text);
    let is_plain = |name: &&Cow<'_, str>| {
        name.len() <= LONGEST_NAME
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let names: Vec<&str> = members.keys().filter(is_plain).map(|it| &**it).collect();
    let nobody = "it is neither a user with an id nor the body of a webhook";
    if names.is_empty() {
        return nobody.to_owned();
    }
    let shown: Vec<&str> = names.iter().take(MOST_SHOWN).copied().collect();
    let more = if names.len() > MOST_SHOWN {
        ", …"
    } else {
        ""
    };
    let hint = names.iter().find_map(|name| {
        let value = members.get(*name)?.get();
        let path = match value.as_bytes().first()? {
            b'[' => format!(".{name}[]"),
            b'{' => format!(".{name}"),
            _ => return None,
        };
        let has_id = |key: &str| value.contains(&format!("\"{key}\""));
        (has_id("_id") || has_id("id")).then_some(path)
    });
    let hint = hint.map_or_else(String::new, |path| {
        format!("; if the users are in there: jq -c '{path}' FILE | smooch-console import -")
    });
    format!("{nobody} (it has {}{more}){hint}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_record_comes_off() {
        let user = r#"{"_id":"u"}"#;
        let quoted = serde_json::Value::from(user).to_string();
        let packed = STANDARD.encode(user);
        for text in [
            format!("[{user}]"),
            quoted.clone(),
            format!(r#"{{"headers":{{}},"body":{user}}}"#),
            format!(r#"{{"body":{quoted},"isBase64Encoded":false}}"#),
            format!(r#"{{"body":"{packed}","isBase64Encoded":true}}"#),
            format!(r#"{{"users":[{user}],"meta":{{}}}}"#),
            format!(r#"{{"body":"","detail":{user}}}"#),
        ] {
            assert_eq!(inside(&text), [user], "{text}");
        }
        for text in [
            "{}",
            "7",
            "\"text\"",
            r#"{"body":"text"}"#,
            r#"{"users":[]}"#,
        ] {
            assert!(inside(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn an_unknown_object_is_described_without_its_content() {
        let words = unknown(r#"{"total":1,"people":[{"id":"secret"}],"a@example.org":"x"}"#);
        assert!(words.contains("it has people, total)"), "{words}");
        assert!(words.contains("jq -c '.people[]' FILE"), "{words}");
        assert!(!words.contains("secret") && !words.contains('@'), "{words}");
        assert!(!unknown(r#"{"a":1}"#).contains("jq"));
    }

    #[test]
    fn an_event_by_itself_is_known() {
        assert!(is_lone_event(r#"{"type":"user:update","payload":{}}"#));
        assert!(!is_lone_event(r#"{"type":"text","payload":{}}"#));
        assert!(!is_lone_event(r#"{"type":"user:update"}"#));
    }
}
