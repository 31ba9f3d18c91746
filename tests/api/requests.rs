//! What goes over the line: paths as bytes, headers, and nothing to the wrong host.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use smooch_console::api::ApiSettings;
use smooch_console::domain::{
    AnswerFault, AppId, IdFault, LookupId, MatchedBy, Problem, SmoochId, UsageFault,
};

use super::toy::{KEY, SECRET, Toy, answer, api, mara, ok, open_v11};

const USER: &str = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01","userId":"mara"}}"#;

#[tokio::test]
async fn ugly_ids_travel_as_one_encoded_segment() {
    let toy = Toy::start(|_| ok(USER)).await;
    for (id, segment) in [
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("100%", "100%25"),
        ("%2F", "%252F"),
        ("%2e%2e", "%252e%252e"),
        ("../../secret", "..%2F..%2Fsecret"),
        ("mara+x@example.org", "mara%2Bx%40example.org"),
        ("ü", "%C3%BC"),
        ("a b", "a%20b"),
        ("🦊", "%F0%9F%A6%8A"),
        ("x\r\nHost: evil", "x%0D%0AHost%3A%20evil"),
    ] {
        toy.api().fetch_user(LookupId::new(id)).await.unwrap();
        let target = toy.targets().pop().unwrap();
        assert_eq!(
            target,
            format!("/v1.1/apps/64f1c0de00000000000000a1/appusers/{segment}")
        );
    }
}

#[tokio::test]
async fn impossible_ids_are_refused_and_nothing_is_sent() {
    let toy = Toy::start(|_| ok(USER)).await;
    for (text, fault) in [
        ("", IdFault::Empty),
        (".", IdFault::DotSegment),
        ("..", IdFault::DotSegment),
        (&"x".repeat(1025), IdFault::TooLong),
    ] {
        let id = LookupId::new(text);
        let refused = toy.api().fetch_user(id.clone()).await;
        assert_eq!(
            refused,
            Err(Problem::Usage(UsageFault::ImpossibleId { id, fault }))
        );
    }
    assert!(toy.requests().is_empty());
}

#[tokio::test]
async fn the_path_of_the_base_url_is_kept() {
    for suffix in ["/sc", "/sc/"] {
        let toy = Toy::start(|_| ok(USER)).await;
        let api = api(&format!("{}{suffix}", toy.base_url));
        api.fetch_user(mara()).await.unwrap();
        assert_eq!(
            toy.targets(),
            ["/sc/v1.1/apps/64f1c0de00000000000000a1/appusers/mara"]
        );
    }
}

#[tokio::test]
async fn a_request_says_who_asks_and_with_which_key() {
    let toy = Toy::start(|_| ok(USER)).await;
    toy.api().fetch_user(mara()).await.unwrap();
    let request = toy.requests().pop().unwrap();
    let token = BASE64_STANDARD.encode(format!("{KEY}:{SECRET}"));
    assert!(request.starts_with("GET "));
    assert!(
        request.contains(&format!("authorization: Basic {token}\r\n")),
        "{request}"
    );
    let version = env!("CARGO_PKG_VERSION");
    assert!(request.contains(&format!("user-agent: smooch-console/{version}\r\n")));
    assert!(request.contains("accept: application/json\r\n"));
}

#[tokio::test]
async fn the_answer_says_which_id_matched() {
    let toy = Toy::start(|_| ok(USER)).await;
    for (id, matched_by) in [
        ("mara", MatchedBy::UserId),
        ("7c1f0a9be35d42608f1b6a01", MatchedBy::SmoochId),
        ("an-old-id", MatchedBy::Merged),
    ] {
        let found = toy.api().fetch_user(LookupId::new(id)).await.unwrap();
        assert_eq!(found.matched_by, matched_by);
        assert_eq!(found.user.id, SmoochId::new("7c1f0a9be35d42608f1b6a01"));
    }
}

#[tokio::test]
async fn the_app_is_fetched_with_its_settings() {
    let body = r#"{"app":{"_id":"a1","name":"Shop","settings":{"useAnimalNames":true}}}"#;
    let toy = Toy::start(move |_| ok(body)).await;
    let app = toy.api().fetch_app().await.unwrap();
    assert_eq!(app.settings.use_animal_names, Some(true));
    assert_eq!(toy.targets(), ["/v1.1/apps/64f1c0de00000000000000a1"]);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_key_stays_here() {
    let other = Toy::start(|_| ok(USER)).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let location = format!("location: {}/x?y\r\n", other.base_url);
        let toy = Toy::start(move |_| answer(status, &location, "")).await;
        let refused = toy.api().fetch_user(mara()).await.unwrap_err();
        let Problem::Answer(AnswerFault::Redirected { to, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(to.unwrap().expose(), other.base_url);
    }
    assert!(other.requests().is_empty());
}

fn settings(base_url: &str, app_id: &str) -> ApiSettings {
    ApiSettings::new(
        base_url.parse().unwrap(),
        AppId::new(app_id),
        KEY.into(),
        SECRET.to_owned().into(),
    )
}

#[tokio::test]
async fn plain_http_to_another_host_is_refused_before_anything_is_sent() {
    let refused = open_v11(settings("http://api.smooch.io", "a"));
    let refused = refused.err().unwrap();
    assert!(
        matches!(refused, Problem::Usage(UsageFault::InsecureHost { .. })),
        "{refused:?}"
    );
    let refused = open_v11(settings("https://u:canary@api.smooch.io", "a"));
    let refused = refused.err().unwrap();
    assert!(
        matches!(refused, Problem::Usage(UsageFault::BadBaseUrl { .. })),
        "{refused:?}"
    );
    assert!(!format!("{refused:?}").contains("canary"));
}

#[tokio::test]
async fn an_impossible_app_id_is_refused_at_once() {
    let refused = open_v11(settings("https://api.smooch.io", ".."));
    let refused = refused.err().unwrap();
    assert!(matches!(
        refused,
        Problem::Usage(UsageFault::ImpossibleId { .. })
    ));
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let toy = Toy::start(|_| ok(USER)).await;
    let base_url = toy.base_url.replace("127.0.0.1", "localhost");
    assert!(api(&base_url).fetch_user(mara()).await.is_ok());
}

#[test]
fn settings_and_limits_never_print_the_secret() {
    let settings = settings("https://api.smooch.io", "a");
    assert!(!format!("{settings:?}").contains("canary"));
}
