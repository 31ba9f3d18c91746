//! Pages of messages and their bounds.

use super::desk::{Desk, ids, received_ms, sandbox};
use serde_json::Value;
use smooch_console::sandbox::cast;
use std::collections::HashSet;

#[tokio::test]
async fn a_thousand_messages_are_read_backwards_without_gaps_or_repeats() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::THOUSAND_MESSAGES.id;
    let mut page = desk.get(&format!("/appusers/{id}/messages")).await.json();
    assert!(
        page.get("next").is_none(),
        "the newest page has nothing newer"
    );
    let mut all = Vec::new();
    loop {
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.is_sorted_by_key(received_ms));
        all.splice(0..0, ids(&page));
        let Some(previous) = page.get("previous").and_then(Value::as_str) else {
            break;
        };
        let path = previous
            .strip_prefix(sandbox.base_url())
            .unwrap()
            .to_owned();
        page = desk.send("GET", &path, b"").await.json();
        assert!(page["next"].is_string());
    }
    assert_eq!(all.len(), 1_000);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 1_000);
}

#[tokio::test]
async fn a_thousand_messages_are_read_forwards_without_gaps_or_repeats() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::THOUSAND_MESSAGES.user_id.unwrap();
    let mut path = desk.path(&format!("/appusers/{id}/messages?after=0"));
    let (mut all, mut pages) = (Vec::new(), 0);
    loop {
        let page = desk.send("GET", &path, b"").await.json();
        pages += 1;
        all.extend(ids(&page));
        let Some(next) = page.get("next").and_then(Value::as_str) else {
            break;
        };
        path = next.strip_prefix(sandbox.base_url()).unwrap().to_owned();
    }
    assert_eq!(pages, 10);
    assert_eq!(all.len(), 1_000);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 1_000);
}

#[tokio::test]
async fn bounds_are_exclusive_to_the_microsecond() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let messages = format!("/appusers/{}/messages", cast::ANONYMOUS_NAMED.id);
    let page = desk.get(&messages).await.json();
    let all = ids(&page);
    assert!(page.get("previous").is_none() && page.get("next").is_none());
    let ms = received_ms(&page["messages"][2]);
    let exact = format!("{}.{:03}", ms / 1000, ms % 1000);
    for (query, expected) in [
        (format!("before={exact}"), &all[..2]),
        (format!("before={exact}001"), &all[..3]),
        (format!("after={exact}"), &all[3..]),
        (format!("before={}", ms / 1000 + 1), &all[..3]),
        ("before=0".to_owned(), &all[..0]),
        ("after=99999999999".to_owned(), &all[..0]),
    ] {
        let page = desk.get(&format!("{messages}?{query}")).await.json();
        assert_eq!(ids(&page), expected, "{query}");
    }
}

#[tokio::test]
async fn bounds_that_are_not_times_are_bad_requests() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let messages = format!("/appusers/{}/messages", cast::ANONYMOUS_NAMED.id);
    for query in [
        "before=1&after=2",
        "before=NaN",
        "after=-1",
        "before=",
        "after=1e9",
    ] {
        let reply = desk.get(&format!("{messages}?{query}")).await;
        assert_eq!(
            (reply.status, reply.error_code().as_str()),
            (400, "bad_request"),
            "{query}"
        );
    }
}
