//! What the console knows from earlier starts, with and without the API.

use std::sync::Arc;

use smooch_console::api::{ApiSettings, parse_base_url};
use smooch_console::console::geometry::Pane;
use smooch_console::console::msg::{Msg, Timer};
use smooch_console::directory::store::{Change, Report, Store, StoreOptions};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{ApiVersion, AppId, Key, LookupId, MatchedBy, SmoochId, Stage};
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};
use smooch_console::wire::v11::parse_user;
use tempfile::TempDir;

use crate::script::{NOW, Script};

fn key(source: Source, at: i64) -> Key {
    Key {
        at,
        source,
        line: 0,
    }
}
use crate::{Part, picture_of_part};

pub struct Place {
    folder: TempDir,
    pub sandbox: Arc<Sandbox>,
}

impl Place {
    pub async fn new() -> Self {
        let options = SandboxOptions::at(NOW.parse().unwrap());
        Self {
            folder: TempDir::new().unwrap(),
            sandbox: Arc::new(Sandbox::start(options).await.unwrap()),
        }
    }

    pub fn options(&self) -> StoreOptions {
        let data = self.folder.path().to_owned();
        StoreOptions::new(
            data,
            "https://api.example.org",
            AppId::new(self.sandbox.app_id()),
        )
    }

    /// A console on the app, as after a start; `base_url` says where its requests go.
    async fn console(&self, base_url: &str, width: u16, height: u16) -> Script {
        let mut settings = ApiSettings::new(
            parse_base_url(base_url).unwrap(),
            AppId::new(self.sandbox.app_id()),
            self.sandbox.key_id().to_owned(),
            self.sandbox.secret().into(),
        );
        // One try shows as much as three, without the waiting.
        settings.retries.tries = 1;
        let sandbox = Arc::clone(&self.sandbox);
        let (stage, store) = (Stage::Production, Some(self.options()));
        let mut script = Script::with(sandbox, settings, stage, store, width, height);
        script.open().await;
        script
    }

    async fn online(&self) -> Script {
        self.online_at(120, 30).await
    }

    pub async fn online_at(&self, width: u16, height: u16) -> Script {
        self.console(self.sandbox.base_url(), width, height).await
    }

    /// Nobody listens there: port 1 of this machine is nobody's.
    pub async fn offline_at(&self, width: u16, height: u16) -> Script {
        self.console("http://127.0.0.1:1", width, height).await
    }

    async fn offline(&self) -> Script {
        self.offline_at(120, 30).await
    }
}

pub async fn open_by_id(script: &mut Script, id: &str) {
    script.keys("/").await;
    script.paste(id).await;
    script.keys("<enter>").await;
}

pub fn assert_shows(script: &Script, words: &str) {
    let screen = script.screen();
    assert!(screen.contains(words), "“{words}” is not on\n{screen}");
}

#[tokio::test]
async fn who_was_opened_is_found_by_name_after_a_restart() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    script.close();
    drop(script);

    let mut script = place.online().await;
    assert_shows(&script, "1 known user ");
    assert_shows(&script, "Mara Quinn");
    script.keys("/quinn<enter>").await;
    assert_eq!(
        script.state.messages.user(),
        Some(&SmoochId::new(cast::IDENTIFIED_NAMED.id))
    );
}

#[tokio::test]
async fn a_pin_survives_a_restart_until_it_is_removed() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::ANONYMOUS_UNNAMED.id).await;
    script.keys("p").await;
    assert_shows(&script, "pinned: at the top of the list");
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    script.close();
    drop(script);

    let mut script = place.online().await;
    let first = script.state.users.results.hits.first().unwrap();
    assert_eq!(first.entry.id, SmoochId::new(cast::ANONYMOUS_UNNAMED.id));
    assert_shows(&script, "▸--* ");
    script.keys("p").await;
    assert_shows(&script, "unpinned");
    script.close();
    drop(script);

    let script = place.online().await;
    assert!(!script.state.users.results.has_pins);
    let first = script.state.users.results.hits.first().unwrap();
    assert_eq!(
        first.entry.id,
        SmoochId::new(cast::IDENTIFIED_NAMED.id),
        "who was opened last"
    );
}

#[tokio::test]
async fn who_was_imported_beside_the_console_is_found_within_a_minute() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    script.tell(Msg::TimerFired(Timer::Minute)).await;
    assert_shows(&script, "1 known user ");
    {
        let mut others = Store::open(place.options()).unwrap();
        let user = r#"{"appUser":{"_id":"7c1f0a9be35d42608f1b6a04","givenName":"Haru"}}"#;
        let user = parse_user(user.as_bytes()).unwrap();
        let told = Report::whole(&user, ApiVersion::V11, key(Source::File, 0));
        let change = Change::Report(Box::new(told));
        others.record(&change).unwrap();
    }
    assert_shows(&script, "1 known user ");
    script.tell(Msg::TimerFired(Timer::Minute)).await;
    assert_shows(&script, "2 known users");
    script.keys("sharu").await;
    let hit = script.state.users.results.hits.first().unwrap();
    assert_eq!(hit.entry.id, SmoochId::new("7c1f0a9be35d42608f1b6a04"));
}

