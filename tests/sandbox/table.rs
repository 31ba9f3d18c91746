//! Checks the table in the sandbox's module documentation against the tests.

use std::fs;
use std::path::PathBuf;

fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).unwrap()
}

/// The rows of the table: a path, and the tests named for it.
fn rows() -> Vec<(String, Vec<String>)> {
    let source = read("src/sandbox.rs");
    let lines = source
        .lines()
        .filter_map(|line| line.strip_prefix("//! | "));
    let rows = lines.filter(|line| line.starts_with('`')).map(|line| {
        let (path, tests) = line.split_once(" | ").unwrap();
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        (path.to_owned(), tests.collect())
    });
    rows.collect()
}

#[test]
fn every_test_that_the_table_names_exists() {
    let mut tests = String::new();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/sandbox");
    for entry in fs::read_dir(folder).unwrap() {
        tests += &fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    for (path, named) in rows() {
        assert!(!named.is_empty(), "{path} names no test");
        for name in named {
            assert!(
                tests.contains(&format!("async fn {name}()")),
                "{path}: {name}"
            );
        }
    }
}

#[test]
fn every_row_of_the_api_document_is_in_the_table() {
    let rows: Vec<String> = rows().into_iter().map(|(path, _)| path).collect();
    for path in [
        "GET /appusers/{u}",
        "POST /appusers",
        "PUT /appusers/{u}",
        "DELETE /appusers/{u}",
        "DELETE /appusers/{u}/profile",
        "GET /appusers/{u}/channels",
        "GET /appusers/{u}/businesssystems",
        "GET /appusers/{u}/linkrequest",
        "GET /appusers/{u}/authcode",
        "POST /appusers/{u}/channels",
        "DELETE /appusers/{u}/channels/{channel}",
        "POST /appusers/merge",
        "GET /appusers/{u}/messages",
        "POST /appusers/{u}/messages",
        "DELETE /appusers/{u}/messages",
        "DELETE /appusers/{u}/messages/{messageId}",
        "POST /appusers/{u}/images",
        "POST /appusers/{u}/conversation/activity",
        "POST /appusers/{u}/conversation/read",
        "GET /appusers/{u}/conversation",
        "POST /appusers/{u}/conversation/postback",
        "POST /attachments",
        "POST /attachments/remove",
        "GET /integrations",
        "POST /integrations",
        "GET, PUT, DELETE /integrations/{id}",
        "GET, POST /webhooks",
        "GET, PUT, DELETE /webhooks/{id}",
        "GET, PUT, DELETE /apps/{appId}",
        "GET, POST /apps",
        "GET, POST /keys",
        "GET, DELETE /keys/{id}",
        "GET /keys/{id}/jwt",
    ] {
        let row = format!("`{path}`");
        assert!(rows.iter().any(|other| other.trim() == row), "{path}");
    }
}
