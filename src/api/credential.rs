//! The key as requests carry it; nothing else may show it.
//!
//! In: a key's id and secret, and the present. Out: the `Authorization` header, marked as secret.
//! This module knows every form in which the key is sent, so it can remove them from answers that
//! repeat one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::echo::mask;
use super::jwt::{Scope, sign_token};
use crate::domain::{AuthMethod, KeyFault, Problem, UsageFault};

/// How long a token is good for.
const LIFE: Duration = Duration::from_mins(5);

/// A token that expires this soon may expire on its way, so a new one is made.
const RENEWAL: Duration = Duration::from_secs(30);

/// The key of one client.
pub(super) struct Credential {
    key_id: String,
    secret: SecretString,
    /// `keyId:secret`, as Basic sends it.
    basic: SecretString,
    /// The secret, alone and as Basic sends it, in other alphabets that a server may repeat it in.
    encoded: Vec<SecretString>,
    form: Form,
}

/// How the key is sent.
enum Form {
    Basic,
    Jwt { scope: Scope, tokens: Mutex<Tokens> },
}

/// The token in use and the one before it, which an answer may still repeat.
#[derive(Default)]
struct Tokens {
    current: Option<Token>,
    former: Option<Token>,
}

struct Token {
    text: SecretString,
    made: Timestamp,
}

impl Token {
    /// A token from the future is not used either: the clock was set back, so its age is unknown.
    fn is_good(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.made);
        Duration::try_from(age).is_ok_and(|age| age < LIFE.saturating_sub(RENEWAL))
    }
}

impl Credential {
    /// Checks that the key can be sent in this way, to an API that takes tokens of these scopes.
    pub(super) fn new(
        method: AuthMethod,
        key_id: String,
        secret: SecretString,
        scopes: &[Scope],
    ) -> Result<Self, Problem> {
        let form = match method {
            AuthMethod::Basic => Form::Basic,
            AuthMethod::Jwt => Form::Jwt {
                scope: scope_among(scopes, &key_id)
                    .map_err(|fault| UsageFault::UnsuitedKey { fault })?,
                tokens: Mutex::default(),
            },
        };
        let pair = SecretString::from(format!("{key_id}:{}", secret.expose_secret()));
        let basic = BASE64_STANDARD.encode(pair.expose_secret()).into();
        let encoded = [&pair, &secret].into_iter().flat_map(|plain| {
            let plain = plain.expose_secret();
            [BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD].map(|by| by.encode(plain).into())
        });
        let encoded = encoded.collect();
        Ok(Self {
            key_id,
            secret,
            basic,
            encoded,
            form,
        })
    }

    /// How the key is sent.
    pub(super) const fn method(&self) -> AuthMethod {
        match self.form {
            Form::Basic => AuthMethod::Basic,
            Form::Jwt { .. } => AuthMethod::Jwt,
        }
    }

    /// The value of the `Authorization` header for a request that is sent `now`.
    pub(super) fn authorization(&self, now: Timestamp) -> Result<HeaderValue, Problem> {
        let words = match &self.form {
            Form::Basic => format!("Basic {}", self.basic.expose_secret()),
            Form::Jwt { scope, tokens } => {
                let mut tokens = tokens.lock().unwrap_or_else(PoisonError::into_inner);
                let token = match tokens.current.take() {
                    Some(token) if token.is_good(now) => token,
                    old => {
                        tokens.former = old;
                        self.make_token(*scope, now)
                    }
                };
                let words = format!("Bearer {}", token.text.expose_secret());
                tokens.current = Some(token);
                words
            }
        };
        let header = HeaderValue::try_from(words);
        let mut header = header.map_err(|_| Problem::Internal {
            detail: "the key cannot be written into a header".into(),
        })?;
        header.set_sensitive(true);
        Ok(header)
    }

    fn make_token(&self, scope: Scope, now: Timestamp) -> Token {
        let expires = now.as_second().saturating_add(LIFE.as_secs().cast_signed());
        let secret = self.secret.expose_secret();
        Token {
            text: sign_token(&self.key_id, secret, scope, expires).into(),
            made: now,
        }
    }

