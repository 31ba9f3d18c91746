//! A line that breaks, stalls, floods or never connects gives a typed problem by the deadline.

use std::time::Duration;

use smooch_console::api::Limits;
use smooch_console::domain::{AnswerFault, Deadline, LineFault, Problem};
use tokio::net::TcpListener;

use super::toy::{Act, PATIENT, Toy, api, api_within, mara};

const SHORT: Duration = Duration::from_millis(50);

fn head(length: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{length}\r\n").into_bytes()
}

async fn problem_of(toy: &Toy, limits: Limits) -> Problem {
    let api = api_within(&toy.base_url, limits);
    let answer = tokio::time::timeout(Duration::from_secs(30), api.fetch_user(mara())).await;
    answer.expect("a deadline").unwrap_err()
}

#[tokio::test]
async fn a_truncated_body_is_an_interruption() {
    let toy = Toy::start(|_| {
        let mut bytes = head("content-length: 100\r\n");
        bytes.extend(b"{\"appUser\":");
        Act::Send(bytes)
    })
    .await;
    let problem = problem_of(&toy, PATIENT).await;
    assert!(
        matches!(problem, Problem::Line(LineFault::Interrupted { .. })),
        "{problem:?}"
    );
}

#[tokio::test]
async fn json_that_stops_in_the_middle_is_unreadable() {
    let toy = Toy::start(|_| super::toy::ok(r#"{"appUser":{"_id":"#)).await;
    let problem = problem_of(&toy, PATIENT).await;
    let why = "the answer ends in the middle".into();
    assert_eq!(problem, Problem::Answer(AnswerFault::Unreadable { why }));
}

#[tokio::test]
async fn a_line_that_closes_without_a_word_is_an_interruption() {
    let toy = Toy::start(|_| Act::Send(Vec::new())).await;
    let problem = problem_of(&toy, PATIENT).await;
    assert!(
        matches!(problem, Problem::Line(LineFault::Interrupted { .. })),
        "{problem:?}"
    );
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_http_is_an_interruption() {
    let toy = Toy::start(|_| Act::Send(b"SSH-2.0-OpenSSH_9.6\r\n\r\n".to_vec())).await;
    let problem = problem_of(&toy, PATIENT).await;
    assert!(
        matches!(problem, Problem::Line(LineFault::Interrupted { .. })),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_answers_meets_the_read_deadline() {
    let toy = Toy::start(|_| Act::Stall(Vec::new())).await;
    let problem = problem_of(
        &toy,
        Limits {
            read: SHORT,
            ..PATIENT
        },
    )
    .await;
    let deadline = Deadline::Read;
    assert_eq!(
        problem,
        Problem::Line(LineFault::Timeout {
            deadline,
            after: SHORT
        })
    );
}

#[tokio::test]
async fn a_stalled_body_meets_the_read_deadline() {
    let toy = Toy::start(|_| {
        let mut bytes = head("content-length: 100\r\n");
        bytes.extend(b"{");
        Act::Stall(bytes)
    })
    .await;
    let problem = problem_of(
        &toy,
        Limits {
            read: SHORT,
            ..PATIENT
        },
    )
    .await;
    let deadline = Deadline::Read;
    assert_eq!(
        problem,
        Problem::Line(LineFault::Timeout {
            deadline,
            after: SHORT
        })
    );
}

#[tokio::test]
async fn a_request_that_takes_too_long_meets_the_total_deadline() {
    let toy = Toy::start(|_| Act::Stall(Vec::new())).await;
    let problem = problem_of(
        &toy,
        Limits {
            total: SHORT,
            ..PATIENT
        },
    )
    .await;
    let deadline = Deadline::Total;
    assert_eq!(
        problem,
        Problem::Line(LineFault::Timeout {
            deadline,
            after: SHORT
        })
    );
}

#[tokio::test]
async fn ten_gigabytes_are_refused_by_their_announcement() {
    let toy = Toy::start(|_| Act::Stall(head("content-length: 10000000000\r\n"))).await;
    let problem = problem_of(&toy, PATIENT).await;
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::TooLarge {
            limit: PATIENT.body
        })
    );
}

#[tokio::test]
async fn a_flood_without_an_announcement_is_cut_off() {
    let piece = format!("400\r\n{}\r\n", " ".repeat(0x400)).into_bytes();
    let toy =
        Toy::start(move |_| Act::Flood(head("transfer-encoding: chunked\r\n"), piece.clone()))
            .await;
    let problem = problem_of(&toy, PATIENT).await;
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::TooLarge {
            limit: PATIENT.body
        })
    );
}

#[tokio::test]
async fn an_answer_of_exactly_the_limit_is_read() {
    let user = r#"{"appUser":{"_id":"mara"}}"#;
    let toy = Toy::start(move |_| super::toy::ok(user)).await;
    let fits = Limits {
        body: user.len(),
        ..PATIENT
    };
    assert!(
        api_within(&toy.base_url, fits)
            .fetch_user(mara())
            .await
            .is_ok()
    );
    let tight = Limits {
        body: user.len() - 1,
        ..PATIENT
    };
    let problem = problem_of(&toy, tight).await;
    assert_eq!(
        problem,
        Problem::Answer(AnswerFault::TooLarge {
            limit: user.len() - 1
        })
    );
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let problem = api(&format!("http://{address}"))
        .fetch_user(mara())
        .await
        .unwrap_err();
    let Problem::Line(LineFault::ConnectionFailed { host, detail }) = problem else {
        panic!("{problem:?}")
    };
    assert_eq!(host.expose(), address.to_string());
    assert!(
        detail.expose().to_lowercase().contains("refused"),
        "{detail:?}"
    );
}

#[tokio::test]
async fn plain_text_where_tls_was_expected_is_a_tls_problem() {
    // A toy would wait for the end of a head that never comes.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let (mut line, _) = listener.accept().await.unwrap();
        let _ = line.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        let _ = line.read(&mut [0; 4096]).await;
    });
    let problem = api(&format!("https://{address}"))
        .fetch_user(mara())
        .await
        .unwrap_err();
    assert!(
        matches!(problem, Problem::Line(LineFault::Tls { .. })),
        "{problem:?}"
    );
}

