//! A directory that an earlier version wrote opens with every row as it was.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};
use smooch_console::directory::store::{Store, StoreOptions};
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{
    AppId, ConversationKey, Fate, LookupId, MessagePage, Provenance, SmoochId, UserId,
};
use tempfile::TempDir;

const BASE_URL: &str = "http://127.0.0.1:47911";
const APP: &str = "44620381ca2a3a05114c438b";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/directory/schema-2")
}

/// A copy of the files that the version with schema 2 wrote.
struct Old {
    folder: TempDir,
    expected: Map<String, Value>,
}

impl Old {
    fn copied() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let old = Self {
            folder,
            expected: serde_json::from_slice(&fs::read(fixture().join("expected.json")).unwrap())
                .unwrap(),
        };
        fs::create_dir_all(old.options().folder()).unwrap();
        for file in ["directory.db", "agent.db"] {
            fs::copy(fixture().join(file), old.options().folder().join(file)).unwrap();
        }
        old
    }

    fn options(&self) -> StoreOptions {
        StoreOptions::new(self.folder.path().to_owned(), BASE_URL, AppId::new(APP))
    }

    fn open(&self) -> Store {
        let store = Store::open(self.options()).unwrap();
        assert_eq!(store.loss(), None);
        store
    }

    fn rows(&self, table: &str) -> Vec<&Map<String, Value>> {
        let rows = self.expected[table].as_array().unwrap();
        rows.iter().map(|row| row.as_object().unwrap()).collect()
    }

    fn user_rows(&self) -> impl Iterator<Item = (SmoochId, &Map<String, Value>)> {
        let rows = self.rows("users").into_iter();
        rows.map(|row| (SmoochId::new(text(row, "id")), row))
    }
}

fn text<'r>(row: &'r Map<String, Value>, column: &str) -> &'r str {
    row[column].as_str().unwrap()
}

fn moment(row: &Map<String, Value>) -> Timestamp {
    Timestamp::from_millisecond(row["at"].as_i64().unwrap()).unwrap()
}