    /// A body without the key in any of its forms, should a server send it back.
    pub(super) fn without_echo(&self, body: Vec<u8>) -> Vec<u8> {
        let tokens = match &self.form {
            Form::Basic => None,
            Form::Jwt { tokens, .. } => Some(tokens.lock().unwrap_or_else(PoisonError::into_inner)),
        };
        let mut echoes = vec![self.basic.expose_secret(), self.secret.expose_secret()];
        echoes.extend(self.encoded.iter().map(ExposeSecret::expose_secret));
        let tokens = tokens.as_deref();
        let tokens = tokens.into_iter().flat_map(|t| [&t.current, &t.former]);
        for token in tokens.flatten() {
            let token = token.text.expose_secret();
            echoes.push(token);
            // All but the signature can be guessed, so the signature is the secret of it.
            echoes.extend(token.rsplit('.').next());
        }
        mask(body, &echoes)
    }
}

fn scope_among(scopes: &[Scope], key_id: &str) -> Result<Scope, KeyFault> {
    let scope = Scope::of_key(key_id)?;
    if scopes.contains(&scope) {
        Ok(scope)
    } else {
        Err(KeyFault::ScopeRefused)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_709_542_800 + second).unwrap()
    }

    fn credential(method: AuthMethod) -> Credential {
        let secret = "canary-secret".to_owned().into();
        Credential::new(method, "app_1".into(), secret, &[Scope::App]).unwrap()
    }

    fn sent(credential: &Credential, second: i64) -> String {
        let header = credential.authorization(at(second)).unwrap();
        assert!(header.is_sensitive());
        header.to_str().unwrap().to_owned()
    }

    #[test]
    fn basic_is_id_and_secret() {
        let token = BASE64_STANDARD.encode("app_1:canary-secret");
        let credential = credential(AuthMethod::Basic);
        assert_eq!(sent(&credential, 0), format!("Basic {token}"));
    }

    #[test]
    fn a_token_is_kept_until_shortly_before_it_expires() {
        let credential = credential(AuthMethod::Jwt);
        let first = sent(&credential, 0);
        assert!(first.starts_with("Bearer "));
        assert_eq!(sent(&credential, 1), first);
        assert_eq!(sent(&credential, 269), first);
        let second = sent(&credential, 270);
        assert_ne!(second, first);
        assert_eq!(sent(&credential, 300), second);
    }

    #[test]
    fn a_token_of_the_future_is_not_sent() {
        let credential = credential(AuthMethod::Jwt);
        let first = sent(&credential, 3600);
        assert_ne!(sent(&credential, 0), first);
    }

    #[test]
    fn a_key_that_cannot_be_a_token_is_refused_only_then() {
        let with = |method, scopes| {
            Credential::new(method, "int_1".into(), "s".to_owned().into(), scopes).err()
        };
        assert_eq!(with(AuthMethod::Basic, &[Scope::App]), None);
        assert_eq!(with(AuthMethod::Jwt, &[Scope::Integration]), None);
        let fault = KeyFault::ScopeRefused;
        let refused = with(AuthMethod::Jwt, &[Scope::App, Scope::Account]);
        assert_eq!(refused, Some(UsageFault::UnsuitedKey { fault }.into()));
    }

    #[test]
    fn every_form_of_the_key_is_taken_out_of_answers() {
        let credential = credential(AuthMethod::Jwt);
        let first = sent(&credential, 0);
        let second = sent(&credential, 290);
        let basic = BASE64_STANDARD.encode("app_1:canary-secret");
        let signature = first.rsplit('.').next().unwrap();
        let text = format!("a {first} b {second} c {basic} d canary-secret e {signature} f");
        let without_echo = |text: &str| {
            let left = credential.without_echo(text.as_bytes().to_vec());
            String::from_utf8(left).unwrap()
        };
        assert_eq!(
            without_echo(&text),
            "a Bearer [secret] b Bearer [secret] c [secret] d [secret] e [secret] f"
        );
        assert_eq!(without_echo("nothing"), "nothing");
        for plain in ["canary-secret", "app_1:canary-secret"] {
            let padded = BASE64_STANDARD.encode(plain);
            let left = without_echo(&format!("<{padded}>"));
            assert_eq!(left.trim_end_matches(['=', '>']), "<[secret]", "{plain}");
        }
    }
}
