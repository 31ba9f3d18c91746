//! Who may ask: the sandbox's key and the check of the `Authorization` header.
//!
//! In: the header as it came. Out: whether it is the key (API document, section 1.4). It must not
//! tell by its timing how much of a guess was right.

use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chance::Chance;
use super::errors::Refusal;

/// The one key of the sandbox's app: app scope, sent as Basic.
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

    /// Checks the value of an `Authorization` header.
    pub fn check(&self, authorization: Option<&[u8]>) -> Result<(), Refusal> {
        let Some(header) = authorization else {
            return Err(Refusal::Unauthorized("Authorization is required"));
        };
        let refusal = || Refusal::Unauthorized("Invalid credentials");
        let credentials = parse_basic(header).ok_or_else(refusal)?;
        let expected = format!("{}:{}", self.id, self.secret);
        if equal_in_constant_time(&credentials, expected.as_bytes()) {
            Ok(())
        } else {
            Err(refusal())
        }
    }
}

fn parse_basic(header: &[u8]) -> Option<Vec<u8>> {
    let (scheme, credentials) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    STANDARD.decode(credentials.trim()).ok()
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
    use super::*;

    fn basic(key: &Key, secret: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", key.id))).into_bytes()
    }

    #[test]
    fn the_key_itself_is_let_in_whatever_the_case_of_the_scheme() {
        let key = Key::of_seed(3);
        let header = basic(&key, &key.secret);
        assert_eq!(key.check(Some(&header)), Ok(()));
        let lower = [b"basic", header.get(5..).unwrap_or_default()].concat();
        assert_eq!(key.check(Some(&lower)), Ok(()));
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
            assert!(key.check(Some(&basic(&key, &secret))).is_err(), "{secret}");
        }
    }

    #[test]
    fn anything_but_basic_is_refused() {
        let key = Key::of_seed(3);
        for header in ["", "Basic", "Basic %%%", "Bearer abc", "\u{e9}"] {
            assert!(key.check(Some(header.as_bytes())).is_err(), "{header}");
        }
        assert_eq!(
            key.check(None),
            Err(Refusal::Unauthorized("Authorization is required"))
        );
    }
}