#[tokio::test]
async fn a_user_forgotten_by_another_process_is_gone_within_a_minute() {
    let place = Place::new().await;
    let mut script = place.online().await;
    for person in [cast::IDENTIFIED_NAMED, cast::ANONYMOUS_UNNAMED] {
        open_by_id(&mut script, person.id).await;
    }
    script.keys("p").await;
    assert_shows(&script, "2 known users");
    let forget = |id: &str| {
        let mut others = Store::open(place.options()).unwrap();
        others
            .forget(&LookupId::new(id), NOW.parse().unwrap())
            .unwrap();
    };
    forget(cast::ANONYMOUS_UNNAMED.id);
    script.tell(Msg::TimerFired(Timer::Minute)).await;
    assert_shows(&script, "1 known user ");
    assert!(script.state.users.results.hits.is_empty());
    assert_shows(&script, "was forgotten or purged here");
    script.keys("p").await;
    assert_shows(&script, "nothing to pin");
    script.keys("squinn").await;
    assert_eq!(script.state.users.results.hits.len(), 1);
    script.close();
    drop(script);
    let store = Store::open(place.options()).unwrap();
    assert_eq!(store.pinned().unwrap(), []);
    assert_eq!(store.user_count().unwrap(), 1);
}

/// Two users were opened, the first one pinned; then another process forgets the first one.
async fn having_forgotten_the_first(place: &Place) -> Script {
    let mut script = place.online().await;
    for person in [cast::IDENTIFIED_NAMED, cast::ANONYMOUS_UNNAMED] {
        open_by_id(&mut script, person.id).await;
    }
    let mut others = Store::open(place.options()).unwrap();
    let forgotten = LookupId::new(cast::IDENTIFIED_NAMED.id);
    assert!(
        others
            .forget(&forgotten, NOW.parse().unwrap())
            .unwrap()
            .rows
            > 0
    );
    script
}

/// Nobody but the second user is in the files.
fn assert_stays_forgotten(place: &Place) {
    let store = Store::open(place.options()).unwrap();
    assert_eq!(store.user_count().unwrap(), 1);
    let visits = store.visits().unwrap();
    let second = SmoochId::new(cast::ANONYMOUS_UNNAMED.id);
    assert!(visits.iter().all(|(id, _)| *id == second), "{visits:?}");
    assert_eq!(store.pinned().unwrap(), []);
}

#[tokio::test]
async fn going_back_brings_nobody_back_who_was_just_forgotten() {
    let place = Place::new().await;
    for mut script in [
        having_forgotten_the_first(&place).await,
        // Also where the console was told by the minute's news.
        {
            let mut script = having_forgotten_the_first(&place).await;
            script.tell(Msg::TimerFired(Timer::Minute)).await;
            script
        },
    ] {
        script.keys("H").await;
        script.rest().await;
        let screen = script.screen();
        assert!(!screen.contains("Quinn"), "{screen}");
        let second = SmoochId::new(cast::ANONYMOUS_UNNAMED.id);
        assert_eq!(script.state.profile.shown_id(), Some(&second));
        script.close();
        drop(script);
        assert_stays_forgotten(&place);
    }
}

#[tokio::test]
async fn a_pin_does_not_write_down_a_user_who_was_just_forgotten() {
    let place = Place::new().await;
    let mut script = having_forgotten_the_first(&place).await;
    script.keys("squinn").await;
    script.keys("<esc>p").await;
    assert_shows(&script, "no longer known here");
    script.close();
    drop(script);
    assert_stays_forgotten(&place);
}

#[tokio::test]
async fn a_pin_that_cannot_be_written_is_not_shown_and_says_why_each_time() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    let agent = place.options().folder().join("agent.db");
    let other = rusqlite::Connection::open(agent).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..2 {
        script.keys("p").await;
        assert_shows(&script, "not pinned: another");
        assert!(!script.state.users.results.has_pins);
        assert!(!script.screen().contains("* pinned"));
    }
    other.execute_batch("COMMIT").unwrap();
    script.keys("p").await;
    assert_shows(&script, "pinned: at the top of the list");
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    script.keys("p").await;
    assert_shows(&script, "still pinned: another");
    drop(other);
    script.close();
    drop(script);
    let pinned = Store::open(place.options()).unwrap().pinned().unwrap();
    assert_eq!(pinned, [SmoochId::new(cast::IDENTIFIED_NAMED.id)]);
}

#[tokio::test]
async fn what_is_known_here_can_be_asked_for() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    script.keys(":known<enter>").await;
    assert_shows(&script, "1: 1 identified, 0 anonymous");
    assert_shows(&script, "the API 1, a file 0, a webhook 0");
    script.keys("<esc>:").await;
    insta::assert_snapshot!("palette_120x30", picture_of_part(&script, Part::Overlay));
    script.keys("copy").await;
    insta::assert_snapshot!(
        "palette_copy_120x30",
        picture_of_part(&script, Part::Overlay)
    );
}

