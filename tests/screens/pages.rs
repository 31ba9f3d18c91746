//! Conversations, overlays, copying, history.

use smooch_console::console::geometry::Pane;
use smooch_console::sandbox::cast;

use crate::script::Script;
use crate::{Part, picture_of_part, picture_of_parts};

async fn opened(id: &str, width: u16, height: u16) -> Script {
    let mut script = Script::start(width, height).await;
    script.keys("/").await;
    script.paste(id).await;
    script.keys("<enter>").await;
    script
}

#[tokio::test]
async fn every_type_of_message_shows_what_it_says() {
    let mut script = opened(cast::EVERY_TYPE.id, 120, 100).await;
    insta::assert_snapshot!(
        "every_type_120x100",
        picture_of_part(&script, Part::Pane(Pane::Messages))
    );
    script.resize(80, 100).await;
    insta::assert_snapshot!(
        "every_type_80x100",
        picture_of_part(&script, Part::Pane(Pane::Messages))
    );
}

#[tokio::test]
async fn hostile_texts_stay_text() {
    let mut script = opened(cast::HOSTILE.id, 120, 60).await;
    script.keys("gg").await;
    let panes = [Pane::Users, Pane::Profile, Pane::Messages].map(Part::Pane);
    let panes = picture_of_parts(&script, &panes);
    insta::assert_snapshot!("hostile_120x60", panes);
    script.keys("v").await;
    insta::assert_snapshot!(
        "hostile_raw_120x60",
        picture_of_part(&script, Part::Overlay)
    );
}

#[tokio::test]
async fn scrolling_up_brings_older_pages_and_keeps_the_place() {
    let mut script = opened(cast::THOUSAND_MESSAGES.id, 120, 30).await;
    assert!(
        script.screen().contains(" 100 of 100+"),
        "{}",
        script.screen()
    );
    let mut tops = Vec::new();
    for _ in 0..200 {
        script.keys("<pgup>").await;
        tops.push(script.state.thread().unwrap().messages.len());
    }
    let thread = script.state.thread().unwrap();
    assert_eq!(thread.messages.len(), 1_000);
    let mut ids: Vec<_> = thread.ids().map(|id| id.expose().to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 1_000, "no message twice, none lost");
    assert_eq!((thread.top, thread.selected), (0, 0));
    assert!(
        tops.contains(&199),
        "pages came one after the other: {tops:?}"
    );
}

#[tokio::test]
async fn a_user_who_never_wrote_has_no_conversation_yet() {
    let script = opened(cast::NO_CONVERSATION.id, 120, 30).await;
    insta::assert_snapshot!(picture_of_part(&script, Part::Pane(Pane::Messages)));
}

#[tokio::test]
async fn unconfirmed_channels_are_said_to_be_so() {
    let mut script = opened(cast::PENDING_ONLY.id, 80, 24).await;
    script.keys("2").await;
    insta::assert_snapshot!(picture_of_part(&script, Part::Pane(Pane::Profile)));
}

#[tokio::test]
async fn the_identity_card_explains_this_user() {
    let mut script = opened(cast::IDENTIFIED_NAMED.id, 120, 40).await;
    script.keys("i").await;
    insta::assert_snapshot!("card_identified", picture_of_part(&script, Part::Overlay));
    let mut script = opened(cast::ANONYMOUS_UNNAMED.id, 80, 24).await;
    script.keys("i").await;
    insta::assert_snapshot!("card_anonymous", picture_of_part(&script, Part::Overlay));
    script.keys("G").await;
    assert!(
        script.screen().contains("How this console knows"),
        "{}",
        script.screen()
    );
}

#[tokio::test]
async fn the_help_is_made_of_the_keymap_and_can_be_searched() {
    let mut script = Script::start(120, 50).await;
    script.keys("?").await;
    insta::assert_snapshot!("help", picture_of_part(&script, Part::Overlay));
    script.keys("/curl").await;
    insta::assert_snapshot!("help_filtered", picture_of_part(&script, Part::Overlay));
}

#[tokio::test]
async fn the_footer_shows_how_a_longer_binding_goes_on() {
    let mut script = opened(cast::IDENTIFIED_NAMED.id, 200, 50).await;
    script.keys("y").await;
    let screen = script.screen();
    let keys = screen.lines().nth_back(1).unwrap();
    assert!(
        keys.contains("y copies  i _id  u userId  n name  e e-mail"),
        "{keys}"
    );
}

#[tokio::test]
async fn what_is_copied_is_what_was_asked_for() {
    let mut script = opened(cast::IDENTIFIED_NAMED.id, 120, 30).await;
    script.keys("yiyuynye").await;
    let expected = [
        "64be90d2a7f31c0058e6d914",
        "cust-20418",
        "Mara Quinn",
        "mara@example.org",
    ];
    assert_eq!(script.host.copied, expected);
    script.keys("ymyc").await;
    assert!(
        script.host.copied[4].contains("thank you Dana"),
        "{:?}",
        script.host.copied[4]
    );
    let curl = &script.host.copied[5];
    assert!(
        curl.starts_with("curl -u 'app_5f1e':\"$SMOOCH_KEY_SECRET\" "),
        "{curl}"
    );
    assert!(
        curl.ends_with("/appusers/64be90d2a7f31c0058e6d914"),
        "{curl}"
    );
    assert!(
        script
            .host
            .copied
            .iter()
            .all(|text| !text.contains(script.sandbox.secret()))
    );
}

#[tokio::test]
async fn history_leads_back_and_forth_through_opened_users() {
    let mut script = opened(cast::IDENTIFIED_NAMED.id, 120, 30).await;
    script.keys("/").await;
    script.paste(cast::ANONYMOUS_NAMED.id).await;
    script.keys("<enter>").await;
    let shown = |script: &Script| script.state.profile.shown_id().unwrap().expose().to_owned();
    assert_eq!(shown(&script), cast::ANONYMOUS_NAMED.id);
    script.keys("H").await;
    assert_eq!(shown(&script), cast::IDENTIFIED_NAMED.id);
    script.keys("L").await;
    assert_eq!(shown(&script), cast::ANONYMOUS_NAMED.id);
}
