//! Imports as a whole: again, dry, cancelled, several files in a row.

use std::sync::atomic::{AtomicBool, Ordering};

use smooch_console::directory::import::{ImportOptions, Progress, import_file};

use super::shelf::*;

#[test]
fn the_same_file_again_changes_nothing() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let file = shelf.file("users.ndjson", users(0..50));
    assert_eq!(import(&mut store, &file).0.counts, counts(50, 0, 0, 0));
    let before = everybody(&store);
    assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 50, 0));
    assert_eq!(everybody(&store), before);
}

#[test]
fn the_same_user_id_twice_is_kept_and_counted() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let csv = "_id,userId\nu1,c1\nu2,c1\nu3,c3\n";
    let (report, _) = import(&mut store, &shelf.file("u.csv", csv));
    assert_eq!(report.counts, counts(3, 0, 0, 0));
    assert_eq!(report.shared_user_ids, 1);
    // An import reports only what it caused.
    let other = "_id,userId\nu4,c4\nu1,c1\n";
    let (report, _) = import(&mut store, &shelf.file("other.csv", other));
    assert_eq!(report.shared_user_ids, 0);
    for (name, rows) in [
        ("new.csv", "_id,userId\nu5,c1\n"),
        ("changed.csv", "_id,userId\nu4,c3\n"),
    ] {
        let (report, _) = import(&mut store, &shelf.file(name, rows));
        assert_eq!(report.shared_user_ids, 1, "{name}");
    }
}

#[test]
fn a_dry_run_counts_the_same_and_writes_nothing() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    import(&mut store, &shelf.file("a.ndjson", users(0..10)));
    let file = shelf.file(
        "b.ndjson",
        users(5..20) + &user(&id(19), "Other") + "\n{bad\n",
    );
    let (report, rejected) = import_as(&mut store, &file, 3, true).unwrap();
    assert_eq!(report.counts, counts(10, 1, 5, 1));
    assert_eq!(rejected.len(), 1);
    assert_eq!(store.user_count().unwrap(), 10);
    assert_eq!(import(&mut store, &file).0.counts, report.counts);
}

#[test]
fn the_files_of_a_dry_run_count_one_after_the_other() {
    let shelf = Shelf::new();
    shelf.file("a.csv", "_id,userId\nu1,c1\nu2,c1\n");
    shelf.file("b.csv", "userId,givenName\nc1,Ana\nc9,Bo\n");
    shelf.file("c.ndjson", user("u3", "Cy"));
    let files = ["a.csv", "b.csv", "c.ndjson"];
    let run = |dry: bool| {
        let mut arguments = vec!["import", "--progress"];
        arguments.extend(dry.then_some("--dry-run"));
        arguments.extend(files);
        let run = shelf.command(&arguments).output().unwrap();
        let words = String::from_utf8(run.stderr).unwrap();
        assert_eq!(words.contains("safely written"), !dry, "{words}");
        String::from_utf8(run.stdout).unwrap()
    };
    let pretended = run(true);
    assert!(!shelf.options().data_folder.exists());
    assert!(
        pretended.contains("a.csv: 2 records: 2 inserted"),
        "{pretended}"
    );
    assert!(
        pretended
            .contains("b.csv: 2 records: 0 inserted, 1 known by userId, not yet asked, 1 updated"),
        "{pretended}"
    );
    assert!(
        pretended.contains("c.ndjson: 1 record: 1 inserted"),
        "{pretended}"
    );
    assert_eq!(
        run(false),
        pretended.replace(" (dry run: nothing was written)", "")
    );
    let before = everybody(&shelf.open());
    run(true);
    assert_eq!(everybody(&shelf.open()), before);
}

#[test]
fn a_cancelled_import_goes_on_where_it_was() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let rows = (100..200).map(|n| format!("{},\"{n}\n@x\"", id(n)));
    let rows: Vec<String> = std::iter::once("_id,email".to_owned())
        .chain(rows)
        .collect();
    for (name, content) in [
        ("u.ndjson", users(0..100)),
        ("u.csv", rows.join("\n") + "\n"),
    ] {
        let before = store.user_count().unwrap();
        let file = shelf.file(name, content);
        let cancelled = AtomicBool::new(false);
        let options = ImportOptions {
            batch: 7,
            as_of: as_of(&file),
            ..ImportOptions::new(&file, now())
        };
        let report = import_file(&mut store, options, &cancelled, |progress| {
            if let Progress::Written { counts, .. } = progress
                && counts.records() >= 30
            {
                cancelled.store(true, Ordering::Relaxed);
            }
        })
        .unwrap();
        assert!(report.cancelled);
        assert_eq!(report.counts, counts(35, 0, 0, 0));
        let (report, rejected) = import(&mut store, &file);
        assert!(report.resumed_after.is_some());
        assert_eq!((report.counts, rejected), (counts(100, 0, 0, 0), vec![]));
        assert_eq!(store.user_count().unwrap(), before + 100);
        // Done: the next run begins at the beginning.
        assert_eq!(import(&mut store, &file).0.counts, counts(0, 0, 100, 0));
    }
}
