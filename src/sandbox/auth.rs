//! Who may ask: the sandbox's key and the check of the `Authorization` header.
//!
//! In: the header as it came, and the time. Out: whether it is the key, or a token that the key
//! has signed (API document, section 1.4). It must not tell by its timing how much of a guess was
//! right.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::chance::Chance;
use super::errors::Refusal;

/// The one key of the sandbox's app, of scope app; it is sent as Basic or signs tokens.
#[derive(Clone)]
pub struct Key {
    /// `app_` and 24 hex digits.
    pub id: String,
    /// The secret that goes with it.
    pub secret: String,
}

impl Key {
    /// Makes the key that belongs to a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut chance = Chance::about(seed, "key");
        Self {
            id: format!("app_{}", chance.hex(24)),
            secret: chance.base62(48),
        }
    }

    /// Checks the value of an `Authorization` header at `now` (unix milliseconds).
    pub fn check(&self, authorization: Option<&[u8]>, now: i64) -> Result<(), Refusal> {
        let Some(header) = authorization else {
            return Err(Refusal::Unauthorized("Authorization is required"));
        };
        let invalid = Refusal::Unauthorized("Invalid credentials");
        let words = std::str::from_utf8(header).ok();
        let Some((scheme, credentials)) = words.and_then(|words| words.split_once(' ')) else {
            return Err(invalid);
        };
        let credentials = credentials.trim();
        if scheme.eq_ignore_ascii_case("bearer") {
            return self.check_token(credentials, now);
        }
        let expected = format!("{}:{}", self.id, self.secret);
        let is_key = scheme.eq_ignore_ascii_case("basic")
            && STANDARD
                .decode(credentials)
                .is_ok_and(|given| equal_in_constant_time(&given, expected.as_bytes()));
        if is_key { Ok(()) } else { Err(invalid) }
    }

    /// Checks a token: first that this key signed it, then what it says.
    fn check_token(&self, token: &str, now: i64) -> Result<(), Refusal> {
        let invalid = || Refusal::Unauthorized("Invalid credentials");
        let (signed, signature) = token.rsplit_once('.').ok_or_else(invalid)?;
        let (head, claims) = signed.split_once('.').ok_or_else(invalid)?;
        let head: TokenHead = parse_part(head).ok_or_else(invalid)?;
        if head.alg != "HS256" || head.kid != self.id {
            return Err(invalid());
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| invalid())?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret.as_bytes());
        hmac::verify(&key, signed.as_bytes(), &signature).map_err(|_| invalid())?;
        let claims: Claims = parse_part(claims).ok_or_else(invalid)?;
        if claims.exp.is_some_and(|end| end * 1000.0 <= exact(now)) {
            return Err(Refusal::Unauthorized("The token has expired"));
        }
        match claims.scope.as_str() {
            "app" | "account" => Ok(()),
            "appUser" | "integration" | "user" => Err(Refusal::Forbidden(
                "This needs a token of scope app or account",
            )),
            _ => Err(Refusal::Unauthorized("The token has an unknown scope")),
        }
    }
}

/// The first part of a token.
#[derive(Deserialize)]
struct TokenHead {
    alg: String,
    kid: String,
}

/// The second part of a token; what else stands there is tolerated.
#[derive(Deserialize)]
struct Claims {
    scope: String,
    /// Seconds since 1970; without it the token does not expire.
    exp: Option<f64>,
}

fn parse_part<T: DeserializeOwned>(part: &str) -> Option<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of all times that a sandbox runs at fit exactly"
)]
fn exact(milliseconds: i64) -> f64 {
    milliseconds as f64
}

