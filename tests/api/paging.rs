//! Paging backwards through messages that share milliseconds.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use smooch_console::domain::{Cursor, Message, MessageId, MessagePage, PageRequest, Problem};
use smooch_console::wire::v11::Bound;

use super::toy::{Act, Toy, error, mara_talk, ok, target};

/// Ids and milliseconds, oldest first.
type Stored = Vec<(String, i64)>;

/// Answers as the API document says, section 3.2: the newest 100 before the bound.
fn page(stored: &Stored, request: &str) -> Act {
    let bound = target(request).split_once("?before=").map(|(_, bound)| {
        let (seconds, milliseconds) = bound.split_once('.').unwrap();
        assert_eq!(milliseconds.len(), 3, "{bound}");
        seconds.parse::<i64>().unwrap() * 1000 + milliseconds.parse::<i64>().unwrap()
    });
    let older: Vec<&(String, i64)> = stored
        .iter()
        .filter(|(_, at)| bound.is_none_or(|bound| *at < bound))
        .collect();
    let from = older.len().saturating_sub(100);
    let mut list = String::new();
    for (id, at) in &older[from..] {
        let comma = if list.is_empty() { "" } else { "," };
        let (seconds, rest) = (at / 1000, at % 1000);
        write!(
            list,
            r#"{comma}{{"_id":"{id}","role":"appUser","type":"text","received":{seconds}.{rest:03}}}"#
        )
        .unwrap();
    }
    let previous = if from > 0 {
        r#","previous":"https://evil.example/x""#
    } else {
        ""
    };
    ok(&format!(
        r#"{{"conversation":{{"_id":"c"}},"messages":[{list}]{previous}}}"#
    ))
}

async fn server(stored: Stored) -> Toy {
    let stored = Arc::new(stored);
    Toy::start(move |request| page(&stored, request)).await
}

fn stored(count: i64, same_every: i64) -> Stored {
    let start = 1_709_543_700_000;
    (0..count)
        .map(|n| (format!("m{n:04}"), start + n / same_every))
        .collect()
}

fn ids(messages: &[Message]) -> Vec<String> {
    messages
        .iter()
        .map(|m| m.id.as_ref().unwrap().expose().to_owned())
        .collect()
}

async fn ask(toy: &Toy, page: PageRequest) -> (Vec<Message>, Option<Cursor>) {
    match toy.api().fetch_messages(mara_talk(), page).await.unwrap() {
        MessagePage::Messages {
            messages, older, ..
        } => (messages, older),
        MessagePage::NoConversation => panic!("there is a conversation"),
    }
}

/// The messages before a millisecond of which some are known.
fn before(millisecond: i64, known: &[&str]) -> PageRequest {
    let bound = Bound {
        oldest: Timestamp::from_millisecond(millisecond).unwrap(),
        known: known.iter().map(|id| MessageId::new(*id)).collect(),
    };
    PageRequest::Older(bound.to_cursor())
}

/// Pages back to the beginning as a console does.
async fn read_all(toy: &Toy) -> Vec<String> {
    let (mut known, mut older) = ask(toy, PageRequest::Newest).await;
    while let Some(cursor) = older {
        let (mut page, more) = ask(toy, PageRequest::Older(cursor)).await;
        assert!(
            page.iter().all(|message| !known.contains(message)),
            "only new ones come"
        );
        page.append(&mut known);
        known = page;
        older = more;
    }
    ids(&known)
}

#[tokio::test]
async fn paging_back_reads_every_message_once_and_in_order() {
    for (count, same_every) in [
        (0, 1),
        (1, 1),
        (99, 1),
        (100, 1),
        (101, 1),
        (350, 1),
        (350, 7),
        (250, 40),
    ] {
        let expected: Vec<String> = stored(count, same_every)
            .into_iter()
            .map(|(id, _)| id)
            .collect();
        let toy = server(stored(count, same_every)).await;
        assert_eq!(
            read_all(&toy).await,
            expected,
            "{count} messages, {same_every} at a time"
        );
    }
}

