//! Paging backwards through messages that share milliseconds.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use smooch_console::api::UserApi;
use smooch_console::domain::{Message, MessageId, MessagePage, PageRequest};

use super::toy::{Act, Toy, error, mara_user, ok, target};

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

async fn ask(toy: &Toy, page: PageRequest) -> (Vec<Message>, bool) {
    match toy.api().fetch_messages(mara_user(), page).await.unwrap() {
        MessagePage::Messages {
            messages,
            has_older,
            ..
        } => (messages, has_older),
        MessagePage::NoConversation => panic!("there is a conversation"),
    }
}

fn before(messages: &[Message]) -> PageRequest {
    PageRequest::Before {
        oldest: messages.first().unwrap().received.unwrap(),
        known: messages.iter().filter_map(|m| m.id.clone()).collect(),
    }
}

/// Pages back to the beginning as a console does.
async fn read_all(toy: &Toy) -> Vec<String> {
    let (mut known, mut has_older) = ask(toy, PageRequest::Newest).await;
    while has_older {
        let (mut older, more) = ask(toy, before(&known)).await;
        assert!(
            older.iter().all(|message| !known.contains(message)),
            "only new ones come"
        );
        older.append(&mut known);
        known = older;
        has_older = more;
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
    let request = PageRequest::Before {
        oldest: Timestamp::from_millisecond(5000).unwrap(),
        known: vec![MessageId::new("b")],
    };
    let (messages, _) = ask(&toy, request).await;
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
    let request = PageRequest::Before {
        oldest: Timestamp::from_millisecond(5000).unwrap(),
        known: (0..100)
            .map(|n| MessageId::new(format!("m{n:03}")))
            .collect(),
    };
    let (messages, has_older) = ask(&toy, request).await;
    assert_eq!(ids(&messages), ["old"]);
    assert!(!has_older);
    let targets = toy.targets();
    let bounds: Vec<&str> = targets
        .iter()
        .map(|t| t.split_once('=').unwrap().1)
        .collect();
    assert_eq!(bounds, ["5.001", "5.000"]);
}

#[tokio::test]
async fn a_server_that_repeats_itself_ends_the_paging() {
    let all = stored(100, 1);
    let whole = Arc::new(all.clone());
    let toy = Toy::start(move |_| page(&whole, "GET /x HTTP/1.1")).await;
    let known: Vec<MessageId> = all
        .iter()
        .map(|(id, _)| MessageId::new(id.as_str()))
        .collect();
    let oldest = Timestamp::from_millisecond(all[0].1).unwrap();
    let (messages, has_older) = ask(&toy, PageRequest::Before { oldest, known }).await;
    assert!(messages.is_empty() && !has_older);
    assert_eq!(toy.requests().len(), 2);
}

#[tokio::test]
async fn an_empty_page_ends_the_paging_even_if_it_promises_more() {
    let toy = Toy::start(|_| ok(r#"{"messages":[],"previous":"https://x.example"}"#)).await;
    let request = PageRequest::Before {
        oldest: Timestamp::from_millisecond(5000).unwrap(),
        known: Vec::new(),
    };
    let (messages, has_older) = ask(&toy, request).await;
    assert!(messages.is_empty() && !has_older);
    assert_eq!(toy.requests().len(), 1);
}

#[tokio::test]
async fn messages_without_ids_do_not_keep_the_paging_going() {
    let body = r#"{"messages":[null,{"text":"lost"}],"previous":"https://x.example"}"#;
    let toy = Toy::start(move |_| ok(body)).await;
    let (messages, has_older) = ask(&toy, PageRequest::Newest).await;
    assert_eq!((messages.len(), has_older), (2, false));
}

#[tokio::test]
async fn the_link_to_older_messages_is_a_flag_and_never_followed() {
    let toy = server(stored(150, 1)).await;
    let (messages, has_older) = ask(&toy, PageRequest::Newest).await;
    assert!(has_older);
    ask(&toy, before(&messages)).await;
    let path = "/v1.1/apps/64f1c0de00000000000000a1/appusers/mara/messages";
    assert!(toy.targets().iter().all(|target| target.starts_with(path)));
}

#[tokio::test]
async fn a_conversation_that_vanished_while_paging_is_said() {
    let toy = Toy::start(|_| error("404 No", "conversation_not_found")).await;
    let oldest = Timestamp::from_millisecond(5000).unwrap();
    let request = PageRequest::Before {
        oldest,
        known: Vec::new(),
    };
    let page = toy.api().fetch_messages(mara_user(), request).await;
    assert_eq!(page, Ok(MessagePage::NoConversation));
}
