//! Secrets taken out of JSON before it is kept.
//!
//! In: JSON text that has been found valid. Out: the same text, byte for byte, but for the values
//! of keys that name a secret, which become `"[secret]"`. A null stays null.

use super::json::{plain_string, unquote};

/// What is shown instead of a secret.
pub(super) const STAND_IN: &str = "[secret]";

/// Which keys are taken for secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Users, messages and events: only what the API itself calls a secret, because custom data may
    /// use any word as a key.
    People,
    /// Apps, integrations, webhooks, links: whatever sounds like a secret.
    Settings,
}

impl Scope {
    /// Whether the value of this key is a secret.
    pub(super) fn hides(self, key: &str) -> bool {
        const ALWAYS: [&str; 6] = [
            "pushnotificationtoken",
            "apptoken",
            "authcode",
            "sessiontoken",
            "apikey",
            "secret",
        ];
        const SOUNDS: [&str; 8] = [
            "secret",
            "token",
            "password",
            "passphrase",
            "certificate",
            "credential",
            "privatekey",
            "authkey",
        ];
        const ENDS: [&str; 6] = [
            "apikey",
            "accesskey",
            "serverkey",
            "consumerkey",
            "aeskey",
            "signingkey",
        ];
        if ALWAYS.iter().any(|word| key.eq_ignore_ascii_case(word)) {
            return true;
        }
        match self {
            Self::People => false,
            Self::Settings => {
                let key = key.to_ascii_lowercase();
                SOUNDS.iter().any(|sound| key.contains(sound))
                    || ENDS.iter().any(|end| key.ends_with(end))
            }
        }
    }
}

/// Replaces the values of all secret keys, at any depth.
pub(super) fn redact(json: &str, scope: Scope) -> String {
    redact_keys(json, |key| scope.hides(key))
}

/// Replaces the values of the keys that `hides` names, at any depth.
pub(super) fn redact_keys(json: &str, hides: impl Fn(&str) -> bool) -> String {
    let mut kept = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(start) = find(json, at, b"\"") {
        let end = end_of_string(json, start);
        at = end;
        let value = skip_space(json, end);
        if json.as_bytes().get(value) != Some(&b':') {
            continue;
        }
        let value = skip_space(json, value + 1);
        if is_secret(slice(json, start, end), &hides)
            && !slice(json, value, json.len()).starts_with("null")
        {
            kept.push_str(slice(json, copied, value));
            kept.push('"');
            kept.push_str(STAND_IN);
            kept.push('"');
            at = end_of_value(json, value);
            copied = at;
        }
    }
    kept.push_str(slice(json, copied, json.len()));
    kept
}

fn is_secret(quoted: &str, hides: impl Fn(&str) -> bool) -> bool {
    match plain_string(quoted) {
        Some(key) => hides(key),
        None => unquote(quoted).is_ok_and(|key| hides(&key)),
    }
}

fn slice(json: &str, from: usize, to: usize) -> &str {
    json.get(from..to).unwrap_or_default()
}

fn find(json: &str, from: usize, any_of: &[u8]) -> Option<usize> {
    let rest = json.as_bytes().get(from..)?;
    // Signs stand close together: what is made for far ones would begin more often than search.
    let offset = match any_of {
        [one] => rest.iter().position(|byte| byte == one),
        _ => rest.iter().position(|byte| any_of.contains(byte)),
    };
    offset.map(|offset| from + offset)
}

fn skip_space(json: &str, from: usize) -> usize {
    let rest = json.as_bytes().get(from..).unwrap_or_default();
    from + rest.iter().take_while(|b| b.is_ascii_whitespace()).count()
}

/// The place after the closing mark of the string that opens at `start`.
fn end_of_string(json: &str, start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = find(json, at, b"\"\\") {
        if json.as_bytes().get(found) == Some(&b'"') {
            return found + 1;
        }
        at = found + 2;
    }
    json.len()
}

