//! What columns become, by their names, their values and the agent's word.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const HEX: &str = "64be90d2a7f31c0058e6d914";

fn decide(header: &[&str], rows: &[&[&str]], mapping: &ColumnMapping) -> Result<Columns, String> {
    let owned = |row: &[&str]| row.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    let rows: Vec<_> = rows.iter().map(|row| owned(row)).collect();
    Columns::decide(&owned(header), &rows, mapping)
}

fn becomes(header: &[&str], rows: &[&[&str]]) -> Vec<Becomes> {
    let columns = decide(header, rows, &ColumnMapping::default()).unwrap();
    columns
        .reports
        .into_iter()
        .map(|report| report.becomes)
        .collect()
}

fn field(field: ColumnField) -> Becomes {
    Becomes::Field(field)
}

fn own(name: &str) -> Becomes {
    field(ColumnField::Property(Some(name.to_owned())))
}

#[test]
fn a_bare_id_is_judged_by_its_values() {
    let names = ["id", "name", "phone", "external_id"];
    assert_eq!(
        becomes(&names, &[&["361549001", "Mara Quinn", "1", "cust-1"]]),
        [
            Becomes::LeftOut(LeftOut::NotAnId("361549…".to_owned())),
            field(ColumnField::Name),
            Becomes::Number("phone".to_owned()),
            field(ColumnField::UserId),
        ]
    );
    let mostly = becomes(&["id", "plan"], &[&[HEX], &["bad id!"]]);
    assert_eq!(mostly[0], field(ColumnField::Id));
    let empty = becomes(&["id", "userId"], &[&["", "c1"]]);
    assert_eq!(empty[0], Becomes::LeftOut(LeftOut::Empty));
    assert_eq!(becomes(&["id", "_id"], &[&[HEX, "u1"]])[0], own("id"));
}

#[test]
fn without_any_id_the_refusal_shows_what_there_is_and_what_is_accepted() {
    let refused = decide(&["id", "name"], &[&["361549"]], &ColumnMapping::default());
    let words = refused.unwrap_err();
    for part in ["neither", "columns found: id, name", "userId", "--map"] {
        assert!(words.contains(part), "{words}");
    }
}

#[test]
fn the_agent_decides_otherwise() {
    let mapping = ColumnMapping {
        map: vec![
            ("id".to_owned(), ColumnField::UserId),
            (
                "E-MAIL".to_owned(),
                ColumnField::Property(Some("work".to_owned())),
            ),
        ],
        ignore: vec!["notes".to_owned()],
    };
    let columns = decide(&["id", "e-mail", "notes"], &[&["361549"]], &mapping).unwrap();
    let reports: Vec<_> = columns
        .reports
        .iter()
        .map(|it| it.becomes.clone())
        .collect();
    assert_eq!(
        reports,
        [
            field(ColumnField::UserId),
            own("work"),
            Becomes::LeftOut(LeftOut::Ignored)
        ]
    );
    let unmapped = decide(
        &["userId", "e-mail", "notes"],
        &[],
        &ColumnMapping::default(),
    );
    assert_ne!(columns.hash, unmapped.unwrap().hash);
    let wrong = ColumnMapping {
        ignore: vec!["note".to_owned()],
        ..ColumnMapping::default()
    };
    let refused = decide(&["id", "notes"], &[&["1"]], &wrong).unwrap_err();
    assert!(
        refused.contains("no column note; columns found: id, notes"),
        "{refused}"
    );
}

#[test]
fn of_several_columns_for_one_field_the_clearest_has_it() {
    let names = ["_id", "E-mail 2 Address", "Work Email", "Email"];
    let second = Becomes::Second(ColumnField::Email);
    assert_eq!(
        becomes(&names, &[])[1..],
        [own("E-mail 2 Address"), second, field(ColumnField::Email)]
    );
    for (header, words) in [
        (["_id", "email", "E-mail"], "twice: email and E-mail"),
        (["_id", "x", " x"], "twice: x and x"),
    ] {
        let refused = decide(&header, &[], &ColumnMapping::default()).unwrap_err();
        assert!(refused.contains(words), "{refused}");
    }
}

#[test]
fn a_user_id_that_looks_like_another_id_is_doubted() {
    let reports = becomes(&["user_id"], &[&[HEX]]);
    assert_eq!(reports, [Becomes::DoubtfulUserId]);
    assert_eq!(
        becomes(&["user_id"], &[&["c1"]]),
        [field(ColumnField::UserId)]
    );
}

#[test]
fn names_in_two_languages_and_columns_without_a_name_are_sorted_out() {
    assert_eq!(
        becomes(&["_id", "Vorname", "Name", ""], &[]),
        [
            field(ColumnField::Id),
            field(ColumnField::GivenName),
            field(ColumnField::Surname),
            Becomes::LeftOut(LeftOut::Unnamed)
        ]
    );
}
