//! Concurrent requests: every write is visible to the next read, and none is lost or repeated.

use super::desk::{Desk, options};
use serde_json::{Value, json};
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};
use std::collections::BTreeSet;
use std::sync::Arc;

const WRITERS: usize = 125;
const ROUNDS: usize = 2;

async fn busy() -> Arc<Sandbox> {
    let options = SandboxOptions {
        users: 2_000,
        ..options()
    };
    Arc::new(Sandbox::start(options).await.unwrap())
}

/// All messages, read page by page.
async fn texts(desk: &mut Desk<'_>, sandbox: &Sandbox, user: &str) -> Vec<String> {
    let mut path = desk.path(&format!("/appusers/{user}/messages?after=0"));
    let mut all = Vec::new();
    loop {
        let page = desk.send("GET", &path, b"").await.done(200);
        let messages = page["messages"].as_array().unwrap();
        all.extend(
            messages
                .iter()
                .map(|m| m["text"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page.get("next").and_then(Value::as_str) else {
            return all;
        };
        path = next.strip_prefix(sandbox.base_url()).unwrap().to_owned();
    }
}

/// A thousand requests: each writer posts, reads back, changes and reads back.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_concurrent_reads_and_writes_are_all_answered_correctly() {
    let sandbox = busy().await;
    let shared = cast::ANONYMOUS_NAMED.id;
    let own = sandbox.user_ids().split_off(100);
    let mut tasks = Vec::new();
    for (writer, own) in own.into_iter().take(WRITERS).enumerate() {
        let sandbox = Arc::clone(&sandbox);
        tasks.push(tokio::spawn(async move {
            let mut desk = Desk::at(&sandbox).await;
            for round in 0..ROUNDS {
                let text = format!("writer {writer} round {round}");
                let body = json!({ "role": "appMaker", "type": "text", "text": text });
                let posted = desk.post_message(shared, &body).await.done(201);
                assert_eq!(posted["message"]["text"], text);
                let page = desk
                    .get(&format!("/appusers/{shared}/messages"))
                    .await
                    .done(200);
                let newest = page["messages"].as_array().unwrap();
                let is_there = newest.iter().any(|m| *m == posted["message"]);
                assert!(is_there || newest.len() == 100, "{text}");
                let path = format!("/appusers/{own}");
                let change = json!({ "properties": { "round": round, "writer": writer } });
                desk.put(&path, &change).await.done(200);
                let user = desk.user(&own).await;
                assert_eq!(user["properties"]["round"], round);
                assert_eq!(user["properties"]["writer"], writer);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(sandbox.requests().len(), WRITERS * ROUNDS * 4);
    let mut desk = Desk::at(&sandbox).await;
    let said = texts(&mut desk, &sandbox, shared).await;
    let written: Vec<_> = said
        .iter()
        .filter(|text| text.starts_with("writer "))
        .collect();
    assert_eq!(written.len(), WRITERS * ROUNDS, "none is lost or doubled");
    assert_eq!(written.iter().collect::<BTreeSet<_>>().len(), written.len());
    // The messages of each writer are in the order in which they were written.
    for writer in 0..WRITERS {
        let prefix = format!("writer {writer} ");
        let own: Vec<_> = written
            .iter()
            .filter(|text| text.starts_with(&prefix))
            .collect();
        let expected: Vec<_> = (0..ROUNDS)
            .map(|round| format!("{prefix}round {round}"))
            .collect();
        assert!(
            own.into_iter()
                .zip(&expected)
                .all(|(one, two)| **one == *two),
            "{prefix}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_many_concurrent_creations_of_a_user_succeeds() {
    let sandbox = busy().await;
    let mut tasks = Vec::new();
    for _ in 0..WRITERS {
        let sandbox = Arc::clone(&sandbox);
        tasks.push(tokio::spawn(async move {
            let mut desk = Desk::at(&sandbox).await;
            desk.post("/appusers", &json!({ "userId": "contested" }))
                .await
                .status
        }));
    }
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(
        statuses[1..].iter().all(|status| *status == 409),
        "{statuses:?}"
    );
}