/// The rows of a table, with those columns that the expected ones have.
fn rows_of(file: &Path, table: &str, like: &Map<String, Value>) -> Vec<Map<String, Value>> {
    let connection = Connection::open(file).unwrap();
    let columns: Vec<&str> = like.keys().map(String::as_str).collect();
    let select = format!("SELECT {} FROM {table}", columns.join(", "));
    let mut select = connection.prepare(&select).unwrap();
    let rows = select.query_map([], |row| {
        let value = |(index, name): (usize, &&str)| {
            let value = match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => number.into(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                other => panic!("{other:?}"),
            };
            Ok(((*name).to_owned(), value))
        };
        columns.iter().enumerate().map(value).collect()
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_row_of_every_table_is_still_there() {
    let old = Old::copied();
    let folder = old.options().folder();
    drop(old.open());
    for (file, tables) in [
        (
            "directory.db",
            &["users", "copies", "pages", "lineage", "tombstones"][..],
        ),
        ("agent.db", &["opened", "pins"][..]),
    ] {
        for table in tables {
            let expected: Vec<_> = old.rows(table).into_iter().cloned().collect();
            assert!(!expected.is_empty(), "{table}");
            let found = rows_of(&folder.join(file), table, &expected[0]);
            assert_eq!(found, expected, "{table}");
        }
    }
    let empty = |table: &str| old.rows(table).is_empty();
    assert!(empty("imports") && empty("notes"));
}

#[test]
fn every_user_is_found_by_their_ids_with_name_source_and_date() {
    let old = Old::copied();
    let store = old.open();
    for (id, row) in old.user_rows() {
        let known = store.find(&LookupId::from(&id)).unwrap().unwrap();
        assert_eq!(known.user.id, id);
        let user_id = known.user.user_id.as_ref().map(UserId::expose);
        assert_eq!(user_id, row["user_id"].as_str(), "{id:?}");
        if known.name.provenance != Provenance::Fallback {
            assert_eq!(known.name.text.expose(), text(row, "name"));
        }
        assert_eq!(known.confirmed_at, moment(row));
        let source = match row["how"].as_i64().unwrap() {
            1 => Source::Api,
            2 => Source::File,
            _ => Source::Webhook,
        };
        assert_eq!(known.source, source, "{id:?}");
        let portion = match row["state"].as_i64().unwrap() {
            0 => Portion::Ids,
            1 => Portion::Part,
            _ => Portion::Whole,
        };
        assert_eq!(known.user.portion, portion, "{id:?}");
    }
    assert_eq!(store.user_count().unwrap(), 21);
}

#[test]
fn every_page_is_that_of_the_default_conversation() {
    let old = Old::copied();
    let store = old.open();
    let pages = old.rows("pages");
    assert_eq!(pages.len(), 5);
    for (id, row) in old.user_rows() {
        let kept = store.page(&ConversationKey::default_of(&id)).unwrap();
        let expected = pages.iter().find(|page| page["row"] == row["row"]);
        assert_eq!(kept.is_some(), expected.is_some(), "{id:?}");
        let (Some(kept), Some(expected)) = (kept, expected) else {
            continue;
        };
        assert_eq!(kept.at, moment(expected));
        let body: Value = serde_json::from_str(text(expected, "body")).unwrap();
        let messages = match &kept.page {
            MessagePage::NoConversation => 0,
            MessagePage::Messages { messages, .. } => messages.len(),
        };
        let expected = body["messages"].as_array().map_or(0, Vec::len);
        assert_eq!(messages, expected, "{id:?}");
    }
}

#[test]
fn pins_visits_merges_and_deletions_are_as_they_were() {
    let old = Old::copied();
    let store = old.open();
    let mut pins = old.rows("pins");
    pins.sort_by_key(|pin| std::cmp::Reverse(moment(pin)));
    let pins: Vec<_> = pins
        .iter()
        .map(|pin| SmoochId::new(text(pin, "id")))
        .collect();
    assert_eq!(store.pinned().unwrap(), pins);
    let visits = old.rows("opened").into_iter();
    let visits: Vec<_> = visits
        .map(|visit| (SmoochId::new(text(visit, "id")), moment(visit)))
        .collect();
    assert_eq!(store.visits().unwrap(), visits);
    for merge in old.rows("lineage") {
        let fate = store.fate(&SmoochId::new(text(merge, "old_id"))).unwrap();
        let Fate::Merged { into } = fate else {
            panic!("{merge:?}")
        };
        assert!(store.find(&LookupId::from(&into)).unwrap().is_some());
    }
    for deleted in old.rows("tombstones") {
        let fate = store.fate(&SmoochId::new(text(deleted, "id"))).unwrap();
        assert_eq!(
            fate,
            Fate::Deleted {
                at: moment(deleted)
            }
        );
    }
}

#[test]
fn what_is_readable_of_a_broken_file_with_an_earlier_schema_is_carried_over() {
    let old = Old::copied();
    let file = old.options().folder().join("directory.db");
    let mut bytes = fs::read(&file).unwrap();
    // Without this part of the table of pages, the file cannot be brought up to date.
    let pages = old.rows("pages");
    let body = &text(pages[0], "body").as_bytes()[..60];
    let at = bytes.windows(60).position(|bytes| bytes == body).unwrap() / 4096;
    bytes[at * 4096..(at + 1) * 4096].fill(0x5a);
    fs::write(&file, bytes).unwrap();
    let store = Store::open(old.options()).unwrap();
    assert!(store.loss().is_some_and(|loss| loss.has_gaps));
    let mut carried = 0;
    for (id, row) in old.user_rows() {
        assert!(store.find(&LookupId::from(&id)).unwrap().is_some());
        let Some(kept) = store.page(&ConversationKey::default_of(&id)).unwrap() else {
            continue;
        };
        let expected = pages.iter().find(|page| page["row"] == row["row"]);
        assert_eq!(kept.at, moment(expected.unwrap()));
        carried += 1;
    }
    assert!(0 < carried && carried < pages.len(), "{carried}");
}
