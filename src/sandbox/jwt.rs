//! Signed tokens: HS256 and nothing else (API document, section 1.4).
//!
//! In: a token and a secret. Out: its claims, if the signature is right. It shares no code with the
//! program's own signing, so that each checks the other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::Deserialize;
use serde_json::json;

/// The claims of a token; others are ignored.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Claims {
    /// `account`, `app` or `appUser`.
    pub scope: String,
    /// The user, if the scope is `appUser`.
    #[serde(rename = "userId")]
    pub user_id: Option<String>,
    /// When it expires, in unix seconds; without it the token does not expire.
    exp: Option<f64>,
}

impl Claims {
    /// Whether the token has expired at a time in unix milliseconds.
    pub(crate) fn is_over(&self, now: i64) -> bool {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of our age fit in 53 bits"
        )]
        let now = now as f64;
        self.exp.is_some_and(|exp| exp * 1_000.0 <= now)
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

/// The id of the key that a token names. Nothing is verified yet.
pub(crate) fn key_id(token: &str) -> Option<String> {
    Some(header(token)?.kid)
}

/// The claims of a token that was signed with `secret`.
pub(crate) fn verify(token: &str, secret: &[u8]) -> Option<Claims> {
    if header(token)?.alg != "HS256" {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, signed.as_bytes(), &signature).ok()?;
    decode(signed.split_once('.')?.1)
}

/// Signs a payload with the key of that id.
pub(crate) fn sign(kid: &str, payload: &str, secret: &[u8]) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": kid }).to_string();
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn header(token: &str) -> Option<Header> {
    decode(token.split_once('.')?.0)
}

fn decode<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Made with another language's library, not with this file.
    const FOREIGN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiIsImtpZCI6ImFwcF81ZTIifQ.eyJzY29wZSI6ImFwcCIsImlhdCI6MX0.qR8Wp_KI1y_ntABqOhK1avY0XLGDOaAiD9LhnHjclfc";

    #[test]
    fn a_token_made_elsewhere_is_accepted() {
        assert_eq!(key_id(FOREIGN).as_deref(), Some("app_5e2"));
        let claims = verify(FOREIGN, b"pa\xc3\x9fword").unwrap();
        assert_eq!(claims.scope, "app");
        assert_eq!(verify(FOREIGN, b"password"), None);
    }

    #[test]
    fn a_token_with_any_letter_changed_is_refused() {
        let token = sign("k", r#"{"scope":"app"}"#, b"secret");
        assert!(verify(&token, b"secret").is_some());
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(verify(&changed, b"secret"), None, "{at}");
        }
    }

    #[test]
    fn unsigned_tokens_and_other_algorithms_are_refused() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"scope":"app"}"#);
        for alg in ["none", "HS384", "RS256", "hs256"] {
            let header = json!({ "alg": alg, "kid": "k" }).to_string();
            let signed = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
            let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
            let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes()));
            assert_eq!(verify(&format!("{signed}.{signature}"), b"secret"), None);
            assert_eq!(verify(&format!("{signed}."), b"secret"), None);
        }
    }
}
