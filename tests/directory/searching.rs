//! The commands that look somebody up or search, and what this machine remembers by them.

use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;
use smooch_console::directory::store::{Change, Report, Store, StoreOptions};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{AppId, ConversationKey, MessagePage, SmoochId};
use smooch_console::sandbox::{Sandbox, SandboxOptions, cast};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::shelf::*;

fn ran(command: &mut Command) -> (i32, String, String) {
    let run = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = run.status.code().unwrap();
    (code, text(run.stdout), text(run.stderr))
}

/// An app that answers, and a data folder.
struct App {
    sandbox: Sandbox,
    _runtime: Runtime,
    home: TempDir,
}

impl App {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = SandboxOptions::at(now());
        Self {
            sandbox: runtime.block_on(Sandbox::start(options)).unwrap(),
            _runtime: runtime,
            home: TempDir::new().unwrap(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_DATA_HOME", self.home.path())
            .env("SMOOCH_BASE_URL", self.sandbox.base_url())
            .env("SMOOCH_APP_ID", self.sandbox.app_id())
            .env("SMOOCH_KEY_ID", self.sandbox.key_id())
            .env("SMOOCH_KEY_SECRET", self.sandbox.secret())
            .args(arguments);
        command
    }

    fn options(&self) -> StoreOptions {
        let url = format!("{}/", self.sandbox.base_url());
        let data = self.home.path().join("smooch-console");
        StoreOptions::new(data, &url, AppId::new(self.sandbox.app_id()))
    }

    fn get(&self, id: &str) -> (i32, Value, String) {
        let (code, out, errors) = ran(&mut self.command(&["get", id, "--json"]));
        (
            code,
            serde_json::from_str(&out).unwrap_or(Value::Null),
            errors,
        )
    }
}

#[test]
fn imported_users_are_found_best_first_up_to_the_limit() {
    let shelf = Shelf::new();
    let json = |id: u32, name: &str| user(&self::id(id), name) + "\n";
    let lines = json(1, "Hans Schmidt") + &json(2, "Schmidtke") + &json(3, "Sandy Chad Mckee");
    shelf.file("u.ndjson", lines);
    shelf.command(&["import", "u.ndjson"]).assert().success();

    let (code, out, _) = ran(&mut shelf.command(&["search", "schm", "--json"]));
    let record: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 0);
    assert_eq!(record["known_users"], 3);
    assert_eq!(record["fuzzy"], "run");
    let hits = record["hits"].as_array().unwrap();
    let named: Vec<_> = hits
        .iter()
        .map(|hit| (hit["display_name"].as_str().unwrap(), hit["rank"].as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("Schmidtke", Some("prefix")),
            ("Hans Schmidt", Some("word")),
            ("Sandy Chad Mckee", Some("fuzzy"))
        ]
    );

    let (code, out, _) = ran(&mut shelf.command(&["search", "--limit", "1", "schmidt", "hans"]));
    assert_eq!(code, 0);
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(out.contains("Hans Schmidt"), "{out}");
    let counted = "1 of 3 users known here matches, the oldest copy";
    assert!(out.contains(counted), "{out}");
}

#[test]
fn nobody_known_and_nobody_found_have_one_exit_code_and_two_messages() {
    let shelf = Shelf::new();
    let (code, out, errors) = ran(&mut shelf.command(&["search", "mara"]));
    assert_eq!((code, errors.as_str()), (3, ""));
    assert!(out.starts_with("no users are known here yet"), "{out}");
    shelf.file("u.ndjson", users(0..3));
    shelf.command(&["import", "u.ndjson"]).assert().success();
    let (code, out, _) = ran(&mut shelf.command(&["search", "zzqxjv"]));
    assert_eq!(code, 3);
    assert!(out.starts_with("0 of 3 users known here match"), "{out}");
}

#[test]
fn a_query_that_is_not_understood_is_wrong_usage() {
    let shelf = Shelf::new();
    for query in ["is:nobody", "seen:<7", "has:", "prop.:x"] {
        let (code, out, errors) = ran(&mut shelf.command(&["search", query, "--json"]));
        assert_eq!((code, out.as_str()), (2, ""), "{query}: {errors}");
        assert!(errors.contains("the query is not understood"), "{errors}");
        assert!(errors.contains("next:"), "{errors}");
    }
}