#[tokio::test]
async fn a_message_at_the_borders_millisecond_is_not_lost() {
    let toy = server(vec![("a".into(), 5000), ("b".into(), 5000)]).await;
    let (messages, _) = ask(&toy, before(5000, &["b"])).await;
    assert_eq!(ids(&messages), ["a"]);
    assert!(toy.targets()[0].ends_with("?before=5.001"));
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn a_page_of_known_messages_is_left_behind_once_by_the_exact_bound() {
    // A hundred share the millisecond of the border, so that the overlap shows nothing else.
    let mut all: Stored = vec![("old".into(), 4999)];
    all.extend((0..100).map(|n| (format!("m{n:03}"), 5000)));
    let toy = server(all).await;
    let (_, older) = ask(&toy, PageRequest::Newest).await;
    let (messages, older) = ask(&toy, PageRequest::Older(older.unwrap())).await;
    assert_eq!(ids(&messages), ["old"]);
    assert_eq!(older, None);
    let targets = toy.targets();
    let bounds: Vec<&str> = targets
        .iter()
        .skip(1)
        .map(|t| t.split_once('=').unwrap().1)
        .collect();
    assert_eq!(bounds, ["5.001", "5.000"]);
}

#[tokio::test]
async fn a_server_that_repeats_itself_ends_the_paging() {
    let all = stored(100, 1);
    let whole = Arc::new(all.clone());
    let toy = Toy::start(move |_| page(&whole, "GET /x HTTP/1.1")).await;
    let known: Vec<&str> = all.iter().map(|(id, _)| id.as_str()).collect();
    let (messages, older) = ask(&toy, before(all[0].1, &known)).await;
    assert!(messages.is_empty() && older.is_none());
    assert_eq!(toy.requests().len(), 2);
}

#[tokio::test]
async fn an_empty_page_ends_the_paging_even_if_it_promises_more() {
    let toy = Toy::start(|_| ok(r#"{"messages":[],"previous":"https://x.example"}"#)).await;
    let (messages, older) = ask(&toy, before(5000, &[])).await;
    assert!(messages.is_empty() && older.is_none());
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn messages_without_ids_do_not_keep_the_paging_going() {
    let body = r#"{"messages":[null,{"text":"lost"}],"previous":"https://x.example"}"#;
    let toy = Toy::start(move |_| ok(body)).await;
    let (messages, older) = ask(&toy, PageRequest::Newest).await;
    assert_eq!((messages.len(), older), (2, None));
}

#[tokio::test]
async fn the_link_to_older_messages_is_a_flag_and_never_followed() {
    let toy = server(stored(150, 1)).await;
    let (_, older) = ask(&toy, PageRequest::Newest).await;
    ask(&toy, PageRequest::Older(older.unwrap())).await;
    let path = "/v1.1/apps/64f1c0de00000000000000a1/appusers/mara/messages";
    assert!(toy.targets().iter().all(|target| target.starts_with(path)));
}

#[tokio::test]
async fn a_conversation_that_vanished_while_paging_is_said() {
    let toy = Toy::start(|_| error("404 No", "conversation_not_found")).await;
    let page = toy
        .api()
        .fetch_messages(mara_talk(), before(5000, &[]))
        .await;
    assert_eq!(page, Ok(MessagePage::NoConversation));
}

#[tokio::test]
async fn a_millisecond_that_fills_more_than_a_page_repeats_nothing() {
    // The border between the first two pages lies inside the millisecond.
    let mut all: Stored = (0..120).map(|n| (format!("m{n:03}"), 5000)).collect();
    all.extend((0..60).map(|n| (format!("n{n:03}"), 6000)));
    let expected: Vec<String> = all[20..].iter().map(|(id, _)| id.clone()).collect();
    let toy = server(all).await;
    assert_eq!(read_all(&toy).await, expected);
}

#[tokio::test]
async fn a_moment_brings_what_was_received_before_it() {
    let toy = server(stored(150, 2)).await;
    let moment = Timestamp::from_millisecond(1_709_543_700_070).unwrap();
    let (messages, older) = ask(&toy, PageRequest::Before(moment)).await;
    // The page holds the two of the moment itself, which are left out.
    assert_eq!(
        (messages.len(), messages[0].id.as_ref().unwrap().expose()),
        (98, "m0042")
    );
    assert!(
        messages
            .iter()
            .all(|message| message.received.unwrap() < moment)
    );
    assert!(toy.targets()[0].ends_with("?before=1709543700.071"));
    let (messages, older) = ask(&toy, PageRequest::Older(older.unwrap())).await;
    assert_eq!((messages.len(), older), (42, None));
}

#[tokio::test]
async fn a_moment_between_two_milliseconds_loses_nothing() {
    let toy = server(vec![("a".into(), 5000), ("b".into(), 5001)]).await;
    let moment = "1970-01-01T00:00:05.0005Z".parse().unwrap();
    let (messages, _) = ask(&toy, PageRequest::Before(moment)).await;
    assert_eq!(ids(&messages), ["a"]);
}

#[tokio::test]
async fn a_cursor_of_another_api_is_refused_without_a_request() {
    let toy = server(stored(1, 1)).await;
    let request = PageRequest::Older(Cursor::new("65e58f000000000000001900"));
    let page = toy.api().fetch_messages(mara_talk(), request).await;
    assert!(matches!(page, Err(Problem::Internal { .. })), "{page:?}");
    assert!(toy.requests().is_empty());
}
