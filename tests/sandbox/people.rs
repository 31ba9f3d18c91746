//! The sandbox's people: many, mixed, repeatable, and nobody from the future.

use super::desk::{Desk, NOW_MS, everything, messages, options, received_ms, sandbox};
use serde_json::Value;
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};
use std::collections::{BTreeMap, BTreeSet, HashSet};

#[tokio::test]
async fn the_same_seed_and_time_give_the_same_bytes() {
    let (one, two) = (sandbox().await, sandbox().await);
    let strip = |sandbox: &Sandbox, text: String| text.replace(sandbox.base_url(), "");
    let (left, right) = (everything(&one).await, everything(&two).await);
    for (left, right) in left.into_iter().zip(right) {
        assert_eq!(left.0.to_string(), right.0.to_string());
        assert_eq!(
            left.1.map(|text| strip(&one, text)),
            right.1.map(|text| strip(&two, text))
        );
    }
    assert_eq!(one.secret(), two.secret());
}

#[tokio::test]
async fn the_order_of_requests_changes_no_answer() {
    let (one, two) = (sandbox().await, sandbox().await);
    let (mut first, mut second) = (Desk::at(&one).await, Desk::at(&two).await);
    let mut forwards = Vec::new();
    for id in one.user_ids() {
        forwards.push(first.user(&id).await);
    }
    let mut backwards = Vec::new();
    for id in two.user_ids().into_iter().rev() {
        backwards.insert(0, second.user(&id).await);
    }
    assert_eq!(forwards, backwards);
}

#[tokio::test]
async fn another_seed_changes_all_ids_except_those_of_the_notable_people() {
    let one = sandbox().await;
    let seed = SandboxOptions::DEFAULT_SEED + 1;
    let two = Sandbox::start(SandboxOptions { seed, ..options() })
        .await
        .unwrap();
    assert_ne!(one.secret(), two.secret());
    assert_ne!(one.app_id(), two.app_id());
    let left: BTreeSet<_> = one.user_ids().into_iter().collect();
    let right: BTreeSet<_> = two.user_ids().into_iter().collect();
    let notable: BTreeSet<_> = cast::ALL.iter().map(|n| n.id.to_owned()).collect();
    assert_eq!(
        left.intersection(&right).cloned().collect::<BTreeSet<_>>(),
        notable
    );
}

#[tokio::test]
async fn the_people_are_many_and_mixed() {
    let sandbox = sandbox().await;
    let everyone = everything(&sandbox).await;
    assert!(everyone.len() >= 60, "{} people", everyone.len());
    let unique: HashSet<_> = sandbox.user_ids().into_iter().collect();
    assert_eq!(unique.len(), everyone.len());
    let mut kinds = BTreeMap::new();
    for (user, _) in &everyone {
        let identified = user.get("userId").is_some();
        let named = user.get("givenName").is_some() || user.get("surname").is_some();
        *kinds.entry((identified, named)).or_insert(0) += 1;
    }
    assert_eq!(kinds.len(), 4);
    assert!(kinds.values().all(|count| *count >= 8), "{kinds:?}");
}

#[tokio::test]
async fn some_have_read_everything_and_some_have_not() {
    let sandbox = sandbox().await;
    let (mut read, mut unread) = (0, 0);
    for (_, page) in everything(&sandbox).await {
        let Some(page) = page.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else {
            continue;
        };
        let said = page["messages"].as_array().unwrap();
        let waiting = said.iter().rev().take_while(|m| m["role"] == "appMaker");
        match usize::try_from(page["conversation"]["unreadCount"].as_u64().unwrap()).unwrap() {
            0 => read += 1,
            count => {
                assert_eq!(count, waiting.count());
                unread += 1;
            }
        }
    }
    assert!(read > 10 && unread > 10, "{read} {unread}");
}

#[tokio::test]
async fn a_stored_name_outlives_the_profile_that_it_came_from() {
    let sandbox = sandbox().await;
    let names = |id: &'static str| {
        let sandbox = &sandbox;
        async move {
            let mut desk = Desk::at(sandbox).await;
            let user = desk.user(id).await;
            let page = desk
                .newest_page(user["_id"].as_str().unwrap())
                .await
                .unwrap()
                .json();
            let first = page["messages"][0]["name"].as_str().unwrap().to_owned();
            (
                user.get("surname")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                first,
            )
        }
    };
    let married = names("cust-16008").await;
    assert_eq!(
        married,
        (Some("Ferreira".to_owned()), "Saoirse Byrne".to_owned())
    );
    let erased = names("cust-09112").await;
    assert_eq!(erased, (None, "Hannelore Busch".to_owned()));
}

