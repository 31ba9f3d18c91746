//! When an answer was asked for: by the server's clock, whatever this machine's says.

use jiff::Timestamp;

use super::clockwork::NOW;
use super::toy::{Act, Toy, answer, mara};

const USER: &str = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a01","userId":"mara"}}"#;

/// When Mara was asked for, from a server that sends these headers; our clock stands at nine.
async fn asked_at(headers: &'static str) -> Timestamp {
    let act = move |_: &str| -> Act { answer("200 OK", headers, USER) };
    let toy = Toy::start(act).await;
    toy.api().fetch_user(mara()).await.unwrap().asked_at
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

#[tokio::test]
async fn a_server_with_another_time_decides_when_it_was_asked() {
    for (date, moment) in [
        ("Mon, 04 Mar 2024 08:00:00 GMT", "2024-03-04T08:00:00Z"),
        ("Mon, 04 Mar 2024 09:00:03 GMT", "2024-03-04T09:00:03Z"),
        ("Fri, 07 Mar 2025 09:00:00 GMT", "2025-03-07T09:00:00Z"),
    ] {
        let headers = format!("date: {date}\r\n").leak();
        assert_eq!(asked_at(headers).await, at(moment), "{date}");
    }
}

#[tokio::test]
async fn our_own_clock_counts_when_the_server_agrees_or_sends_no_time() {
    for headers in [
        "",
        "date: soon\r\n",
        "date: Mon, 04 Mar 2024 09:00:00 GMT\r\n",
        "date: Mon, 04 Mar 2024 09:00:02 GMT\r\n",
        "date: Mon, 04 Mar 2024 08:59:58 GMT\r\n",
    ] {
        assert_eq!(asked_at(headers).await, at(NOW), "{headers}");
    }
}

#[tokio::test]
async fn of_several_tries_the_one_that_was_answered_counts() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let toy = Toy::start(
        move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => answer(
                "503 Service Unavailable",
                "date: Mon, 04 Mar 2024 07:00:00 GMT\r\n",
                "",
            ),
            _ => answer("200 OK", "date: Mon, 04 Mar 2024 07:00:09 GMT\r\n", USER),
        },
    )
    .await;
    let found = toy.api().fetch_user(mara()).await.unwrap();
    assert_eq!(found.asked_at, at("2024-03-04T07:00:09Z"));
}
