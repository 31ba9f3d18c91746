//! How lookups end, against an API that answers from a script and a store in a folder of its own.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt, ready};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::{Asker, Kept, LookupOutcome, Memory, Recalled};
use crate::api::UserApi;
use crate::directory::import::{ImportOptions, import_file};
use crate::directory::store::{Change, Store, StoreHandle, StoreNews, StoreOptions, StoredPage};
use crate::domain::facts::Source;
use crate::domain::{
    ApiVersion, App, AppId, ConversationKey, FactName, Fate, Found, Key, LineFault, LookupId,
    MatchedBy, MessagePage, PageRequest, Pin, Problem, RawJson, Refused, SmoochId, User,
    WholeReport,
};
use crate::wire::v11;

const MARA: &str = "7c1f0a9be35d42608f1b6a05";
const OLD: &str = "64c0a1f2a7f31c0058e6d000";

fn now() -> Timestamp {
    "2026-03-04T12:41:00Z".parse().unwrap()
}

/// The server's clock is an hour behind this machine's.
fn asked_at() -> Timestamp {
    "2026-03-04T11:41:00Z".parse().unwrap()
}

/// An API that knows some users under some ids, as long as it can be reached.
#[derive(Default)]
struct Scripted {
    users: Mutex<HashMap<&'static str, User>>,
    is_down: Mutex<bool>,
}

impl Scripted {
    fn answer(&self, id: &LookupId) -> Result<Found, Problem> {
        if *self.is_down.lock().unwrap() {
            return Err(offline());
        }
        let user = self.users.lock().unwrap().get(id.expose()).cloned();
        let user =
            user.ok_or_else(|| Problem::Refused(Refused::UserNotFound { id: id.clone() }))?;
        let matched_by = MatchedBy::of(id, &user);
        Ok(Found {
            user,
            matched_by,
            asked_at: asked_at(),
        })
    }
}

impl UserApi for Scripted {
    fn fetch_user(&self, id: LookupId) -> BoxFuture<'_, Result<Found, Problem>> {
        ready(self.answer(&id)).boxed()
    }

    fn fetch_messages(
        &self,
        _: ConversationKey,
        _: PageRequest,
    ) -> BoxFuture<'_, Result<MessagePage, Problem>> {
        ready(Ok(MessagePage::NoConversation)).boxed()
    }

    fn fetch_app(&self) -> BoxFuture<'_, Result<App, Problem>> {
        unreachable!("no test asks for the app")
    }
}

fn offline() -> Problem {
    Problem::Line(LineFault::ConnectionFailed {
        host: "api.example.org".into(),
        detail: "refused".into(),
    })
}

fn mara() -> User {
    let json = format!(
        r#"{{"_id":"{MARA}","userId":"cust-1","givenName":"Mara","clients":[],"properties":{{"plan":"pro"}}}}"#
    );
    v11::parse_user(json.as_bytes()).unwrap()
}

fn options_in(data: &Path) -> StoreOptions {
    StoreOptions::new(data.to_owned(), "https://x/", AppId::new("a1"))
}

