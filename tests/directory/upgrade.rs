//! A directory that an earlier version wrote opens with everything that was in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};
use smooch_console::directory::store::{Change, Report, Store, StoreOptions};
use smooch_console::domain::facts::{Portion, Source};
use smooch_console::domain::{
    ApiVersion, AppId, ConversationKey, Fate, Identity, LookupId, MessagePage, Provenance, Scalar,
    SmoochId, Untrusted, User, UserId,
};
use smooch_console::wire::v11;
use tempfile::TempDir;

use super::shelf;

const BASE_URL: &str = "http://127.0.0.1:47911";
const APP: &str = "44620381ca2a3a05114c438b";

/// The folders of what earlier versions wrote, by their schema.
const SCHEMAS: [&str; 2] = ["schema-2", "schema-3"];

fn fixture(schema: &str) -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/directory");
    fixtures.join(schema)
}

/// A copy of the files that the version with an earlier schema wrote.
struct Old {
    folder: TempDir,
    expected: Map<String, Value>,
}

impl Old {
    fn copied(schema: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let expected = fs::read(fixture(schema).join("expected.json")).unwrap();
        let old = Self {
            folder,
            expected: serde_json::from_slice(&expected).unwrap(),
        };
        fs::create_dir_all(old.options().folder()).unwrap();
        for file in ["directory.db", "agent.db"] {
            let from = fixture(schema).join(file);
            if from.exists() {
                fs::copy(from, old.options().folder().join(file)).unwrap();
            }
        }
        old
    }

    fn options(&self) -> StoreOptions {
        StoreOptions::new(self.folder.path().to_owned(), BASE_URL, AppId::new(APP))
    }

