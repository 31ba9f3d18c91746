//! The sandbox's keys, and the check of the `Authorization` header.
//!
//! In: the header as received. Out: what its sender may do (API document, section 1.4). Its timing
//! must not reveal how much of a guess was right, and no key is ever logged.

use std::fmt;
use std::hint::black_box;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::chance::Chance;
use super::errors::Refusal;
use super::jwt;

const INVALID: Refusal = Refusal::Unauthorized("Invalid credentials");

/// The owner of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The account: every app.
    Account,
    /// The app with this id.
    App(String),
}

/// A key: an id and a secret.
#[derive(Clone)]
pub(crate) struct Key {
    /// `app_` or `act_` and 24 hex digits.
    pub id: String,
    /// The secret that goes with it.
    pub secret: String,
    /// Its display name.
    pub name: String,
    /// Its owner.
    pub owner: Owner,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = f.debug_struct("Key");
        key.field("id", &self.id).finish_non_exhaustive()
    }
}

/// What the sender of a request may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Everything.
    Account,
    /// Everything in the app with this id.
    App(String),
    /// What one identified user of an app may do.
    User {
        /// The app's id.
        app: String,
        /// The user's `userId`.
        user_id: String,
    },
}

/// All keys.
#[derive(Debug)]
pub(crate) struct Keyring(Vec<Key>);

impl Key {
    /// Draws a key.
    pub(crate) fn draw(chance: &mut Chance, name: String, owner: Owner) -> Self {
        let prefix = match owner {
            Owner::Account => "act",
            Owner::App(_) => "app",
        };
        Self {
            id: format!("{prefix}_{}", chance.hex(24)),
            secret: chance.base62(48),
            name,
            owner,
        }
    }

    fn own_scope(&self) -> Scope {
        match &self.owner {
            Owner::Account => Scope::Account,
            Owner::App(app) => Scope::App(app.clone()),
        }
    }

    /// What a token of this key with these claims may do; `None` if the key cannot grant that.
    fn scope_of(&self, claims: jwt::Claims) -> Option<Scope> {
        match (claims.scope.as_str(), &self.owner) {
            ("account", Owner::Account) | ("app", Owner::App(_)) => Some(self.own_scope()),
            ("appUser", Owner::App(app)) => Some(Scope::User {
                app: app.clone(),
                user_id: claims.user_id.filter(|user_id| !user_id.is_empty())?,
            }),
            _ => None,
        }
    }
}

impl Keyring {
    /// The keys of the first app and of the account, drawn from the seed.
    pub(crate) fn of_seed(seed: u64, app: &str) -> Self {
        let mut chance = Chance::about(seed, "key");
        let owner = Owner::App(app.to_owned());
        let of_app = Key::draw(&mut chance, "Desk".to_owned(), owner);
        let mut chance = Chance::about(seed, "account key");
        let of_account = Key::draw(&mut chance, "Account".to_owned(), Owner::Account);
        Self(vec![of_app, of_account])
    }

    /// The keys of one owner.
    pub(crate) fn of(&self, owner: &Owner) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| key.owner == *owner)
    }

    /// Adds a key.
    pub(crate) fn add(&mut self, key: Key) {
        self.0.push(key);
    }

    /// Removes a key of that owner, which ends every token that it signed.
    pub(crate) fn remove(&mut self, owner: &Owner, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|key| key.owner != *owner || key.id != id);
        self.0.len() < before
    }

    /// Removes every key of that owner.
    pub(crate) fn remove_all(&mut self, owner: &Owner) {
        self.0.retain(|key| key.owner != *owner);
    }

    /// Checks the value of an `Authorization` header at a time in unix milliseconds.
    pub(crate) fn check(&self, authorization: Option<&[u8]>, now: i64) -> Result<Scope, Refusal> {
        let Some(header) = authorization else {
            return Err(Refusal::Unauthorized("Authorization is required"));
        };
        let scope = match parse_header(header) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => {
                return self.check_token(rest, now);
            }
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("basic") => self.check_basic(rest),
            _ => None,
        };
        scope.ok_or(INVALID)
    }

    fn check_basic(&self, credentials: &str) -> Option<Scope> {
        let given = STANDARD.decode(credentials).ok()?;
        let mut found = None;
        // Every key is compared in full, so that the timing reveals nothing.
        for key in &self.0 {
            let expected = format!("{}:{}", key.id, key.secret);
            if equal_in_constant_time(&given, expected.as_bytes()) {
                found = Some(key.own_scope());
            }
        }
        found
    }

    /// Checks the signature first, and only then the claims.
    fn check_token(&self, token: &str, now: i64) -> Result<Scope, Refusal> {
        let kid = jwt::key_id(token).ok_or(INVALID)?;
        let key = self.0.iter().find(|key| key.id == kid).ok_or(INVALID)?;
        let claims = jwt::verify(token, key.secret.as_bytes()).ok_or(INVALID)?;
        if claims.is_over(now) {
            return Err(Refusal::Unauthorized("The token has expired"));
        }
        if ["integration", "user"].contains(&claims.scope.as_str()) {
            return Err(Refusal::Forbidden(
                "This needs a token of scope account, app or appUser",
            ));
        }
        key.scope_of(claims).ok_or(INVALID)
    }
}