#[test]
fn a_user_who_was_looked_up_is_found_afterwards() {
    let app = App::new();
    let mara = cast::IDENTIFIED_NAMED;
    assert_eq!(app.get(mara.user_id.unwrap()).0, 0);
    let (code, out, _) = ran(&mut app.command(&["search", "quinn", "--json"]));
    assert_eq!(code, 0);
    let record: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(record["hits"][0]["id"], mara.id);
    assert_eq!(record["hits"][0]["identity"], "identified");
    let (_, out, _) = ran(&mut app.command(&["directory", "stats", "--json"]));
    let stats: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(stats["from"]["looked_up"], 1);
    assert_eq!(stats["never_confirmed"], 0);
}

#[test]
fn a_name_out_of_the_messages_is_found_after_a_look_up() {
    let app = App::new();
    let (code, record, _) = app.get(cast::ANONYMOUS_UNNAMED.id);
    assert_eq!(code, 0);
    assert_eq!(record["display_name"]["provenance"], "message-generated");
    let name = record["display_name"]["text"].as_str().unwrap();
    let (code, out, _) = ran(&mut app.command(&["search", name, "--json"]));
    assert_eq!(code, 0, "“{name}” is not found: {out}");
    let record: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(record["hits"][0]["id"], cast::ANONYMOUS_UNNAMED.id);
    assert_eq!(record["hits"][0]["display_name"], name);
    // The name was wanted, and not what was said.
    let store = Store::open(app.options()).unwrap();
    assert_eq!(store.coverage(now()).unwrap().conversations, 0);
}

#[test]
fn the_newest_messages_that_were_read_are_kept() {
    let app = App::new();
    let id = cast::THOUSAND_MESSAGES.id;
    let older = ["messages", id, "--before", "2001-01-01T00:00:00Z"];
    app.command(&older).assert().success();
    let kept = |id: &str| {
        let store = Store::open(app.options()).unwrap();
        store
            .page(&ConversationKey::default_of(&SmoochId::new(id)))
            .unwrap()
            .map(|kept| kept.page)
    };
    assert_eq!(kept(id), None, "older messages are not the newest");
    let (_, out, _) = ran(&mut app.command(&["messages", id, "--limit", "250", "--json"]));
    let last: Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    let Some(MessagePage::Messages { messages, .. }) = kept(id) else {
        panic!("the newest page is kept");
    };
    let newest = messages.last().unwrap().id.as_ref().unwrap();
    assert_eq!(last["id"], newest.expose());
    let silent = cast::NO_CONVERSATION.id;
    app.command(&["messages", silent]).assert().success();
    assert_eq!(kept(silent), Some(MessagePage::NoConversation));
}

#[test]
fn a_name_out_of_a_file_is_the_one_that_a_lookup_shows_too() {
    let app = App::new();
    let unnamed = cast::ANONYMOUS_UNNAMED.id;
    let file = app.home.path().join("crm.csv");
    for (column, provenance) in [("givenName", "profile"), ("name", "file")] {
        std::fs::write(&file, format!("_id,{column}\n{unnamed},Zora\n")).unwrap();
        let import = ["import", file.to_str().unwrap()];
        app.command(&import).assert().success();
        let (code, record, errors) = app.get(unnamed);
        assert_eq!(code, 0, "{errors}");
        let name = &record["display_name"];
        assert_eq!(
            (&name["text"], &name["provenance"]),
            (&"Zora".into(), &provenance.into())
        );
        app.command(&["forget", unnamed]).assert().success();
        std::fs::remove_dir_all(app.home.path().join("smooch-console")).unwrap();
    }
}

#[test]
fn without_the_api_what_is_known_here_is_shown() {
    let app = App::new();
    let mara = cast::IDENTIFIED_NAMED;
    let old = "0123456789abcdef01234567";
    assert_eq!(app.get(mara.id).0, 0);
    {
        let mut store = Store::open(app.options()).unwrap();
        let survivor = SmoochId::new(mara.id);
        store
            .note_merge(&SmoochId::new(old), &survivor, now())
            .unwrap();
    }
    let ids = [mara.id, mara.user_id.unwrap(), old];
    let stranger = cast::ANONYMOUS_UNNAMED.id;
    let commands = ids.map(|id| {
        let [get, messages] = ["get", "messages"].map(|command| app.command(&[command, id]));
        (get, messages)
    });
    let unknown = app.command(&["get", stranger]);
    // Of some no more than the ids are kept, which is something too.
    let silent = cast::NO_CONVERSATION.id;
    let mention = Report::mention(silent, key(Source::File, 0));
    let mention = Change::Report(Box::new(mention));
    let mut store = Store::open(app.options()).unwrap();
    store.record(&mention).unwrap();
    drop(store);
    let by_id_only = app.command(&["get", silent]);
    // The address stays the same: the directory belongs to it.
    drop(app.sandbox);
    let unreachable = |mut command: Command| {
        let (code, out, errors) = ran(&mut command);
        assert_eq!((code, out.as_str()), (5, ""), "{errors}");
        errors
    };
    for (get, messages) in commands {
        for errors in [unreachable(get), unreachable(messages)] {
            assert!(errors.contains("what this machine knows"), "{errors}");
            assert!(errors.contains("`smooch-console search`"), "{errors}");
        }
    }
    let errors = unreachable(by_id_only);
    assert!(errors.contains("what this machine knows"), "{errors}");
    let errors = unreachable(unknown);
    assert!(!errors.contains("what this machine knows"), "{errors}");
}