/// The place after the value that starts at `start`.
fn end_of_value(json: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = start;
    while let Some(found) = find(json, at, b"\"{}[],") {
        at = match json.as_bytes().get(found) {
            Some(b'"') if depth == 0 => return end_of_string(json, found),
            Some(b'"') => end_of_string(json, found),
            Some(b'{' | b'[') => {
                depth += 1;
                found + 1
            }
            Some(b'}' | b']') if depth > 1 => {
                depth -= 1;
                found + 1
            }
            Some(b'}' | b']') if depth == 1 => return found + 1,
            Some(b',') if depth > 0 => found + 1,
            _ => return start + slice(json, start, found).trim_end().len(),
        };
    }
    json.len()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn people(json: &str) -> String {
        redact(json, Scope::People)
    }

    #[test]
    fn a_push_token_is_replaced_at_any_depth() {
        let json = r#"{"clients":[{"pushNotificationToken":"<0000>","id":"a"}],"n":1}"#;
        let kept = r#"{"clients":[{"pushNotificationToken":"[secret]","id":"a"}],"n":1}"#;
        assert_eq!(people(json), kept);
    }

    #[test]
    fn every_shape_of_a_secret_is_replaced_whole() {
        for secret in [
            r#""a\"b,}""#,
            "12.5",
            "true",
            r#"{"a":[1,"]}"],"b":{}}"#,
            "[]",
            "[[1],{}]",
        ] {
            let json = format!(r#"{{"secret" : {secret} , "after":[1,2]}}"#);
            assert_eq!(
                people(&json),
                r#"{"secret" : "[secret]" , "after":[1,2]}"#,
                "{secret}"
            );
            let last = format!(r#"[{{"secret":{secret}}},3]"#);
            assert_eq!(people(&last), r#"[{"secret":"[secret]"},3]"#, "{secret}");
        }
    }

    #[test]
    fn an_escaped_or_oddly_cased_key_does_not_slip_through() {
        assert_eq!(
            people(r#"{"\u0073ecret":"x"}"#),
            r#"{"\u0073ecret":"[secret]"}"#
        );
        assert_eq!(people(r#"{"SECRET":"x"}"#), r#"{"SECRET":"[secret]"}"#);
    }

    #[test]
    fn a_null_stays_null_and_a_value_that_sounds_like_a_key_stays() {
        let json = r#"{"secret":null,"a":"secret","b":["secret"],"text":"say \"secret\": now"}"#;
        assert_eq!(people(json), json);
    }

    #[test]
    fn lone_surrogates_survive_untouched() {
        let json = r#"{"text":"\ud83d","\ud83d":1}"#;
        assert_eq!(people(json), json);
    }

    #[test]
    fn settings_hide_what_sounds_like_a_secret() {
        for key in [
            "pageAccessToken",
            "appSecret",
            "authToken",
            "channelSecret",
            "encodingAesKey",
            "serverKey",
            "password",
            "certificate",
            "consumerKey",
            "accessKey",
            "webhookSecret",
        ] {
            assert!(Scope::Settings.hides(key), "{key}");
            assert!(!Scope::People.hides(key), "{key}");
        }
        for key in [
            "channelId",
            "brandColor",
            "phoneNumber",
            "_id",
            "businessName",
            "accountSid",
        ] {
            assert!(!Scope::Settings.hides(key), "{key}");
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let key = prop_oneof![Just("secret".to_owned()), ".{0,4}"];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(key, inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn model(value: Value) -> Value {
        match value {
            Value::Array(list) => list.into_iter().map(model).collect(),
            Value::Object(map) => map
                .into_iter()
                .map(|(key, value)| {
                    let hidden = Scope::People.hides(&key) && !value.is_null();
                    (
                        key,
                        if hidden {
                            STAND_IN.into()
                        } else {
                            model(value)
                        },
                    )
                })
                .collect(),
            leaf => leaf,
        }
    }

    proptest! {
        #[test]
        fn redacting_text_equals_redacting_the_tree(value in json(), pretty in any::<bool>()) {
            let text = if pretty {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            let kept: Value = serde_json::from_str(&people(&text)).unwrap();
            prop_assert_eq!(kept, model(value));
        }
    }
}
