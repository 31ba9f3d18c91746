//! Signed tokens: what they allow, and what a user's own token may do.

use super::desk::{Desk, NOW_MS, sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Value, json};
use smooch_console::sandbox::{Sandbox, cast};

fn token(header: &Value, payload: &Value, secret: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(payload));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hmac::sign(&key, signed.as_bytes());
    format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn of_app(sandbox: &Sandbox, payload: &Value) -> String {
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": sandbox.key_id() });
    token(&header, payload, sandbox.secret())
}

#[tokio::test]
async fn a_token_allows_what_its_key_allows() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let now = NOW_MS / 1000;
    for payload in [
        json!({ "scope": "app" }),
        json!({ "scope": "app", "iat": now, "exp": now + 300 }),
    ] {
        desk.authorization = Some(of_app(&sandbox, &payload));
        desk.get("").await.done(200);
        let reply = desk.send("GET", "/v1.1/apps", b"").await;
        reply.assert_refused(403, "forbidden");
    }
    let header = json!({ "alg": "HS256", "kid": sandbox.account_key_id() });
    let payload = json!({ "scope": "account" });
    desk.authorization = Some(token(&header, &payload, sandbox.account_secret()));
    desk.send("GET", "/v1.1/apps", b"").await.done(200);
}

#[tokio::test]
async fn a_token_with_any_wrong_part_is_unauthorized() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let (kid, secret) = (sandbox.key_id(), sandbox.secret());
    let header = json!({ "alg": "HS256", "typ": "JWT", "kid": kid });
    let good = json!({ "scope": "app" });
    let signed = token(&header, &good, secret);
    let unsigned = &signed[..=signed.rfind('.').unwrap()];
    for authorization in [
        token(&header, &good, "another secret"),
        token(&json!({ "alg": "none", "kid": kid }), &good, secret),
        token(&json!({ "alg": "HS512", "kid": kid }), &good, secret),
        token(&json!({ "alg": "HS256" }), &good, secret),
        token(
            &json!({ "alg": "HS256", "kid": "app_unknown" }),
            &good,
            secret,
        ),
        token(
            &json!({ "alg": "HS256", "kid": sandbox.account_key_id() }),
            &good,
            secret,
        ),
        token(&header, &json!({}), secret),
        token(&header, &json!({ "scope": "account" }), secret),
        token(&header, &json!({ "scope": "app", "exp": "soon" }), secret),
        token(
            &header,
            &json!({ "scope": "appUser", "userId": 20418 }),
            secret,
        ),
        unsigned.to_owned(),
    ] {
        desk.authorization = Some(authorization.clone());
        let reply = desk.get("").await;
        assert_eq!(reply.status, 401, "{authorization}");
        reply.assert_refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn an_expired_token_and_one_for_another_api_are_refused_with_the_reason() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    for exp in [
        json!(NOW_MS / 1000),
        json!(0),
        json!(-5),
        json!(1_772_616_600.25),
    ] {
        desk.authorization = Some(of_app(&sandbox, &json!({ "scope": "app", "exp": exp })));
        let reply = desk.get("").await;
        reply.assert_refused(401, "unauthorized");
        assert!(reply.text.contains("expired"), "{exp}: {}", reply.text);
    }
    for scope in ["integration", "user"] {
        desk.authorization = Some(of_app(&sandbox, &json!({ "scope": scope })));
        desk.get("").await.assert_refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_users_own_token_reads_and_writes_only_that_user() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED;
    let claims = json!({ "scope": "appUser", "userId": mara.user_id.unwrap() });
    desk.authorization = Some(of_app(&sandbox, &claims));
    desk.user(mara.id).await;
    desk.user(mara.user_id.unwrap()).await;
    let own = format!("/appusers/{}", mara.id);
    desk.put(&own, &json!({ "givenName": "Mara" }))
        .await
        .done(200);
    desk.get(&format!("{own}/messages")).await.done(200);
    let mine = json!({ "role": "appUser", "type": "text", "text": "me" });
    desk.post_message(mara.id, &mine).await.done(201);
    let not_mine = json!({ "role": "appMaker", "type": "text", "text": "the desk" });
    let reply = desk.post_message(mara.id, &not_mine).await;
    reply.assert_refused(403, "forbidden");
    for (method, path) in [
        ("DELETE", own.clone()),
        ("DELETE", format!("{own}/messages")),
        ("GET", format!("{own}/channels")),
        ("GET", format!("{own}/authcode")),
        ("GET", format!("/appusers/{}", cast::ANONYMOUS_NAMED.id)),
        ("GET", "/appusers/nobody".to_owned()),
        ("POST", "/appusers".to_owned()),
        ("POST", "/appusers/merge".to_owned()),
        ("GET", "/integrations".to_owned()),
        ("GET", "/webhooks".to_owned()),
        ("GET", "/keys".to_owned()),
        ("GET", String::new()),
        ("POST", "/attachments?access=public".to_owned()),
    ] {
        let reply = desk.call(method, &path, &json!({})).await;
        assert_eq!(reply.status, 403, "{method} {path}");
        reply.assert_refused(403, "forbidden");
    }
}

#[tokio::test]
async fn an_anonymous_user_has_no_token() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let claims = json!({ "scope": "appUser", "userId": cast::ANONYMOUS_NAMED.id });
    desk.authorization = Some(of_app(&sandbox, &claims));
    let reply = desk
        .get(&format!("/appusers/{}", cast::ANONYMOUS_NAMED.id))
        .await;
    reply.assert_refused(403, "forbidden");
}