/// An API and a memory, and the trouble that was reported.
struct Desk {
    api: Arc<Scripted>,
    store: StoreHandle,
    memory: Memory,
    asker: Asker,
    trouble: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        Self::keeping_in(&data, folder)
    }

    fn keeping_in(data: &Path, folder: TempDir) -> Self {
        let store = StoreHandle::open(options_in(data)).unwrap();
        let trouble = Arc::<Mutex<Vec<String>>>::default();
        let reported = Arc::clone(&trouble);
        let memory = Memory::new(store.clone(), move |news: &StoreNews| {
            reported.lock().unwrap().push(news.to_string());
        });
        let api = Arc::new(Scripted::default());
        let asker = Asker::new(
            Arc::clone(&api) as Arc<dyn UserApi>,
            ApiVersion::V11,
            Some(memory.clone()),
            now,
        );
        Self {
            api,
            store,
            memory,
            asker,
            trouble,
            _folder: folder,
        }
    }

    fn answers(&self, id: &'static str, user: User) -> &Self {
        self.api.users.lock().unwrap().insert(id, user);
        self
    }

    fn goes_offline(&self) {
        *self.api.is_down.lock().unwrap() = true;
    }

    async fn look_up(&self, id: &str) -> LookupOutcome {
        self.asker.look_up(&LookupId::new(id)).await
    }

    /// Looks up, and remembers the answer.
    async fn learn(&self, id: &str) -> Kept {
        let id = LookupId::new(id);
        let found = self.asker.look_up(&id).await.into_result().unwrap();
        self.asker.remember(&id, &found).await
    }

    async fn recall(&self, id: &str) -> Recalled {
        let recalled = self.memory.recall_user(&LookupId::new(id)).await;
        recalled.unwrap_or(Recalled::Nothing)
    }

    /// A webhook reports that a user was deleted.
    async fn deleted(&self, id: &str) {
        let (to, from) = oneshot::channel();
        let key = Key {
            at: now().as_millisecond(),
            source: Source::Webhook,
            line: 0,
        };
        let id = SmoochId::new(id);
        let change = Change::Deleted { id, key };
        let write = move |store: &mut Store| store.record(&change);
        self.store.ask(write, move |answer| {
            let _ = to.send(answer.is_ok());
        });
        assert!(from.await.unwrap());
    }

    fn trouble(&self) -> Vec<String> {
        self.trouble.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_user_is_found_by_either_id_and_remembered() {
    let desk = Desk::new();
    desk.answers(MARA, mara()).answers("cust-1", mara());
    assert_eq!(desk.recall(MARA).await, Recalled::Nothing);
    let LookupOutcome::Found(found) = desk.look_up("cust-1").await else {
        panic!("nobody was found");
    };
    assert_eq!((found.user, found.matched_by), (mara(), MatchedBy::UserId));
    assert_eq!(desk.learn("cust-1").await, Kept::AsAnswered);
    for id in [MARA, "cust-1"] {
        let Recalled::User { known, matched_by } = desk.recall(id).await else {
            panic!("{id} is not remembered");
        };
        assert_eq!((&known.user, matched_by), (&mara(), None));
        assert_eq!(
            (known.confirmed_at, known.source),
            (asked_at(), Source::Api)
        );
    }
    assert_eq!(desk.trouble(), Vec::<String>::new());
}

#[tokio::test]
async fn an_id_that_the_api_has_dropped_is_followed_to_the_survivor() {
    let desk = Desk::new();
    desk.answers(OLD, mara());
    // The API itself leads the old id to the survivor once.
    desk.learn(OLD).await;
    desk.api.users.lock().unwrap().remove(OLD);
    assert!(matches!(
        desk.look_up(OLD).await,
        LookupOutcome::SurvivorFailed { survivor, problem: Problem::Refused(Refused::UserNotFound { .. }) }
            if survivor == SmoochId::new(MARA)
    ));
    desk.answers(MARA, mara());
    let LookupOutcome::Found(found) = desk.look_up(OLD).await else {
        panic!("the survivor was not found");
    };
    assert_eq!((found.user, found.matched_by), (mara(), MatchedBy::Merged));
    let Recalled::User { known, matched_by } = desk.recall(OLD).await else {
        panic!("the survivor is not remembered under the old id");
    };
    assert_eq!(known.user, mara());
    assert_eq!(matched_by, Some(MatchedBy::Merged));
}

#[tokio::test]
async fn a_deleted_user_is_not_found_and_the_deletion_is_known() {
    let desk = Desk::new();
    desk.answers(MARA, mara());
    desk.learn(MARA).await;
    desk.api.users.lock().unwrap().remove(MARA);
    desk.deleted(MARA).await;
    let LookupOutcome::NotFound { problem, fate } = desk.look_up(MARA).await else {
        panic!("a deleted user was found");
    };
    let id = LookupId::new(MARA);
    assert_eq!(problem, Problem::Refused(Refused::UserNotFound { id }));
    assert_eq!(fate, Fate::Deleted { at: now() });
    assert_eq!(desk.recall(MARA).await, Recalled::Gone(fate));
}

#[tokio::test]
async fn an_id_of_which_nothing_is_known_is_not_found() {
    let desk = Desk::new();
    let outcome = desk.look_up("nobody").await;
    let id = LookupId::new("nobody");
    let problem = Problem::Refused(Refused::UserNotFound { id });
    let fate = Fate::Unknown;
    assert_eq!(outcome, LookupOutcome::NotFound { problem, fate });
    assert_eq!(desk.recall("nobody").await, Recalled::Nothing);
}

#[tokio::test]
async fn without_the_api_a_copy_is_there_if_one_was_kept() {
    let desk = Desk::new();
    desk.answers(MARA, mara());
    desk.learn(MARA).await;
    desk.goes_offline();
    for (id, copy) in [
        (MARA, Some(asked_at())),
        ("cust-1", Some(asked_at())),
        (OLD, None),
    ] {
        assert_eq!(desk.look_up(id).await, LookupOutcome::Failed(offline()));
        let id = LookupId::new(id);
        assert_eq!(desk.asker.last_report(&id).await, copy, "{id:?}");
        let is_recalled = matches!(desk.recall(id.expose()).await, Recalled::User { .. });
        assert_eq!(is_recalled, copy.is_some(), "{id:?}");
    }
}

#[tokio::test]
async fn what_a_table_said_beside_the_api_comes_back_with_the_answer() {
    let desk = desk_with(&[("crm.csv", &format!("_id,shoe\n{MARA},41\n"))]);
    desk.answers(MARA, mara());
    let Kept::WithMore(user) = desk.learn(MARA).await else {
        panic!("what the table said is lost");
    };
    assert_eq!(user.user.properties.0.len(), 2);
    assert_eq!(user.user.user_id, mara().user_id);
}

/// A desk where files were imported.
fn desk_with(files: &[(&str, &str)]) -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let mut store = Store::open(options_in(&data)).unwrap();
    for (name, content) in files {
        let file = data.join(name);
        std::fs::write(&file, content).unwrap();
        let import = ImportOptions {
            as_of: Some(now()),
            ..ImportOptions::new(&file, now())
        };
        import_file(&mut store, import, &AtomicBool::new(false), |_| {}).unwrap();
    }
    drop(store);
    Desk::keeping_in(&data, folder)
}