#[tokio::test]
async fn no_failure_prints_an_id_or_a_url() {
    let toy = Toy::start(|_| Act::Send(Vec::new())).await;
    let problem = problem_of(&toy, PATIENT).await;
    let shown = format!("{problem:?}");
    assert!(
        !shown.contains("mara") && !shown.contains("http://"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_line_torn_at_any_byte_is_an_interruption() {
    let mut whole = head("content-length: 26\r\n");
    whole.extend(br#"{"appUser":{"_id":"mara"}}"#);
    for length in 0..whole.len() {
        let part = whole[..length].to_vec();
        let toy = Toy::start(move |_| Act::Reset(part.clone())).await;
        let problem = problem_of(&toy, PATIENT).await;
        assert!(
            matches!(problem, Problem::Line(LineFault::Interrupted { .. })),
            "{length}: {problem:?}"
        );
    }
}

#[tokio::test]
async fn a_handshake_that_never_comes_meets_the_connect_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits {
        connect: SHORT,
        ..PATIENT
    };
    let api = api_within(&format!("https://{address}"), limits);
    let problem = api.fetch_user(mara()).await.unwrap_err();
    let deadline = Deadline::Connect;
    assert_eq!(
        problem,
        Problem::Line(LineFault::Timeout {
            deadline,
            after: SHORT
        })
    );
}

#[tokio::test]
async fn an_answer_without_an_end_meets_the_total_deadline() {
    let piece = b"1\r\n \r\n".to_vec();
    let toy =
        Toy::start(move |_| Act::Flood(head("transfer-encoding: chunked\r\n"), piece.clone()))
            .await;
    let limits = Limits {
        total: SHORT,
        body: usize::MAX,
        ..PATIENT
    };
    let deadline = Deadline::Total;
    assert_eq!(
        problem_of(&toy, limits).await,
        Problem::Line(LineFault::Timeout {
            deadline,
            after: SHORT
        })
    );
}
