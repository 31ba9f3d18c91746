//! Users known only in part on this machine, as they are shown.

use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use smooch_console::console::geometry::Pane;
use smooch_console::directory::import::{ImportOptions, import_file};
use smooch_console::directory::store::Store;
use smooch_console::sandbox::cast;

use crate::remembered::{Place, assert_shows, open_by_id};
use crate::script::{NOW, Script};
use crate::{Part, picture_of_part};

/// A place where a file was imported, at the moment at which every script is played.
async fn place_of(lines: &[&str]) -> Place {
    place_with("users.ndjson", &lines.join("\n"), lines.len()).await
}

async fn place_with(file: &str, content: &str, users: usize) -> Place {
    let place = Place::new().await;
    let inserted = import_into(&place, file, content, NOW.parse().unwrap());
    assert_eq!(inserted, users as u64);
    place
}

/// Imports a file of some moment, and says how many users were new.
pub fn import_into(place: &Place, file: &str, content: &str, as_of: Timestamp) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(file);
    let app = place.sandbox.app_id();
    std::fs::write(&file, content.replace("APP", app)).unwrap();
    let mut store = Store::open(place.options()).unwrap();
    let options = ImportOptions {
        as_of: Some(as_of),
        ..ImportOptions::new(&file, NOW.parse().unwrap())
    };
    let report = import_file(&mut store, options, &AtomicBool::new(false), |_| {}).unwrap();
    report.counts.inserted
}

const FRAGMENT: &str = r#"{"_id":"7c1f0a9be35d42608f1b6a04","givenName":"Haru"}"#;
const IDS: &str = r#"{"_id":"7c1f0a9be35d42608f1b6a05","userId":"crm-000417"}"#;
const BARE: &str = r#"{"_id":"7c1f0a9be35d42608f1b6a07"}"#;
const WROTE: &str = r#"{"trigger":"message:appUser","version":"v1.1","app":{"_id":"APP"},"messages":[{"_id":"m1","role":"appUser","name":"Newbie","type":"text","text":"hi","received":1700000000.1}],"appUser":{"_id":"7c1f0a9be35d42608f1b6a06","conversationStarted":true}}"#;

async fn opened(place: &Place, name: &str, width: u16, height: u16) -> Script {
    let mut script = place.offline_at(width, height).await;
    script.keys(&format!("/{name}<enter>")).await;
    script
}

#[tokio::test]
async fn that_only_a_part_is_known_and_not_the_identity_is_said_at_every_size() {
    let place = place_of(&[FRAGMENT, IDS]).await;
    for (width, height) in SIZES {
        let script = opened(&place, "haru", width, height).await;
        assert_shows(&script, "IDENTITY NOT KNOWN · NAMED · known in part");
        if width >= 100 {
            assert_shows(&script, "only a part is known · R asks the API");
        }
        let screen = script.screen();
        assert!(!screen.contains("unread"), "{screen}");
        assert!(!screen.contains("ANONYMOUS"), "{screen}");
        let name = format!("fragment_{width}x{height}");
        insta::assert_snapshot!(name, picture_of_part(&script, who(width)));
    }
}

#[tokio::test]
async fn the_card_says_what_is_not_known_and_how_to_know_it() {
    let place = place_of(&[FRAGMENT]).await;
    let mut script = opened(&place, "haru", 120, 30).await;
    script.keys("i").await;
    assert_shows(&script, "Not known whether anonymous or identified");
    assert_shows(
        &script,
        "Only a part of this user is known here: no source has given a userId; R asks the API.",
    );
    insta::assert_snapshot!("fragment_card", picture_of_part(&script, Part::Overlay));
}

#[tokio::test]
async fn facts_from_a_table_are_found_after_the_api_has_answered_without_them() {
    let id = cast::IDENTIFIED_NAMED.id;
    let table = format!("_id,tag\n{id},vip\n");
    let place = place_with("crm.csv", &table, 1).await;
    let mut script = place.online_at(120, 30).await;
    open_by_id(&mut script, id).await;
    assert_shows(&script, "looked up just now");
    script.keys("s").await;
    script.paste("prop.tag:vip").await;
    assert_shows(&script, "1 of ");
    assert_shows(&script, "ID Mara Quinn");
}

#[tokio::test]
async fn the_list_has_a_badge_for_each_user_and_no_invented_name() {
    let place = place_of(&[FRAGMENT, IDS, WROTE]).await;
    let script = place.offline_at(120, 30).await;
    assert_shows(&script, "·· Haru");
    assert_shows(&script, "ID crm-000417");
    assert_shows(&script, "-- Newbie");
    assert_shows(&script, "ID identified -- anonymous ·· unknown");
    assert!(
        !script.screen().contains("Anonymous"),
        "{}",
        script.screen()
    );
}

/// The part of a screen that says who is shown.
pub const fn who(width: u16) -> Part {
    if width < 100 {
        Part::Strip
    } else {
        Part::Pane(Pane::Profile)
    }
}

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 30), (200, 50)];

#[tokio::test]
async fn without_a_network_a_banner_says_so_from_the_start_at_every_size() {
    let empty = place_of(&[]).await;
    let place = place_of(&[FRAGMENT]).await;
    for (width, height) in SIZES {
        let mut script = empty.offline_at(width, height).await;
        assert_shows(&script, "OFFLINE: ");
        assert_shows(&script, "what is known here · R tries again");
        assert_shows(&script, "offline: cannot connect to 127.0.0.1:1");
        script.keys("R").await;
        assert_shows(&script, "trying again");

        let script = place.offline_at(width, height).await;
        assert_shows(&script, ", file as of just now · R tries again");
        assert_shows(&script, "Haru");
        let name = format!("offline_glance_{width}x{height}");
        insta::assert_snapshot!(name, picture_of_part(&script, who(width)));
    }
}

#[tokio::test]
async fn a_user_known_by_ids_alone_is_readable_without_the_api() {
    let place = place_of(&[IDS, WROTE, BARE]).await;
    for (width, height) in SIZES {
        let script = opened(&place, "crm-000417", width, height).await;
        assert_shows(&script, "IDENTIFIED · known in part");
        assert_shows(&script, "7c1f0a9be35d42608f1b6a05");
        assert_shows(&script, "no name known");
        assert_shows(&script, "file as of just now · R tries again");
        let name = format!("ids_{width}x{height}");
        insta::assert_snapshot!(name, picture_of_part(&script, who(width)));

        let script = opened(&place, "newbie", width, height).await;
        assert_shows(&script, "ANONYMOUS · known in part");
        assert_shows(&script, "from the user's messages");
        assert_shows(&script, "from a webhook 2y ago · R tries again");

        let script = opened(&place, "7c1f0a9be35d42608f1b6a07", width, height).await;
        assert_shows(&script, "IDENTITY NOT KNOWN · known in part");
        assert_shows(&script, "file as of just now · R tries again");
    }
}
