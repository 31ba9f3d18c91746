//! Every status is its own problem, with the server's words and never the secret.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use smooch_console::domain::{
    AnswerFault, ApiVersion, AppId, Connection, LookupId, MessagePage, PageRequest, Problem,
    Refused, Region, Stage, Untrusted,
};

use super::toy::{KEY, SECRET, Toy, answer, error, mara, mara_talk, ok};

async fn refused(status: &'static str, code: &'static str) -> Problem {
    let toy = Toy::start(move |_| error(status, code)).await;
    toy.api().fetch_user(mara()).await.unwrap_err()
}

#[tokio::test]
async fn every_status_is_its_own_problem() {
    let detail = || Untrusted::from("words of x");
    for (status, problem) in [
        (
            "400 Bad",
            Problem::Refused(Refused::BadRequest { detail: detail() }),
        ),
        (
            "401 Unauthorized",
            Problem::Refused(Refused::Unauthorized { detail: detail() }),
        ),
        (
            "402 Pay",
            Problem::Refused(Refused::PaymentRequired { detail: detail() }),
        ),
        (
            "403 Forbidden",
            Problem::Refused(Refused::Forbidden { detail: detail() }),
        ),
        (
            "404 Not Found",
            Problem::Refused(Refused::NotFound { detail: detail() }),
        ),
        (
            "409 Conflict",
            Problem::Refused(Refused::Conflict { detail: detail() }),
        ),
        (
            "413 Large",
            Problem::Refused(Refused::RequestTooLarge { detail: detail() }),
        ),
        (
            "423 Locked",
            Problem::Refused(Refused::Locked { detail: detail() }),
        ),
        (
            "429 Slow",
            Problem::Refused(Refused::RateLimited { retry_after: None }),
        ),
        (
            "500 Oops",
            Problem::Answer(AnswerFault::Server {
                status: 500,
                detail: detail(),
            }),
        ),
        (
            "502 Oops",
            Problem::Answer(AnswerFault::Server {
                status: 502,
                detail: detail(),
            }),
        ),
        (
            "503 Oops",
            Problem::Answer(AnswerFault::Server {
                status: 503,
                detail: detail(),
            }),
        ),
        (
            "504 Oops",
            Problem::Answer(AnswerFault::Server {
                status: 504,
                detail: detail(),
            }),
        ),
        (
            "302 Found",
            Problem::Answer(AnswerFault::Redirected {
                status: 302,
                to: None,
            }),
        ),
        (
            // It sends nobody elsewhere, whatever its headers say.
            "304 Not Modified",
            Problem::Answer(AnswerFault::UnexpectedStatus {
                status: 304,
                detail: Untrusted::default(),
            }),
        ),
        (
            "418 Teapot",
            Problem::Answer(AnswerFault::UnexpectedStatus {
                status: 418,
                detail: detail(),
            }),
        ),
    ] {
        assert_eq!(refused(status, "x").await, problem, "{status}");
    }
}

#[tokio::test]
async fn a_rate_limit_says_how_long() {
    let toy = Toy::start(|_| answer("429 Slow", "retry-after: 7\r\n", "{}")).await;
    let retry_after = Some(Duration::from_secs(7));
    let problem = toy.api().fetch_user(mara()).await.unwrap_err();
    assert_eq!(
        problem,
        Problem::Refused(Refused::RateLimited { retry_after })
    );
}

#[tokio::test]
async fn three_404s_of_a_user_are_told_apart() {
    let id = mara();
    assert_eq!(
        refused("404 No", "user_not_found").await,
        Problem::Refused(Refused::UserNotFound { id })
    );
    assert_eq!(
        refused("404 No", "app_not_found").await,
        Problem::Refused(Refused::AppNotFound)
    );
    let unknown = refused("404 No", "who_knows").await;
    assert_eq!(
        unknown,
        Problem::Refused(Refused::NotFound {
            detail: "words of who_knows".into()
        })
    );
}