fn equal_in_constant_time(given: &[u8], expected: &[u8]) -> bool {
    let mut difference = u8::from(given.len() != expected.len());
    for (at, byte) in expected.iter().enumerate() {
        difference |= byte ^ given.get(at).copied().unwrap_or_default();
    }
    black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// 2024-03-04T09:00:00Z.
    const NOW: i64 = 1_709_542_800_000;

    fn basic(key: &Key, secret: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", key.id))).into_bytes()
    }

    /// A token written by hand.
    fn bearer(head: &str, claims: &str, secret: &str) -> String {
        let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        let signed = format!("{}.{}", encode(head.as_bytes()), encode(claims.as_bytes()));
        let hmac_key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hmac::sign(&hmac_key, signed.as_bytes());
        format!("Bearer {signed}.{}", encode(signature.as_ref()))
    }

    fn head(key: &Key) -> String {
        format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{}"}}"#, key.id)
    }

    fn check_claims(claims: &str) -> Result<(), Refusal> {
        let key = Key::of_seed(3);
        let header = bearer(&head(&key), claims, &key.secret);
        key.check(Some(header.as_bytes()), NOW)
    }

    #[test]
    fn the_key_itself_is_let_in_whatever_the_case_of_the_scheme() {
        let key = Key::of_seed(3);
        let header = basic(&key, &key.secret);
        assert_eq!(key.check(Some(&header), NOW), Ok(()));
        let lower = [b"basic", header.get(5..).unwrap_or_default()].concat();
        assert_eq!(key.check(Some(&lower), NOW), Ok(()));
    }

    #[test]
    fn a_shorter_longer_or_other_secret_is_refused() {
        let key = Key::of_seed(3);
        let shorter = key.secret.get(1..).unwrap_or_default().to_owned();
        for secret in [
            shorter,
            format!("{}x", key.secret),
            format!("{}\0", key.secret),
            String::new(),
        ] {
            let refused = key.check(Some(&basic(&key, &secret)), NOW);
            assert!(refused.is_err(), "{secret}");
            // HMAC itself fills a key up with zeros, so to it this is no other secret.
            let secret = secret.replace('\0', "y");
            let token = bearer(&head(&key), r#"{"scope":"app"}"#, &secret);
            let refused = key.check(Some(token.as_bytes()), NOW);
            assert!(refused.is_err(), "{secret}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let key = Key::of_seed(3);
        for header in [
            "",
            "Basic",
            "Basic %%%",
            "Bearer",
            "Bearer abc",
            "Bearer a.b.c",
            "Bearer ..",
            "Digest x",
            "\u{e9}",
        ] {
            let refused = key.check(Some(header.as_bytes()), NOW);
            assert!(refused.is_err(), "{header}");
        }
        assert_eq!(
            key.check(None, NOW),
            Err(Refusal::Unauthorized("Authorization is required"))
        );
    }

    #[test]
    fn a_token_that_the_key_signed_is_let_in() {
        for claims in [
            r#"{"scope":"app"}"#,
            r#"{"scope":"account"}"#,
            r#"{"scope":"app","exp":1709543100}"#,
            r#"{"scope":"app","exp":1709542800.5,"iat":1}"#,
        ] {
            assert_eq!(check_claims(claims), Ok(()), "{claims}");
        }
    }

    #[test]
    fn a_token_that_has_expired_is_refused() {
        for exp in ["1709542800", "1709542799.9", "0", "-5"] {
            let claims = format!(r#"{{"scope":"app","exp":{exp}}}"#);
            assert_eq!(
                check_claims(&claims),
                Err(Refusal::Unauthorized("The token has expired"))
            );
        }
    }

    #[test]
    fn a_token_for_users_is_forbidden_and_one_for_nobody_refused() {
        for scope in ["appUser", "integration", "user"] {
            let refused = check_claims(&format!(r#"{{"scope":"{scope}"}}"#));
            assert!(matches!(refused, Err(Refusal::Forbidden(_))), "{scope}");
        }
        for claims in [
            r#"{"scope":"App"}"#,
            r#"{"scope":""}"#,
            r#"{"scope":7}"#,
            r#"{"scope":"app","exp":"soon"}"#,
            "{}",
            "null",
            "scope",
        ] {
            let refused = check_claims(claims);
            assert!(matches!(refused, Err(Refusal::Unauthorized(_))), "{claims}");
        }
    }

    #[test]
    fn a_token_without_the_right_head_or_signature_is_refused() {
        let key = Key::of_seed(3);
        let claims = r#"{"scope":"app"}"#;
        for head in [
            format!(r#"{{"alg":"none","kid":"{}"}}"#, key.id),
            format!(r#"{{"alg":"HS512","kid":"{}"}}"#, key.id),
            r#"{"alg":"HS256","kid":"app_other"}"#.to_owned(),
            r#"{"alg":"HS256"}"#.to_owned(),
            "{".to_owned(),
        ] {
            let header = bearer(&head, claims, &key.secret);
            let refused = key.check(Some(header.as_bytes()), NOW);
            assert!(refused.is_err(), "{head}");
        }
        let whole = bearer(&head(&key), claims, &key.secret);
        let unsigned = &whole[..=whole.rfind('.').unwrap()];
        let forged = whole.replacen('.', ".e", 1);
        let longer = format!("{whole}.{whole}");
        for header in [unsigned, &forged, &longer] {
            let refused = key.check(Some(header.as_bytes()), NOW);
            assert!(refused.is_err(), "{header}");
        }
    }
}