#[tokio::test]
async fn every_platform_of_the_contract_occurs() {
    let sandbox = sandbox().await;
    let mut platforms = BTreeSet::new();
    for (user, _) in everything(&sandbox).await {
        for client in user["clients"].as_array().unwrap() {
            platforms.insert(client["platform"].as_str().unwrap().to_owned());
        }
    }
    let expected = "android apn fcm ios line mailgun messagebird messenger telegram twilio \
        twitter viber web wechat whatsapp apple instagram kakao gbm googlercs slackconnect custom \
        other frontendEmail unity";
    for platform in expected.split_whitespace() {
        assert!(platforms.contains(platform), "{platform}");
    }
}

#[tokio::test]
async fn every_type_of_message_action_and_quotation_occurs() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let page = desk.newest_page(cast::EVERY_TYPE.id).await.unwrap().text;
    let (mut types, mut actions, mut quotes) = (HashSet::new(), HashSet::new(), HashSet::new());
    let collect = |holder: &Value, actions: &mut HashSet<String>| {
        for action in holder["actions"].as_array().into_iter().flatten() {
            actions.insert(action["type"].as_str().unwrap().to_owned());
        }
    };
    let messages = messages(Some(&page));
    for message in &messages {
        types.insert(message["type"].as_str().unwrap().to_owned());
        collect(message, &mut actions);
        for item in message["items"].as_array().into_iter().flatten() {
            collect(item, &mut actions);
        }
        if let Some(kind) = message["quotedMessage"]["type"].as_str() {
            quotes.insert(kind.to_owned());
        }
    }
    for kind in [
        "text",
        "image",
        "file",
        "carousel",
        "list",
        "location",
        "form",
        "formResponse",
        "sticker",
    ] {
        assert!(types.contains(kind), "{kind}");
    }
    for kind in [
        "link",
        "webview",
        "postback",
        "buy",
        "share",
        "reply",
        "locationRequest",
    ] {
        assert!(actions.contains(kind), "{kind}");
    }
    assert!(quotes.contains("message") && quotes.contains("externalMessageId"));
    assert!(
        messages
            .iter()
            .any(|message| message["payload"].is_string())
    );
    let answer = messages
        .iter()
        .find(|m| m["type"] == "formResponse")
        .unwrap();
    let form = &answer["quotedMessage"]["content"];
    assert!(
        messages.contains(form),
        "the form that is quoted was really asked"
    );
}

#[tokio::test]
async fn nothing_is_in_the_future_and_everything_is_in_order() {
    let sandbox = sandbox().await;
    let ms = |value: &Value| -> Option<i64> {
        let time: jiff::Timestamp = value.as_str()?.parse().unwrap();
        Some(time.as_millisecond())
    };
    let mut fractions = HashSet::new();
    for (user, page) in everything(&sandbox).await {
        let id = user["_id"].as_str().unwrap();
        let signed_up = ms(&user["signedUpAt"]).unwrap();
        let messages = messages(page.as_ref());
        let times: Vec<_> = messages.iter().map(received_ms).collect();
        assert!(times.is_sorted_by(|one, two| one < two), "{id}");
        fractions.extend(times.iter().map(|time| time % 1000));
        assert!(signed_up < times.first().copied().unwrap_or(NOW_MS), "{id}");
        assert!(times.last().copied().unwrap_or(0) <= NOW_MS, "{id}");
        for client in user["clients"].as_array().unwrap() {
            let seen = ms(&client["lastSeen"]).unwrap();
            assert!(seen <= NOW_MS, "{id}");
            assert!(ms(&client["linkedAt"]).unwrap_or(0) <= seen, "{id}");
            let wrote = messages.iter().filter(|message| {
                message["role"] == "appUser"
                    && message["source"]["integrationId"] == client["integrationId"]
            });
            assert!(wrote.map(received_ms).max().unwrap_or(0) <= seen, "{id}");
        }
    }
    assert!(fractions.len() > 100, "times have real milliseconds");
}

/// Collects the places of nulls.
fn nulls(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Null => found.push(at.to_owned()),
        Value::Array(items) => items.iter().for_each(|item| nulls(item, at, found)),
        Value::Object(entries) => {
            for (name, value) in entries {
                nulls(value, &format!("{at}.{name}"), found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn absent_values_are_absent_keys() {
    let sandbox = sandbox().await;
    let mut found = Vec::new();
    for (user, page) in everything(&sandbox).await {
        nulls(&user, user["_id"].as_str().unwrap(), &mut found);
        for message in messages(page.as_ref()) {
            nulls(&message, "message", &mut found);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