#[tokio::test]
async fn a_missing_app_is_told_from_a_wrong_path() {
    let toy = Toy::start(|_| error("404 No", "app_not_found")).await;
    assert_eq!(
        toy.api().fetch_app().await,
        Err(Problem::Refused(Refused::AppNotFound))
    );
    let toy = Toy::start(|_| answer("404 No", "", "<h1>nginx</h1>")).await;
    let detail = "nginx".into();
    assert_eq!(
        toy.api().fetch_app().await,
        Err(Problem::Refused(Refused::NotFound { detail }))
    );
}

/// Messages are not found with `code`; a GET of the user is answered with `user`.
async fn messages(
    code: &'static str,
    user: impl Fn() -> super::toy::Act + Send + Sync + 'static,
) -> (Result<MessagePage, Problem>, usize) {
    let toy = Toy::start(move |request| {
        if request.contains("/messages") {
            error("404 No", code)
        } else {
            user()
        }
    })
    .await;
    let page = toy
        .api()
        .fetch_messages(mara_talk(), PageRequest::Newest)
        .await;
    (page, toy.requests().len())
}

#[tokio::test]
async fn a_user_who_never_wrote_is_no_problem() {
    let (page, requests) = messages("conversation_not_found", || ok("{}")).await;
    assert_eq!((page, requests), (Ok(MessagePage::NoConversation), 1));
}

#[tokio::test]
async fn missing_messages_of_a_missing_user_name_the_user() {
    let missing = || Err(Problem::Refused(Refused::UserNotFound { id: mara() }));
    let (page, requests) = messages("user_not_found", || ok("{}")).await;
    assert_eq!((page, requests), (missing(), 1));
    let (page, requests) = messages("not_found", || error("404 No", "not_found")).await;
    assert_eq!((page, requests), (missing(), 2));
}

#[tokio::test]
async fn an_unknown_code_is_settled_by_asking_for_the_user() {
    let user = |started: &str| format!(r#"{{"appUser":{{"_id":"mara"{started}}}}}"#);
    let never = user(r#","conversationStarted":false"#);
    let (page, requests) = messages("x", move || ok(&never)).await;
    assert_eq!((page, requests), (Ok(MessagePage::NoConversation), 2));
    for started in [r#","conversationStarted":true"#, ""] {
        let user = user(started);
        let (page, _) = messages("x", move || ok(&user)).await;
        let detail = "words of x".into();
        assert_eq!(
            page,
            Err(Problem::Refused(Refused::NotFound { detail })),
            "{started}"
        );
    }
    let (page, _) = messages("x", || error("404 No", "app_not_found")).await;
    assert_eq!(page, Err(Problem::Refused(Refused::AppNotFound)));
    let (page, _) = messages("x", || error("401 No", "unauthorized")).await;
    assert!(matches!(
        page,
        Err(Problem::Refused(Refused::Unauthorized { .. }))
    ));
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_json_whatever_its_status() {
    let toy = Toy::start(|_| answer("200 OK", "", "<html>Sign in</html>")).await;
    let problem = toy.api().fetch_user(mara()).await.unwrap_err();
    let excerpt = "Sign in".into();
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::NotJson {
            status: 200,
            excerpt
        })
    );
    let toy = Toy::start(|_| answer("502 Bad", "", "<html>Bad gateway</html>")).await;
    let problem = toy.api().fetch_user(mara()).await.unwrap_err();
    let detail = "Bad gateway".into();
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::Server {
            status: 502,
            detail
        })
    );
}

#[tokio::test]
async fn json_of_another_shape_says_what_is_missing() {
    let toy = Toy::start(|_| ok("{}")).await;
    let problem = toy.api().fetch_user(mara()).await.unwrap_err();
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::Unreadable {
            why: "the answer has no `appUser`".into()
        })
    );
}

