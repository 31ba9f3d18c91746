//! The names stored with messages.

use super::desk::{Desk, everything, messages, options, sandbox};
use serde_json::json;
use smooch_console::sandbox::{Sandbox, SandboxOptions, UnnamedUsers, cast};

async fn with_animals() -> Sandbox {
    let options = SandboxOptions {
        unnamed: UnnamedUsers::Animal,
        ..options()
    };
    Sandbox::start(options).await.unwrap()
}

/// Posts as the user, and returns the stored name.
async fn stored_name(desk: &mut Desk<'_>, id: &str, name: Option<&str>) -> String {
    let body = json!({ "role": "appUser", "type": "text", "text": "x", "name": name });
    let message = desk.post_message(id, &body).await.done(201)["message"].clone();
    message["name"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_stored_name_comes_from_the_request_the_profile_the_channel_or_the_platform() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let mara = cast::IDENTIFIED_NAMED.id;
    let path = format!("/appusers/{mara}");
    assert_eq!(
        stored_name(&mut desk, mara, Some("By phone")).await,
        "By phone"
    );
    assert_eq!(
        stored_name(&mut desk, mara, Some("\u{a0}\u{200b}")).await,
        "Mara Quinn"
    );
    desk.put(&path, &json!({ "givenName": " " }))
        .await
        .done(200);
    assert_eq!(stored_name(&mut desk, mara, None).await, "Quinn");
    desk.put(&path, &json!({ "surname": null })).await.done(200);
    assert_eq!(
        stored_name(&mut desk, mara, None).await,
        "Mara",
        "WhatsApp says so"
    );
    desk.delete(&format!("{path}/profile")).await.done(200);
    let placeholder = format!("whatsapp User {mara}");
    assert_eq!(stored_name(&mut desk, mara, None).await, placeholder);
    let made = desk
        .post("/appusers", &json!({ "userId": "nobody yet" }))
        .await
        .done(201);
    let id = made["appUser"]["_id"].as_str().unwrap().to_owned();
    assert_eq!(
        stored_name(&mut desk, &id, None).await,
        format!("Web User {id}")
    );
}

#[tokio::test]
async fn an_unnamed_user_is_an_animal_if_the_app_says_so() {
    let sandbox = with_animals().await;
    let mut desk = Desk::at(&sandbox).await;
    let app = desk.get("").await.done(200);
    assert_eq!(app["app"]["settings"]["useAnimalNames"], true);
    let id = cast::ANONYMOUS_UNNAMED.id;
    let page = desk.newest_page(id).await.unwrap().json();
    let own = page["messages"].as_array().unwrap().iter();
    let own: Vec<_> = own.filter(|message| message["role"] == "appUser").collect();
    let animal = own[0]["name"].as_str().unwrap().to_owned();
    let words: Vec<_> = animal.split(' ').collect();
    assert_eq!(words.len(), 2, "{animal}");
    let is_title = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    assert!(words.iter().all(is_title), "{animal}");
    assert!(own.iter().all(|message| message["name"] == animal.as_str()));
    assert_eq!(stored_name(&mut desk, id, None).await, animal);
    assert_eq!(
        stored_name(&mut desk, cast::IDENTIFIED_NAMED.id, None).await,
        "Mara Quinn"
    );
    for (_, page) in everything(&sandbox).await {
        for message in messages(page.as_ref()) {
            let name = message["name"].as_str().unwrap_or_default();
            assert!(!name.contains(" User "), "{name}");
        }
    }
}

#[tokio::test]
async fn the_setting_changes_only_new_messages() {
    let sandbox = sandbox().await;
    let mut desk = Desk::at(&sandbox).await;
    let id = cast::ANONYMOUS_UNNAMED.id;
    let before = desk.newest_page(id).await.unwrap().json();
    let change = json!({ "settings": { "useAnimalNames": true } });
    desk.put("", &change).await.done(200);
    let animal = stored_name(&mut desk, id, None).await;
    assert!(!animal.starts_with("Web User"), "{animal}");
    let after = desk.newest_page(id).await.unwrap().json();
    let count = before["messages"].as_array().unwrap().len();
    assert_eq!(
        after["messages"].as_array().unwrap()[..count],
        before["messages"].as_array().unwrap()[..]
    );
}
