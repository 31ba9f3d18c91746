//! What the console says when the API cannot be asked or refuses.

use std::sync::Arc;

use smooch_console::api::{ApiSettings, parse_base_url};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::Msg;
use smooch_console::domain::{AppId, Stage};
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};

use crate::script::{NOW, Script};
use crate::{Part, picture, picture_of_part};

/// A console on a real app, with one thing wrong in its configuration.
async fn misconfigured(change: impl FnOnce(&mut ApiSettings), width: u16, height: u16) -> Script {
    let options = SandboxOptions::at(NOW.parse().unwrap());
    let sandbox = Arc::new(Sandbox::start(options).await.unwrap());
    let mut settings = ApiSettings::new(
        parse_base_url(sandbox.base_url()).unwrap(),
        AppId::new(sandbox.app_id()),
        sandbox.key_id().to_owned(),
        sandbox.secret().into(),
    );
    change(&mut settings);
    let mut script = Script::with(sandbox, settings, Stage::Production, None, width, height);
    script.tell(Msg::Started).await;
    script
        .tell(Msg::Connected(Ok(Box::new(
            script.state.api.connection.clone(),
        ))))
        .await;
    script.keys("/").await;
    script.paste(cast::IDENTIFIED_NAMED.id).await;
    script.keys("<enter>").await;
    script
}

#[tokio::test]
async fn an_app_without_known_users_says_how_to_begin() {
    let mut script = misconfigured(|_| {}, 120, 30).await;
    assert!(
        script.screen().contains("Mara Quinn"),
        "{}",
        script.screen()
    );
    script.keys("<esc><esc>").await;
    insta::assert_snapshot!("production_after_a_lookup", picture(&script));
}

#[tokio::test]
async fn a_wrong_secret_names_the_key_and_where_it_came_from() {
    for (width, height, part) in [(80, 24, Part::Strip), (120, 30, Part::Pane(Pane::Profile))] {
        let wrong = |settings: &mut ApiSettings| settings.secret = "wrong".into();
        let script = misconfigured(wrong, width, height).await;
        let name = format!("wrong_secret_{width}x{height}");
        insta::assert_snapshot!(name, picture_of_part(&script, part));
    }
}

#[tokio::test]
async fn an_unknown_app_is_not_taken_for_an_unknown_user() {
    let unknown = |settings: &mut ApiSettings| settings.app_id = AppId::new("0".repeat(24));
    let script = misconfigured(unknown, 120, 30).await;
    insta::assert_snapshot!(picture_of_part(&script, Part::Pane(Pane::Profile)));
}

#[tokio::test]
async fn a_foreign_app_names_the_scope_that_is_needed() {
    let foreign = |settings: &mut ApiSettings| settings.app_id = AppId::new(cast::FOREIGN_APP_ID);
    let script = misconfigured(foreign, 120, 30).await;
    insta::assert_snapshot!(picture_of_part(&script, Part::Pane(Pane::Profile)));
}

#[tokio::test]
async fn an_unreachable_host_is_named_and_the_text_is_kept() {
    // The port was free a moment ago and is kept from others by nobody listening on it.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let closed = move |settings: &mut ApiSettings| {
        settings.base_url = parse_base_url(&format!("http://127.0.0.1:{port}")).unwrap();
    };
    let mut script = misconfigured(closed, 120, 30).await;
    let screen = script.screen().replace(&port.to_string(), "PORT");
    assert!(screen.contains("127.0.0.1:PORT"), "{screen}");
    assert!(screen.contains("R tries again"), "{screen}");
    script.keys("/").await;
    assert!(
        script
            .screen()
            .contains(&format!("/ {}", cast::IDENTIFIED_NAMED.id))
    );
}
