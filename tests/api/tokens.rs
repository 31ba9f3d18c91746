//! Tokens instead of the key itself: what is sent, when it is renewed, and what a clock does to it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use smooch_console::api::ApiSettings;
use smooch_console::domain::{
    AnswerFault, AuthMethod, ClockSkew, KeyFault, Problem, Refused, UsageFault,
};

use super::clockwork::Clockwork;
use super::toy::{KEY, SECRET, Toy, answer, mara, ok, open_v11, settings};

const USER: &str = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01","userId":"mara"}}"#;

fn by_token(toy: &Toy) -> ApiSettings {
    let mut settings = settings(&toy.base_url, &Clockwork::quick());
    settings.auth = AuthMethod::Jwt;
    settings
}

async fn problem(status: &'static str, headers: &'static str, auth: AuthMethod) -> Problem {
    let body = r#"{"error":{"code":"unauthorized","description":"no"}}"#;
    let toy = Toy::start(move |_| answer(status, headers, body)).await;
    let mut settings = by_token(&toy);
    settings.auth = auth;
    let api = open_v11(settings).unwrap();
    api.fetch_user(mara()).await.unwrap_err()
}

#[tokio::test]
async fn a_request_carries_a_token_and_not_the_secret() {
    let toy = Toy::start(|_| ok(USER)).await;
    let api = open_v11(by_token(&toy)).unwrap();
    api.fetch_user(mara()).await.unwrap();
    let request = toy.requests().pop().unwrap();
    let (_, token) = request.split_once("authorization: Bearer ").unwrap();
    let parts: Vec<&str> = token.split("\r\n").next().unwrap().split('.').collect();
    assert_eq!(parts.len(), 3, "{request}");
    let text = |part: &str| {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(
        text(parts[0]),
        format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{KEY}"}}"#)
    );
    // Nine o'clock and five minutes.
    assert_eq!(text(parts[1]), r#"{"scope":"app","exp":1709543100}"#);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
    let signed = format!("{}.{}", parts[0], parts[1]);
    let signature = BASE64_URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    ring::hmac::verify(&key, signed.as_bytes(), &signature).unwrap();
    assert!(!request.contains("canary"));
}

#[tokio::test]
async fn a_key_without_a_known_scope_is_refused_before_anything_is_sent() {
    let toy = Toy::start(|_| ok(USER)).await;
    for (key_id, fault) in [
        ("int_64f1", KeyFault::ScopeRefused),
        ("64f1", KeyFault::UnknownPrefix),
        ("xyz_64f1", KeyFault::UnknownPrefix),
    ] {
        let mut settings = by_token(&toy);
        settings.key_id = key_id.into();
        let refused = open_v11(settings).err();
        assert_eq!(
            refused,
            Some(Problem::Usage(UsageFault::UnsuitedKey { fault })),
            "{key_id}"
        );
    }
}

#[tokio::test]
async fn a_token_refused_while_the_clock_is_off_says_so() {
    let refused = |headers| problem("401 No", headers, AuthMethod::Jwt);
    let detail = || "no".into();
    let minutes = std::time::Duration::from_mins;
    // Our clock says nine.
    for (headers, skew) in [
        (
            "date: Mon, 04 Mar 2024 09:07:00 GMT\r\n",
            ClockSkew::Behind(minutes(7)),
        ),
        (
            "date: Mon, 04 Mar 2024 08:00:00 GMT\r\n",
            ClockSkew::Ahead(minutes(60)),
        ),
    ] {
        let detail = detail();
        assert_eq!(
            refused(headers).await,
            Problem::Refused(Refused::RefusedByClock { skew, detail })
        );
    }
    for headers in [
        "date: Mon, 04 Mar 2024 09:02:00 GMT\r\n",
        "date: Mon, 04 Mar 2024 08:58:00 GMT\r\n",
        "date: yesterday\r\n",
        "",
    ] {
        let detail = detail();
        assert_eq!(
            refused(headers).await,
            Problem::Refused(Refused::Unauthorized { detail }),
            "{headers}"
        );
    }
}

#[tokio::test]
async fn the_clock_is_not_blamed_for_what_it_cannot_do() {
    let off = "date: Mon, 04 Mar 2024 20:00:00 GMT\r\n";
    let detail = || "no".into();
    assert_eq!(
        problem("401 No", off, AuthMethod::Basic).await,
        Problem::Refused(Refused::Unauthorized { detail: detail() })
    );
    assert_eq!(
        problem("403 No", off, AuthMethod::Jwt).await,
        Problem::Refused(Refused::Forbidden { detail: detail() })
    );
}

#[tokio::test]
async fn a_token_that_is_sent_back_is_not_shown() {
    for status in [
        "200 OK", "401 No", "403 No", "404 No", "418 Tea", "503 Busy",
    ] {
        let toy = Toy::start(move |request| {
            let (_, token) = request.split_once("Bearer ").unwrap();
            let token = token.split("\r\n").next().unwrap();
            let signature = token.rsplit('.').next().unwrap();
            let body = format!("you sent {token}, signed {signature}, with {SECRET}");
            answer(status, "", &body)
        })
        .await;
        let api = open_v11(by_token(&toy)).unwrap();
        let problem = api.fetch_user(mara()).await.unwrap_err();
        let shown = format!("{problem:?}");
        assert!(
            shown.contains("you sent [secret], signed [secret], with [secret]"),
            "{status}: {shown}"
        );
        for request in toy.requests() {
            let (_, token) = request.split_once("Bearer ").unwrap();
            let token = token.split("\r\n").next().unwrap();
            assert!(!shown.contains(token.rsplit('.').next().unwrap()));
        }
    }
}

#[tokio::test]
async fn a_redirect_does_not_take_the_token_along() {
    let other = Toy::start(|_| ok(USER)).await;
    let location = format!("location: {}/x\r\n", other.base_url);
    let toy = Toy::start(move |_| answer("307 There", &location, "")).await;
    let api = open_v11(by_token(&toy)).unwrap();
    let refused = api.fetch_user(mara()).await.unwrap_err();
    assert!(
        matches!(refused, Problem::Answer(AnswerFault::Redirected { .. })),
        "{refused:?}"
    );
    assert!(other.requests().is_empty());
    assert_eq!(toy.requests().len(), 1);
}