fn connection() -> Connection {
    Connection {
        app_label: "acme".into(),
        app_id: AppId::new("a"),
        region: Region::Sandbox,
        base_url: "http://127.0.0.1".into(),
        api: ApiVersion::V11,
        key_id: KEY.into(),
        key_source: "SMOOCH_KEY_SECRET".into(),
        stage: Stage::Sandbox,
    }
}

#[tokio::test]
async fn a_server_that_echoes_the_key_does_not_get_it_shown() {
    let token = BASE64_STANDARD.encode(format!("{KEY}:{SECRET}"));
    let padding = "x".repeat(190);
    for status in [
        "200 OK",
        "400 Bad",
        "401 No",
        "403 No",
        "404 No",
        "500 Oops",
        "418 Teapot",
    ] {
        for body in [
            format!("you sent {SECRET} and {token}"),
            format!("{padding}{SECRET}"),
            format!(r#"{{"error":{{"code":"x","description":"Basic {token} {SECRET}"}}}}"#),
            r#"{"error":{"code":"x","description":"\u0063anary-secret-0123456789"}}"#.to_owned(),
        ] {
            let toy = Toy::start(move |_| answer(status, "", &body)).await;
            let problem = toy
                .api()
                .fetch_user(LookupId::new("mara"))
                .await
                .unwrap_err();
            let shown = format!(
                "{problem:?} {:?} {:?}",
                problem.words(&connection()),
                problem.next_step(&connection())
            );
            assert!(!shown.contains("canary"), "{shown}");
            assert!(!shown.contains(&token[..16]), "{shown}");
        }
    }
}

#[tokio::test]
async fn a_good_answer_that_repeats_the_key_comes_without_it() {
    let toy = Toy::start(|request| {
        let pair = request.split_once("authorization: Basic ").unwrap().1;
        let pair = pair.split("\r\n").next().unwrap();
        let echo = format!("<{pair}> <{SECRET}> <\\u0063{}>", &SECRET[1..]);
        ok(&if request.contains("/messages") {
            format!(
                r#"{{"conversation":{{"_id":"c1"}},"messages":[{{"_id":"m","role":"appUser",
                "type":"text","received":1.5,"name":"{echo}","text":"{echo}"}}]}}"#
            )
        } else if request.contains("/appusers/") {
            format!(
                r#"{{"appUser":{{"_id":"7c1f0a9be35d42608f1b6a05","userId":"{echo}",
                "givenName":"{echo}","properties":{{"{echo}":"{echo}"}},"more":["{echo}"]}}}}"#
            )
        } else {
            format!(r#"{{"app":{{"_id":"a1","name":"{echo}","settings":{{"x":"{echo}"}}}}}}"#)
        })
    })
    .await;
    let api = toy.api();
    let (found, page, app) = tokio::join!(
        api.fetch_user(mara()),
        api.fetch_messages(mara_talk(), PageRequest::Newest),
        api.fetch_app(),
    );
    let found = found.unwrap();
    let user_id = found.user.user_id.as_ref().unwrap();
    assert_eq!(user_id.expose(), "<[secret]> <[secret]> <[secret]>");
    let token = BASE64_STANDARD.encode(format!("{KEY}:{SECRET}"));
    let json = found.user.json.expose();
    for all in [
        format!("{found:?} {json}"),
        format!("{:?}", page.unwrap()),
        format!("{:?}", app.unwrap()),
    ] {
        assert!(all.contains("[secret]"), "{all}");
        for form in [SECRET, &SECRET[1..], &token] {
            assert!(!all.contains(form), "{all}");
        }
    }
}

#[tokio::test]
async fn a_redirect_to_the_key_does_not_show_it() {
    let location = format!("location: https://{SECRET}.evil.example/{SECRET}\r\n");
    let toy = Toy::start(move |_| answer("302 Found", &location, "")).await;
    let problem = toy.api().fetch_user(mara()).await.unwrap_err();
    let to = None;
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::Redirected { status: 302, to })
    );
}