fn parse_header(header: &[u8]) -> Option<(&str, &str)> {
    let (scheme, rest) = std::str::from_utf8(header).ok()?.split_once(' ')?;
    Some((scheme, rest.trim()))
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
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn keyring() -> Keyring {
        Keyring::of_seed(3, "a")
    }

    fn basic(key: &Key, secret: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(format!("{}:{secret}", key.id))).into_bytes()
    }

    fn key_of(keys: &Keyring, owner: &Owner) -> Key {
        keys.of(owner).next().cloned().unwrap()
    }

    #[test]
    fn every_key_works_with_its_own_scope_and_any_case_of_the_scheme() {
        let keys = keyring();
        let app = Owner::App("a".to_owned());
        for (owner, scope) in [
            (app, Scope::App("a".to_owned())),
            (Owner::Account, Scope::Account),
        ] {
            let key = key_of(&keys, &owner);
            let header = basic(&key, &key.secret);
            assert_eq!(keys.check(Some(&header), 0), Ok(scope.clone()));
            let lower = [b"basic", header.get(5..).unwrap()].concat();
            assert_eq!(keys.check(Some(&lower), 0), Ok(scope));
        }
    }

    #[test]
    fn a_shorter_longer_or_other_secret_is_refused() {
        let keys = keyring();
        let key = key_of(&keys, &Owner::Account);
        let shorter = key.secret.get(1..).unwrap().to_owned();
        for secret in [
            shorter,
            format!("{}x", key.secret),
            format!("{}\0", key.secret),
            String::new(),
        ] {
            assert!(
                keys.check(Some(&basic(&key, &secret)), 0).is_err(),
                "{secret}"
            );
        }
    }

    #[test]
    fn anything_but_a_known_scheme_is_refused() {
        let keys = keyring();
        for header in ["", "Basic", "Basic %%%", "Bearer abc", "Digest x", "\u{e9}"] {
            assert!(keys.check(Some(header.as_bytes()), 0).is_err(), "{header}");
        }
        assert_eq!(
            keys.check(None, 0),
            Err(Refusal::Unauthorized("Authorization is required"))
        );
    }

    #[test]
    fn a_key_is_never_printed_with_its_secret() {
        let keys = keyring();
        let printed = format!("{keys:?}");
        for key in &keys.0 {
            assert!(printed.contains(&key.id) && !printed.contains(&key.secret));
        }
    }

    #[test]
    fn a_token_gives_no_more_than_its_key() {
        let keys = keyring();
        let app = key_of(&keys, &Owner::App("a".to_owned()));
        let account = key_of(&keys, &Owner::Account);
        let ask = |key: &Key, payload: &str| {
            let token = jwt::sign(&key.id, payload, key.secret.as_bytes());
            keys.check(Some(format!("Bearer {token}").as_bytes()), 1_000_000)
        };
        let of_app = Ok(Scope::App("a".to_owned()));
        assert_eq!(ask(&app, r#"{"scope":"app"}"#), of_app);
        assert_eq!(ask(&app, r#"{"scope":"app","iat":5,"exp":1001}"#), of_app);
        assert_eq!(ask(&account, r#"{"scope":"account"}"#), Ok(Scope::Account));
        let of_user = Scope::User {
            app: "a".to_owned(),
            user_id: "u".to_owned(),
        };
        assert_eq!(
            ask(&app, r#"{"scope":"appUser","userId":"u"}"#),
            Ok(of_user)
        );
        for (key, payload) in [
            (&app, r#"{"scope":"account"}"#),
            (&account, r#"{"scope":"app"}"#),
            (&app, r#"{"scope":"integration"}"#),
            (&app, r#"{"scope":"appUser"}"#),
            (&app, r#"{"scope":"appUser","userId":7}"#),
            (&app, r#"{"scope":"appUser","userId":""}"#),
            (&app, r#"{"scope":"app","exp":1000}"#),
            (&app, r#"{"scope":"app","exp":"2000"}"#),
            (&app, "{}"),
            (&app, "nothing"),
        ] {
            assert!(ask(key, payload).is_err(), "{payload}");
        }
    }

    #[test]
    fn a_token_of_a_deleted_key_is_refused() {
        let mut keys = keyring();
        let owner = Owner::App("a".to_owned());
        let key = key_of(&keys, &owner);
        let token = jwt::sign(&key.id, r#"{"scope":"app"}"#, key.secret.as_bytes());
        let header = format!("Bearer {token}");
        assert!(keys.check(Some(header.as_bytes()), 0).is_ok());
        assert!(keys.remove(&owner, &key.id));
        assert!(keys.check(Some(header.as_bytes()), 0).is_err());
    }
}