    fn database(&self) -> PathBuf {
        self.options().folder().join("directory.db")
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

    /// The copy of a user.
    fn copy(&self, row: &Map<String, Value>) -> Option<Map<String, Value>> {
        let copies = self.rows("copies");
        let copy = copies.iter().find(|copy| copy["row"] == row["row"])?;
        serde_json::from_str(text(copy, "json")).unwrap()
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

/// The cells of a small table in one text.
fn cells(packed: &Value) -> Vec<Vec<String>> {
    let rows = packed
        .as_str()
        .unwrap_or_default()
        .split_terminator('\u{1e}');
    let cells = rows.map(|row| row.split_terminator('\u{1f}').map(str::to_owned));
    let mut cells: Vec<Vec<String>> = cells.map(Iterator::collect).collect();
    cells.sort();
    cells
}

/// The custom data of a user, by name and value.
fn properties(user: &User) -> Vec<Vec<String>> {
    let each = user.properties.0.iter().filter_map(|(name, value)| {
        let value = match value {
            Scalar::Text(text) | Scalar::Number(text) | Scalar::Json(text) => text.expose(),
            Scalar::Bool(true) => "true",
            Scalar::Bool(false) => "false",
            Scalar::Null => return None,
        };
        Some(vec![name.expose().to_owned(), value.to_owned()])
    });
    let mut properties: Vec<_> = each.collect();
    properties.sort();
    properties
}

/// Where a user is reached: platform, name, id and last sign of each channel.
fn channels(user: &User) -> Vec<Vec<String>> {
    let each = user.clients.iter().chain(&user.pending_clients);
    let each = each.map(|client| {
        let cell = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let seen = client
            .last_seen
            .map(|seen| seen.as_millisecond().to_string());
        vec![
            client.platform.0.expose().to_owned(),
            cell(client.display_name.as_ref().map(Untrusted::expose)),
            cell(client.external_id.as_ref().map(Untrusted::expose)),
            cell(seen.as_deref()),
        ]
    });
    let mut channels: Vec<_> = each.collect();
    channels.sort();
    channels
}

/// What earlier versions claimed of a user.
fn identity(row: &Map<String, Value>) -> Option<Identity> {
    const WHOLE: i64 = 2;
    const API: i64 = 1;
    const WEBHOOK: i64 = 3;
    const BOTH_IDS: i64 = 16;
    let number = |column: &str| row[column].as_i64().unwrap_or_default();
    if row["user_id"].is_string() {
        return Some(Identity::Identified);
    }
    let is_said = number("state") == WHOLE
        || number("how") == API
        || (number("how") == WEBHOOK && number("origin") & BOTH_IDS != 0);
    is_said.then_some(Identity::Anonymous)
}

#[test]
fn every_row_of_every_table_is_still_there() {
    for schema in SCHEMAS {
        let old = Old::copied(schema);
        drop(old.open());
        // What is kept of a copy is checked by what is shown; the other columns are all there.
        let users = |row: &Map<String, Value>| -> Map<String, Value> {
            let rewritten = ["origin", "hash", "part_at"];
            let columns = row.iter();
            let columns = columns.filter(|(name, _)| !rewritten.contains(&name.as_str()));
            columns
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        for (before, after) in [
            ("users", "users"),
            ("pages", "pages"),
            ("lineage", "merges"),
            ("tombstones", "tombstones"),
        ] {
            let rows = old.rows(before).into_iter();
            let expected: Vec<_> = match before {
                "users" => rows.map(users).collect(),
                _ => rows.cloned().collect(),
            };
            assert!(!expected.is_empty(), "{schema}: {before}");
            let found = rows_of(&old.database(), after, &expected[0]);
            assert_eq!(found, expected, "{schema}: {after}");
        }
        assert!(old.rows("imports").is_empty());
    }
    let old = Old::copied("schema-2");
    drop(old.open());
    for table in ["opened", "pins"] {
        let expected: Vec<_> = old.rows(table).into_iter().cloned().collect();
        assert!(!expected.is_empty(), "{table}");
        let file = old.options().folder().join("agent.db");
        assert_eq!(rows_of(&file, table, &expected[0]), expected, "{table}");
    }
    assert!(old.rows("notes").is_empty());
}

#[test]
fn every_user_is_found_by_their_ids_with_everything_as_before() {
    for (schema, count) in SCHEMAS.into_iter().zip([21, 24]) {
        let old = Old::copied(schema);
        let store = old.open();
        check_users(&old, &store);
        assert_eq!(store.user_count().unwrap(), count, "{schema}");
    }
}

#[test]
fn a_file_of_the_first_schema_is_brought_up_to_date() {
    let old = Old::copied("schema-2");
    let older = "ALTER TABLE users DROP COLUMN part_at; PRAGMA user_version = 1";
    let connection = Connection::open(old.database()).unwrap();
    connection.execute_batch(older).unwrap();
    drop(connection);
    let mut store = old.open();
    check_users(&old, &store);
    // What comes later is joined to it.
    let rows = "_id,givenName\n5f0000000000000000000001,Bo\n";
    let file = old.folder.path().join("crm.csv");
    fs::write(&file, rows).unwrap();
    let report = shelf::import(&mut store, &file).0;
    assert_eq!(report.counts, shelf::counts(0, 1, 0, 0));
    let known = store.find(&LookupId::new("5f0000000000000000000001"));
    assert_eq!(known.unwrap().unwrap().name.text.expose(), "Bo Brühl");
}

/// Whether every user is found with everything as it was.
fn check_users(old: &Old, store: &Store) {
    for (id, row) in old.user_rows() {
        let known = store.find(&LookupId::from(&id)).unwrap().unwrap();
        let user = &known.user;
        assert_eq!(user.id, id);
        let user_id = user.user_id.as_ref().map(UserId::expose);
        assert_eq!(user_id, row["user_id"].as_str(), "{id:?}");
        assert_eq!(user.identity(), identity(row), "{id:?}");
        if known.name.provenance != Provenance::Fallback {
            assert_eq!(known.name.text.expose(), text(row, "name"));
        }
        let email = user.email.as_ref().map(Untrusted::expose);
        assert_eq!(email, row["email"].as_str(), "{id:?}");
        assert_eq!(properties(user), cells(&row["properties"]), "{id:?}");
        assert_eq!(channels(user), cells(&row["channels"]), "{id:?}");
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
        assert_eq!(user.portion, portion, "{id:?}");
    }
}

#[test]
fn every_member_of_every_copy_is_still_shown() {
    for schema in SCHEMAS {
        let old = Old::copied(schema);
        let store = old.open();
        let mut compared = 0;
        for (id, row) in old.user_rows() {
            let known = store.find(&LookupId::from(&id)).unwrap().unwrap();
            let shown: Value = serde_json::from_str(known.user.json.expose()).unwrap();
            assert_eq!(shown["smooch-console/imported"], Value::Null, "{id:?}");
            // What v2 calls otherwise is compared member by member above.
            let copy = old.copy(row).filter(|copy| copy.contains_key("_id"));
            for (name, value) in copy.into_iter().flatten() {
                let is_kept = !value.is_null() && name != "smooch-console/imported";
                let empty = [serde_json::json!([]), serde_json::json!({})];
                if is_kept
                    && !["properties", "clients"].contains(&&*name)
                    && !empty.contains(&value)
                {
                    assert_eq!(shown[&name], value, "{schema}: {id:?}: {name}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 60, "{schema}: {compared}");
    }
}

#[test]
fn no_line_counts_as_known_and_properties_out_of_lists_stay_those_of_lists() {
    let old = Old::copied("schema-3");
    let store = old.open();
    let hashes = "SELECT count(*) FROM users WHERE hash IS NOT NULL";
    let count = |database: &Path| -> i64 {
        let connection = Connection::open(database).unwrap();
        connection.query_row(hashes, [], |row| row.get(0)).unwrap()
    };
    assert!(count(&fixture("schema-3").join("directory.db")) > 0);
    assert_eq!(count(&old.database()), 0);
    // The API answers without any property: what lists say stays, as it did.
    let mut store = store;
    for (id, row) in old.user_rows() {
        let Some(copy) = old.copy(row) else { continue };
        let listed: Vec<String> = match &copy.get("smooch-console/imported") {
            Some(Value::Array(names)) => {
                let names = names.iter().map(|name| name.as_str().unwrap().to_owned());
                names.collect()
            }
            _ => continue,
        };
        assert!(!listed.is_empty());
        look_up(&mut store, &shelf::user(id.expose(), "Now"), shelf::now());
        let known = store.find(&LookupId::from(&id)).unwrap().unwrap();
        let names: Vec<String> = properties(&known.user)
            .into_iter()
            .map(|mut cells| cells.swap_remove(0))
            .collect();
        assert_eq!(names, listed, "{id:?}");
    }
}

fn look_up(store: &mut Store, json: &str, at: Timestamp) {
    let user = v11::parse_user(json.as_bytes()).unwrap();
    let answer = Report::answered(&user, ApiVersion::V11, at);
    store.record(&Change::Report(Box::new(answer))).unwrap();
}

#[test]
fn only_what_was_looked_up_whole_takes_older_facts_away() {
    for schema in SCHEMAS {
        let old = Old::copied(schema);
        let mut store = old.open();
        // A webhook that is older than everything tells of a property and a client that nobody has.
        let event = |id: &SmoochId| {
            format!(
                r#"{{"trigger":"message:appUser","app":{{"_id":"{APP}"}},"timestamp":1388534400,"appUser":{{"_id":"{}","properties":{{"older":"yes"}}}},"client":{{"id":"older-client","platform":"line"}},"messages":[]}}"#,
                id.expose()
            )
        };
        let ids: Vec<_> = old.user_rows().map(|(id, _)| id).collect();
        let lines: Vec<String> = ids.iter().map(event).collect();
        let file = old.folder.path().join("older.jsonl");
        fs::write(&file, lines.join("\n")).unwrap();
        let report = shelf::import(&mut store, &file).0;
        assert_eq!(report.counts.rejected, 0);
        let mut taken_away = BTreeMap::new();
        for (id, row) in old.user_rows() {
            let user = store.find(&LookupId::from(&id)).unwrap().unwrap().user;
            let has_property = properties(&user).contains(&vec!["older".into(), "yes".into()]);
            let has_client = channels(&user)
                .iter()
                .any(|client| client[0] == "line" && client[2].is_empty() && client[1].is_empty());
            assert_eq!(has_property, has_client, "{schema}: {id:?}");
            let is_answer = row["state"] == 2 && row["how"] == 1;
            assert_eq!(has_property, !is_answer, "{schema}: {id:?}");
            *taken_away.entry(is_answer).or_insert(0) += 1;
            // And it makes nobody anonymous.
            assert_eq!(user.identity(), identity(row), "{schema}: {id:?}");
        }
        assert!(
            taken_away.values().all(|count| *count > 4),
            "{taken_away:?}"
        );
    }
}

#[test]
fn every_page_is_that_of_the_default_conversation() {
    let old = Old::copied("schema-2");
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
fn pins_and_visits_are_as_they_were() {
    let old = Old::copied("schema-2");
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
}

#[test]
fn merges_and_deletions_are_as_they_were() {
    for (schema, merges, deletions) in [("schema-2", 3, 3), ("schema-3", 2, 2)] {
        let old = Old::copied(schema);
        let store = old.open();
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
        let coverage = store.coverage(shelf::now()).unwrap();
        assert_eq!((coverage.merged, coverage.deleted), (merges, deletions));
    }
}

#[test]
fn what_a_list_says_later_is_shown_of_a_user_known_only_by_ids() {
    let old = Old::copied("schema-3");
    let mut store = old.open();
    let id = LookupId::new("6f0000000000000000000006");
    let user = store.find(&id).unwrap().unwrap().user;
    assert_eq!(user.portion, Portion::Ids);
    let file = old.folder.path().join("crm.csv");
    fs::write(&file, "userId,givenName,tag\ncust-0106,Mara,vip\n").unwrap();
    shelf::import(&mut store, &file);
    let known = store.find(&id).unwrap().unwrap();
    assert_eq!(known.name.text.expose(), "Mara");
    assert_eq!(properties(&known.user), [["tag", "vip"]]);
    assert_eq!(known.user.identity(), Some(Identity::Identified));
}

#[test]
fn what_is_readable_of_a_broken_file_with_an_earlier_schema_is_carried_over() {
    let old = Old::copied("schema-2");
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
