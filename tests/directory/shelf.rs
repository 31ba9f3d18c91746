//! A data folder of one's own, and shorthands for what tests do with it.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use assert_cmd::Command;
use jiff::Timestamp;
use smooch_console::directory::import::{
    BATCH, Counts, ImportError, ImportOptions, ImportReport, Progress, import_file,
};
use smooch_console::directory::store::{Store, StoreError, StoreOptions};
use smooch_console::domain::facts::Source;
use smooch_console::domain::{
    ApiVersion, AppId, ConversationKey, Key, KnownUser, LookupId, MessagePage, SmoochId,
};
use smooch_console::wire::v11;
use tempfile::TempDir;

pub const APP: &str = "64f1c0de00000000000000a1";
pub const BASE_URL: &str = "https://api.smooch.io/";

/// A data folder that goes away with the test.
pub struct Shelf {
    pub folder: TempDir,
}

pub fn now() -> Timestamp {
    "2126-01-01T00:00:00Z".parse().unwrap()
}

/// When something was reported, in milliseconds, and by which source.
pub fn key(source: Source, at: i64) -> Key {
    Key {
        at,
        source,
        line: 0,
    }
}

impl Shelf {
    pub fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    pub fn options(&self) -> StoreOptions {
        let data = self.folder.path().join("smooch-console");
        StoreOptions::new(data, BASE_URL, AppId::new(APP))
    }

    pub fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    pub fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(self.options())
    }

    /// The folder of the app.
    pub fn app_folder(&self) -> PathBuf {
        self.options().folder()
    }

    pub fn database(&self) -> PathBuf {
        self.app_folder().join("directory.db")
    }

    /// A file beside the data.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// The program, with this folder and no other.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smooch-console"));
        command
            .env_clear()
            .env("XDG_DATA_HOME", self.folder.path())
            .env("HOME", self.folder.path())
            .env("SMOOCH_APP_ID", APP)
            .current_dir(self.folder.path())
            .args(arguments);
        command
    }
}

/// A file that was written so many days after the first of January 2024.
pub fn dated(shelf: &Shelf, name: &str, day: u64, content: impl AsRef<[u8]>) -> PathBuf {
    let path = shelf.file(name, content);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_067_200 + day * 86_400);
    file.set_modified(at).unwrap();
    path
}

/// That day.
pub fn day(number: i64) -> Timestamp {
    Timestamp::from_second(1_704_067_200 + number * 86_400).unwrap()
}

/// Imports a file whole; says what was refused too.
pub fn try_import(
    store: &mut Store,
    file: &Path,
) -> Result<(ImportReport, Vec<(u64, String)>), ImportError> {
    import_as(store, file, BATCH, false)
}

/// The present of the tests, for files that were written later than that: by the tests.
pub fn as_of(file: &Path) -> Option<Timestamp> {
    let modified = file.metadata().ok()?.modified().ok()?;
    let modified = Timestamp::try_from(modified).ok()?;
    (modified > now()).then(now)
}

pub fn import_as(
    store: &mut Store,
    file: &Path,
    batch: usize,
    dry_run: bool,
) -> Result<(ImportReport, Vec<(u64, String)>), ImportError> {
    let mut rejected = Vec::new();
    let options = ImportOptions {
        batch,
        dry_run,
        as_of: as_of(file),
        ..ImportOptions::new(file, now())
    };
    let report = import_file(store, options, &AtomicBool::new(false), |progress| {
        if let Progress::Rejected { line, why } = progress {
            rejected.push((line, why.to_owned()));
        }
    })?;
    Ok((report, rejected))
}

pub fn import(store: &mut Store, file: &Path) -> (ImportReport, Vec<(u64, String)>) {
    try_import(store, file).unwrap()
}

pub const fn counts(inserted: u64, updated: u64, unchanged: u64, rejected: u64) -> Counts {
    Counts {
        inserted,
        not_yet_asked: 0,
        updated,
        unchanged,
        rejected,
    }
}

pub fn find(store: &Store, id: &str) -> Option<KnownUser> {
    store.find(&LookupId::new(id)).unwrap()
}

/// Keeps a page of messages, as v1.1 sends it, as the newest one of a user's conversation.
pub fn save_newest(store: &mut Store, user: &SmoochId, body: &str, at: Timestamp) -> MessagePage {
    let page = v11::parse_messages_page(body.as_bytes()).unwrap();
    let page = MessagePage::Messages {
        conversation: page.conversation,
        messages: page.messages,
        older: None,
    };
    let key = ConversationKey::default_of(user);
    store.save_page(&key, &page, ApiVersion::V11, at).unwrap();
    page
}

/// A user of v1.1 as the API sends them.
pub fn user(id: &str, given_name: &str) -> String {
    format!(
        r#"{{"_id":"{id}","givenName":"{given_name}","signedUpAt":"2024-01-01T00:00:00.000Z","conversationStarted":true,"clients":[],"pendingClients":[],"properties":{{}}}}"#
    )
}

/// The same, with a profile of one's own instead of a name; it ends with a comma.
pub fn whole(id: &str, profile: &str) -> String {
    format!(
        r#"{{"_id":"{id}",{profile}"conversationStarted":true,"properties":{{}},"clients":[],"pendingClients":[]}}"#
    )
}

/// Many users, one a line, each with their number.
pub fn users(range: std::ops::Range<u32>) -> String {
    let lines = range.map(|n| user(&id(n), &format!("Name{n}")) + "\n");
    lines.collect()
}

pub fn id(number: u32) -> String {
    // Mixed, so that ids do not come in their order.
    let mixed = number.wrapping_mul(2_654_435_761);
    format!("{mixed:08x}{number:016x}")
}

/// What every user looks like now, in the order of their ids.
pub fn everybody(store: &Store) -> Vec<(String, String)> {
    let mut all = Vec::new();
    store
        .each_user(|stored| {
            let json = stored.user.json.expose().to_owned();
            all.push((stored.user.id.expose().to_owned(), json));
        })
        .unwrap();
    all.sort();
    all
}

/// Whether SQLite itself finds nothing wrong with the file.
pub fn is_sound(database: &Path) -> bool {
    let connection = rusqlite::Connection::open(database).unwrap();
    let check = "PRAGMA integrity_check";
    let words: String = connection.query_row(check, [], |row| row.get(0)).unwrap();
    words == "ok"
}