#[tokio::test]
async fn every_report_comes_with_the_answer_under_its_own_id_and_with_its_nulls() {
    let part = format!(r#"{{"_id":"{MARA}","email":null}}"#);
    let old = format!(r#"{{"_id":"{OLD}","properties":{{"size":7}}}}"#);
    let merge = format!(
        r#"{{"trigger":"merge:appUser","version":"v1.1","app":{{"_id":"a1"}},"surviving":{{"_id":"{MARA}"}},"discarded":[{{"_id":"{OLD}"}}]}}"#
    );
    let desk = desk_with(&[
        ("part.ndjson", &part),
        ("old.ndjson", &old),
        ("log.ndjson", &merge),
    ]);
    desk.answers(MARA, mara());
    let Kept::WithMore(known) = desk.learn(MARA).await else {
        panic!("what the files say is lost");
    };
    assert_eq!(known.whole, WholeReport::Apart(mara().json));
    let reports: Vec<_> = known
        .beside
        .iter()
        .map(|part| (part.json.clone(), part.old_id.as_ref()))
        .collect();
    let old_id = SmoochId::new(OLD);
    for report in [(part, None), (old, Some(&old_id))] {
        let report = (RawJson::new(report.0), report.1);
        assert!(reports.contains(&report), "{report:?} in {reports:?}");
    }
    let of_old: Vec<_> = known
        .notes
        .iter()
        .filter(|note| note.old_id.is_some())
        .map(|note| (&note.about, note.old_id.as_ref()))
        .collect();
    let size = FactName::Property("size".into());
    assert_eq!(of_old, [(&size, Some(&old_id))]);
}

#[tokio::test]
async fn the_newest_page_is_remembered() {
    let desk = Desk::new();
    let key = ConversationKey::default_of(&SmoochId::new(MARA));
    desk.answers(MARA, mara());
    desk.learn(MARA).await;
    let page = desk.asker.fetch_messages(&key, PageRequest::Newest).await;
    let page = page.unwrap();
    desk.asker.remember_page(&key, &page).await;
    let kept = desk.memory.recall_page(&key).await;
    assert_eq!(kept, Some(StoredPage { page, at: now() }));
}

#[tokio::test]
async fn trouble_with_the_files_is_reported_once_and_spoils_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "a file where the folder should be").unwrap();
    let desk = Desk::keeping_in(&file, folder);
    desk.answers(MARA, mara());
    for _ in 0..3 {
        assert!(matches!(desk.look_up(MARA).await, LookupOutcome::Found(_)));
        assert_eq!(desk.learn(MARA).await, Kept::Not);
        assert_eq!(desk.recall(MARA).await, Recalled::Nothing);
    }
    let not_found = desk.look_up(OLD).await;
    assert!(matches!(
        not_found,
        LookupOutcome::NotFound {
            fate: Fate::Unknown,
            ..
        }
    ));
    assert_eq!(desk.trouble().len(), 1, "{:?}", desk.trouble());
}

#[tokio::test]
async fn a_pin_is_written_or_says_each_time_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "a file where the folder should be").unwrap();
    let desk = Desk::keeping_in(&file, folder);
    let pin = || desk.memory.set_pin(SmoochId::new(MARA), Pin::Set, now());
    for _ in 0..3 {
        let refused = pin().await.unwrap_err().to_string();
        assert!(refused.contains("the data folder"), "{refused}");
        assert!(refused.contains("check the folder"), "{refused}");
    }
    // Once the cause is gone, the same is done without a new start.
    std::fs::remove_file(&file).unwrap();
    pin().await.unwrap();
    let pinned = Store::open(options_in(&file)).unwrap().pinned().unwrap();
    assert_eq!(pinned, [SmoochId::new(MARA)]);
    assert_eq!(desk.trouble(), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_lost_is_reported_also_when_nobody_asks_for_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_owned();
    let app_folder = Store::open(options_in(&data)).unwrap().folder().to_owned();
    std::fs::write(app_folder.join("agent.db"), "no database ".repeat(1_000)).unwrap();
    let desk = Desk::keeping_in(&data, folder);
    assert_eq!(desk.recall(MARA).await, Recalled::Nothing);
    let [words] = &desk.trouble()[..] else {
        panic!("{:?}", desk.trouble());
    };
    assert!(words.contains("set aside as agent.db.broken-1"), "{words}");
    assert!(!words.contains("directory.db"), "{words}");
}

#[tokio::test]
async fn without_a_memory_lookups_work_and_nothing_is_kept() {
    let api = Arc::new(Scripted::default());
    api.users.lock().unwrap().insert(MARA, mara());
    let asker = Asker::new(api, ApiVersion::V11, None, now);
    let id = LookupId::new(MARA);
    let found = asker.look_up(&id).await.into_result().unwrap();
    assert_eq!(asker.remember(&id, &found).await, Kept::Not);
    assert_eq!(asker.fate(&LookupId::new(OLD)).await, Fate::Unknown);
    assert_eq!(asker.last_report(&id).await, None);
}
