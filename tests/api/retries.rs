//! What is tried again, how often and after how long; and what a 429 does to everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use smooch_console::api::Limits;
use smooch_console::domain::{
    AnswerFault, Deadline, Held, LineFault, LookupId, Pause, Problem, Refused,
};
use tokio::net::TcpListener;

use super::clockwork::{Clockwork, NOW};
use super::toy::{Act, PATIENT, Toy, answer, api_by, error, mara, ok, open_v11, settings};

const USER: &str =
    r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01","userId":"mara","givenName":"Mara"}}"#;

/// A server that first gives these answers, and then always the user.
async fn after(first: Vec<Act>) -> Toy {
    let first = std::sync::Mutex::new(first.into_iter());
    Toy::start(move |_| first.lock().unwrap().next().unwrap_or_else(|| ok(USER))).await
}

fn limited(headers: &str) -> Act {
    answer("429 Slow", headers, "{}")
}

async fn fetch(toy: &Toy, time: &Clockwork) -> Result<(), Problem> {
    let found = api_by(&toy.base_url, time).fetch_user(mara()).await;
    found.map(drop)
}

#[tokio::test]
async fn a_server_error_is_tried_three_times_with_growing_waits() {
    for status in ["500 Oops", "502 Bad", "503 Busy", "504 Late", "599 Odd"] {
        let toy = Toy::start(move |_| error(status, "busy")).await;
        let time = Clockwork::quick();
        let problem = fetch(&toy, &time).await.unwrap_err();
        assert!(
            matches!(problem, Problem::Answer(AnswerFault::Server { .. })),
            "{problem:?}"
        );
        assert_eq!(toy.requests().len(), 3);
        assert_eq!(time.waits(), [500, 1000], "{status}");
    }
}

#[tokio::test]
async fn an_answer_after_an_error_is_the_answer() {
    for failures in 1..=2 {
        let toy = after((0..failures).map(|_| error("503 Busy", "busy")).collect()).await;
        let time = Clockwork::quick();
        assert_eq!(fetch(&toy, &time).await, Ok(()));
        assert_eq!(toy.requests().len(), failures + 1);
        assert_eq!(time.waits().len(), failures);
    }
}

type Answering = fn() -> Act;

