//! JSON Web Tokens, signed with HS256 (RFC 7515; API document, section 1.4).
//!
//! In: a key and what its token says. Out: the token in its compact form. It keeps nothing and
//! knows no clock.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::json;

use crate::domain::KeyFault;

/// What a key may look into, as far as this console asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// One app.
    App,
    /// All apps of an account, or those that a service account was granted.
    Account,
    /// What a custom integration may see.
    Integration,
}

impl Scope {
    /// The scope that goes with the prefix of a key's id.
    pub(super) fn of_key(key_id: &str) -> Result<Self, KeyFault> {
        match key_id.split_once('_').map(|(prefix, _)| prefix) {
            Some("app") => Ok(Self::App),
            Some("act" | "svc") => Ok(Self::Account),
            Some("int") => Ok(Self::Integration),
            _ => Err(KeyFault::UnknownPrefix),
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Account => "account",
            Self::Integration => "integration",
        }
    }
}

/// A token for the key, good until `expires` (seconds since 1970). It is signed with the bytes of
/// the secret as they are.
pub(super) fn sign_token(key_id: &str, secret: &str, scope: Scope, expires: i64) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": key_id });
    let payload = json!({ "scope": scope.as_str(), "exp": expires });
    sign_compact(
        header.to_string().as_bytes(),
        payload.to_string().as_bytes(),
        secret.as_bytes(),
    )
}

fn sign_compact(header: &[u8], payload: &[u8], key: &[u8]) -> String {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", encode(header), encode(payload));
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("{signed}.{}", encode(signature.as_ref()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_example_of_the_standard_comes_out_as_printed() {
        // RFC 7515, appendix A.1.
        let key = BASE64_URL_SAFE_NO_PAD
            .decode(concat!(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75",
                "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
            ))
            .unwrap();
        let header = b"{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}";
        let payload =
            b"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
        assert_eq!(
            sign_compact(header, payload, &key),
            concat!(
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
                ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt",
                "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
                ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
            )
        );
    }

    #[test]
    fn a_token_says_which_key_which_scope_and_how_long() {
        let token = sign_token("app_1", "s", Scope::App, 1_709_543_100);
        let parts: Vec<String> = token
            .split('.')
            .take(2)
            .map(|part| String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        assert_eq!(
            parts,
            [
                r#"{"alg":"HS256","typ":"JWT","kid":"app_1"}"#,
                r#"{"scope":"app","exp":1709543100}"#,
            ]
        );
    }

    #[test]
    fn the_scope_follows_from_the_keys_prefix() {
        for (key_id, scope) in [
            ("app_64f1", Ok(Scope::App)),
            ("act_64f1", Ok(Scope::Account)),
            ("svc_64f1", Ok(Scope::Account)),
            ("int_64f1", Ok(Scope::Integration)),
            ("64f1", Err(KeyFault::UnknownPrefix)),
            ("app", Err(KeyFault::UnknownPrefix)),
            ("App_64f1", Err(KeyFault::UnknownPrefix)),
            ("", Err(KeyFault::UnknownPrefix)),
        ] {
            assert_eq!(Scope::of_key(key_id), scope, "{key_id}");
        }
    }
}