#[test]
fn an_old_id_leads_to_its_survivor_and_a_deleted_one_is_called_deleted() {
    let app = App::new();
    let (old, gone) = ("0123456789abcdef01234567", "0123456789abcdef01234568");
    let mara = cast::IDENTIFIED_NAMED;
    {
        let mut store = Store::open(app.options()).unwrap();
        let survivor = SmoochId::new(mara.id);
        store
            .note_merge(&SmoochId::new(old), &survivor, now())
            .unwrap();
        let deleted = Change::Deleted {
            id: SmoochId::new(gone),
            key: key(Source::Webhook, 0),
        };
        store.record(&deleted).unwrap();
    }
    let (code, record, _) = app.get(old);
    assert_eq!(code, 0);
    assert_eq!(record["matched_by"], "merged");
    assert_eq!(record["id"], mara.id);
    {
        let mut store = Store::open(app.options()).unwrap();
        let [older, lost] = ["0123456789abcdef01234569", "0123456789abcdef0123456a"];
        store
            .note_merge(&SmoochId::new(older), &SmoochId::new(lost), now())
            .unwrap();
    }
    let (code, _, errors) = app.get("0123456789abcdef01234569");
    assert_eq!(code, 3);
    assert!(
        errors.contains("no user “0123456789abcdef0123456a”"),
        "{errors}"
    );
    assert!(
        errors.contains("“0123456789abcdef01234569” was merged into that user"),
        "{errors}"
    );
    let (code, _, errors) = app.get(gone);
    assert_eq!(code, 3);
    assert!(
        errors.contains("was deleted, as a webhook reported on 1970-01-01"),
        "{errors}"
    );
}

#[test]
fn the_fate_of_an_id_is_shown_without_the_api_too() {
    let shelf = Shelf::new();
    // Nobody listens there: port 1 of this machine is nobody's.
    let url = "http://127.0.0.1:1";
    let data = shelf.folder.path().join("smooch-console");
    let options = StoreOptions::new(data, &format!("{url}/"), AppId::new(APP));
    let mut store = Store::open(options).unwrap();
    let (old, survivor) = (SmoochId::new("old"), SmoochId::new("survivor"));
    store.note_merge(&old, &survivor, now()).unwrap();
    let deleted = Change::Deleted {
        id: SmoochId::new("gone"),
        key: key(Source::Webhook, 0),
    };
    store.record(&deleted).unwrap();
    drop(store);
    for (id, words) in [
        ("old", "this id was merged into survivor"),
        (
            "gone",
            "this user was deleted, as a webhook reported on 1970-01-01",
        ),
    ] {
        let mut command = shelf.command(&["get", id]);
        let command = command
            .env("SMOOCH_BASE_URL", url)
            .env("SMOOCH_KEY_ID", "app_64f1c0de00000000000000a1")
            .env("SMOOCH_KEY_SECRET", "x");
        let (code, _, errors) = ran(command);
        assert_eq!(code, 5, "{errors}");
        assert!(errors.contains(words), "{errors}");
    }
}

#[test]
fn without_a_place_to_remember_a_look_up_still_answers() {
    let app = App::new();
    let mara = cast::IDENTIFIED_NAMED;
    let in_the_way = app.home.path().join("smooch-console");
    std::fs::write(&in_the_way, "no folder").unwrap();
    let (code, record, errors) = app.get(mara.id);
    assert_eq!(code, 0);
    assert_eq!(record["id"], mara.id);
    assert!(errors.contains("data folder"), "{errors}");
    assert!(Path::new(&in_the_way).is_file());
}
