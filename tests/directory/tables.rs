//! Rows of CSV files, and the quotation marks in them.

use smooch_console::directory::import::Counts;
use smooch_console::domain::facts::Portion;

use super::shelf::*;

#[test]
fn csv_adds_to_what_is_known_and_finds_users_by_user_id() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let user = whole("u1", r#""userId":"c1","surname":"Quinn","#)
        .replace(r#""properties":{}"#, r#""properties":{"a":"1"}"#);
    import(&mut store, &dated(&shelf, "u.ndjson", 1, user));
    let csv = "\u{feff}User ID;First Name;Plan\r\nc1;Mara;\"pro; \"\"plus\"\"\"\r\nc9;X;Y\r\n";
    let (report, rejected) = import(&mut store, &dated(&shelf, "crm.csv", 2, csv));
    // A row that names an unknown user by the `userId` is kept until that user is known.
    let expected = Counts {
        not_yet_asked: 1,
        ..counts(0, 1, 0, 0)
    };
    assert_eq!((report.counts, rejected), (expected, vec![]));
    assert_eq!(find(&store, "c9"), None);
    let known = find(&store, "u1").unwrap();
    assert_eq!(known.name.text.expose(), "Mara Quinn");
    assert_eq!(known.user.properties.0.len(), 2);
    assert_eq!(known.user.portion, Portion::Whole);
    let again = import(&mut store, &shelf.folder.path().join("crm.csv")).0;
    assert_eq!(again.counts, counts(0, 0, 2, 0));
    let known = whole("u9", r#""userId":"c9","#);
    import(&mut store, &dated(&shelf, "later.ndjson", 3, known));
    let known = find(&store, "c9").unwrap();
    assert_eq!(known.user.id.expose(), "u9");
    assert_eq!(known.name.text.expose(), "X");
    assert_eq!(known.user.properties.0.len(), 1);
}

#[test]
fn a_stray_quotation_mark_costs_its_own_row_and_no_other() {
    let shelf = Shelf::new();
    let stray = "closing quotation mark";
    for (rows, refused, words) in [
        ("A1,\"Ann\nA2,Bo\nA3,\"Cy\"\nA4,Di\n", 2, stray),
        ("A1,\"Ann\" x\nA2,Bo\nA3,Cy\nA4,Di\n", 2, stray),
        ("A1,\"Ann\" \nA2,Bo\nA3,Cy\nA4,Di\n", 2, stray),
        (
            "A2,Bo\nA1, \"Ann, B\"\nA3,Cy\nA4,Di\n",
            3,
            "opening quotation mark",
        ),
        ("A2,Bo\nA3,Cy\nA1,\"Ann\nA4,Di", 4, "not closed"),
        ("A2,Bo\nA3,\"C\ny\"\r\n\nA1,\"Ann\nA4,Di\n", 6, "not closed"),
    ] {
        let mut store = shelf.open();
        let file = shelf.file("stray.csv", format!("_id,givenName\n{rows}"));
        for batch in [1, 100] {
            let (report, rejected) = import_as(&mut store, &file, batch, false).unwrap();
            assert_eq!(report.counts.rejected, 1, "{rows:?}: {rejected:?}");
            assert_eq!(report.counts.records(), 4, "{rows:?}");
            assert_eq!(rejected[0].0, refused, "{rows:?}");
            assert!(rejected[0].1.contains(words), "{rows:?}: {rejected:?}");
        }
        for id in ["A2", "A3", "A4"] {
            assert!(find(&store, id).is_some(), "{rows:?}: {id}");
        }
        assert!(find(&store, "A1").is_none(), "{rows:?}");
    }
}

#[test]
fn sound_quotation_marks_are_no_trouble() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    for (last, email) in [
        ("v,\"x@x\"", "x@x"),
        ("v,\"x\"\"@x\"\n", "x\"@x"),
        ("v,x\"@x", "x\"@x"),
        ("v,5\" x", "5\" x"),
        ("v,\"two\nlines\"\r\n", "two\nlines"),
    ] {
        let rows = format!("_id,email\nu1,a@x\n{last}");
        let (_, rejected) = import(&mut store, &shelf.file("closed.csv", rows));
        assert_eq!(rejected, vec![], "{last:?}");
        let known = find(&store, "v").unwrap().user.email.unwrap();
        assert_eq!(known.expose(), email);
    }
}

#[test]
fn broken_csv_rows_are_reported_and_the_others_taken() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let mut csv = b"_id,email\nu1,a@x\nu2\n,b@x\nu3,\xFF\nu4,\"two\nlines\"\n\nu5,c@x\n".to_vec();
    csv.extend(b"u6,\"never closed\n");
    let long = "y".repeat(1 << 20);
    for number in 0..9 {
        csv.extend(format!("v{number},{long}\n").bytes());
    }
    csv.extend(format!("w,{}\n", "z".repeat(9 << 20)).bytes());
    csv.extend(b"u7,d@x\n");
    let (report, rejected) = import(&mut store, &shelf.file("bad.csv", csv));
    let lines: Vec<u64> = rejected.iter().map(|(line, _)| *line).collect();
    // A row without its last cells is one; what was cut off it names nobody.
    assert_eq!(report.counts, counts(14, 0, 0, 4), "{rejected:?}");
    assert_eq!(lines, [4, 5, 10, 20]);
    assert!(rejected[2].1.contains("quotation mark"), "{rejected:?}");
    assert!(rejected[3].1.contains("8 MiB"), "{rejected:?}");
    assert!(find(&store, "u7").is_some());
}

#[test]
fn lines_that_end_with_cr_alone_are_counted_too() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let csv = "_id,email\ru1,a@x\r\r,none\ru3,\"two\rlines\"\ru4,b@x";
    let (report, rejected) = import(&mut store, &shelf.file("cr.csv", csv));
    assert_eq!(report.counts, counts(3, 0, 0, 1), "{rejected:?}");
    assert_eq!(rejected[0].0, 4);
    let stray = "_id\nu5\ru6\nu7\n";
    let (report, rejected) = import(&mut store, &shelf.file("mixed.csv", stray));
    assert_eq!(report.counts, counts(1, 0, 0, 1), "{rejected:?}");
    assert!(rejected[0].1.contains("line end"), "{rejected:?}");
}

/// A quotation mark on every line that might be closed far away: each is looked for, but not for
/// ever.
#[test]
fn many_open_quotation_marks_take_no_longer_than_reading() {
    let shelf = Shelf::new();
    let mut store = shelf.open();
    let rows = "b\",\"x\n".repeat(20_000);
    let file = shelf.file("hostile.csv", format!("_id,a,b\n{rows}u,1,2\n"));
    let (report, _) = import(&mut store, &file);
    assert_eq!(report.counts, counts(1, 0, 0, 20_000));
}