#[tokio::test]
async fn nothing_else_is_tried_again() {
    let others: Vec<(&str, Answering)> = vec![
        ("400", || error("400 Bad", "x")),
        ("401", || error("401 No", "x")),
        ("402", || error("402 Pay", "x")),
        ("403", || error("403 No", "x")),
        ("404", || error("404 No", "x")),
        ("409", || error("409 No", "x")),
        ("413", || error("413 No", "x")),
        ("418", || error("418 Tea", "x")),
        ("423", || error("423 Full", "x")),
        ("redirect", || error("302 Found", "x")),
        ("not JSON", || ok("<html>")),
        ("other JSON", || ok("{}")),
        ("reset", || Act::Reset(b"HTTP/1.1 200".to_vec())),
        ("silence", || Act::Stall(Vec::new())),
    ];
    for (name, act) in others {
        let toy = Toy::start(move |_| act()).await;
        let time = Clockwork::quick();
        let mut settings = settings(&toy.base_url, &time);
        settings.limits.read = Duration::from_millis(50);
        let api = open_v11(settings).unwrap();
        assert!(api.fetch_user(mara()).await.is_err(), "{name}");
        assert_eq!(toy.requests().len(), 1, "{name}");
        assert!(time.waits().is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_connection_that_fails_is_tried_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let time = Clockwork::quick();
    let problem = api_by(&base_url, &time).fetch_user(mara()).await;
    assert!(
        matches!(
            problem,
            Err(Problem::Line(LineFault::ConnectionFailed { .. }))
        ),
        "{problem:?}"
    );
    assert_eq!(time.waits(), [500, 1000]);
}

#[tokio::test]
async fn a_connection_that_never_stands_is_tried_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("https://{}", listener.local_addr().unwrap());
    let time = Clockwork::quick();
    let mut settings = settings(&base_url, &time);
    // Three tries together pass the deadline of the whole, which is that of each try alone.
    settings.limits = Limits {
        connect: Duration::from_millis(20),
        total: Duration::from_millis(50),
        ..PATIENT
    };
    let api = open_v11(settings).unwrap();
    let problem = api.fetch_user(mara()).await.unwrap_err();
    let deadline = Deadline::Connect;
    let after = Duration::from_millis(20);
    assert_eq!(
        problem,
        Problem::Line(LineFault::Timeout { deadline, after })
    );
    assert_eq!(time.waits(), [500, 1000]);
}

#[tokio::test]
async fn a_limit_is_waited_for_as_the_server_asks() {
    let date = "date: Mon, 04 Mar 2024 10:00:00 GMT\r\n";
    let until = |when: &str, date: &str| format!("retry-after: Mon, 04 Mar 2024 {when}\r\n{date}");
    for (headers, wait) in [
        ("retry-after: 7\r\n".to_owned(), 7500),
        ("retry-after: 0\r\n".to_owned(), 500),
        ("retry-after: 120\r\n".to_owned(), 120_000),
        ("retry-after: 86400\r\n".to_owned(), 120_000),
        (
            "retry-after: 99999999999999999999999\r\n".to_owned(),
            120_000,
        ),
        // A date counts by the server's clock; without one, by ours, which says nine.
        (until("10:00:30 GMT", date), 30_500),
        (until("09:00:30 GMT", date), 500),
        (until("23:00:00 GMT", date), 120_000),
        (until("09:00:30 GMT", ""), 30_500),
        (until("08:00:00 GMT", ""), 500),
        (
            "retry-after: Monday, 04-Mar-24 09:00:09 GMT\r\n".to_owned(),
            9500,
        ),
        // What cannot be read is no wait: the client's own applies.
        ("retry-after: soon\r\n".to_owned(), 500),
        ("retry-after: -5\r\n".to_owned(), 500),
        ("retry-after: 1e9\r\n".to_owned(), 500),
        ("retry-after: \r\n".to_owned(), 500),
        (String::new(), 500),
    ] {
        let toy = after(vec![limited(&headers)]).await;
        let time = Clockwork::quick();
        assert_eq!(fetch(&toy, &time).await, Ok(()), "{headers}");
        assert_eq!(time.waits(), [wait], "{headers}");
        assert_eq!(toy.requests().len(), 2, "{headers}");
    }
}

#[tokio::test]
async fn a_limit_that_does_not_end_is_a_problem_after_three_tries() {
    let toy = Toy::start(|_| limited("retry-after: 7\r\n")).await;
    let time = Clockwork::quick();
    let retry_after = Some(Duration::from_secs(7));
    assert_eq!(
        fetch(&toy, &time).await,
        Err(Problem::Refused(Refused::RateLimited { retry_after }))
    );
    assert_eq!(toy.requests().len(), 3);
    // The last one pauses the requests that come after.
    assert_eq!(time.waits(), [7500, 7500, 7500]);
    let toy = Toy::start(|_| limited("")).await;
    let time = Clockwork::quick();
    let retry_after = None;
    assert_eq!(
        fetch(&toy, &time).await,
        Err(Problem::Refused(Refused::RateLimited { retry_after }))
    );
    assert_eq!(time.waits(), [500, 1000, 2000]);
}

/// Waits until something is so, without a clock.
async fn until(so: impl Fn() -> bool) {
    while !so() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_limit_pauses_every_request() {
    let asked = Arc::new(AtomicUsize::new(0));
    let toy = Toy::start(move |_| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => limited("retry-after: 7\r\n"),
        _ => ok(USER),
    })
    .await;
    let time = Clockwork::held();
    let api = Arc::new(api_by(&toy.base_url, &time));
    let mut news = api.pauses();
    let fetch = |id: String| {
        let api = Arc::clone(&api);
        tokio::spawn(async move { api.fetch_user(LookupId::new(id)).await })
    };
    let first = fetch("first".into());
    news.changed().await.unwrap();
    let end = NOW.parse::<jiff::Timestamp>().unwrap() + Duration::from_millis(7500);
    let pause = Pause {
        until: end,
        held: Held::Requests,
    };
    assert_eq!(*news.borrow_and_update(), Some(pause));

    let others: Vec<_> = (0..20).map(|n| fetch(format!("other-{n}"))).collect();
    let app = tokio::spawn({
        let api = Arc::clone(&api);
        async move { api.fetch_app().await }
    });
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(toy.requests().len(), 1, "nothing is sent during the pause");
    assert_eq!(time.waits(), [7500], "one wait for all");

    time.end_a_wait();
    news.changed().await.unwrap();
    assert_eq!(*news.borrow_and_update(), None);
    assert!(first.await.unwrap().is_ok());
    for other in join_all(others).await {
        assert!(other.unwrap().is_ok());
    }
    // The toy knows users only, but it was asked.
    assert!(app.await.unwrap().is_err());
    assert_eq!(toy.requests().len(), 1 + 1 + 20 + 1);
}

#[tokio::test]
async fn a_request_given_up_in_a_pause_is_never_sent_and_holds_nobody_up() {
    let toy = after(vec![limited("retry-after: 7\r\n")]).await;
    let time = Clockwork::held();
    let api = Arc::new(api_by(&toy.base_url, &time));
    let mut news = api.pauses();
    let mut limited = api.fetch_user(LookupId::new("limited"));
    tokio::select! {
        _ = &mut limited => unreachable!("it waits"),
        _ = news.changed() => {}
    }
    let mut late = api.fetch_user(LookupId::new("late"));
    assert!((&mut late).now_or_never().is_none());
    drop(limited);
    drop(late);
    time.end_a_wait();
    news.changed().await.unwrap();
    assert_eq!(*news.borrow_and_update(), None);
    assert!(api.fetch_user(mara()).await.is_ok());
    let sent = toy.targets();
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert!(sent[1].ends_with("/mara"), "{sent:?}");
}

#[tokio::test]
async fn a_pause_outlives_the_request_that_met_it() {
    let toy = Toy::start(|_| limited("retry-after: 7\r\n")).await;
    let time = Clockwork::held();
    let api = api_by(&toy.base_url, &time);
    let news = api.pauses();
    let mut fetch = api.fetch_user(mara());
    for limits in 1..=3 {
        tokio::select! {
            _ = &mut fetch => assert_eq!(limits, 3),
            () = until(|| time.waits().len() == limits && news.borrow().is_some()) => {
                if limits < 3 { time.end_a_wait(); }
            }
        }
    }
    assert!(news.borrow().is_some());
    assert!(api.fetch_user(mara()).now_or_never().is_none());
    assert_eq!(toy.requests().len(), 3);
}

#[tokio::test]
async fn a_wait_between_tries_ends_with_the_request() {
    let toy = Toy::start(|_| error("503 Busy", "busy")).await;
    let time = Clockwork::held();
    let api = api_by(&toy.base_url, &time);
    let mut fetch = api.fetch_user(mara());
    tokio::select! {
        _ = &mut fetch => unreachable!("it waits"),
        () = until(|| time.waits().len() == 1) => {}
    }
    drop(fetch);
    time.end_a_wait();
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn equal_requests_are_sent_once() {
    let toy = Toy::start(|_| Act::Late(Duration::from_millis(20), Box::new(ok(USER)))).await;
    let api = toy.api();
    let requests = (0..10).map(|_| api.fetch_user(mara()));
    for found in join_all(requests).await {
        assert!(found.is_ok());
    }
    assert_eq!(toy.requests().len(), 1);
    api.fetch_user(mara()).await.unwrap();
    assert_eq!(toy.requests().len(), 2, "no answer is kept");
}

#[tokio::test]
async fn an_equal_request_survives_the_one_that_began_it() {
    let toy = Toy::start(|_| Act::Late(Duration::from_millis(20), Box::new(ok(USER)))).await;
    let api = Arc::new(toy.api());
    let mut first = api.fetch_user(mara());
    tokio::select! {
        _ = &mut first => unreachable!("it is late"),
        () = until(|| toy.requests().len() == 1) => {}
    }
    let mut second = api.fetch_user(mara());
    assert!((&mut second).now_or_never().is_none());
    drop(first);
    assert!(second.await.is_ok());
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn a_request_that_nobody_waits_for_is_taken_off_the_line() {
    let (gone, mut is_gone) = tokio::sync::mpsc::unbounded_channel();
    let toy = Toy::start(move |_| Act::Listen(gone.clone())).await;
    let api = toy.api();
    let mut one = api.fetch_user(mara());
    let mut two = api.fetch_user(mara());
    tokio::select! {
        _ = &mut one => unreachable!("nobody answers"),
        _ = &mut two => unreachable!("nobody answers"),
        () = until(|| toy.requests().len() == 1) => {}
    }
    drop(one);
    assert!(is_gone.try_recv().is_err());
    drop(two);
    is_gone
        .recv()
        .await
        .expect("the server sees the line close");
}

/// Looks users up with the built program; its exit code and what it says on standard error.
async fn get_by_program(toy: &Toy, ids: &[&str]) -> (Option<i32>, String) {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_smooch-console"));
    command
        .env_clear()
        .env("SMOOCH_BASE_URL", &toy.base_url)
        .env("SMOOCH_APP_ID", "a1")
        .env("SMOOCH_KEY_ID", super::toy::KEY)
        .env("SMOOCH_KEY_SECRET", super::toy::SECRET)
        .arg("get")
        .args(ids);
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap());
    let ran = ran.await.unwrap();
    (ran.status.code(), String::from_utf8(ran.stderr).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_script_is_told_why_it_waits() {
    let toy = after(vec![limited("retry-after: 1\r\n")]).await;
    let (code, words) = get_by_program(&toy, &["mara"]).await;
    assert_eq!(code, Some(0));
    assert!(
        words.contains("the API asks for a pause: continuing in"),
        "{words}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_last_refusal_nothing_promises_to_go_on() {
    let now = || limited("retry-after: 0\r\n");
    let toy = after(vec![now(), now(), limited("retry-after: 60\r\n")]).await;
    let (code, words) = get_by_program(&toy, &["mara"]).await;
    assert_eq!(code, Some(5), "{words}");
    assert_eq!(toy.requests().len(), 3);
    assert!(words.contains("the API asks to wait 60 s"), "{words}");
    assert!(!words.contains("continuing"), "{words}");
}