#[tokio::test]
async fn without_the_api_everything_known_is_readable_and_says_how_old_it_is() {
    let place = Place::new().await;
    let mut script = place.online().await;
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    let count = script.state.thread().unwrap().messages.len();
    script.close();
    drop(script);

    for by_id in [false, true] {
        let mut script = place.offline().await;
        if by_id {
            open_by_id(&mut script, cast::IDENTIFIED_NAMED.user_id.unwrap()).await;
        } else {
            script.keys("/quinn<enter>").await;
        }
        assert_shows(&script, "an older copy, looked up just now");
        assert_shows(&script, "IDENTIFIED");
        assert_shows(&script, "from just now · ");
        assert_eq!(script.state.thread().unwrap().messages.len(), count);
    }
}

#[tokio::test]
async fn an_old_id_opens_its_survivor_and_says_so() {
    let place = Place::new().await;
    let old = "0123456789abcdef01234567";
    let survivor = SmoochId::new(cast::IDENTIFIED_NAMED.id);
    {
        let mut store = Store::open(place.options()).unwrap();
        let at = NOW.parse().unwrap();
        store
            .note_merge(&SmoochId::new(old), &survivor, at)
            .unwrap();
    }
    let mut script = place.online().await;
    open_by_id(&mut script, old).await;
    assert_eq!(script.state.profile.shown_id(), Some(&survivor));
    let shown = script.state.profile.shown().unwrap();
    assert_eq!(shown.matched_by, Some(MatchedBy::Merged));
    assert_shows(&script, "is an old id: it leads to the survivor of a merge");
    let merged = format!("looked up as {old}, merged into this user");
    assert_shows(&script, &merged);
    script.keys("R").await;
    assert_shows(&script, &merged);
    script.close();
    drop(script);

    let mut script = place.offline().await;
    open_by_id(&mut script, old).await;
    assert_eq!(script.state.profile.shown_id(), Some(&survivor));
    assert_shows(&script, "an older copy, looked up just now");
    assert_shows(&script, &merged);
    script.resize(80, 24).await;
    assert_shows(&script, "  old id 01234567");
}

#[tokio::test]
async fn a_deleted_user_is_said_to_be_deleted() {
    let place = Place::new().await;
    let gone = "0123456789abcdef01234567";
    {
        let mut store = Store::open(place.options()).unwrap();
        let change = Change::Deleted {
            id: SmoochId::new(gone),
            key: key(Source::Webhook, 0),
        };
        store.record(&change).unwrap();
    }
    let mut script = place.online().await;
    open_by_id(&mut script, gone).await;
    assert_eq!(script.state.notice, None);
    insta::assert_snapshot!(
        "deleted_120x30",
        picture_of_part(&script, Part::Pane(Pane::Profile))
    );
    for (width, height) in [(80, 24), (120, 30), (200, 50)] {
        for mut script in [
            place.online_at(width, height).await,
            place.offline_at(width, height).await,
        ] {
            open_by_id(&mut script, gone).await;
            let words = "was deleted, as a";
            assert_shows(&script, words);
            let screen = script.screen();
            assert!(!screen.contains("check the id"), "{screen}");
        }
    }
    let mut script = place.offline().await;
    open_by_id(&mut script, gone).await;
    assert_shows(&script, "OFFLINE: ");
}

#[tokio::test]
async fn an_id_that_leads_to_an_unknown_user_says_so_without_the_api_too() {
    let place = Place::new().await;
    let (old, survivor) = ("0123456789abcdef01234567", "0123456789abcdef01234568");
    {
        let mut store = Store::open(place.options()).unwrap();
        let (old, survivor) = (SmoochId::new(old), SmoochId::new(survivor));
        store
            .note_merge(&old, &survivor, NOW.parse().unwrap())
            .unwrap();
    }
    let mut script = place.offline().await;
    open_by_id(&mut script, old).await;
    insta::assert_snapshot!(
        "merged_into_nobody_offline_120x30",
        picture_of_part(&script, Part::Pane(Pane::Profile))
    );
    for (width, height) in [(80, 24), (120, 30), (200, 50)] {
        for mut script in [
            place.online_at(width, height).await,
            place.offline_at(width, height).await,
        ] {
            open_by_id(&mut script, old).await;
            assert_shows(&script, "was merged into");
            let screen = script.screen();
            assert!(!screen.contains("check the id"), "{screen}");
        }
    }
}

#[tokio::test]
async fn a_directory_that_cannot_be_opened_is_reported_once_and_the_rest_works() {
    let place = Place::new().await;
    std::fs::create_dir_all(place.options().folder().join("directory.db")).unwrap();
    let mut script = place.online().await;
    let trouble = script.state.trouble.take().unwrap();
    assert!(trouble.as_str().contains("data folder"), "{trouble:?}");
    open_by_id(&mut script, cast::IDENTIFIED_NAMED.id).await;
    assert_shows(&script, "Mara Quinn");
    script.keys("R").await;
    assert_eq!(script.state.trouble, None);
}
