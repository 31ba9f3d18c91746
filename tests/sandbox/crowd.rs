//! A crowd of any size: available at once, mixed as promised, the same for the same seed.

use super::desk::{Desk, encoded, options, sandbox};
use serde_json::{Value, json};
use smooch_console::sandbox::{Sandbox, SandboxOptions};
use std::collections::HashSet;

async fn with_users(users: u64) -> Sandbox {
    let options = SandboxOptions { users, ..options() };
    Sandbox::start(options).await.unwrap()
}

fn crowd(sandbox: &Sandbox) -> Vec<String> {
    sandbox.crowd_ids(usize::MAX)
}

#[tokio::test]
async fn a_million_people_are_found_by_either_id() {
    let sandbox = with_users(1_000_000).await;
    let mut desk = Desk::at(&sandbox).await;
    let ids = crowd(&sandbox);
    assert_eq!(ids.len(), 1_000_000);
    assert!(
        ids.is_sorted_by(|one, two| one < two),
        "no two are the same"
    );
    let mut identified = 0;
    for id in ids.iter().step_by(6_007) {
        let user = desk.user(id).await;
        assert_eq!(user["_id"], id.as_str());
        if let Some(user_id) = user["userId"].as_str() {
            identified += 1;
            assert_eq!(desk.user(user_id).await, user, "{user_id}");
        }
    }
    assert!(identified > 30, "{identified}");
}

#[tokio::test]
async fn ids_outside_the_crowd_find_nobody() {
    let sandbox = with_users(500).await;
    let more = with_users(501).await;
    let mut desk = Desk::at(&sandbox).await;
    let last = crowd(&more).pop().unwrap();
    let mut other_desk = Desk::at(&more).await;
    let last_user_id = other_desk.user(&last).await["userId"].clone();
    let first = &crowd(&sandbox)[0];
    let upper = first.to_uppercase();
    let other = format!(
        "{}{}",
        if first.starts_with('0') { "1" } else { "0" },
        &first[1..]
    );
    let last_user_id = last_user_id.as_str().unwrap_or("kd1800500");
    for id in [
        last.as_str(),
        last_user_id,
        &upper,
        &other,
        "kd1800500",
        "kd",
        "anna.smith.0@example.org",
        "auth0|00000000",
        "é23456789012345678901234",
    ] {
        let reply = desk.get(&format!("/appusers/{}", encoded(id))).await;
        reply.assert_refused(404, "user_not_found");
    }
}

#[tokio::test]
async fn the_mix_is_that_of_a_large_shop() {
    let sandbox = with_users(4_000).await;
    let mut desk = Desk::at(&sandbox).await;
    let mut counts = [0_u32; 8];
    let mut talks = 0;
    for id in crowd(&sandbox) {
        let user = desk.user(&id).await;
        let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
        let (user_id, email) = (text("userId"), text("email"));
        let name = text("givenName") + &text("surname");
        for (at, holds) in [
            !user_id.is_empty(),
            !name.is_empty(),
            !email.is_empty(),
            !name.is_ascii(),
            user_id.contains('@'),
            user_id.len() == 36,
            user_id.starts_with("kd"),
            user_id.starts_with("auth0|"),
        ]
        .into_iter()
        .enumerate()
        {
            counts[at] += u32::from(holds);
        }
        talks += u32::from(user["conversationStarted"] == true);
    }
    // Out of 4,000, with a margin for chance.
    let expected = [1_800, 2_400, 1_880, 480, 720, 540, 360, 180];
    for (at, (count, expected)) in counts.into_iter().zip(expected).enumerate() {
        assert!(
            count.abs_diff(expected) < 120,
            "{at}: {count}, not {expected}"
        );
    }
    assert!((1_500..3_000).contains(&talks), "{talks}");
}

#[tokio::test]
async fn a_person_of_the_crowd_is_the_same_whatever_its_size() {
    let (small, large) = (with_users(50).await, with_users(5_000).await);
    let (mut one, mut two) = (Desk::at(&small).await, Desk::at(&large).await);
    for id in crowd(&small) {
        assert_eq!(one.user(&id).await, two.user(&id).await);
        let said =
            |page: Option<super::desk::Reply>| page.map(|page| page.json()["messages"].clone());
        let (left, right) = (one.newest_page(&id).await, two.newest_page(&id).await);
        assert_eq!(said(left), said(right));
    }
    let other = SandboxOptions {
        seed: 7,
        users: 50,
        ..options()
    };
    let other = Sandbox::start(other).await.unwrap();
    let shared: HashSet<_> = crowd(&small).into_iter().collect();
    assert!(crowd(&other).iter().all(|id| !shared.contains(id)));
}

#[tokio::test]
async fn changed_people_stay_and_deleted_people_are_gone() {
    let sandbox = with_users(100).await;
    let mut desk = Desk::at(&sandbox).await;
    let ids = crowd(&sandbox);
    let path = format!("/appusers/{}", ids[7]);
    desk.put(&path, &json!({ "surname": "Written" }))
        .await
        .done(200);
    let body = json!({ "role": "appMaker", "type": "text", "text": "stays" });
    let message = desk.post_message(&ids[7], &body).await.done(201)["message"].clone();
    assert_eq!(desk.user(&ids[7]).await["surname"], "Written");
    let page = desk.newest_page(&ids[7]).await.unwrap().json();
    assert_eq!(page["messages"].as_array().unwrap().last(), Some(&message));
    let mut gone = Value::Null;
    for id in &ids {
        let user = desk.user(id).await;
        if user["userId"].is_string() {
            gone = user;
            break;
        }
    }
    let (id, user_id) = (
        gone["_id"].as_str().unwrap(),
        gone["userId"].as_str().unwrap(),
    );
    desk.delete(&format!("/appusers/{id}")).await.assert_empty();
    for id in [id, user_id] {
        let reply = desk.get(&format!("/appusers/{}", encoded(id))).await;
        reply.assert_refused(404, "user_not_found");
    }
    assert_eq!(crowd(&sandbox).len(), 99);
    let again = desk
        .post("/appusers", &json!({ "userId": user_id }))
        .await
        .done(201);
    assert_ne!(again["appUser"]["_id"], id);
    assert_eq!(desk.user(user_id).await, again["appUser"]);
}

#[tokio::test]
async fn there_is_no_crowd_by_default() {
    assert!(crowd(&sandbox().await).is_empty());
}
