//! As of when a file counts, what counts as whole, and what an import says of both.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use super::shelf::*;

fn import_with(shelf: &Shelf, arguments: &[&str]) -> Output {
    let arguments: Vec<&str> = ["import"].into_iter().chain(arguments.to_vec()).collect();
    shelf.command(&arguments).output().unwrap()
}

fn said(run: &Output) -> String {
    String::from_utf8(run.stdout.clone()).unwrap()
}

fn complained(run: &Output) -> String {
    String::from_utf8(run.stderr.clone()).unwrap()
}

fn email(shelf: &Shelf, id: &str) -> Option<String> {
    let known = find(&shelf.open(), id).unwrap();
    known.user.email.map(|email| email.expose().to_owned())
}

/// A whole user of v1.1 with more members.
fn whole(more: &str) -> String {
    format!(
        r#"{{"_id":"u1",{more}"conversationStarted":true,"properties":{{}},"clients":[],"pendingClients":[]}}"#
    )
}

#[test]
fn a_file_whose_date_cannot_be_right_needs_another() {
    let shelf = Shelf::new();
    let path = shelf.file("crm.csv", "_id,email\nu1,a@x\n");
    let file = || std::fs::File::options().write(true).open(&path).unwrap();
    let day = std::time::Duration::from_hours(24);
    for (at, words) in [
        (std::time::SystemTime::now() + 2 * day, "lies in the future"),
        (
            std::time::UNIX_EPOCH,
            "its date, 1970-01-01, cannot be right",
        ),
    ] {
        file().set_modified(at).unwrap();
        let run = import_with(&shelf, &["crm.csv"]);
        assert_eq!(run.status.code(), Some(1));
        let words_said = complained(&run);
        assert!(words_said.contains("crm.csv: not imported"), "{words_said}");
        assert!(words_said.contains(words), "{words_said}");
        assert!(words_said.contains("--as-of"), "{words_said}");
        let run = import_with(&shelf, &["--as-of", "2024-05-03", "crm.csv"]);
        assert_eq!(run.status.code(), Some(0), "{}", complained(&run));
        assert!(
            said(&run).contains("as of 2024-05-03 00:00:00"),
            "{}",
            said(&run)
        );
        assert!(said(&run).contains("given with --as-of"), "{}", said(&run));
    }
    let run = import_with(&shelf, &["--as-of", "2224-05-03", "crm.csv"]);
    assert!(complained(&run).contains("lies in the future"));
    assert_eq!(
        import_with(&shelf, &["--as-of", "soon", "crm.csv"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn the_moment_that_was_given_decides_and_not_the_order() {
    for order in [["1", "2"], ["2", "1"]] {
        let shelf = Shelf::new();
        for number in order {
            let name = format!("{number}.csv");
            shelf.file(&name, format!("_id,email\nu1,{number}@x\n"));
            let day = format!("2024-05-0{number}");
            import_with(&shelf, &["--as-of", &day, &name]);
        }
        assert_eq!(email(&shelf, "u1").as_deref(), Some("2@x"), "{order:?}");
    }
}

#[test]
fn only_a_whole_line_takes_something_away() {
    let shelf = Shelf::new();
    let file = |name: &str, at, line: &str| {
        dated(&shelf, name, at, line);
        name.to_owned()
    };
    let known = file("1.ndjson", 1, &whole(r#""email":"a@x","#));
    let part = file("2.ndjson", 2, r#"{"_id":"u1","properties":{}}"#);
    import_with(&shelf, &[&known, &part]);
    assert_eq!(email(&shelf, "u1").as_deref(), Some("a@x"));
    import_with(&shelf, &["--whole", &part]);
    assert_eq!(email(&shelf, "u1"), None);
    let again = file("3.ndjson", 3, &whole(r#""email":"b@x","#));
    let without = file("4.ndjson", 4, &whole(""));
    import_with(&shelf, &[&without, &again]);
    assert_eq!(email(&shelf, "u1"), None);
}

#[test]
fn what_get_printed_counts_as_the_apis_answer_at_its_moment() {
    let shelf = Shelf::new();
    let record = |at: &str, email: &str| {
        let raw = whole(&format!(r#""email":"{email}","#));
        format!(
            r#"{{"schema":"smooch-console/user/1","api":"v1.1","fetched_at":"{at}","raw":{raw}}}"#
        )
    };
    let lines = [
        record("2024-01-03T00:00:00Z", "answered@x"),
        record("2024-01-02T00:00:00Z", "before@x"),
    ];
    dated(&shelf, "got.ndjson", 9, lines.join("\n"));
    dated(&shelf, "crm.csv", 1, "_id,email\nu1,list@x\n");
    let got = import_with(&shelf, &["got.ndjson", "crm.csv"]);
    assert_eq!(got.status.code(), Some(0), "{}", complained(&got));
    assert_eq!(email(&shelf, "u1").as_deref(), Some("answered@x"));
    // Nobody can have been asked that late: it is as old as its file.
    let future = record("2224-01-01T00:00:00Z", "never@x");
    dated(&shelf, "future.ndjson", 3, future);
    dated(&shelf, "crm.csv", 4, "_id,email\nu1,list@x\n");
    import_with(&shelf, &["future.ndjson", "crm.csv"]);
    assert_eq!(email(&shelf, "u1").as_deref(), Some("list@x"));
}

#[test]
fn an_answer_that_is_older_than_a_whole_line_brings_nothing_back() {
    for order in [["line", "answer"], ["answer", "line"]] {
        let shelf = Shelf::new();
        dated(&shelf, "line", 5, whole(""));
        let raw = whole(r#""email":"before@x","#);
        let at = "2024-01-02T00:00:00Z";
        let answer = format!(
            r#"{{"schema":"smooch-console/user/1","api":"v1.1","fetched_at":"{at}","raw":{raw}}}"#
        );
        dated(&shelf, "answer", 9, answer);
        for name in order {
            import_with(&shelf, &[name]);
        }
        assert_eq!(email(&shelf, "u1"), None, "{order:?}");
    }
}

#[test]
fn a_dry_run_lists_what_is_shown_in_place_of_the_api() {
    let shelf = Shelf::new();
    dated(&shelf, "u.ndjson", 1, whole(r#""email":"api@x","#));
    import_with(&shelf, &["u.ndjson"]);
    let rows = "_id,email,city\nu1,list@x,Lyon\n";
    dated(&shelf, "crm.csv", 2, rows);
    let tried = import_with(&shelf, &["--dry-run", "crm.csv"]);
    let words = complained(&tried);
    let listed = "crm.csv: line 2: email would be shown in place of what the API said earlier";
    assert!(words.contains(listed), "{words}");
    assert!(!words.contains("city"), "{words}");
    let run = import_with(&shelf, &["--json", "crm.csv"]);
    let record: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(record["files"][0]["facts_over_api"], 1);
    assert_eq!(record["files"][0]["dated_by"], "file");
    assert_eq!(record["files"][0]["as_of"], "2024-01-03T00:00:00Z");
    let older = dated(&shelf, "older.csv", 0, "_id,email\nu1,older@x\n");
    let run = import_with(&shelf, &[name_of(&older)]);
    let words = said(&run);
    assert!(
        words.contains("1 cell older than what is known: not used"),
        "{words}"
    );
}

#[test]
fn the_same_bytes_with_a_later_date_are_called_so() {
    let shelf = Shelf::new();
    let rows = "_id,email\nu1,a@x\nu2,b@x\n";
    for (at, is_said) in [(2, false), (2, false), (5, true), (3, false)] {
        dated(&shelf, "crm.csv", at, rows);
        let words = said(&import_with(&shelf, &["crm.csv"]));
        assert_eq!(
            words.contains("same bytes as the import"),
            is_said,
            "{at}: {words}"
        );
    }
    let other = rows.replace("a@x", "c@x");
    dated(&shelf, "crm.csv", 9, other);
    let words = said(&import_with(&shelf, &["crm.csv"]));
    assert!(!words.contains("same bytes"), "{words}");
}

#[test]
fn a_row_that_contradicts_the_api_is_rejected_with_the_reason() {
    let shelf = Shelf::new();
    dated(&shelf, "u.ndjson", 1, whole(r#""userId":"c1","#));
    dated(&shelf, "crm.csv", 2, "_id,userId,email\nu1,c2,a@x\n");
    let run = import_with(&shelf, &["u.ndjson", "crm.csv"]);
    assert_eq!(run.status.code(), Some(1));
    let words = complained(&run);
    assert!(
        words.contains("line 2 rejected: its `userId` is not the one that the API"),
        "{words}"
    );
    assert_eq!(email(&shelf, "c1"), None);
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap()
}
